/* Both sides count the dossiers of each day until they agree.
 *
 * A dossier belongs to the day, in Asia/Ho_Chi_Minh, of the province's own signed answer about it
 * (received_at), accepted or refused, so that both reckon the same whatever clock the kiosk has.
 * Days are compared by number and digest; of a day that differs, the keys. What was accepted and is
 * no more there is sent again under the same key; what cannot be, and what is not ours to decide,
 * is told to staff and nothing is invented. Never by time: a day's keys are asked for in their own
 * order, and the order of answers here is a count (`mark`). */
#ifndef CORE_RECONCILE_H
#define CORE_RECONCILE_H

#include "firmware/base/err.h"
#include "firmware/core/outbox.h"
#include "firmware/core/store.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECONCILE_MAX_DAYS  366
#define RECONCILE_MAX_KEYS  20000u /* of a day; no kiosk takes in so many */
#define RECONCILE_EPOCH_CAP 17

/* Days since 1970 in Asia/Ho_Chi_Minh, which has no summer time. */
int64_t reconcile_day_of(int64_t time_s);

struct reconcile_digest {
	int64_t day;
	uint32_t count;
	char sha256[65]; /* of the sorted keys, joined by \n */
};

/* How many answers there have been: take it before a question, so that what is answered while the
 * reply is under way is not missed in it. */
enum err reconcile_mark(struct store *s, int64_t *ret_mark);

/* What this side has of a day, answered up to `mark`. */
enum err reconcile_ours(struct store *s, int64_t day, int64_t mark, struct reconcile_digest *ret);

/* Was anything answered yet? Else there is nothing to compare. */
enum err reconcile_needed(struct store *s, bool *ret_needed);

/* How far back to compare: `days`, or as far as the oldest dossier that was never seen at the
 * province; at most RECONCILE_MAX_DAYS. */
enum err reconcile_window(struct store *s, uint32_t days, uint32_t *ret_days);

/* Both sides have the same of this day: noted; its dossiers are seen.
 * time_s: the province's. */
enum err reconcile_agreed(struct store *s, const struct reconcile_digest *both, int64_t mark,
			  int64_t time_s);

/* They cannot be asked about this day: their list is not what they counted, or is none. Noted, and
 * nothing else: none of its dossiers is seen. As reconcile_agreed(). */
enum err reconcile_unclear(struct store *s, const struct reconcile_digest *theirs, int64_t mark,
			   int64_t time_s);

/* One day that differs, key by key. */
struct reconcile_keys {
	char (*keys)[STORE_KEY_CAP]; /* in order */
	size_t count, cap;
};

struct reconcile_check {
	int64_t day, mark, time_s;
	struct reconcile_keys ours, theirs;
	size_t at_ours, at_theirs;
	bool begun;
	uint32_t again, other; /* found so far: sent again; differences of any other kind */
};

/* *check is zeroed, or of an earlier day. Ends with reconcile_check_free(). */
void reconcile_check_begin(int64_t day, int64_t mark, struct reconcile_check *check);

/* The province's keys, in order. ERR_BAD_DATA: not a key, out of order, or too many. */
enum err reconcile_check_add(struct reconcile_check *check, const char *key);

/* Does their list have the digest that they gave for the day? ERR_NO_MEMORY. */
enum err reconcile_check_counted(const struct reconcile_check *check,
				 const struct reconcile_digest *theirs, bool *ret_counted);

/* Judges at most `most` keys in one commit, when all were added. time_s: the province's at the last
 * reply. ERR_BUSY: there are more; ERR_OK: the day is noted. */
enum err reconcile_check_step(struct store *s, struct reconcile_check *check, unsigned most);

void reconcile_check_free(struct reconcile_check *check);

/* The outbox has a dossier's second answer; inside its commit. `former` is the row as it was, of
 * which the answer is kept when the new one differs. */
enum err reconcile_answered(struct store *s, const struct outbox_item *former,
			    const struct outbox_answer *a);

/* The dossier that had this dossier code in an answer before its present one: a citizen may hold
 * that receipt. Another dossier may have the code now. ERR_NOT_FOUND. */
enum err reconcile_former(struct store *s, const char *code, struct outbox_item *ret_item);

struct reconcile_run {
	char why[16];    /* "day", "link", "epoch", "staff" */
	int64_t ended_s; /* province's clock; 0: it never replied */
	enum err error;
	char epoch[RECONCILE_EPOCH_CAP];
	uint32_t days, ours, theirs, differ, again; /* differ: days */
};

/* One commit with its audit line, when it is a good one. */
enum err reconcile_ended(struct store *s, const struct reconcile_run *run);

/* ERR_NOT_FOUND: there was none. */
enum err reconcile_last(struct store *s, bool good, struct reconcile_run *ret);

/* The last good one in which no day differed. ERR_NOT_FOUND: both sides have never agreed. */
enum err reconcile_last_agreed(struct store *s, struct reconcile_run *ret);

struct reconcile_day {
	int64_t day, checked_s; /* province's clock */
	uint32_t ours, theirs, again, other;
	bool same;
};

enum reconcile_kind {
#define FIND(NAME, ...) FIND_##NAME,
#include "firmware/core/reconcile.def"
#undef FIND
	FIND_COUNT
};

struct reconcile_find {
	int64_t day;
	char key[STORE_KEY_CAP];
	enum reconcile_kind what;
	int64_t found_s, last_s, ended_s;                 /* ended_s 0: it stands */
	char was[OUTBOX_CODE_CAP], code[OUTBOX_CODE_CAP]; /* dossier code before and now, or "" */
	char receipt_code[RECEIPT_CODE_CAP];              /* "": not ours */
	enum outbox_state state;                          /* now; OUTBOX_STATES: not ours */
};

/* Static words; name is for programs. */
const char *reconcile_find_name(enum reconcile_kind what);
const char *reconcile_find_words(enum reconcile_kind what, bool english);
const char *reconcile_find_done(enum reconcile_kind what, bool english); /* what was done */

/* Newest day first, at most `max`. Stop when fn gives false. */
typedef bool reconcile_day_fn(void *data, const struct reconcile_day *day);
typedef bool reconcile_find_fn(void *data, const struct reconcile_find *find);
enum err reconcile_days(struct store *s, unsigned max, reconcile_day_fn *fn, void *data);
enum err reconcile_finds(struct store *s, unsigned max, reconcile_find_fn *fn, void *data);

/* Those that stand, newest first. */
enum err reconcile_open(struct store *s, unsigned max, reconcile_find_fn *fn, void *data);

/* Differences that stand. */
enum err reconcile_standing(struct store *s, uint32_t *ret_count);

#endif
