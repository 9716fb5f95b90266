/* What the stand-in has been told to do wrong. Set by the control socket (control.h), asked by
 * the server and by commit. */
#ifndef PROVINCE_FAULT_H
#define PROVINCE_FAULT_H

#include "tests/province/pki.h"
#include <stdbool.h>
#include <stdint.h>

enum wire { WIRE_UP, WIRE_DOWN, WIRE_HANG };

/* How a new certificate for a kiosk is issued: for another key, or by another CA. */
enum renew { RENEW_GOOD, RENEW_STRANGE, RENEW_ROGUE };

/* What is wrong about the days and keys it tells of. */
enum days_fault {
	DAYS_GOOD,
	DAYS_WRONG,
	DAYS_INVENT,
	DAYS_SHIFT,
	DAYS_MANY,
	DAYS_ENDLESS,
	DAYS_TWICE,
	DAYS_EMPTY,
	DAYS_OUTSIDE,
	DAYS_STUCK
};

/* Checksums of pieces: checked; checked, and a piece that was cut is thrown away; not known. */
enum sums { SUMS_GOOD, SUMS_STRICT, SUMS_NEVER };

struct fault {
	enum wire wire;
	unsigned fail_count, fail_code;
	char fail_method[8]; /* "" any but health; "HEALTH" the health check only */
	unsigned retry_after_s;
	unsigned drop_answers, floods;
	unsigned html_count;
	char html_method[8];   /* "" any */
	uint64_t slow_bytes_s; /* 0: as fast as it goes */
	int64_t cut_at[8];     /* close the connection when an upload has this many bytes */
	unsigned cut_count;
	unsigned flips; /* so many pieces arrive with a changed bit */
	enum sums sums;
	char refuse[1001]; /* "": nothing */
	int64_t fee;       /* of every dossier that has none of its own; 0: none */
	enum renew renew;
	enum pki_id forge;        /* who signs the next answer; PKI_NONE: the right one */
	int64_t catalogue_replay; /* offer the list of this number; 0: the newest */
	unsigned papers;          /* enum papers_wrong */
	int64_t catalogue_mix;    /* with the signature of that one; 0: its own */
	enum days_fault days;
	int64_t oldest;      /* versions 1.N below it are to be updated; 0: all are welcome */
	char enrol_code[32]; /* takes one kiosk in, once; "": nobody */
	char enrol_used[32]; /* the last that was used: the same requests get the same answer */
	char enrol_taken[9]; /* number of a kiosk that has certificates; "": none */
	bool enrols;         /* kiosks without a certificate may ask for one */
	bool site_forged;    /* the set of files is not as it was signed */
};

/* The status to answer instead of the right one, or 0. Counts down. */
unsigned fault_fail(struct fault *f, const char *method, bool health);

/* True when this request gets the captive portal's page. Counts down. */
bool fault_html(struct fault *f, const char *method);

/* How many of `n` bytes from `offset` on may be stored before the connection is cut; `*ret_cut`
 * says whether it is to be cut after them. Forgets the cut it has made. */
int64_t fault_cut(struct fault *f, int64_t offset, int64_t n, bool *ret_cut);

#endif
