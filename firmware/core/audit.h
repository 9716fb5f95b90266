/* Who did what: append-only lines, each with the hash of the one before, so that a changed,
 * removed or inserted line shows. Cutting off the end shows by the head that the province has
 * confirmed (audit_head.h). What is written, and when: audit.def. No personal data: `subject` is a
 * dossier key, a code or a role; long runs of digits in `detail` are masked as in the log. */
#ifndef CORE_AUDIT_H
#define CORE_AUDIT_H

#include "firmware/base/err.h"
#include "firmware/core/store.h"
#include <stdbool.h>
#include <stdint.h>

#define AUDIT_HASH_BYTES 32

/* What happens without end, such as a plug with a loose contact, must not push out of the log what
 * people did: so many lines of it an hour. Zero it before use. */
#define AUDIT_MOST_AN_HOUR 20

struct audit_pace {
	int64_t since_ms;
	uint32_t count;
};

enum audit_note { AUDIT_NOTE, AUDIT_NOTE_LAST, AUDIT_NOTE_NOT };

/* AUDIT_NOTE_LAST: it is noted that more will not be, in this hour. */
enum audit_note audit_paced(struct audit_pace *p, int64_t now_ms);

struct audit_line {
	int64_t seq;      /* 1, 2, 3, ... without a gap */
	int64_t time_s;   /* as the clock said then */
	const char *boot; /* which run of the program */
	const char *what; /* fixed text, part.what */
	const char *subject;
	const char *detail;
	uint8_t hash[AUDIT_HASH_BYTES];
};

/* Durable on ERR_OK. Inside a commit of the store (outbox_add) it becomes part of that commit. */
enum err audit_add(struct store *s, const char *what, const char *subject, const char *detail);

/* A line by its number and hash: what is signed, reported and confirmed. */
struct audit_point {
	int64_t seq; /* 0: none */
	uint8_t hash[AUDIT_HASH_BYTES];
};

enum audit_fault {
	AUDIT_WHOLE,
	AUDIT_MISSING,  /* the line `seq` is not there, a later one is */
	AUDIT_CHANGED,  /* the line `seq`, or its place in the chain, is not as it was written */
	AUDIT_CUT,      /* it ends before `seq`, which had been confirmed */
	AUDIT_OTHER,    /* the line `seq` is not the one that had been confirmed */
	AUDIT_UNPROVEN, /* it begins behind `seq`, and no line of it says that so much was pruned */
};

struct audit_finding {
	enum audit_fault fault;
	int64_t seq;         /* of the fault */
	int64_t first, last; /* the lines that are there and hang together; 0: none */
};

/* A walk along the chain, as far as it has come. Plain data. */
struct audit_walk {
	struct audit_point confirmed;  /* seq 0: none is known */
	struct audit_point anchor, at; /* at: the last line that was good */
	bool begun, pruning_told;
	struct audit_finding found;
};

/* At most `most` lines farther, in a walk that was zeroed but for `confirmed`. ERR_BUSY: there are
 * more. ERR_OK: that was all, and *ret is what was found. What is written meanwhile is walked too;
 * when lines are pruned meanwhile, it begins anew. */
enum err audit_walk_on(struct store *s, struct audit_walk *w, unsigned most,
		       struct audit_finding *ret);

/* Is the line that was confirmed there, as it was? In one look; what is before it is not walked. */
enum err audit_has(struct store *s, const struct audit_point *confirmed, struct audit_finding *ret);

/* Walks the whole chain at once, and compares it with a head that was confirmed (NULL: none is
 * known). Of a log as long as one gets (200,000 lines) that takes a good part of a second.
 * ERR_OK whatever is found. */
enum err audit_check(struct store *s, const struct audit_point *confirmed,
		     struct audit_finding *ret);

/* The same in brief. ERR_FORGED: *ret_bad_seq is the first line that is wrong or missing.
 * *ret_lines, on ERR_OK, is how many there are. Both may be NULL. */
enum err audit_verify(struct store *s, int64_t *ret_lines, int64_t *ret_bad_seq);

/* Deletes the oldest lines but the last `keep`, at most so many in one commit, and only as far as
 * `confirmed`, which must be in the chain (ERR_FORGED). What is left begins at an anchor, and a
 * line says so. *ret_pruned may be 0. */
#define AUDIT_PRUNE_MOST 1000
enum err audit_prune(struct store *s, int64_t keep, const struct audit_point *confirmed,
		     int64_t *ret_pruned);

/* After damage: what is behind the first fault goes, for it proves nothing, and a new part begins.
 * The caller writes why. */
enum err audit_restart(struct store *s);

/* Before the first line that is there; seq 0 when nothing was pruned. */
enum err audit_anchor(struct store *s, struct audit_point *ret);

/* The number and hash of one line that is there. ERR_NOT_FOUND. */
enum err audit_at(struct store *s, int64_t seq, struct audit_point *ret);

/* The last line's number and hash, to report upwards; 0 and zeros when there is none. */
enum err audit_head(struct store *s, int64_t *ret_seq, uint8_t ret_hash[AUDIT_HASH_BYTES]);

/* The last `max` lines, newest first; audit_each(): all, oldest first. The line lives until fn
 * returns; false ends it. */
typedef bool audit_fn(void *data, const struct audit_line *line);
enum err audit_each(struct store *s, audit_fn *fn, void *data);
enum err audit_list(struct store *s, unsigned max, audit_fn *fn, void *data);

#endif
