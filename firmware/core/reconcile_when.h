/* When both sides are compared next, and why: once a day at a quiet hour of this kiosk's own, soon
 * after the link has come back, at once when a reply shows that the province's database has another
 * life, and again after a failure. Nothing here waits or asks; moments are of the monotonic clock,
 * `random` is any number. */
#ifndef CORE_RECONCILE_WHEN_H
#define CORE_RECONCILE_WHEN_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stdint.h>

#define WHEN_GAP_MS       60000u   /* a province whose epoch never rests is not asked without end */
#define WHEN_LINK_MS      60000u   /* soonest after the link came back, */
#define WHEN_LINK_LATE_MS 600000u  /* and latest: a whole province's kiosks come back at once */
#define WHEN_RETRY_MS     60000u   /* first pause after a failure; doubles, */
#define WHEN_RETRY_CAP_MS 3600000u /* to this */
#define WHEN_QUIET_FROM_S 3600u
#define WHEN_QUIET_LONG_S (4u * 3600) /* one to five in the morning */

/* Zero it, then reconcile_when_begin(). */
struct reconcile_when {
	const char *why; /* "day", "link", "epoch", "staff"; NULL: nothing is due */
	int64_t due_ms;  /* from when on it is, while there is a link */
	bool up;
	int64_t begun_ms, good_ms; /* of the last run, and the last good one; 0: none yet */
	int64_t last_day;          /* the province's, of the last good one; 0: never */
	uint32_t quiet_s;          /* second of the day */
	uint32_t fails;
};

/* last_day: as reconcile_day_of() of the last good run; 0: there was none. */
void reconcile_when_begin(struct reconcile_when *w, int64_t last_day, uint64_t random);

/* The link has come, or has gone. Without one nothing is due and nothing fails; what was due waits
 * for it. `needed`: there is something to compare. */
void reconcile_when_link(struct reconcile_when *w, bool up, bool needed, int64_t now_ms,
			 uint64_t random);

/* The province's database has another life. */
void reconcile_when_epoch(struct reconcile_when *w, int64_t now_ms);

/* Asked now and then: is it time for the daily run? now_s: as the kiosk knows the time. */
void reconcile_when_round(struct reconcile_when *w, int64_t now_ms, int64_t now_s);

/* A run begins, whoever wanted it. */
void reconcile_when_begun(struct reconcile_when *w, int64_t now_ms);

/* It has ended; day: the province's. */
void reconcile_when_good(struct reconcile_when *w, int64_t day, int64_t now_ms, uint64_t random);
/* retry_after_s: as the province asked, or 0. */
void reconcile_when_failed(struct reconcile_when *w, enum err why, const char *run_why,
			   uint32_t retry_after_s, int64_t now_ms, uint64_t random);

/* Milliseconds until it is due; UINT32_MAX: not until something happens. */
uint32_t reconcile_when_wait_ms(const struct reconcile_when *w, int64_t now_ms);

#endif
