#include "firmware/sync/update.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/version.h"
#include "firmware/sync/ask.h"
#include "firmware/sync/link.h"

#include <stdio.h>
#include <string.h>

#define QUIET_MS    20000u
#define JSON_BYTES  (64u << 10)
#define SLEEP_S     300u /* when the server does not say */
#define FIRST_S     60u
#define LONGEST_S   3600u
#define MOST_WRONG  3
#define COPY(to, t) snprintf(to, sizeof(to), "%s", t)

static void go_on(struct update *u);

uint32_t update_pause_s(uint32_t sleep_s, unsigned failures, uint32_t retry_after_s,
			uint32_t random)
{
	uint32_t most = sleep_s ? sleep_s : SLEEP_S, least = most - most / 4;

	if (failures > 0) {
		most = failures > 6 ? LONGEST_S : 60u << (failures - 1);
		least = most / 4;
	}
	uint32_t s = least + random % (most - least + 1);
	return s < retry_after_s ? retry_after_s + random % 60 : s;
}

static void on_poll(void *data)
{
	struct update *u = data;

	u->due = true;
	go_on(u);
}

static void poll_later(struct update *u, uint32_t retry_after_s)
{
	uint32_t s = update_pause_s(u->sleep_s, u->failures, retry_after_s, random_u32());

	timer_set(http_loop(u->http), &u->poll, s * 1000, on_poll, u);
}

static void tell_polled(struct update *u, enum err why, unsigned http, const char *detail)
{
	struct msg m = { .type = MSG_UPDATE_POLLED };

	m.update_polled.why = (uint8_t)why;
	m.update_polled.http = (uint16_t)http;
	m.update_polled.sleep_s = u->sleep_s;
	body_text(detail, m.update_polled.detail, sizeof m.update_polled.detail);
	u->fn(u->data, &m);
}

/* Whatever it was: the next poll begins anew, and finds what is still to do. */
static void fail(struct update *u, enum err why, unsigned http, uint32_t retry_after_s,
		 const char *detail)
{
	u->failures++;
	u->base = (struct ddi_base){ 0 };
	log_line(LOG_WARN, "update.failed", "err=%s http=%u failures=%u", err_name(why), http,
		 u->failures);
	tell_polled(u, why, http, detail);
	poll_later(u, retry_after_s);
}

static void fail_answer(struct update *u, const struct http_answer *a)
{
	char detail[DETAIL_MAX_BYTES];
	enum err why = a->e;

	if (why == ERR_OK) {
		why = ask_status(a, detail);
		fail(u, why, a->status, a->headers.retry_after_s, detail);
	} else {
		fail(u, why, 0, 0, a->why);
	}
}

static void fail_form(struct update *u, const struct http_answer *a, enum err e)
{
	fail(u, e, a->status, 0,
	     e == ERR_FORGED ? "a link leads to another host, tenant or kiosk"
			     : "that is no answer of an update server");
}

static bool is_json(const struct http_answer *a)
{
	return a->status == 200 && (strcmp(a->headers.type, "application/hal+json") == 0 ||
				    strcmp(a->headers.type, "application/json") == 0);
}

static void stop_fetch(struct update *u)
{
	fetch_stop(&u->fetch);
	u->fetching[0] = '\0';
}

static void say(struct update *u, const struct update_say *s)
{
	if (u->says_count == UPDATE_SAYS) { /* the oldest is the least news */
		memmove(u->says, u->says + 1, sizeof *u->says * (UPDATE_SAYS - 1));
		u->says_count--;
	}
	u->says[u->says_count++] = *s;
	go_on(u);
}

static void say_percent(struct update *u, int percent, const char *words)
{
	struct update_say s = { .word = UPDATE_GOES_ON, .percent = percent };

	COPY(s.action, u->fetching);
	COPY(s.words, words);
	say(u, &s);
}

static void tell_cancel(struct update *u, const char *action)
{
	struct msg m = { .type = MSG_UPDATE_CANCEL };

	COPY(m.update_cancel.action, action);
	u->fn(u->data, &m);
}

/* What is no longer wanted there is not wanted here. */
static void on_base(struct update *u, const struct http_answer *a)
{
	struct ddi_base b;
	char path[ADDRESS_MAX_BYTES], action[UPDATE_ACTION_CAP] = "";
	enum err e = is_json(a) ? ddi_read_base(a->body, a->body_len, &b) : ERR_BAD_DATA;

	if (e == ERR_OK && b.deployment[0])
		e = ddi_action(http_base(u->http), u->own, "deploymentBase", b.deployment, path,
			       action);
	if (e != ERR_OK) {
		fail_form(u, a, e);
		return;
	}
	u->failures = 0;
	u->base = b;
	u->sleep_s = b.sleep_s;
	u->attributes |= b.config;
	if (u->fetching[0] && !b.cancel[0] && strcmp(action, u->fetching) != 0) {
		COPY(action, u->fetching);
		stop_fetch(u);
		tell_cancel(u, action);
	} else if (u->fetching[0] && !b.cancel[0]) {
		u->base.deployment[0] = '\0'; /* it is on its way */
	}
	tell_polled(u, ERR_OK, a->status, "");
	poll_later(u, 0);
}

static void on_cancel(struct update *u, const struct http_answer *a)
{
	char action[UPDATE_ACTION_CAP];
	enum err e = is_json(a) ? ddi_read_cancel(a->body, a->body_len, action) : ERR_BAD_DATA;

	u->base.cancel[0] = '\0';
	if (e != ERR_OK) {
		fail_form(u, a, e);
		return;
	}
	if (strcmp(action, u->fetching) == 0)
		stop_fetch(u);
	log_line(LOG_INFO, "update.cancel", "action=%s", action);
	tell_cancel(u, action);
}

static void on_deployment(struct update *u, const struct http_answer *a)
{
	struct msg m = { .type = MSG_UPDATE_OFFER };
	struct ddi_deployment d = { 0 };
	enum err e = is_json(a) ? ddi_read_deployment(a->body, a->body_len, &d) : ERR_BAD_DATA;

	u->base.deployment[0] = '\0';
	if (e == ERR_NOT_FOUND) { /* size 0 says so to core */
		d.size = 0;
		d.fetch = true;
	} else if (e != ERR_OK) {
		fail_form(u, a, e);
		return;
	}
	if (!d.fetch)
		return;
	if (strcmp(u->offer.action, d.action) != 0 || strcmp(u->offer.sha256, d.sha256) != 0)
		u->wrong = 0;
	u->offer = d;
	COPY(m.update_offer.action, d.action);
	COPY(m.update_offer.version, d.version);
	COPY(m.update_offer.sha256, d.sha256);
	m.update_offer.size = d.size;
	m.update_offer.install = d.install;
	log_line(LOG_INFO, "update.offer", "action=%s version=%s bytes=%lld install=%d", d.action,
		 d.version, (long long)d.size, d.install);
	u->fn(u->data, &m);
}

static bool is_last(enum update_word word)
{
	return word == UPDATE_FAILED || word == UPDATE_SUCCEEDED || word == UPDATE_CANCELLED;
}

/* 404, 405, 410: the server has ended it by itself. */
static void on_said(struct update *u, const struct http_answer *a)
{
	struct update_say s = u->says[0];
	struct msg m = { .type = MSG_UPDATE_TOLD };
	bool over = a->status == 404 || a->status == 405 || a->status == 410;

	if (a->status / 100 != 2 && !over) {
		fail_answer(u, a);
		return;
	}
	memmove(u->says, u->says + 1, sizeof *u->says * --u->says_count);
	if (s.word == UPDATE_CANCELLED || s.word == UPDATE_STAYS)
		u->base.cancel[0] = '\0'; /* answered, whatever the last poll saw */
	log_line(LOG_INFO, "update.said", "action=%s word=%d percent=%d http=%u", s.action,
		 (int)s.word, s.percent, a->status);
	if (!is_last(s.word))
		return;
	COPY(m.update_told.action, s.action);
	u->fn(u->data, &m);
}

static void on_answer(void *data, const struct http_answer *a)
{
	struct update *u = data;
	bool gone = a->status == 404 || a->status == 410;

	u->call = NULL;
	if (a->e != ERR_OK) {
		fail_answer(u, a);
	} else if (u->step == UPDATE_SAYING) {
		on_said(u, a);
	} else if (gone && u->step != UPDATE_BASE) { /* between two questions it was ended */
		u->base = (struct ddi_base){ 0 };
		u->attributes &= u->step != UPDATE_ATTRIBUTES;
	} else if (a->status / 100 != 2) {
		fail_answer(u, a);
	} else if (u->step == UPDATE_BASE) {
		on_base(u, a);
	} else if (u->step == UPDATE_ATTRIBUTES) {
		u->attributes = false;
	} else if (u->step == UPDATE_CANCELS) {
		on_cancel(u, a);
	} else {
		on_deployment(u, a);
	}
	if (u->failures == 0)
		go_on(u);
}

static void ask(struct update *u, enum update_step step, const char *path, const char *text)
{
	bool put = step == UPDATE_ATTRIBUTES, get = !text;
	struct http_request r = { .method = get   ? "GET"
					    : put ? "PUT"
						  : "POST",
				  .path = path,
				  .text = text,
				  .fd = -1,
				  .headers = { get ? "Accept: application/hal+json"
						   : "Content-Type: application/json",
					       u->auth[0] ? u->auth : NULL },
				  .max_bytes = JSON_BYTES,
				  .quiet_ms = QUIET_MS };

	u->step = step;
	enum err e = http_start(u->http, &r, on_answer, u, &u->call);
	if (e != ERR_OK)
		fail(u, e, 0, 0, "the request could not be made");
}

static void ask_base(struct update *u)
{
	char path[ADDRESS_MAX_BYTES];

	u->due = false;
	COPY(path, u->own);
	path[strlen(path) - 1] = '\0';
	ask(u, UPDATE_BASE, path, NULL);
}

static void tell_attributes(struct update *u)
{
	char path[ADDRESS_MAX_BYTES + 16];
	AUTO_FREE char *text = ddi_attributes((const char *[]){ "version", u->version, "board",
								u->board, "slot", u->slot, "kiosk",
								u->kiosk, "left", u->left, NULL });

	snprintf(path, sizeof path, "%sconfigData", u->own);
	if (text)
		ask(u, UPDATE_ATTRIBUTES, path, text);
}

static void tell_next(struct update *u)
{
	const struct update_say *s = &u->says[0];
	bool cancels = s->word == UPDATE_CANCELLED || s->word == UPDATE_STAYS;
	char path[ADDRESS_MAX_BYTES + 64];
	AUTO_FREE char *text = ddi_feedback(s->action, s->word, s->percent, s->words);

	snprintf(path, sizeof path, "%s%s/%s/feedback", u->own,
		 cancels ? "cancelAction" : "deploymentBase", s->action);
	if (text)
		ask(u, UPDATE_SAYING, path, text);
}

static void follow(struct update *u, enum update_step step, const char *kind, const char *href)
{
	char path[ADDRESS_MAX_BYTES], action[UPDATE_ACTION_CAP];
	enum err e = ddi_action(http_base(u->http), u->own, kind, href, path, action);

	if (e == ERR_OK)
		ask(u, step, path, NULL);
	else
		fail(u, e, 0, 0, "a link leads to another host, tenant or kiosk");
}

/* One request at a time; what was promised to the server goes first. */
static void go_on(struct update *u)
{
	if (u->call || !u->fn)
		return;
	if (u->due)
		ask_base(u);
	else if (u->failures > 0)
		return; /* the next poll will see */
	else if (u->says_count > 0)
		tell_next(u);
	else if (u->attributes && u->slot[0])
		tell_attributes(u);
	else if (u->base.cancel[0])
		follow(u, UPDATE_CANCELS, "cancelAction", u->base.cancel);
	else if (u->base.deployment[0])
		follow(u, UPDATE_DEPLOYMENT, "deploymentBase", u->base.deployment);
}

static void tell_came(struct update *u, enum err why, const char *detail)
{
	struct msg m = { .type = MSG_UPDATE_CAME, .update_came.why = (uint8_t)why };

	COPY(m.update_came.action, u->fetching);
	COPY(m.update_came.detail, detail);
	if (why == ERR_OK)
		say_percent(u, 100, "fetched, and as promised");
	u->fetching[0] = '\0';
	u->fn(u->data, &m);
}

static void on_fetched(void *data, enum err e, const struct http_answer *a)
{
	struct update *u = data;

	log_line(e == ERR_OK ? LOG_INFO : LOG_WARN, "update.fetched", "action=%s err=%s",
		 u->fetching, err_name(e));
	u->wrong += e == ERR_FORGED && !a;
	if (e == ERR_OK) {
		tell_came(u, ERR_OK, "");
	} else if (e == ERR_NOT_FOUND) {
		tell_came(u, e, "the server does not have the file that it offers");
	} else if (u->wrong >= MOST_WRONG) {
		tell_came(u, ERR_FORGED, "its sha256 is not the one that was promised");
	} else { /* what has come stays, and the next poll goes on with it */
		u->fetching[0] = '\0';
		fail(u, e, a ? a->status : 0, a ? a->headers.retry_after_s : 0,
		     a && a->e != ERR_OK ? a->why : "the file did not come whole");
	}
}

static void on_moves(void *data)
{
	struct fetch *f = data;
	struct update *u = f->data;
	int percent = fetch_percent(f);
	char words[40];

	if (percent / 25 == u->quarter)
		return;
	u->quarter = percent / 25;
	snprintf(words, sizeof words, "%d %% fetched", percent);
	say_percent(u, percent, words);
}

static void fetch(struct update *u, struct msg_update_into *m)
{
	char path[ADDRESS_MAX_BYTES];
	struct fetch_order o = {
		.path = path, .sha256 = u->offer.sha256, .auth = u->auth, .size = u->offer.size
	};

	if (strcmp(m->action, u->offer.action) != 0 || u->fetching[0])
		return;
	COPY(u->fetching, m->action);
	enum err e = address_path(http_base(u->http), u->offer.href, path);
	if (e != ERR_OK) {
		tell_came(u, e, "the file is offered from another host");
		return;
	}
	u->fetch.fn = on_fetched;
	u->fetch.moves = on_moves;
	u->fetch.data = u;
	u->quarter = 0;
	fetch_start(&u->fetch, u->http, &o, take_fd(&m->file));
}

static void tell(struct update *u, const struct msg_update_tell *m)
{
	struct update_say s = { .word = m->word, .percent = -1 };

	if (m->word >= UPDATE_WORDS || !ddi_action_ok(m->action))
		return;
	COPY(s.action, m->action);
	COPY(s.words, m->detail);
	u->attributes |= m->word == UPDATE_SUCCEEDED;
	say(u, &s);
}

void update_message(struct update *u, struct msg *m)
{
	if (!u->http)
		return;
	if (m->type == MSG_UPDATE_ABOUT) {
		COPY(u->slot, m->update_about.slot[0] ? m->update_about.slot : "-");
		snprintf(u->left, sizeof u->left, "%.127s",
			 m->update_about.left[0] ? m->update_about.left : "-");
		go_on(u);
	} else if (m->type == MSG_UPDATE_INTO) {
		fetch(u, &m->update_into);
	} else if (m->type == MSG_UPDATE_TELL) {
		tell(u, &m->update_tell);
	}
}

void update_drop(struct update *u)
{
	stop_fetch(u);
	u->says_count = 0;
}

void update_hold(struct update *u, bool hold)
{
	if (u->fetch.held == hold)
		return;
	fetch_hold(&u->fetch, hold);
	if (u->fetching[0])
		log_line(LOG_INFO, "update.held", "held=%d", hold);
}

static bool word_ok(const char *text, const char *more)
{
	static const char LETTERS[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	size_t n = 0;

	while (text[n] && (strchr(LETTERS, text[n]) || strchr(more, text[n])))
		n++;
	return n > 0 && text[n] == '\0';
}

static bool read_token(const char *token, char *ret, size_t cap)
{
	const char *at = strchr(token, ':');
	bool gateway = strncmp(token, "gateway:", 8) == 0;

	ret[0] = '\0';
	if (!token[0])
		return true;
	if ((!gateway && strncmp(token, "target:", 7) != 0) || !word_ok(at + 1, "-._~+/="))
		return false;
	snprintf(ret, cap, "Authorization: %sToken %s", gateway ? "Gateway" : "Target", at + 1);
	return true;
}

enum err update_open(struct update *u, struct loop *l, const struct config *c, char why[256])
{
	struct config own = *c; /* the same way and certificates, to another host */
	struct version v;

	if (!c->update_url[0])
		return ERR_OK;
	if (!address_base_ok(c->update_url) || !word_ok(c->update_tenant, "-_") ||
	    !read_token(c->update_token, u->auth, sizeof u->auth)) {
		snprintf(why, 256, "update_url, update_tenant or update_token: not of its form");
		return ERR_BAD_CONFIG;
	}
	version_read(c->assets_dir, &v);
	COPY(u->version, v.number);
	COPY(u->board, v.board[0] ? v.board : "-");
	snprintf(u->kiosk, sizeof u->kiosk, "%.15s", c->kiosk_id);
	snprintf(u->own, sizeof u->own, "/%.200s/controller/v1/%s/", c->update_tenant, u->kiosk);
	COPY(own.province_url, c->update_url);
	own.province_pins[0] = '\0'; /* that is another key */
	u->attributes = true;
	return http_create(l, &own, &u->http, why);
}

void update_start(struct update *u, update_fn *fn, void *data)
{
	u->fn = fn;
	u->data = data;
	if (u->http)
		timer_set(http_loop(u->http), &u->poll, random_u32() % (FIRST_S * 1000), on_poll,
			  u);
}

void update_close(struct update *u)
{
	if (!u->http)
		return;
	stop_fetch(u);
	timer_stop(http_loop(u->http), &u->poll);
	http_cancel(u->call);
	http_destroy(u->http);
	u->http = NULL;
}
