/* From the outbox to the province and back: one dossier at a time, the citizen's who stands here
 * first. Only an answer that kiosk-parse has verified ends a dossier. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/core.h"
#include "firmware/core/deadline.h"
#include "firmware/core/pace.h"

#include <stdio.h>
#include <string.h>

#define PATIENCE_MS 15000u /* how long a citizen watches it being sent */
#define MAX_WAIT_MS 60000u

static void send_next(void *data);

static bool is_visitors(const struct core *c, const char *key)
{
	return c->handed_in == c->visitor && c->handed_in != 0 && strcmp(key, c->dossier_key) == 0;
}

static void tell_no_answer(struct core *c)
{
	timer_stop(c->child.loop, &c->sender.patience);
	guest_step(c, &(struct visit_event){ .on = ON_NO_ANSWER });
}

static void on_patience(void *data)
{
	tell_no_answer(data);
}

void sender_poke(struct core *c)
{
	timer_set(c->child.loop, &c->sender.next, 0, send_next, c);
}

static void stop(struct core *c, const char *key)
{
	struct msg m = { .type = MSG_SEND_STOP };

	snprintf(m.send_stop.key, sizeof m.send_stop.key, "%s", key);
	if (child_send(&c->child, ROLE_SYNC, &m) != ERR_OK)
		log_line(LOG_WARN, "send.not_stopped", "key=%s", key);
}

/* Nothing is being sent any more, as far as core is concerned. */
static void drop(struct core *c)
{
	c->sender.key[0] = '\0';
	timer_stop(c->child.loop, &c->sender.lease);
	sender_finish(c);
}

/* Who stands here does not wait for a backlog on a slow line; what has arrived stays there. */
static void make_room(struct core *c)
{
	char key[STORE_KEY_CAP];

	memcpy(key, c->sender.key, sizeof key);
	enum err e = outbox_yield(c->store, key);
	if (e != ERR_OK) {
		log_line(LOG_ERROR, "outbox", "key=%s err=%s", key, err_name(e));
		return;
	}
	stop(c, key);
	drop(c);
	log_line(LOG_INFO, "send.yields", "key=%s", key);
}

void sender_settled(struct core *c, const char *key)
{
	if (strcmp(key, c->sender.key) != 0 || !key[0])
		return;
	stop(c, key);
	drop(c);
	sender_poke(c);
}

void sender_wait_for(struct core *c)
{
	/* without a network there is nothing to wait for; the turn of the loop shows "saved" */
	uint32_t wait_ms = c->sender.link_up ? PATIENCE_MS : 700;

	timer_set(c->child.loop, &c->sender.patience, wait_ms, on_patience, c);
	if (c->sender.key[0] && !c->sender.proof && !is_visitors(c, c->sender.key))
		make_room(c);
	bundle_carry_yield(c, true);
	sender_poke(c);
}

static void failed(struct core *c, const struct outbox_failure *f)
{
	char key[STORE_KEY_CAP];

	memcpy(key, c->sender.key, sizeof key);
	drop(c);
	log_line(LOG_WARN, "send.failed", "key=%s err=%s http=%u", key, err_name(f->why), f->http);
	enum err e = outbox_failed(c->store, key, f);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "outbox", "key=%s err=%s", key, err_name(e));
	if (is_visitors(c, key))
		tell_no_answer(c);
	sender_poke(c);
}

/* kiosk-sync has shown nothing for too long; whatever it does, the dossier waits its turn again. */
static void on_lease(void *data)
{
	struct core *c = data;

	if (!c->sender.key[0])
		return;
	log_line(LOG_WARN, "send.stuck", "key=%s", c->sender.key);
	stop(c, c->sender.key);
	failed(c, &(struct outbox_failure){ .why = ERR_TIMEOUT });
}

static void renew_lease(struct core *c)
{
	timer_set(c->child.loop, &c->sender.lease, OUTBOX_LEASE_MS, on_lease, c);
}

static enum err start(struct core *c, const struct outbox_item *item)
{
	struct msg m = { .type = MSG_SEND };
	struct msg_send *s = &m.send;
	enum err e = outbox_open(c->store, item->key, &s->package);

	if (e != ERR_OK)
		return e;
	snprintf(s->key, sizeof s->key, "%s", item->key);
	snprintf(s->sha256, sizeof s->sha256, "%s", item->sha256);
	snprintf(s->manifest, sizeof s->manifest, "%s", item->manifest);
	snprintf(s->upload, sizeof s->upload, "%s", item->upload);
	e = outbox_sending(c->store, item->key);
	if (e == ERR_OK) {
		snprintf(c->sender.key, sizeof c->sender.key, "%s", item->key);
		renew_lease(c);
		e = child_send(&c->child, ROLE_SYNC, &m);
	}
	msg_finish(&m);
	return e;
}

static void send_next(void *data)
{
	struct core *c = data;
	struct outbox_item item;
	uint32_t wait_ms = MAX_WAIT_MS;
	const char *prefer = c->handed_in == c->visitor && c->handed_in ? c->dossier_key : NULL;

	if (c->sender.key[0] || !c->sender.link_up || !child_has(&c->child, ROLE_SYNC) ||
	    bundle_carry_at_work(c) || c->unproven.on)
		return;
	enum err e = outbox_next(c->store, prefer, &item, &wait_ms);
	if (!(e == ERR_OK && is_visitors(c, item.key)) && bundle_carry_begin(c, e == ERR_OK))
		return;
	if (e == ERR_TIMEOUT) { /* left over from a sender that was lost */
		stop(c, item.key);
		(void)outbox_failed(c->store, item.key,
				    &(struct outbox_failure){ .why = ERR_TIMEOUT });
		wait_ms = 1000;
	}
	if (e == ERR_OK) {
		e = start(c, &item);
		if (e == ERR_OK) {
			log_line(LOG_INFO, "send.begun", "key=%s", item.key);
			if (is_visitors(c, item.key))
				guest_step(c,
					   &(struct visit_event){ .on = ON_SENDING, .index = 2 });
			return;
		}
		if (c->sender.key[0]) {
			failed(c, &(struct outbox_failure){ .why = e });
			return;
		}
		log_line(LOG_ERROR, "send.not_begun", "key=%s err=%s", item.key, err_name(e));
		wait_ms = 1000;
	}
	timer_set(c->child.loop, &c->sender.next, wait_ms < MAX_WAIT_MS ? wait_ms : MAX_WAIT_MS,
		  send_next, c);
}

/* The promised day is the province's. When ours would be another one, a technician may want to
 * know: one of both has an old list of holidays. */
static void compare_due(struct core *c, const char *key, const struct msg_answer_facts *f)
{
	const struct procedure *p = NULL;
	struct outbox_item item;
	struct deadline d;

	if (!f->accepted || f->due_s == 0 || !c->has_calendar)
		return;
	if (outbox_get(c->store, key, &item) == ERR_OK && !item.supplement[0])
		p = catalogue_find(c->catalogue, item.procedure);
	if (!p || deadline_of(&c->calendar, p, f->time_s, &d) != ERR_OK || !d.certain)
		return;
	log_line(LOG_INFO, "dossier.due", "key=%s as_reckoned=%d", key, d.due_s == f->due_s);
}

static void settle(struct core *c, const struct msg_answer_facts *f, const void *bytes, size_t len)
{
	struct outbox_answer a = { .accepted = f->accepted != 0,
				   .key = f->key,
				   .manifest = f->manifest,
				   .dossier_code = f->code,
				   .reason = f->reason,
				   .time_s = f->time_s,
				   .due_s = f->due_s,
				   .bytes = bytes,
				   .len = len };
	char key[STORE_KEY_CAP];

	memcpy(key, c->sender.key, sizeof key);
	enum err e = outbox_answered(c->store, key, &a);
	if (e != ERR_OK) {
		failed(c, &(struct outbox_failure){ .why = e });
		return;
	}
	drop(c);
	log_line(LOG_INFO, "dossier.answered", "key=%s accepted=%u code=%s", key, f->accepted,
		 f->code);
	compare_due(c, key, f);
	if (is_visitors(c, key)) {
		timer_stop(c->child.loop, &c->sender.patience);
		guest_step(c, &(struct visit_event){ .on = a.accepted ? ON_ACCEPTED : ON_REFUSED,
						     .text = a.accepted ? f->code : f->reason,
						     .time_s = f->time_s,
						     .due_s = f->due_s });
	}
	sender_poke(c);
}

static void answer_checked(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	if (strcmp(tag, c->sender.key) != 0)
		return;
	if (!answer || answer->type != MSG_ANSWER_FACTS) {
		failed(c, &(struct outbox_failure){ .why = why == ERR_OK ? ERR_BAD_MESSAGE : why });
		return;
	}
	time_later(c, answer->answer_facts.time_s);
	settle(c, &answer->answer_facts, c->sender.proof, c->sender.proof_len);
}

static void on_answered(struct core *c, struct msg_answered *a)
{
	struct msg m = { .type = MSG_JOB_ANSWER,
			 .job_answer = { .answer = -1,
					 .anchor = -1,
					 .now_s = trusted_time_judge_s(&c->time) } };
	if (c->sender.proof)
		return; /* one answer is being checked already */
	enum err e = outbox_sent(c->store, a->key);

	if (e == ERR_OK)
		e = mem_map(a->answer, OUTBOX_MAX_ANSWER, &c->sender.proof, &c->sender.proof_len);
	if (e != ERR_OK) {
		failed(c, &(struct outbox_failure){ .why = e });
		return;
	}
	if (is_visitors(c, a->key))
		guest_step(c, &(struct visit_event){ .on = ON_SENDING, .index = 3 });
	m.job_answer.answer = take_fd(&a->answer);
	m.job_answer.anchor = dup(c->answer_anchor);
	e = jobs_add(c, &m, answer_checked, 0, a->key);
	if (e != ERR_OK)
		failed(c, &(struct outbox_failure){ .why = e });
}

static void go_on(struct core *c)
{
	(void)outbox_link_up(c->store, PACE_SPREAD_MS);
	sender_poke(c);
	pay_ask_resume(c);
	renew_mind(c);
	time_ask(c);
}

static void pass_on(struct core *c)
{
	if (c->unproven.on)
		return;
	if (c->sender.link_up)
		go_on(c);
	reconcile_link(c);
	papers_link(c);
}

void sender_proven(struct core *c)
{
	pass_on(c);
}

static void on_link(struct core *c, bool up, enum err why)
{
	c->sender.link_why = why;
	if (up == c->sender.link_up)
		return;
	c->sender.link_up = up;
	log_line(LOG_INFO, "link", "up=%d err=%s", up, err_name(why));
	pass_on(c);
	if (c->visit.at == SCREEN_ATTRACT || c->visit.at == SCREEN_HOME ||
	    c->visit.at == SCREEN_PAY)
		show_screen(c);
}

void sender_message(struct core *c, struct msg *m)
{
	if (m->type == MSG_LINK) {
		on_link(c, m->link.up != 0,
			m->link.up                                        ? ERR_OK
			: m->link.why > ERR_OK && m->link.why < ERR_COUNT ? (enum err)m->link.why
									  : ERR_OFFLINE);
		return;
	}
	if (bundle_carry_message(c, m))
		return;
	/* the rest is about the one being sent, or late */
	const char *key = m->type == MSG_ANSWERED     ? m->answered.key
			  : m->type == MSG_UPLOAD_AT  ? m->upload_at.key
			  : m->type == MSG_SEND_MOVES ? m->send_moves.key
						      : m->send_failed.key;
	if (strcmp(key, c->sender.key) != 0 || !key[0])
		return;
	renew_lease(c);
	if (m->type == MSG_UPLOAD_AT) {
		enum err e = outbox_upload_at(c->store, key, m->upload_at.upload);

		if (e != ERR_OK)
			log_line(LOG_ERROR, "outbox", "key=%s err=%s", key, err_name(e));
	} else if (m->type == MSG_ANSWERED) {
		on_answered(c, &m->answered);
	} else if (m->type == MSG_SEND_FAILED) {
		const struct msg_send_failed *f = &m->send_failed;

		failed(c, &(struct outbox_failure){ .why = f->why < ERR_COUNT ? f->why : ERR_SERVER,
						    .http = f->http,
						    .retry_after_s = f->retry_after_s,
						    .detail = f->detail });
	}
}

void sender_peer(struct core *c, bool here)
{
	if (here)
		return; /* it says LINK when it has found the province */
	bundle_carry_yield(c, false);
	on_link(c, false, ERR_GONE);
	if (c->sender.key[0])
		failed(c, &(struct outbox_failure){ .why = ERR_GONE });
}

void sender_finish(struct core *c)
{
	if (c->sender.proof)
		mem_unmap(c->sender.proof, c->sender.proof_len);
	c->sender.proof = NULL;
}
