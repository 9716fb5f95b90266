/* A client of an update server that speaks Eclipse hawkBit's DDI (ddi.h): asks when it was told to,
 * never in step with other kiosks, says which version runs, fetches what core wants, and tells how
 * it went. Core decides everything else (MSG_UPDATE_...). */
#ifndef SYNC_UPDATE_H
#define SYNC_UPDATE_H

#include "firmware/base/config.h"
#include "firmware/base/msg.h"
#include "firmware/sync/ddi.h"
#include "firmware/sync/fetch.h"

#define UPDATE_SAYS 8

/* A sentence on its way to the server. */
struct update_say {
	char action[UPDATE_ACTION_CAP], words[DETAIL_MAX_BYTES];
	enum update_word word;
	int percent; /* -1: none */
};

/* Hands a message to core; its descriptors stay the caller's. */
typedef void update_fn(void *data, struct msg *m);

enum update_step {
	UPDATE_BASE,
	UPDATE_ATTRIBUTES,
	UPDATE_CANCELS,
	UPDATE_DEPLOYMENT,
	UPDATE_SAYING
};

/* In the owner's memory; zero it before update_open(). */
struct update {
	struct http *http; /* of its own; NULL: there is no update server */
	struct http_call *call;
	enum update_step step; /* of the call */
	struct timer poll;
	unsigned failures; /* in a row */
	uint32_t sleep_s;
	bool due, attributes; /* it is time to ask; they are to be told */
	struct ddi_base base; /* links that are to be followed; "" when they were */
	struct ddi_deployment offer;
	struct update_say says[UPDATE_SAYS];
	size_t says_count;
	struct fetch fetch;
	char fetching[UPDATE_ACTION_CAP]; /* "": nothing */
	unsigned wrong;                   /* so often it was whole, and another */
	int quarter;                      /* of it that was told last */
	char own[ADDRESS_MAX_BYTES];      /* "/TENANT/controller/v1/ID/" */
	char auth[CONFIG_TEXT_CAP + 40];  /* a header, or "" */
	char version[48], board[32], kiosk[16], slot[4];
	char left[128]; /* the version left last, and why; "-": none. hawkBit takes so much */
	update_fn *fn;
	void *data;
};

/* Before the sandbox is locked. ERR_OK also when the settings name no server. ERR_BAD_CONFIG: `why`
 * has a sentence. As http_create(). */
enum err update_open(struct update *u, struct loop *l, const struct config *c, char why[256]);

/* Begins to ask. */
void update_start(struct update *u, update_fn *fn, void *data);
void update_close(struct update *u);

/* ABOUT, INTO, TELL of core; descriptors are taken. */
void update_message(struct update *u, struct msg *m);

/* Core has gone, and with it who wanted the file. */
void update_drop(struct update *u);

/* Something else on the line is more urgent. */
void update_hold(struct update *u, bool hold);

/* How long to wait: never all at once, never later than asked for, or after the n-th failure in a
 * row growing up to an hour, and never before `retry_after_s`. `random`: any number. */
uint32_t update_pause_s(uint32_t sleep_s, unsigned failures, uint32_t retry_after_s,
			uint32_t random);

#endif
