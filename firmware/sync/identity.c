#include "firmware/sync/identity.h"

#include "firmware/base/mem.h"

#define MAX_BYTES 49152u
#define QUIET_MS  20000u

void identity_init(struct identity *i, struct http *h, identity_fn *fn, void *data)
{
	*i = (struct identity){ .http = h, .fn = fn, .data = data };
}

static void on_answer(void *data, const struct http_answer *a)
{
	struct identity *i = data;
	enum err why = a->e;

	i->call = NULL;
	if (why == ERR_OK && a->status != 200)
		why = a->status == 401 || a->status == 403 ? ERR_FORGED : ERR_SERVER;
	http_decide(i->http, why == ERR_OK);
	i->fn(i->data, why);
}

/* ERR_OK: worth a trial. */
static enum err compare(const struct identity *i)
{
	int64_t own_s, own_ends_s, new_s, new_ends_s;

	if (!http_span(i->http, true, &new_s, &new_ends_s))
		return ERR_BAD_DATA;
	if (http_span(i->http, false, &own_s, &own_ends_s) && own_ends_s > new_ends_s)
		return ERR_CANCELLED;
	return ERR_OK;
}

void identity_offer(struct identity *i, int pem)
{
	const void *bytes;
	size_t len;
	struct http_request r = {
		.method = "GET", .path = "/v1/health", .fd = -1, .trial = true, .quiet_ms = QUIET_MS
	};

	identity_stop(i);
	enum err e = mem_map(pem, MAX_BYTES, &bytes, &len);
	if (e == ERR_OK) {
		e = http_offer(i->http, bytes, len);
		mem_unmap(bytes, len);
	}
	if (e == ERR_OK)
		e = compare(i);
	if (e == ERR_OK)
		e = http_start(i->http, &r, on_answer, i, &i->call);
	if (e == ERR_OK)
		return;
	http_decide(i->http, false);
	i->fn(i->data, e);
}

void identity_stop(struct identity *i)
{
	if (!i->call)
		return;
	http_cancel(i->call);
	i->call = NULL;
	http_decide(i->http, false);
}
