#include "firmware/sync/link.h"

#include "firmware/base/log.h"
#include "firmware/sync/body.h"

#include <string.h>
#include <sys/random.h>

#define QUIET_MS   10000u
#define EVERY_MS   45000u /* and up to half a minute more */
#define LONGEST_MS 30000u
#define LEAST_MS   200u

uint32_t random_u32(void)
{
	uint32_t n = 0;

	if (getrandom(&n, sizeof n, GRND_NONBLOCK) != sizeof n)
		return 0x9e3779b9;
	return n;
}

uint32_t link_pause_ms(unsigned failures, uint32_t random)
{
	uint32_t most = failures > 5 ? LONGEST_MS : 1000u << (failures > 0 ? failures - 1 : 0);

	if (most > LONGEST_MS)
		most = LONGEST_MS;
	return LEAST_MS + random % (most - LEAST_MS);
}

static void ask(void *data);

static void set(struct link *l, enum err why)
{
	bool news = !l->known || l->why != why;

	l->known = true;
	l->up = why == ERR_OK;
	l->why = why;
	if (news)
		l->fn(l->data, why);
}

/* It answers, but not as the province does in good health. */
static enum err why_of(const struct http_answer *a)
{
	struct health health;

	if (a->e != ERR_OK)
		return a->e;
	if (a->status >= 500 || a->status == 429)
		return ERR_SERVER;
	if (a->status == HTTP_OUTDATED)
		return ERR_OUTDATED;
	return a->status == 200 && strcmp(a->headers.type, "application/json") == 0 &&
			       body_health(a->body, a->body_len, &health)
		       ? ERR_OK
		       : ERR_BAD_DATA;
}

static void ask_later(struct link *l)
{
	uint32_t wait =
		l->up ? EVERY_MS + random_u32() % 30000u : link_pause_ms(l->failures, random_u32());

	timer_set(http_loop(l->http), &l->timer, wait, ask, l);
}

static void on_answer(void *data, const struct http_answer *a)
{
	struct link *l = data;
	enum err why = why_of(a);
	bool up = why == ERR_OK;

	l->call = NULL;
	if (!up && l->failures == 0)
		log_line(LOG_WARN, "link.down", "err=%s http=%u why=\"%s\"", err_name(why),
			 a->status, a->e == ERR_OK ? "not the province's health" : a->why);
	l->failures = up ? 0 : l->failures + 1;
	set(l, why);
	ask_later(l);
}

static void ask(void *data)
{
	struct link *l = data;
	struct http_request r = {
		.method = "GET", .path = "/v1/health", .fd = -1, .quiet_ms = QUIET_MS
	};

	if (l->call)
		return;
	if (http_start(l->http, &r, on_answer, l, &l->call) != ERR_OK) {
		l->failures++;
		ask_later(l);
	}
}

void link_start(struct link *l, struct http *h, link_fn *fn, void *data)
{
	l->http = h;
	l->fn = fn;
	l->data = data;
	ask(l);
}

void link_stop(struct link *l)
{
	if (!l->http)
		return;
	timer_stop(http_loop(l->http), &l->timer);
	http_cancel(l->call);
	l->call = NULL;
}

void link_heard(struct link *l, enum err e)
{
	bool up = e == ERR_OK;

	if (l->known && l->why == e)
		return;
	http_cancel(l->call);
	l->call = NULL;
	l->failures = up ? 0 : 1;
	set(l, e);
	ask_later(l);
}

/* On a slow line that is filled by an upload a question might not get through in time. */
void link_moves(struct link *l)
{
	if (l->known && l->up && !l->call)
		ask_later(l);
}
