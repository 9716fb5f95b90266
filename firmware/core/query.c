#include "firmware/core/query.h"

#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static bool make_nonce(char ret[QUERY_NONCE_CAP])
{
	uint8_t random[(QUERY_NONCE_CAP - 1) / 2];

	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		return false;
	for (size_t i = 0; i < sizeof random; i++)
		snprintf(ret + 2 * i, 3, "%02x", random[i]);
	return true;
}

static struct question *find(struct core *c, uint32_t id)
{
	for (size_t i = 0; i < QUERIES_MAX; i++)
		if (c->queries.questions[i].id == id)
			return &c->queries.questions[i];
	return NULL;
}

static void end(struct core *c, struct question *q, struct query_end *how)
{
	struct question done = *q;

	explicit_bzero(q, sizeof *q);
	if (how->why != ERR_OK)
		log_line(LOG_WARN, "query.failed", "query=%s err=%s http=%u",
			 query_row(done.query)->name, err_name(how->why), how->http);
	if (how->why == ERR_OK)
		reconcile_heard(c, how->epoch);
	memcpy(how->nonce, done.nonce, sizeof how->nonce);
	if (done.done && (done.visitor == 0 || done.visitor == c->visitor))
		done.done(c, done.number, how);
	if (done.checked && done.reply >= 0)
		close(done.reply);
}

static enum err send(struct core *c, struct question *q, struct json_object *body)
{
	struct msg m = { .type = MSG_QUERY, .query = { .id = q->id, .query = q->query } };
	struct json_object *v = json_object_new_int(QUERY_VERSION);
	struct json_object *nonce = json_object_new_string(q->nonce);

	m.query.body = -1;
	if (json_object_object_add(body, "v", v) != 0 ||
	    json_object_object_add(body, "nonce", nonce) != 0)
		return ERR_NO_MEMORY;
	const char *text = json_object_to_json_string_ext(body, JSON_C_TO_STRING_PLAIN);
	enum err e = text ? mem_of(text, strlen(text), &m.query.body) : ERR_NO_MEMORY;
	if (e == ERR_OK)
		e = child_send(&c->child, ROLE_SYNC, &m);
	msg_finish(&m);
	return e;
}

static enum err ask(struct core *c, struct question *q, struct json_object *body)
{
	if (!c->sender.link_up || !child_has(&c->child, ROLE_SYNC))
		return ERR_OFFLINE;
	if (!q)
		return ERR_BUSY;
	if (!body || !make_nonce(q->nonce))
		return ERR_NO_MEMORY;
	if (++c->queries.last_id == 0)
		c->queries.last_id++;
	q->id = c->queries.last_id;
	q->asked_ms = loop_now_ms(c->child.loop);
	return send(c, q, body);
}

enum err query_ask(struct core *c, enum query what, struct json_object *body, query_fn *done,
		   uint32_t visitor, uint32_t number)
{
	struct question *q = find(c, 0);

	if (q)
		*q = (struct question){
			.query = what, .visitor = visitor, .number = number, .done = done
		};
	enum err e = ask(c, q, body);
	json_object_put(body);
	if (q && e != ERR_OK)
		explicit_bzero(q, sizeof *q);
	return e;
}

static void on_checked(struct core *c, const char *tag, struct msg *m, enum err why)
{
	struct question *q = find(c, (uint32_t)strtoul(tag, NULL, 10));
	struct query_end how = { .why = why, .reply = -1 };
	struct view facts = { 0 };

	if (!q || !q->id)
		return;
	if (!m || m->type != MSG_REPLY_FACTS || m->reply_facts.query != q->query) {
		how.why = why != ERR_OK ? why : ERR_BAD_MESSAGE;
	} else {
		how.time_s = m->reply_facts.time_s;
		time_heard(c, how.time_s, q->asked_ms, q->got_ms);
		memcpy(how.epoch, m->reply_facts.epoch, sizeof how.epoch);
		how.why = view_open(m->reply_facts.facts, &facts);
		how.facts = &facts;
		how.reply = q->reply;
	}
	end(c, q, &how);
	view_close(&facts);
}

static void on_reply(struct core *c, struct question *q, struct msg_reply *r)
{
	struct msg m = { .type = MSG_JOB_REPLY,
			 .job_reply = { .query = q->query,
					.now_s = trusted_time_judge_s(&c->time),
					.reply = r->reply,
					.anchor = dup(c->answer_anchor) } };
	char tag[STORE_KEY_CAP];

	r->reply = -1;
	q->reply = dup(m.job_reply.reply);
	q->checked = true;
	q->got_ms = loop_now_ms(c->child.loop);
	snprintf(tag, sizeof tag, "%u", q->id);
	memcpy(m.job_reply.nonce, q->nonce, sizeof q->nonce);
	enum err e = jobs_add(c, &m, on_checked, 0, tag);
	if (e != ERR_OK)
		end(c, q, &(struct query_end){ .why = e });
}

void query_message(struct core *c, struct msg *m)
{
	uint32_t id = m->type == MSG_REPLY ? m->reply.id : m->query_failed.id;
	struct question *q = id ? find(c, id) : NULL;

	if (!q || q->checked)
		return; /* late */
	if (m->type == MSG_REPLY) {
		on_reply(c, q, &m->reply);
		return;
	}
	const struct msg_query_failed *f = &m->query_failed;
	end(c, q,
	    &(struct query_end){ .why = f->why > ERR_OK && f->why < ERR_COUNT ? f->why : ERR_SERVER,
				 .http = f->http,
				 .retry_after_s = f->retry_after_s });
}

void query_peer_gone(struct core *c)
{
	for (size_t i = 0; i < QUERIES_MAX; i++) {
		struct question *q = &c->queries.questions[i];

		if (q->id && !q->checked)
			end(c, q, &(struct query_end){ .why = ERR_OFFLINE });
	}
}

static void drop(struct core *c, struct question *q)
{
	struct msg m = { .type = MSG_QUERY_STOP, .query_stop.id = q->id };

	/* a reply at kiosk-parse finds no question any more */
	if (!q->checked && child_send(&c->child, ROLE_SYNC, &m) != ERR_OK)
		log_line(LOG_INFO, "query.not_stopped", "query=%s", query_row(q->query)->name);
	if (q->checked && q->reply >= 0)
		close(q->reply);
	explicit_bzero(q, sizeof *q);
}

void query_forget(struct core *c, uint32_t visitor)
{
	for (size_t i = 0; i < QUERIES_MAX; i++)
		if (c->queries.questions[i].id && visitor != 0 &&
		    c->queries.questions[i].visitor == visitor)
			drop(c, &c->queries.questions[i]);
}

void query_cancel(struct core *c, query_fn *done)
{
	for (size_t i = 0; i < QUERIES_MAX; i++)
		if (c->queries.questions[i].id && c->queries.questions[i].done == done)
			drop(c, &c->queries.questions[i]);
}
