/* Who did what: append-only lines, each with the hash of the one before, so that a changed,
 * removed or inserted line shows. Cutting off the end shows by the head that was reported before.
 * No personal data: `subject` is a dossier key, a code or a role; long runs of digits in
 * `detail` are masked as in the log. */
#ifndef CORE_AUDIT_H
#define CORE_AUDIT_H

#include "firmware/base/err.h"
#include "firmware/core/store.h"
#include <stdbool.h>
#include <stdint.h>

#define AUDIT_HASH_BYTES 32

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

/* Walks the whole chain. ERR_FORGED: *ret_bad_seq is the first line that is wrong or missing.
 * *ret_lines, on ERR_OK, is how many there are. Both may be NULL. */
enum err audit_verify(struct store *s, int64_t *ret_lines, int64_t *ret_bad_seq);

/* The last line's number and hash, to report upwards; 0 and zeros when there is none. */
enum err audit_head(struct store *s, int64_t *ret_seq, uint8_t ret_hash[AUDIT_HASH_BYTES]);

/* The last `max` lines, newest first; the line lives until fn returns. */
typedef bool audit_fn(void *data, const struct audit_line *line);
enum err audit_list(struct store *s, unsigned max, audit_fn *fn, void *data);

#endif
