/* Is the province there? Asks at the start, every minute or so while it is, and with growing,
 * scattered pauses while it is not: thousands of kiosks come back at the same moment. */
#ifndef SYNC_LINK_H
#define SYNC_LINK_H

#include "firmware/sync/http.h"

/* `why`, ERR_OK when it is up, is what is known now; called when it changes, and once after the
 * first question. */
typedef void link_fn(void *data, enum err why);

/* In the owner's memory; zero it before link_start(). */
struct link {
	struct http *http;
	struct http_call *call;
	struct timer timer;
	unsigned failures;
	bool known, up;
	enum err why; /* it is not up */
	link_fn *fn;
	void *data;
};

void link_start(struct link *l, struct http *h, link_fn *fn, void *data);
void link_stop(struct link *l);

/* A request of somebody else has reached the province, or has not: e is that of http_answer. */
void link_heard(struct link *l, enum err e);

/* Bytes of somebody else's request go: it need not be asked for now. */
void link_moves(struct link *l);

/* Milliseconds to wait after the n-th failure in a row (n from 1): full jitter up to 1, 2, 4 …
 * 30 s; `random` is any number. */
uint32_t link_pause_ms(unsigned failures, uint32_t random);

/* Any number, for scattering. */
uint32_t random_u32(void);

#endif
