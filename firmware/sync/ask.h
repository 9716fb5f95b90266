/* Questions to the province (query.def): carried there, and the signed reply back, unread. */
#ifndef SYNC_ASK_H
#define SYNC_ASK_H

#include "firmware/base/msg.h"
#include "firmware/sync/body.h"
#include "firmware/sync/http.h"

#define ASK_MAX            8
#define QUESTION_MAX_BYTES (64u << 10)

struct ask_failure {
	enum err why;
	unsigned http;
	uint32_t retry_after_s;
	char detail[DETAIL_MAX_BYTES];
};

struct ask_events {
	void (*replied)(void *data, uint32_t id, const void *bytes, size_t len);
	void (*failed)(void *data, uint32_t id, const struct ask_failure *f);
	void (*heard)(void *data, enum err e); /* of the line, as link_heard() */
};

struct asks;

struct ask {
	struct asks *all;
	struct http_call *call; /* NULL: free */
	uint32_t id;
	bool used;
};

struct asks {
	struct http *http;
	const struct ask_events *events;
	void *data;
	struct ask asks[ASK_MAX];
};

void asks_init(struct asks *a, struct http *h, const struct ask_events *events, void *data);

/* `body` is sealed memory and stays the caller's. Fails by events->failed() only, also at once. */
void asks_start(struct asks *a, const struct msg_query *q);
void asks_stop(struct asks *a, uint32_t id); /* nobody is called */
void asks_stop_all(struct asks *a);
bool asks_any(const struct asks *a); /* is one under way? */

/* Why an answer with this status is none, and the province's words. */
enum err ask_status(const struct http_answer *a, char ret_detail[DETAIL_MAX_BYTES]);

#endif
