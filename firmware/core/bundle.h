/* Dossiers by USB stick (base/bundle.h), for long outages: `kioskctl bundle`, and the screens of
 * staff (staff_desk.h). One work at a time, in small steps of the loop: the screen is served
 * between two. A dossier that was written to a stick waits and is sent as before; only the
 * province's signed answer ends it, by whichever way it comes first. What was pulled out, killed
 * or cut is finished by the same command again. */
#ifndef CORE_BUNDLE_H
#define CORE_BUNDLE_H

#include "firmware/base/bundle.h"
#include "firmware/base/loop.h"
#include "firmware/base/msg.h"
#include "firmware/base/staff.h"
#include "firmware/base/stick.h"
#include "firmware/core/bundle_row.h"
#include "firmware/core/ctl.h"
#include <openssl/types.h>

#define BUNDLE_MAX_FOLDERS 64u /* of one stick that are looked at */

#define BUNDLE_MAX_FOUND 6u /* of one stick that a screen tells of */

enum bundle_work {
	BUNDLE_IDLE,
	BUNDLE_WRITES,
	BUNDLE_VERIFIES,
	BUNDLE_FORWARDS,
	BUNDLE_TAKES,
	BUNDLE_REPORTS
};

/* A bundle on the stick, as BUNDLE_VERIFIES found it. */
struct bundle_found {
	enum err why; /* it is none that is known here */
	char kiosk[64];
	uint32_t dossiers, answers, missing, wrong;
	bool finished;
};

/* Numbers of a work. done, refused: answers, accepted and refused; or files: written, and read. */
struct bundle_tally {
	uint32_t done, refused;
	uint32_t missing, wrong, failed, no_room, had, own;
	uint32_t bad;    /* bundles that are none */
	uint32_t bundle; /* forwarded, of the present one */
	uint64_t bytes;
};

/* How the last work ended; until the next begins, or bundle_forget(). */
struct bundle_told {
	enum staff_deed deed; /* STAFF_NOTHING: none was, or it was told */
	enum stick_end end;
	bool safe; /* to remove */
	enum err why;
	char name[STICK_NAME_CAP];
	struct bundle_tally tally;
	struct bundle_found found[BUNDLE_MAX_FOUND];
	uint32_t found_count;
};

/* One dossier of somebody's bundle on its way through this kiosk. */
struct carry {
	enum { CARRY_NONE, CARRY_READY, CARRY_SENDING } state;
	bool turn; /* the next one to be sent may be this one, though the kiosk's own wait */
	uint8_t tries;
	uint32_t ticks;        /* since the last sign of life */
	int package;           /* sealed memory; -1: none */
	struct bundle_row row; /* which */
	char upload[512];      /* where an earlier try stands */
	struct timer again, tick;
};

/* Of a stick that the board keeps read-only while nothing is written to it. */
struct bundle_door {
	bool open, closing;
	uint16_t looks;                     /* at whether the board has done it */
	enum err (*behind)(struct core *c); /* the first step of the work */
};

struct bundle {
	enum bundle_work work;
	uint32_t ctl;    /* of the command; 0: the screen's, or nobody waits */
	uint32_t number; /* of this work: late answers are another one's */
	enum staff_deed deed;
	struct bundle_told told;
	/* What is done next. ERR_BUSY: somebody else says when it goes on; other errors end it. */
	enum err (*step)(struct core *c);
	struct timer next;
	struct bundle_door door;
	enum ctl_code code;        /* how it ended, until that is told */
	const char *safe_also;     /* said with that it is safe; NULL: nothing is */
	int64_t said_ms, shown_ms; /* when the person was told of the progress last */

	int stick, root, folder; /* -1: not open; root: motcua/ */
	char name[STICK_NAME_CAP];
	uint32_t ids[BUNDLE_MAX_FOLDERS];
	size_t id_count, id_at;

	/* the bundle at work */
	uint32_t id;
	const struct bundle_row *rows; /* as kiosk-parse gave them, mapped; NULL: none */
	uint32_t row_count, at;
	size_t rows_len;
	int lock; /* sealed memory; -1: none */
	char kiosk[64];

	/* the file at work */
	struct bundle_item item;
	struct stick_in in;
	struct stick_out out;
	int source;
	uint64_t done;
	EVP_MD_CTX *md;
	uint8_t *buffer; /* of a package that is read whole; mapped from buffer_fd */
	int buffer_fd;
	size_t buffer_len;

	uint8_t index_hash[32];
	size_t index_len;
	uint8_t passes; /* of writing and reading again */
	struct carry carry;
	struct bundle_tally tally;

	/* the report at work */
	struct {
		char *text, *csv;
		size_t text_len, csv_len;
		char name[9]; /* of its files */
	} report;
};

/* write, verify, forward, take, each with the name of a stick when there are several */
enum ctl_code bundle_command(struct ctl *t, const char *arg);

/* One of STAFF_WRITE, VERIFY, FORWARD, TAKE, REPORT, with the stick of that name, "": the only one.
 * STAFF_NEWS follows. ERR_BUSY: a stick is at work. */
enum err bundle_begin(struct core *c, enum staff_deed deed, const char *name);

/* Ends what is at work; what was begun is finished by the same deed again. */
void bundle_stop(struct core *c);

/* How the last one ended was read. */
void bundle_forget(struct core *c);

void bundle_init(struct core *c);

/* The settings are there: a stick that an earlier life of core was writing to is so no more. */
void bundle_door_forget(const struct core *c);

void bundle_finish(struct core *c);

/* "; also on a stick since 09:42 on 21/11/2026", or "". */
void bundle_since_text(struct core *c, const char *key, char *ret_text, size_t cap);

/* For sender.c, which has the only way to the province. */

/* Begins to send a carried one, if one waits. `own`: the kiosk has one of its own that is due. */
bool bundle_carry_begin(struct core *c, bool own);
bool bundle_carry_at_work(const struct core *c);

/* True: the message was about a carried one. */
bool bundle_carry_message(struct core *c, struct msg *m);

/* Somebody at the screen waits, or kiosk-sync is gone: it is sent later. */
void bundle_carry_yield(struct core *c, bool stop);

#endif
