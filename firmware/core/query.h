/* Questions to the province (base/query.def): asked, carried by kiosk-sync, checked by kiosk-parse.
 * What comes back here is signed by the province, for this question, and complete. */
#ifndef CORE_QUERY_H
#define CORE_QUERY_H

#include "firmware/base/child.h"
#include "firmware/base/query.h"
#include "firmware/base/view.h"
#include <json-c/json.h>

#define QUERIES_MAX 8 /* all that a day asks may come due at once */

struct core;

struct query_end {
	enum err why; /* ERR_OK; ERR_OFFLINE, ERR_TIMEOUT; ERR_SERVER and ERR_REFUSED with http;
			   ERR_FORGED, ERR_BAD_DATA: that was not the province's word */
	uint16_t http;
	uint32_t retry_after_s;
	int64_t time_s; /* of the province, when it replied */
	char epoch[QUERY_EPOCH_CAP];
	const struct view *facts; /* on ERR_OK; lives until the function returns */
	int reply; /* on ERR_OK: as the province signed it, sealed memory; so long, too */
	char nonce[QUERY_NONCE_CAP];
};

/* Called once for each question, later. Not called when the visitor has left. */
typedef void query_fn(struct core *c, uint32_t number, const struct query_end *end);

struct question {
	enum query query;
	uint32_t id; /* 0: free */
	uint32_t visitor, number;
	query_fn *done;
	char nonce[QUERY_NONCE_CAP];
	bool checked; /* kiosk-parse has the reply, and so have we: */
	int reply;
	int64_t asked_ms, got_ms; /* of the monotonic clock */
};

struct queries {
	struct question questions[QUERIES_MAX];
	uint32_t last_id;
};

/* `body` is taken over in any case, and gets "v" and "nonce". visitor: whose question it is, 0 the
 * kiosk's own; number: the caller's, comes back. ERR_OFFLINE: there is no link now; ERR_BUSY;
 * ERR_NO_MEMORY: `done` is not called then. */
enum err query_ask(struct core *c, enum query what, struct json_object *body, query_fn *done,
		   uint32_t visitor, uint32_t number);

void query_message(struct core *c, struct msg *m);   /* REPLY, QUERY_FAILED of kiosk-sync */
void query_peer_gone(struct core *c);                /* kiosk-sync has ended */
void query_forget(struct core *c, uint32_t visitor); /* they have left */
void query_cancel(struct core *c, query_fn *done);   /* nobody is called */

#endif
