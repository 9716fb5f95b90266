#include "firmware/parse/chip_job.h"

#include "firmware/base/anchors.h"
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/parse/chip/chip.h"

#include <stdio.h>
#include <string.h>

#define STEP_PERCENT     5  /* finer steps nobody sees */
#define RESET_MAX_ANSWER 64 /* an ATR has 33 bytes at most */

static void ended(struct chip_job *j, enum err e)
{
	if (j->state != ERR_BUSY)
		return;
	j->state = e;
	loop_stop(j->child->loop);
}

/* The bytes of an answer, into where the session wants them. */
static enum err take_answer(struct chip_job *j, const struct msg_apdu_answer *a)
{
	const void *bytes;
	size_t len;
	enum err e = a->why < ERR_COUNT ? (enum err)a->why : ERR_BAD_MESSAGE;

	if (e == ERR_OK && mem_map(a->answer, LINE_MAX_ANSWER, &bytes, &len) != ERR_OK)
		e = ERR_BAD_MESSAGE;
	if (e != ERR_OK)
		return e;
	if (len < 2)
		e = ERR_BAD_MESSAGE;
	else if (len > j->cap)
		e = ERR_NO_SPACE;
	if (e == ERR_OK) {
		memcpy(j->answer, bytes, len);
		j->answer_len = len;
	}
	mem_unmap(bytes, len);
	return e;
}

void chip_job_message(struct chip_job *j, struct msg *m)
{
	/* an answer to a command that was given up is nobody's */
	if (m->type == MSG_APDU_ANSWER && j->state == ERR_BUSY && m->apdu_answer.seq == j->seq)
		ended(j, take_answer(j, &m->apdu_answer));
}

void chip_job_lost(struct chip_job *j, enum role who)
{
	if (who == ROLE_CORE)
		j->over = true;
	if (who == ROLE_CORE || who == ROLE_CARD)
		ended(j, who == ROLE_CORE ? ERR_CANCELLED : ERR_GONE);
}

static void on_deadline(void *data)
{
	ended(data, ERR_TIMEOUT);
}

static int64_t now_ms(void *data)
{
	const struct chip_job *j = data;

	return loop_now_ms(j->child->loop);
}

static enum err send_command(struct chip_job *j, const uint8_t *command, size_t len)
{
	AUTO_FD mem = -1;
	enum err e = mem_of(command, len, &mem);

	if (e != ERR_OK)
		return e;
	struct msg m = { .type = MSG_APDU, .apdu = { ++j->seq, mem } };
	return child_send(j->child, ROLE_CARD, &m);
}

/* Until the answer is there, or there will be none. */
static enum err wait(struct chip_job *j)
{
	struct loop *l = j->child->loop;
	int64_t left_ms = j->began_ms + CHIP_MAX_MS - loop_now_ms(l);

	j->state = ERR_BUSY;
	timer_set(l, &j->deadline, left_ms > 0 ? (uint32_t)left_ms : 0, on_deadline, j);
	enum err e = loop_run(l);
	timer_stop(l, &j->deadline);
	if (e == ERR_OK && j->state == ERR_BUSY) { /* told to end, or the supervisor is gone */
		j->over = true;
		e = ERR_CANCELLED;
	}
	if (e != ERR_OK)
		j->state = e;
	return j->state;
}

static enum err ask(struct chip_job *j, const uint8_t *command, size_t len)
{
	if (j->over)
		return ERR_CANCELLED;
	enum err e = send_command(j, command, len);
	return e == ERR_OK ? wait(j) : e;
}

static enum err exchange(void *data, const uint8_t *command, size_t len, uint8_t *ret, size_t cap,
			 size_t *ret_len)
{
	struct chip_job *j = data;

	j->answer = ret;
	j->cap = cap;
	enum err e = ask(j, command, len);
	if (e == ERR_OK)
		*ret_len = j->answer_len;
	return e;
}

static enum err reset(void *data)
{
	struct chip_job *j = data;
	uint8_t atr[RESET_MAX_ANSWER];

	j->answer = atr;
	j->cap = sizeof atr;
	return ask(j, (const uint8_t *)"", 0);
}

static void tell(struct chip_job *j, const struct msg *m)
{
	if (!j->over && child_send(j->child, ROLE_CORE, m) != ERR_OK)
		j->over = true;
}

/* With bytes too many for a message: `fd` is the place of the sealed copy in *m. */
static void tell_with(struct chip_job *j, struct msg *m, int *fd, struct span bytes)
{
	enum err e = mem_of(bytes.at, bytes.len, fd);

	if (e == ERR_OK) {
		tell(j, m);
		close(*fd);
	} else {
		log_line(LOG_WARN, "chip.untold", "message=%s err=%s", msg_name(m->type),
			 err_name(e));
	}
}

static void on_step(void *data, enum chip_step step, unsigned percent)
{
	struct chip_job *j = data;
	struct msg m = { .type = MSG_CHIP_STEP };

	if (step == j->step && percent < (unsigned)j->percent + STEP_PERCENT && percent < 100)
		return;
	j->step = (uint8_t)step;
	j->percent = (uint8_t)(percent < 100 ? percent : 100);
	m.chip_step = (struct msg_chip_step){ j->step, j->percent };
	tell(j, &m);
}

static void on_facts(void *data, const struct msg_chip_facts *f)
{
	struct msg m = { .type = MSG_CHIP_FACTS, .chip_facts = *f };

	tell(data, &m);
	explicit_bzero(&m, sizeof m);
}

static void on_more(void *data, const struct msg_chip_more *more, struct span raw)
{
	struct msg m = { .type = MSG_CHIP_MORE, .chip_more = *more };

	tell_with(data, &m, &m.chip_more.raw, raw);
	explicit_bzero(&m, sizeof m);
}

static void on_face(void *data, uint32_t width, uint32_t height, const uint8_t *rgb)
{
	struct msg m = { .type = MSG_CHIP_FACE, .chip_face = { width, height, -1 } };

	tell_with(data, &m, &m.chip_face.image, (struct span){ rgb, (size_t)width * height * 3 });
}

static void on_trace(void *data, const char *line)
{
	struct msg m = { .type = MSG_CHIP_TRACE };

	snprintf(m.chip_trace.line, sizeof m.chip_trace.line, "%s", line);
	tell(data, &m);
}

static void session(struct chip_job *j, const struct msg_job_chip *job, struct chip_ask *ask)
{
	const struct line line = { exchange, j, job->max_answer, reset };
	const struct chip_ears ears = { now_ms, on_step, on_facts, on_more, on_face, on_trace, j };
	struct chip_end end = { 0 };

	chip_run(&line, ask, &ears, &end);
	struct msg m = { .type = MSG_CHIP_DONE, .chip_done = end.done };
	tell_with(j, &m, &m.chip_done.kept, (struct span){ end.kept, end.kept_len });
	log_line(LOG_INFO, "chip.done", "why=%s data=%u issuer=%u chip=%u trips=%u ms=%u cpu_ms=%u",
		 err_name(end.done.why), end.done.data, end.done.issuer, end.done.chip,
		 end.done.trips, end.done.total_ms, end.done.cpu_ms);
	chip_end_finish(&end);
}

static enum err with_kept(struct chip_job *j, const struct msg_job_chip *job, struct chip_ask *ask)
{
	const void *kept;

	if (mem_map(job->kept, CHIP_MAX_KEPT, &kept, &ask->kept.len) != ERR_OK)
		return ERR_BAD_MESSAGE;
	ask->kept.at = kept;
	session(j, job, ask);
	mem_unmap(kept, ask->kept.len);
	return ERR_OK;
}

enum err chip_job_run(struct chip_job *j, struct child *c, const struct msg_job_chip *job)
{
	struct chip_ask ask = { .key_kind = job->key_kind,
				.key = job->key,
				.wants = job->wants,
				.block = job->block,
				.now_s = job->now_s };
	const void *anchors;

	*j = (struct chip_job){ .child = c, .began_ms = loop_now_ms(c->loop), .step = UINT8_MAX };
	if (job->key_kind >= CHIP_KEY_COUNT || job->max_answer < 2)
		return ERR_BAD_MESSAGE;
	if (mem_map(job->anchors, ANCHORS_MAX_BYTES, &anchors, &ask.anchors.len) != ERR_OK)
		return ERR_BAD_MESSAGE;
	ask.anchors.at = anchors;
	enum err e = with_kept(j, job, &ask);
	mem_unmap(anchors, ask.anchors.len);
	return e;
}
