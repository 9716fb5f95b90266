#include "firmware/sync/ask.h"

#include "firmware/base/mem.h"
#include "firmware/base/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLY_TYPE "application/pkcs7-mime"

void asks_init(struct asks *a, struct http *h, const struct ask_events *events, void *data)
{
	*a = (struct asks){ .http = h, .events = events, .data = data };
	for (size_t i = 0; i < ASK_MAX; i++)
		a->asks[i].all = a;
}

enum err ask_status(const struct http_answer *a, char ret_detail[DETAIL_MAX_BYTES])
{
	unsigned status = a->status;

	ret_detail[0] = '\0';
	if (strcmp(a->headers.type, "application/problem+json") == 0)
		body_problem(a->body, a->body_len, ret_detail);
	if (!ret_detail[0])
		snprintf(ret_detail, DETAIL_MAX_BYTES, "status %u, type \"%.60s\": not as agreed",
			 status, a->headers.type);
	if (status == HTTP_OUTDATED)
		return ERR_OUTDATED;
	if (status >= 500 || status == 408 || status == 409 || status == 423 || status == 425 ||
	    status == 429 || status == 460)
		return ERR_SERVER;
	if (status == 401 || status == 403)
		return ERR_DENIED;
	return status >= 400 ? ERR_REFUSED : ERR_BAD_DATA;
}

static void fail(struct asks *a, uint32_t id, enum err why, const char *text)
{
	struct ask_failure f = { .why = why };

	body_text(text, f.detail, sizeof f.detail);
	a->events->failed(a->data, id, &f);
}

static void on_answer(void *data, const struct http_answer *a)
{
	struct ask *ask = data;
	struct asks *all = ask->all;
	uint32_t id = ask->id;
	struct ask_failure f = { .http = a->status, .retry_after_s = a->headers.retry_after_s };

	ask->used = false;
	ask->call = NULL;
	all->events->heard(all->data, a->e);
	if (a->e != ERR_OK) {
		fail(all, id, a->e, a->why);
	} else if (a->status == 200 && strcmp(a->headers.type, REPLY_TYPE) == 0 && a->body_len) {
		all->events->replied(all->data, id, a->body, a->body_len);
	} else {
		f.why = ask_status(a, f.detail);
		all->events->failed(all->data, id, &f);
	}
}

static struct ask *find_free(struct asks *a)
{
	for (size_t i = 0; i < ASK_MAX; i++)
		if (!a->asks[i].used)
			return &a->asks[i];
	return NULL;
}

/* The question as a C text of the caller's to free; NULL when it is none. */
static char *text_of(int body)
{
	const void *bytes;
	size_t len;

	if (mem_map(body, QUESTION_MAX_BYTES, &bytes, &len) != ERR_OK)
		return NULL;
	char *text = len > 0 && !memchr(bytes, '\0', len) ? strndup(bytes, len) : NULL;
	mem_unmap(bytes, len);
	return text;
}

void asks_start(struct asks *a, const struct msg_query *q)
{
	const struct query_row *row = query_row(q->query);
	struct ask *ask = find_free(a);
	char *text = row ? text_of(q->body) : NULL;
	char path[64];

	if (!ask || !text) {
		free(text);
		fail(a, q->id, ask ? ERR_BAD_DATA : ERR_BUSY, "the question could not be asked");
		return;
	}
	snprintf(path, sizeof path, "/v1/queries/%s", row->name);
	ask->id = q->id;
	ask->used = true;
	enum err e =
		http_start(a->http,
			   &(struct http_request){ .method = "POST",
						   .path = path,
						   .text = text,
						   .fd = -1,
						   .headers = { "Content-Type: application/json" },
						   .max_bytes = row->max_bytes,
						   .quiet_ms = row->quiet_ms },
			   on_answer, ask, &ask->call);
	explicit_bzero(text, strlen(text)); /* it may name a person */
	free(text);
	if (e == ERR_OK)
		return;
	ask->used = false;
	fail(a, q->id, e, "the request could not be made");
}

static void stop(struct ask *ask)
{
	if (!ask->used)
		return;
	http_cancel(ask->call);
	ask->call = NULL;
	ask->used = false;
}

void asks_stop(struct asks *a, uint32_t id)
{
	for (size_t i = 0; i < ASK_MAX; i++)
		if (a->asks[i].id == id)
			stop(&a->asks[i]);
}

void asks_stop_all(struct asks *a)
{
	for (size_t i = 0; i < ASK_MAX; i++)
		stop(&a->asks[i]);
}

bool asks_any(const struct asks *a)
{
	for (size_t i = 0; i < ASK_MAX; i++)
		if (a->asks[i].used)
			return true;
	return false;
}
