/* A document scanner with a feeder and a glass, before any protocol: which sheet comes next,
 * what is wrong, and the picture the sensor makes of it.
 *
 * A jam persists until it is cleared; the sheet that jammed is then on top of the feeder
 * again, as when a person pulls it out and puts it back. */
#ifndef TESTS_USIM_SCANNER_H
#define TESTS_USIM_SCANNER_H

#include "firmware/base/err.h"
#include "tests/usim/image.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCANNER_MAX_SHEETS 100
#define SCANNER_UNITS      300 /* an inch, of areas; as in eSCL */

enum scan_format { SCAN_PNG, SCAN_JPEG };

/* What was asked for. */
struct scan_settings {
	bool feeder; /* false: the glass */
	bool duplex; /* of the feeder: front and back of each sheet */
	bool gray;
	enum scan_format format;
	unsigned dpi;
	unsigned x, y, width, height; /* 1/300 inch */
};

struct scanner {
	char *sheets[SCANNER_MAX_SHEETS]; /* paths, the next one first */
	char *backs[SCANNER_MAX_SHEETS];  /* of their other sides; NULL: white */
	bool back_next;                   /* the front of the first was scanned */
	size_t sheet_count;
	char *glass; /* path; NULL: nothing on the glass, which gives a white page */
	bool jam, cover;
	unsigned jam_at;     /* the n-th sheet from now jams; 0: none */
	unsigned give_up_at; /* before the n-th page from now the job is over; 0: not */
	uint32_t slow_ms;    /* a page takes this long */
	char *spoilt;        /* path whose bytes are the next page, whatever they are; NULL: none */
	unsigned pages;      /* delivered since the start */
	unsigned cancels;    /* jobs that the other side ended before the last sheet */
	unsigned job;        /* number of the running job; 0: none */
	unsigned jobs;       /* numbers given so far */
	unsigned job_pages;
	struct scan_settings settings; /* of the job */
};

void scanner_finish(struct scanner *s);

/* ERR_NOT_FOUND or ERR_BAD_PAGE when it is no readable picture; ERR_NO_SPACE past
 * SCANNER_MAX_SHEETS. */
enum err scanner_add_sheet(struct scanner *s, const char *path);
/* The same, with something on its back. */
enum err scanner_add_two_sided(struct scanner *s, const char *front, const char *back);
void scanner_empty_feeder(struct scanner *s);
enum err scanner_lay_on_glass(struct scanner *s, const char *path); /* "": takes it away */

/* The next page is the bytes of that file as they are: a scanner gone mad. ERR_NO_MEMORY. */
enum err scanner_spoil(struct scanner *s, const char *path);

/* The number of the job. ERR_BUSY, ERR_JAM, ERR_COVER, ERR_FEEDER_EMPTY; ERR_BAD_DATA when the
 * settings are out of range. */
enum err scanner_begin(struct scanner *s, const struct scan_settings *settings, unsigned *ret_job);

/* The next page of the job, encoded; *ret_bytes is the caller's to free(). ERR_NOT_FOUND after
 * the last one, which ends the job; ERR_JAM, ERR_COVER; ERR_CANCELLED when it is not the running
 * job. */
enum err scanner_next(struct scanner *s, unsigned job, uint8_t **ret_bytes, size_t *ret_len);

/* The other side wants no more. */
void scanner_end(struct scanner *s, unsigned job);

#endif
