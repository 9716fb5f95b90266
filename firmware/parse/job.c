#include "firmware/parse/job.h"

#include "firmware/base/child.h"
#include "firmware/base/log.h"
#include "firmware/parse/card_qr.h"
#include "firmware/parse/room.h"

#include <stdbool.h>

struct job {
	struct child child;
	struct room room;
	bool done;
};

static enum err card_qr_job(const struct msg *m, struct msg *ret)
{
	struct msg answer = { .type = MSG_CARD_FACTS };
	enum err e = card_qr_read(m->job_card_qr.payload, m->job_card_qr.payload_len,
				  &answer.card_facts);

	if (e == ERR_OK)
		*ret = answer;
	return e;
}

/* *ret is the answer to send; JOB_FAILED for anything that is not as it should be. */
static void run(struct job *j, const struct msg *m, struct msg *ret)
{
	enum err e = ERR_BAD_MESSAGE;
	int64_t began_ms = loop_now_ms(j->child.loop);

	if (m->type == MSG_JOB_CARD_QR)
		e = card_qr_job(m, ret);
	if (e != ERR_OK)
		*ret = (struct msg){ .type = MSG_JOB_FAILED, .job_failed.why = (uint8_t)e };
	log_line(LOG_INFO, "job.done", "job=%s err=%s ms=%lld", msg_name(m->type), err_name(e),
		 (long long)(loop_now_ms(j->child.loop) - began_ms));
}

static void on_message(void *data, enum role from, struct msg *m)
{
	struct job *j = data;
	struct msg answer = { 0 };

	if (from != ROLE_CORE || j->done)
		return;
	j->done = true;
	run(j, m, &answer);
	enum err e = child_send(&j->child, ROLE_CORE, &answer);
	msg_finish(&answer);
	if (e != ERR_OK)
		log_line(LOG_WARN, "job.unanswered", "err=%s", err_name(e));
	loop_stop(j->child.loop);
}

static void on_peer(void *data, enum role who, bool here)
{
	struct job *j = data;

	if (who == ROLE_CORE && !here)
		loop_stop(j->child.loop);
}

static enum err begin(struct job *j)
{
	static const struct child_handlers HANDLERS = { .message = on_message, .peer = on_peer };
	enum err e = child_init(&j->child, ROLE_PARSE, &HANDLERS, j);

	if (e == ERR_OK)
		e = room_prepare(&j->room);
	return e == ERR_OK ? room_lock() : e;
}

int job_serve(void)
{
	struct job j = { 0 };
	enum err e = begin(&j);
	int status = 1;

	if (e == ERR_OK)
		status = child_run(&j.child);
	else
		log_line(LOG_ERROR, "parse.start", "err=%s", err_name(e));
	child_finish(&j.child);
	room_finish(&j.room);
	return status;
}
