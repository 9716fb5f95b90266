#include "firmware/core/pay_ask.h"

#include "firmware/base/log.h"
#include "firmware/core/core.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#define MAX_WAIT_MS 3600000u
#define BUSY_MS     1000u
#define HTTP_NONE   404 /* PAID: that key was never started */

static void ask_next(void *data);

static void wait_for(struct core *c, uint32_t wait_ms)
{
	timer_set(c->child.loop, &c->payments.next, wait_ms < MAX_WAIT_MS ? wait_ms : MAX_WAIT_MS,
		  ask_next, c);
}

void pay_ask_poke(struct core *c)
{
	wait_for(c, 0);
}

void pay_ask_resume(struct core *c)
{
	enum err e = pay_resume(c->store);

	if (e != ERR_OK)
		log_line(LOG_ERROR, "pay.resume", "err=%s", err_name(e));
	pay_ask_poke(c);
}

void pay_ask_watch(struct core *c, const char *key)
{
	snprintf(c->payments.watched, sizeof c->payments.watched, "%s", key);
	pay_ask_poke(c);
}

static enum err take_start(struct core *c, const struct pay_item *i, const struct query_end *end)
{
	struct pay_started a;
	struct pay_payee payee;
	enum err e = pay_read_start(end->facts, i, &a, &payee);

	return e == ERR_OK ? pay_started(c->store, i->key, &a) : e;
}

static enum err take_poll(struct core *c, const struct pay_item *i, const struct query_end *end)
{
	struct pay_polled a = { .word = PAY_SAYS_UNKNOWN };
	enum err e = ERR_OK;

	if (end->why == ERR_OK)
		e = pay_read_poll(end->facts, i, end->time_s, &a);
	return e == ERR_OK ? pay_polled(c->store, i->key, &a) : e;
}

/* A reply that cannot be used is as none: asked again later, and later still. */
static enum err take_reply(struct core *c, const struct pay_item *i, const struct query_end *end)
{
	bool starts = c->payments.starts;
	bool unknown = !starts && end->http == HTTP_NONE;
	enum err e = end->why;

	if (e == ERR_OK || unknown)
		e = starts ? take_start(c, i, end) : take_poll(c, i, end);
	if (e == ERR_OK || store_failed(c->store))
		return e;
	return pay_unanswered(c->store, i->key, e, end->retry_after_s);
}

static void tell(const struct pay_item *was, const struct pay_item *is)
{
	if (was->state != is->state || was->trouble != is->trouble)
		log_line(is->trouble & ~was->trouble ? LOG_WARN : LOG_INFO, "pay",
			 "key=%s state=%s vnd=%" PRId64 " trouble=%u", is->key,
			 pay_state_name(is->state), is->paid_vnd, is->trouble);
}

static void on_reply(struct core *c, uint32_t number, const struct query_end *end)
{
	struct pay_item was, is;
	enum err e = pay_get(c->store, c->payments.asked, &was);

	(void)number;
	c->payments.asked[0] = '\0';
	if (e == ERR_OK)
		e = take_reply(c, &was, end);
	if (e == ERR_OK)
		e = pay_get(c->store, was.key, &is);
	if (e == ERR_OK)
		tell(&was, &is);
	else
		log_line(LOG_ERROR, "pay.reply", "err=%s", err_name(e));
	if (e == ERR_OK && strcmp(is.key, c->payments.watched) == 0)
		guest_step(c, &(struct visit_event){ .on = ON_PAY_NEWS });
	wait_for(c, e == ERR_OK ? 0 : BUSY_MS);
}

static struct json_object *body_of(const struct pay_item *i, bool starts)
{
	struct json_object *body = json_object_new_object();
	char text[24];

	if (!body)
		return NULL; /* query_ask() says so */
	json_object_object_add(body, "MaThamChieu", json_object_new_string(i->key));
	if (!starts)
		return body;
	snprintf(text, sizeof text, "%" PRId64, i->amount_vnd);
	json_object_object_add(body, "SoTien", json_object_new_string(text));
	json_object_object_add(body, "MaHoSo", json_object_new_string(i->dossier));
	snprintf(text, sizeof text, "%d", (int)i->when);
	json_object_object_add(body, "HinhThucThu", json_object_new_string(text));
	return body;
}

/* The row says that it was asked before a byte of it goes out. */
static enum err ask(struct core *c, const struct pay_item *i, bool starts)
{
	enum err e = starts ? pay_asking(c->store, i->key) : ERR_OK;

	if (e != ERR_OK)
		return e;
	memcpy(c->payments.asked, i->key, sizeof i->key);
	c->payments.starts = starts;
	e = query_ask(c, starts ? QUERY_PAY : QUERY_PAID, body_of(i, starts), on_reply, 0, 0);
	if (e == ERR_OK)
		return ERR_OK;
	c->payments.asked[0] = '\0';
	enum err kept = pay_unanswered(c->store, i->key, e, 0);
	return kept == ERR_OK ? e : kept;
}

static void ask_next(void *data)
{
	struct core *c = data;
	struct payments *p = &c->payments;
	struct pay_item i;
	enum pay_ask what;
	uint32_t wait_ms = MAX_WAIT_MS;

	if (p->asked[0] || !c->sender.link_up)
		return; /* its reply, or the link, comes back here */
	enum err e = pay_next(c->store, p->watched[0] ? p->watched : NULL, &i, &what, &wait_ms);
	if (e == ERR_OK) {
		e = ask(c, &i, what == PAY_START);
		if (e == ERR_OK)
			return;
		wait_ms = BUSY_MS;
	}
	if (e != ERR_NOT_FOUND && e != ERR_BUSY)
		log_line(LOG_WARN, "pay.not_asked", "err=%s", err_name(e));
	wait_for(c, wait_ms);
}
