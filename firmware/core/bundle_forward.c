/* Other kiosks' dossiers on their way through this one: the same bytes under the same keys, by the
 * same contract; and the province's answers back onto the stick, locked. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/audit.h"
#include "firmware/core/bundle_step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICK_MS   20000u /* who waits hears that it goes on */
#define MAX_TICKS 30u    /* without any sign of life of what is sent: ten minutes */
#define MAX_TRIES 4

static const struct bundle_row *row(const struct core *c)
{
	return &c->bundle.rows[c->bundle.at];
}

static void on_locked(struct core *c, const char *tag, struct msg *answer, enum err why);

static void let_go(struct core *c)
{
	struct carry *y = &c->bundle.carry;

	timer_stop(c->child.loop, &y->tick);
	timer_stop(c->child.loop, &y->again);
	if (y->package >= 0)
		close(take_fd(&y->package));
	y->state = CARRY_NONE;
}

static void stop_sending(struct core *c)
{
	struct msg m = { .type = MSG_SEND_STOP };

	memcpy(m.send_stop.key, c->bundle.carry.row.key, sizeof m.send_stop.key);
	if (child_send(&c->child, ROLE_SYNC, &m) != ERR_OK)
		log_line(LOG_WARN, "send.not_stopped", "key=%s", c->bundle.carry.row.key);
}

void bundle_carry_forget(struct core *c)
{
	bool sending = c->bundle.carry.state == CARRY_SENDING;

	jobs_cancel(c, on_locked);
	if (sending)
		stop_sending(c);
	let_go(c);
	if (sending)
		sender_poke(c);
}

bool bundle_carry_at_work(const struct core *c)
{
	return c->bundle.carry.state == CARRY_SENDING;
}

void bundle_carry_yield(struct core *c, bool stop)
{
	struct carry *y = &c->bundle.carry;

	if (y->state != CARRY_SENDING)
		return;
	if (stop)
		stop_sending(c);
	y->state = CARRY_READY;
	y->turn = false;
}

/* The row is done with, one way or the other. */
static void next_row(struct core *c)
{
	struct bundle *b = &c->bundle;

	let_go(c);
	b->at++;
	b->step = bundle_forward_row;
	bundle_on(c);
}

static void on_tick(void *data)
{
	struct core *c = data;
	struct carry *y = &c->bundle.carry;

	timer_set(c->child.loop, &y->tick, TICK_MS, on_tick, c);
	if (++y->ticks > MAX_TICKS || (!c->sender.link_up && y->ticks > 1)) {
		bundle_fail(c, c->sender.link_up ? ERR_TIMEOUT : ERR_OFFLINE);
		return;
	}
	bundle_say(c, "... %u of %u of this bundle, %s", c->bundle.at, c->bundle.row_count,
		   y->state == CARRY_SENDING ? "the next is on its way"
					     : "the next waits for the line");
}

static void on_again(void *data)
{
	struct core *c = data;

	c->bundle.carry.state = CARRY_READY;
	sender_poke(c);
}

bool bundle_carry_begin(struct core *c, bool own)
{
	struct carry *y = &c->bundle.carry;
	struct msg m = { .type = MSG_SEND };

	if (y->state != CARRY_READY)
		return false;
	y->turn = !own || y->turn;
	if (!y->turn) {
		y->turn = true;
		return false;
	}
	memcpy(m.send.key, y->row.key, sizeof m.send.key);
	memcpy(m.send.sha256, y->row.sha256, sizeof m.send.sha256);
	memcpy(m.send.upload, y->upload, sizeof m.send.upload);
	m.send.carried = 1;
	m.send.package = dup(y->package);
	enum err e = child_send(&c->child, ROLE_SYNC, &m);
	msg_finish(&m);
	if (e != ERR_OK)
		return false;
	y->turn = false;
	y->state = CARRY_SENDING;
	return true;
}

/* Is it this very dossier that will never be taken as it is? */
static bool is_its_fault(const struct msg_send_failed *f)
{
	return f->why == ERR_REFUSED && f->http != 0;
}

static void on_failed(struct core *c, const struct msg_send_failed *f)
{
	struct carry *y = &c->bundle.carry;
	enum err why = f->why > ERR_OK && f->why < ERR_COUNT ? (enum err)f->why : ERR_SERVER;

	y->state = CARRY_NONE;
	if (is_its_fault(f)) {
		c->bundle.tally.failed++;
		/* the province's words may name a person, who is none of this kiosk's */
		bundle_say(c, "the province does not take %s as it is: status %u", y->row.key,
			   f->http);
		next_row(c);
	} else if (++y->tries < MAX_TRIES) {
		uint32_t pause_ms = 1000u << y->tries;
		uint32_t asked_ms = f->retry_after_s < 600 ? f->retry_after_s * 1000 : 600000;

		timer_set(c->child.loop, &y->again, asked_ms > pause_ms ? asked_ms : pause_ms,
			  on_again, c);
	} else {
		bundle_fail(c, why);
	}
	sender_poke(c);
}

/* Durable before anything else goes on: who pulls the stick out now loses at most the next one. */
static enum err keep_answer(struct core *c, const struct msg_bundle_answer *m)
{
	struct bundle *b = &c->bundle;
	char name[BUNDLE_NAME_CAP];
	const void *bytes;
	size_t len;

	if (strcmp(m->key, b->carry.row.key) != 0)
		return ERR_FORGED;
	enum err e = mem_map(m->bytes, BUNDLE_MAX_LOCKED, &bytes, &len);
	if (e != ERR_OK)
		return e;
	bundle_file_name(b->carry.row.name, BUNDLE_ANSWER, name);
	e = stick_put(b->folder, name, bytes, len);
	mem_unmap(bytes, len);
	return e == ERR_OK ? stick_sync_names(b->folder) : e;
}

static void on_locked(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct bundle *b = &c->bundle;
	bool good = answer && answer->type == MSG_BUNDLE_ANSWER;

	if (b->work != BUNDLE_FORWARDS || strcmp(tag, b->carry.row.key) != 0)
		return;
	enum err e = good            ? keep_answer(c, &answer->bundle_answer)
		     : why == ERR_OK ? ERR_BAD_MESSAGE
				     : why;
	if (e == ERR_NO_SPACE)
		bundle_say(c, "the province has it, but there is no room for its answer");
	if (e != ERR_OK) {
		bundle_fail(c, e);
		return;
	}
	b->tally.done += answer->bundle_answer.accepted != 0;
	b->tally.refused += answer->bundle_answer.accepted == 0;
	b->tally.bundle++;
	time_later(c, answer->bundle_answer.time_s);
	bundle_tell(c, "... %u of %u of this bundle", b->at + 1, b->row_count);
	next_row(c);
}

static void on_answered(struct core *c, struct msg_answered *a)
{
	struct msg m = { .type = MSG_JOB_BUNDLE_ANSWER,
			 .job_bundle_answer = { .lock = 1,
						.now_s = trusted_time_judge_s(&c->time) } };

	c->bundle.carry.state = CARRY_NONE;
	m.job_bundle_answer.answer = take_fd(&a->answer);
	m.job_bundle_answer.key = dup(c->bundle.lock);
	m.job_bundle_answer.anchor = dup(c->answer_anchor);
	enum err e = jobs_add(c, &m, on_locked, 0, c->bundle.carry.row.key);
	if (e != ERR_OK)
		bundle_fail(c, e);
	sender_poke(c);
}

bool bundle_carry_message(struct core *c, struct msg *m)
{
	struct carry *y = &c->bundle.carry;
	const char *key = m->type == MSG_ANSWERED      ? m->answered.key
			  : m->type == MSG_UPLOAD_AT   ? m->upload_at.key
			  : m->type == MSG_SEND_MOVES  ? m->send_moves.key
			  : m->type == MSG_SEND_FAILED ? m->send_failed.key
						       : "";

	if (y->state != CARRY_SENDING || strcmp(key, y->row.key) != 0)
		return false;
	y->ticks = 0;
	if (m->type == MSG_UPLOAD_AT)
		memcpy(y->upload, m->upload_at.upload, sizeof y->upload);
	else if (m->type == MSG_ANSWERED)
		on_answered(c, &m->answered);
	else if (m->type == MSG_SEND_FAILED)
		on_failed(c, &m->send_failed);
	return true;
}

/* Read and whole: now it waits for the line. */
static enum err carry(struct core *c)
{
	struct bundle *b = &c->bundle;
	struct carry *y = &b->carry;
	uint8_t *bytes = b->buffer;

	b->buffer = NULL;
	enum err e = mem_seal(b->buffer_fd, bytes, row(c)->bytes);
	if (e != ERR_OK)
		return e;
	y->package = take_fd(&b->buffer_fd);
	y->row = *row(c);
	y->upload[0] = '\0';
	y->tries = 0;
	y->ticks = 0;
	y->state = CARRY_READY;
	timer_set(c->child.loop, &y->tick, TICK_MS, on_tick, c);
	sender_poke(c);
	return ERR_BUSY; /* sender.c has the line */
}

static enum err pass_over(struct core *c, uint32_t *counted)
{
	stick_in_close(&c->bundle.in);
	bundle_drop_buffer(c);
	++*counted;
	c->bundle.at++;
	c->bundle.step = bundle_forward_row;
	return ERR_OK;
}

static enum err read_some(struct core *c)
{
	struct bundle *b = &c->bundle;
	bool end = false;
	enum err e = bundle_read_some(c, row(c), &end);

	if (e == ERR_BAD_DATA)
		return pass_over(c, &b->tally.wrong);
	bundle_tell(c, "... %u of %u of this bundle, the next is read", b->at, b->row_count);
	if (e != ERR_OK || !end)
		return e;
	stick_in_close(&b->in);
	return carry(c);
}

static enum err read_begin(struct core *c)
{
	struct bundle *b = &c->bundle;
	char name[BUNDLE_NAME_CAP];
	void *bytes = NULL;

	bundle_file_name(row(c)->name, BUNDLE_PACKAGE, name);
	enum err e = stick_in_open(b->folder, name, BUNDLE_MAX_PACKAGE, &b->in);
	if (e == ERR_NOT_FOUND)
		return pass_over(c, &b->tally.missing);
	if (e == ERR_BAD_DATA || (e == ERR_OK && b->in.bytes != row(c)->bytes))
		return pass_over(c, &b->tally.wrong);
	if (e == ERR_OK)
		e = bundle_hash_begin(c);
	if (e == ERR_OK)
		e = mem_create(row(c)->bytes, &b->buffer_fd, &bytes);
	b->buffer = bytes;
	b->buffer_len = row(c)->bytes;
	b->step = read_some;
	return e;
}

static enum err end_of_bundle(struct core *c)
{
	struct bundle *b = &c->bundle;
	char id[BUNDLE_NAME_CAP], detail[96];

	bundle_folder_name(b->id, id);
	(void)snprintf(detail, sizeof detail, "%s %u", b->kiosk, b->tally.bundle);
	enum err e = b->tally.bundle ? audit_add(c->store, "bundle.forwarded", id, detail) : ERR_OK;
	if (b->tally.bundle)
		log_line(LOG_INFO, "bundle.forwarded", "bundle=%s kiosk=%s dossiers=%u", id,
			 b->kiosk, b->tally.bundle);
	b->tally.bundle = 0;
	return e == ERR_OK ? bundle_next_folder(c) : e;
}

enum err bundle_forward_row(struct core *c)
{
	struct bundle *b = &c->bundle;
	struct outbox_item item;

	if (b->at == b->row_count)
		return end_of_bundle(c);
	enum err e = outbox_get(c->store, row(c)->key, &item);
	if (e == ERR_OK) /* its own: it is sent from here anyhow */
		return pass_over(c, &b->tally.own);
	if (e != ERR_NOT_FOUND)
		return e;
	if (bundle_has_answer(c, row(c)->name))
		return pass_over(c, &b->tally.had);
	return read_begin(c);
}

enum err bundle_forward_end(struct core *c)
{
	struct bundle *b = &c->bundle;
	const struct bundle_tally *n = &b->tally;
	enum err e = stick_sync_all(b->stick);

	if (e != ERR_OK)
		return e;
	bundle_say(c, "forwarded: %u accepted, %u refused; %u had an answer already", n->done,
		   n->refused, n->had);
	if (n->own)
		bundle_say(c, "%u are this kiosk's own: they are sent from here", n->own);
	if (n->missing || n->wrong)
		bundle_say(c, "NOT sent: %u missing on the stick, %u differ from what was written",
			   n->missing, n->wrong);
	if (n->failed)
		bundle_say(c, "NOT taken by the province as they are: %u", n->failed);
	bundle_safe(c, "; take it back to where it was written, for `bundle take`");
	bundle_end(c, n->missing || n->wrong || n->failed || n->bad ? CTL_REFUSED : CTL_DONE);
	return ERR_BUSY;
}
