/* When this kiosk may send again: the whole kiosk's back-off towards the province, by the
 * monotonic clock. Thousands of kiosks do the same after one outage, so that
 *
 *   after a failure of the way   all wait: full jitter, doubling from PACE_BASE_MS to PACE_CAP_MS
 *   what the server asked for    binds all, also the citizen who waits, before that pause begins
 *   after the link came back     the backlog is spread evenly over a minute; who stands here is not
 */
#ifndef CORE_PACE_H
#define CORE_PACE_H

#include <stdint.h>

#define PACE_BASE_MS     2000u   /* of the growing pause after a failure */
#define PACE_CAP_MS      300000u /* and its limit */
#define PACE_SPREAD_MS   60000u  /* after the link came back, for a whole province's kiosks */
#define PACE_MAX_AFTER_S 3600u   /* no server may ask for a longer pause */

enum pace_who {
	PACE_BACKLOG, /* nobody waits for it */
	PACE_AGAIN,   /* the citizen stands here, and it has failed before */
	PACE_FIRST    /* the citizen stands here, and it was never tried */
};

/* Zero it once. Moments of the monotonic clock. */
struct pace {
	int64_t hold_ms, asked_ms, spread_ms;
	uint32_t fails_in_row;
};

/* The pause after that many failures in a row (from 1); `random` is any number. */
uint32_t pace_pause_ms(uint32_t failures, uint64_t random);

/* What the server asked for, within what it may ask for. */
int64_t pace_asked_ms(uint32_t retry_after_s);

/* The way or the server failed: not a dossier's own fault. */
void pace_failed(struct pace *p, int64_t now_ms, uint32_t retry_after_s, uint64_t random);

/* The way works: nobody waits for the failures before. A spread goes on. */
void pace_good(struct pace *p);

/* The link is there again: failures are forgotten, what the server asked for is not. */
void pace_link_up(struct pace *p, int64_t now_ms, uint32_t spread_ms, uint64_t random);

/* From when on it may be sent; in the past, or 0, is now. */
int64_t pace_from_ms(const struct pace *p, enum pace_who who);

#endif
