#include "firmware/core/catalogue_renew.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define MINUTE_MS   60000u
#define HOUR_MS     (60u * MINUTE_MS)
#define BUSY_MS     1000u /* somebody stands there: look again then */
#define MAX_IN_TURN 20u   /* keys that follow each other, and a delta that does not fit */

static void ask(void *data);

/* When a list must be valid. The one place that says what time it is for that. */
static int64_t now_s(const struct core *c)
{
	return clock_now_s(&c->child.clock);
}

bool catalogue_is_old(const struct core *c)
{
	return catalogue_book_is_old(&c->book, now_s(c));
}

/* Within half of `about_ms` around it: kiosks do not all come at once. */
static void ask_in(struct core *c, uint32_t about_ms)
{
	uint32_t random = 0;

	if (getrandom(&random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random)
		random = 0;
	c->renewal.in_turn = 0;
	timer_set(c->child.loop, &c->renewal.next, about_ms / 2 + random % about_ms, ask, c);
}

static void forget(struct renewal *r)
{
	free(r->signature);
	r->signature = NULL;
	r->signature_len = 0;
	if (r->text >= 0)
		close(r->text);
	r->text = -1;
}

static void day_text(int64_t s, char ret[40])
{
	if (s > 0)
		core_time_text(s, LANGUAGE_EN, ret, 40);
	else
		snprintf(ret, 40, "never");
}

static void say_list(struct ctl *t, const struct catalogue_copy *copy)
{
	char got[40], until[40];

	day_text(copy->got_s, got);
	day_text(catalogue_expires_s(copy->list), until);
	ctl_say(t, "version %s, number %" PRId64 ", %zu procedures", catalogue_version(copy->list),
		catalogue_number(copy->list), catalogue_count(copy->list));
	ctl_say(t, "came    %s%s", copy->file ? "from the province, " : "with the programs",
		copy->file ? got : "");
	ctl_say(t, "expires %s", until);
}

static void say_state(struct ctl *t)
{
	const struct core *c = t->core;
	const struct renewal *r = &c->renewal;
	char heard[40], key[CATALOGUE_KEY_CAP] = "";

	say_list(t, catalogue_book_copy(&c->book));
	day_text(r->heard_s, heard);
	ctl_say(t, "asked   the province has answered: %s; last try: %s", heard, err_text(r->why));
	(void)catalogue_keys_name(&c->book.keys, c->book.keys.count - 1, key);
	ctl_say(t, "key     %s%s", key, c->book.keys.count > 1 ? " (not the installed one)" : "");
	if (r->asked)
		ctl_say(t, "ASKS    the answer is not there yet");
	if (r->text >= 0)
		ctl_say(t, "WAITS   a newer one comes into use when nobody is at the kiosk");
	if (catalogue_book_is_behind(&c->book))
		ctl_say(t, "OLD     number %" PRId64 " was in use here: this disk went back",
			c->book.floor);
	else if (catalogue_is_old(c))
		ctl_say(t, "OLD     it has expired: citizens are told to ask staff");
}

static void end(struct core *c, enum err why)
{
	struct renewal *r = &c->renewal;
	struct ctl *t = ctl_find(c, r->ctl);

	r->asked = r->whole = false;
	r->why = why;
	r->ctl = 0;
	if (why != ERR_OK)
		log_line(LOG_WARN, "catalogue.not_renewed", "err=%s", err_name(why));
	ask_in(c, why == ERR_OK ? 24 * HOUR_MS : HOUR_MS);
	if (!t)
		return;
	if (why != ERR_OK)
		ctl_say(t, "error %s: %s", err_name(why), err_text(why));
	say_state(t);
	ctl_end(t, why == ERR_OK ? CTL_DONE : CTL_REFUSED);
}

/* Not now, but in the next turn of the loop. */
static void ask_again(struct core *c)
{
	c->renewal.asked = false;
	if (++c->renewal.in_turn > MAX_IN_TURN)
		end(c, ERR_BAD_DATA);
	else
		timer_set(c->child.loop, &c->renewal.next, 0, ask, c);
}

static void note(struct core *c, const char *what, const char *detail)
{
	if (audit_add(c->store, what, catalogue_version(c->catalogue), detail) != ERR_OK)
		log_line(LOG_ERROR, "audit", "what=%s", what);
}

static void use(struct core *c)
{
	char number[32];

	c->catalogue = catalogue_book_now(&c->book);
	c->visit.catalogue = c->catalogue;
	snprintf(number, sizeof number, "number=%" PRId64, catalogue_number(c->catalogue));
	log_line(LOG_INFO, "catalogue.in_use", "version=%s %s", catalogue_version(c->catalogue),
		 number);
	note(c, "catalogue.in_use", number);
	show_screen(c);
}

static enum err take(struct core *c)
{
	struct renewal *r = &c->renewal;
	const void *text;
	size_t len;
	enum err e = mem_map(r->text, CATALOGUE_MAX_BYTES, &text, &len);

	if (e != ERR_OK)
		return e;
	e = catalogue_book_take(&c->book, text, len, r->signature, r->signature_len, now_s(c));
	mem_unmap(text, len);
	return e;
}

static void settle(void *data)
{
	struct core *c = data;

	if (c->visit.at != SCREEN_ATTRACT) {
		timer_set(c->child.loop, &c->renewal.settle, BUSY_MS, settle, c);
		return;
	}
	enum err e = take(c);
	forget(&c->renewal);
	if (e == ERR_OK)
		use(c);
	end(c, e);
}

static enum err take_key(struct core *c)
{
	struct renewal *r = &c->renewal;
	enum err e = catalogue_book_take_key(&c->book, r->signature, r->signature_len);

	forget(r);
	if (e == ERR_OK)
		note(c, "catalogue.key", "the next one signs from now on");
	return e;
}

static void on_read(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct renewal *r = &c->renewal;
	static const char *const FORMS[] = { "whole", "delta", "key" };
	bool read = answer && answer->type == MSG_CATALOGUE_READ;

	(void)tag;
	log_line(LOG_INFO, "catalogue.read", "form=%s err=%s", FORMS[r->form],
		 read ? "OK" : err_name(why));
	if (!read && r->form == CATALOGUE_DELTA && !r->whole) {
		forget(r);
		r->whole = true;
		ask_again(c);
	} else if (!read) {
		forget(r);
		end(c, why != ERR_OK ? why : ERR_BAD_MESSAGE);
	} else if (r->form == CATALOGUE_KEY) {
		enum err e = take_key(c);

		if (e == ERR_OK)
			ask_again(c);
		else
			end(c, e);
	} else {
		r->text = take_fd(&answer->catalogue_read.text);
		timer_set(c->child.loop, &r->settle, 0, settle, c);
	}
}

static enum err copy_signature(struct renewal *r, const uint8_t *bytes, size_t len)
{
	forget(r);
	r->signature = malloc(len ? len : 1);
	if (!r->signature)
		return ERR_NO_MEMORY;
	memcpy(r->signature, bytes, len);
	r->signature_len = len;
	return ERR_OK;
}

static enum err check(struct core *c, const uint8_t *body, size_t len)
{
	struct renewal *r = &c->renewal;
	struct msg m = { .type = MSG_JOB_CATALOGUE,
			 .job_catalogue = { .form = r->form,
					    .body = -1,
					    .base = -1,
					    .signature = -1,
					    .anchor = -1 } };
	struct msg_job_catalogue *j = &m.job_catalogue;
	const char *base = catalogue_json(c->catalogue);

	enum err e = mem_of(body, len, &j->body);
	if (e == ERR_OK)
		e = mem_of(base, r->form == CATALOGUE_DELTA ? strlen(base) : 0, &j->base);
	if (e == ERR_OK)
		e = mem_of(r->signature, r->signature_len, &j->signature);
	if (e == ERR_OK)
		e = catalogue_keys_pem(&c->book.keys, &j->anchor);
	if (e == ERR_OK)
		return jobs_add(c, &m, on_read, 0, "catalogue");
	msg_finish(&m);
	return e;
}

/* Which of the forms of query.def it is. ERR_REFUSED: an old one. */
static enum err read_reply(struct core *c, const struct view *v)
{
	struct renewal *r = &c->renewal;
	size_t key_len = 0, signature_len = 0, body_len = 0;
	const uint8_t *key = view_get_bytes(v, "key", &key_len);
	const uint8_t *signature = view_get_bytes(v, "signature", &signature_len);
	const uint8_t *body = view_get_bytes(v, "body", &body_len);
	int64_t from = view_get_num(v, "from"), number = view_get_num(v, "number");
	bool is_new = c->book.floor_key + 1 < c->book.keys.count;

	r->form = key_len > 0 ? CATALOGUE_KEY : from > 0 ? CATALOGUE_DELTA : CATALOGUE_WHOLE;
	if (key_len == 0 && !is_new && number <= c->book.floor)
		return ERR_REFUSED;
	if (r->form == CATALOGUE_DELTA && from != catalogue_number(c->catalogue))
		return ERR_BAD_DATA;
	enum err e = key_len > 0 ? copy_signature(r, key, key_len)
				 : copy_signature(r, signature, signature_len);
	return e == ERR_OK ? check(c, body, key_len > 0 ? 0 : body_len) : e;
}

static void on_reply(struct core *c, uint32_t number, const struct query_end *how)
{
	size_t key_len = 0, body_len = 0;

	(void)number;
	if (how->why != ERR_OK) {
		end(c, how->why);
		return;
	}
	c->renewal.heard_s = how->time_s;
	(void)view_get_bytes(how->facts, "key", &key_len);
	(void)view_get_bytes(how->facts, "body", &body_len);
	if (key_len == 0 && body_len == 0) {
		end(c, ERR_OK); /* nothing is newer */
		return;
	}
	enum err e = read_reply(c, how->facts);
	if (e == ERR_REFUSED)
		note(c, "catalogue.went_back", "the province offers one that is older");
	if (e != ERR_OK)
		end(c, e);
}

static void ask(void *data)
{
	struct core *c = data;
	struct renewal *r = &c->renewal;
	struct json_object *body = json_object_new_object();
	char key[CATALOGUE_KEY_CAP] = "";

	(void)catalogue_keys_name(&c->book.keys, c->book.keys.count - 1, key);
	if (!body || r->asked || r->text >= 0) {
		json_object_put(body);
		return;
	}
	json_object_object_add(body, "number",
			       json_object_new_int64(catalogue_number(c->catalogue)));
	json_object_object_add(body, "key", json_object_new_string(key));
	json_object_object_add(body, "whole", json_object_new_boolean(r->whole));
	enum err e = query_ask(c, QUERY_CATALOGUE, body, on_reply, 0, 0);
	if (e == ERR_OK)
		r->asked = true;
	else
		end(c, e);
}

void catalogue_renew_begin(struct core *c)
{
	ask_in(c, 20 * MINUTE_MS);
}

void catalogue_renew_finish(struct core *c)
{
	forget(&c->renewal);
}

enum ctl_code catalogue_command(struct ctl *t, const char *arg)
{
	struct renewal *r = &t->core->renewal;

	if (!*arg) {
		say_state(t);
		return CTL_DONE;
	}
	if (strcmp(arg, "renew") != 0) {
		ctl_say(t, "catalogue         the list of procedures: version, age, expiry, key");
		ctl_say(t, "catalogue renew   ask the province for a newer one, now");
		return CTL_USAGE;
	}
	if (r->asked || r->text >= 0 || ctl_find(t->core, r->ctl)) {
		ctl_say(t, "it is being asked for already");
		return CTL_REFUSED;
	}
	r->ctl = t->id;
	r->in_turn = 0;
	timer_set(t->core->child.loop, &r->next, 0, ask, t->core);
	return CTL_LATER;
}
