#include "firmware/parse/job.h"

#include "firmware/base/auto.h"
#include "firmware/base/child.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/parse/anchors_job.h"
#include "firmware/parse/answer.h"
#include "firmware/parse/bundle.h"
#include "firmware/parse/bundle_answer.h"
#include "firmware/parse/card_qr.h"
#include "firmware/parse/catalogue_job.h"
#include "firmware/parse/chip_job.h"
#include "firmware/parse/page_job.h"
#include "firmware/parse/reply.h"
#include "firmware/parse/room.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>

enum { PAGES_NICE = 10 };

struct job {
	struct child child;
	struct room room;
	struct msg asked; /* MSG_NONE: core has not said it yet */
	struct chip_job chip;
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

static enum err answer_job(const struct msg_job_answer *a, struct msg *ret)
{
	struct msg answer = { .type = MSG_ANSWER_FACTS };
	struct blob der, anchor;
	const void *der_at, *anchor_at;

	if (mem_map(a->anchor, ANCHOR_MAX_BYTES, &anchor_at, &anchor.len) != ERR_OK)
		return ERR_BAD_CONFIG;
	anchor.at = anchor_at;
	enum err e = mem_map(a->answer, ANSWER_MAX_BYTES, &der_at, &der.len);
	if (e == ERR_OK) {
		der.at = der_at;
		e = answer_read(der, anchor, a->now_s, &answer.answer_facts);
		mem_unmap(der.at, der.len);
	}
	mem_unmap(anchor.at, anchor.len);
	if (e == ERR_OK)
		*ret = answer;
	return e;
}

static enum err reply_to(const struct msg_job_reply *a, struct msg *ret)
{
	struct msg answer = { .type = MSG_REPLY_FACTS, .reply_facts = { .facts = -1 } };
	enum err e = reply_job(a, &answer.reply_facts);

	answer.reply_facts.query = a->query;
	if (e == ERR_OK)
		*ret = answer;
	return e;
}

static enum err read_catalogue(const struct msg_job_catalogue *a, struct msg *ret)
{
	struct msg answer = { .type = MSG_CATALOGUE_READ, .catalogue_read = { .text = -1 } };
	enum err e = catalogue_job(a, &answer.catalogue_read);

	if (e == ERR_OK)
		*ret = answer;
	return e;
}

/* Each lane does its own jobs only. */
static enum err answer_in_pages(struct job *j, const struct msg *m, struct msg *ret)
{
	switch (m->type) {
	case MSG_JOB_DIGITIZE:
		return page_job_digitize(&j->room, &m->job_digitize, ret);
	case MSG_JOB_BIND:
		return page_job_bind(&m->job_bind, ret);
	case MSG_JOB_ENDORSE:
		return page_job_endorse(&m->job_endorse, ret);
	case MSG_JOB_ORIGINAL:
		return page_job_original(&m->job_original, ret);
	default:
		return ERR_BAD_MESSAGE;
	}
}

static enum err answer_in_parse(struct job *j, const struct msg *m, struct msg *ret)
{
	switch (m->type) {
	case MSG_JOB_CARD_QR:
		return card_qr_job(m, ret);
	case MSG_JOB_LOOK:
		return page_job_look(&j->room, &m->job_look, ret);
	case MSG_JOB_SAME:
		return page_job_same(&m->job_same, ret);
	case MSG_JOB_ANSWER:
		return answer_job(&m->job_answer, ret);
	case MSG_JOB_REPLY:
		return reply_to(&m->job_reply, ret);
	case MSG_JOB_CATALOGUE:
		return read_catalogue(&m->job_catalogue, ret);
	case MSG_JOB_PDF:
		return page_job_pdf(&j->room, &m->job_pdf, ret);
	case MSG_JOB_BUNDLE:
		return bundle_job(&m->job_bundle, ret);
	case MSG_JOB_BUNDLE_ANSWER:
		return bundle_answer_job(&m->job_bundle_answer, ret);
	case MSG_JOB_DRAW:
		return page_job_draw(&m->job_draw, ret);
	case MSG_JOB_ANCHORS:
		return anchors_job(&m->job_anchors, ret);
	default:
		return ERR_BAD_MESSAGE;
	}
}

/* A job with one answer. */
static enum err answer_one(struct job *j, const struct msg *m)
{
	struct msg answer = { 0 };
	enum err e = j->child.me == ROLE_PAGES ? answer_in_pages(j, m, &answer)
					       : answer_in_parse(j, m, &answer);

	if (e != ERR_OK)
		return e;
	e = child_send(&j->child, ROLE_CORE, &answer);
	msg_finish(&answer);
	if (e != ERR_OK)
		log_line(LOG_WARN, "job.unanswered", "err=%s", err_name(e));
	return ERR_OK;
}

/* The most memory that this process has had at one time. */
static long peak_kib(void)
{
	struct rusage use = { 0 };

	return getrusage(RUSAGE_SELF, &use) == 0 ? use.ru_maxrss : 0;
}

/* JOB_FAILED for anything that is not as it should be. */
static void run(struct job *j)
{
	enum msg_type type = j->asked.type;
	int64_t began_ms = loop_now_ms(j->child.loop);
	enum err e = type == MSG_JOB_CHIP ? chip_job_run(&j->chip, &j->child, &j->asked.job_chip)
					  : answer_one(j, &j->asked);

	log_line(LOG_INFO, "job.done", "job=%s err=%s ms=%lld peak_kib=%ld", msg_name(type),
		 err_name(e), (long long)(loop_now_ms(j->child.loop) - began_ms), peak_kib());
	struct msg failed = { .type = MSG_JOB_FAILED, .job_failed.why = (uint8_t)e };
	if (e != ERR_OK && child_send(&j->child, ROLE_CORE, &failed) != ERR_OK)
		log_line(LOG_WARN, "job.unanswered", "err=%s", err_name(e));
}

static void on_message(void *data, enum role from, struct msg *m)
{
	struct job *j = data;

	if (from == ROLE_CARD)
		chip_job_message(&j->chip, m);
	/* one job a process: what a first one left behind in memory must not meet a second */
	if (from != ROLE_CORE || j->asked.type != MSG_NONE)
		return;
	j->asked = *m;
	explicit_bzero(m, sizeof *m); /* its descriptors are ours now, and done outside the loop */
	loop_stop(j->child.loop);
}

/* Core has given up on this job, or is gone: nobody waits for an answer. */
static void on_peer(void *data, enum role who, bool here)
{
	struct job *j = data;

	if (here)
		return;
	chip_job_lost(&j->chip, who);
	if (who == ROLE_CORE)
		loop_stop(j->child.loop);
}

/* The order is the point: wires, then everything the libraries load, then the lock, and only in
 * the loop the first byte from outside. */
static enum err begin(struct job *j, enum role lane)
{
	static const struct child_handlers HANDLERS = { .message = on_message, .peer = on_peer };
	bool locked = false;
	enum err e = child_init(&j->child, lane, &HANDLERS, j);

	/* nobody waits at the screen for these: what draws it comes first; systemd may forbid it */
	if (lane == ROLE_PAGES && setpriority(PRIO_PROCESS, 0, PAGES_NICE) < 0)
		log_line(LOG_DEBUG, "pages.priority", "why=%s", strerror(errno));
	if (e == ERR_OK)
		e = lane == ROLE_PAGES ? room_prepare_pages(&j->room) : room_prepare(&j->room);
	if (e == ERR_OK)
		e = room_lock(&locked);
	if (e == ERR_OK && !locked)
		log_line(LOG_WARN, "room.open", "why=\"this kernel cannot filter system calls\"");
	return e;
}

int job_serve(enum role lane)
{
	struct job j = { 0 };
	enum err e = begin(&j, lane);
	int status = 1;

	if (e == ERR_OK)
		status = child_run(&j.child);
	else
		log_line(LOG_ERROR, "parse.start", "err=%s", err_name(e));
	if (status == 0 && j.asked.type != MSG_NONE && child_has(&j.child, ROLE_CORE))
		run(&j);
	msg_finish(&j.asked);
	child_finish(&j.child);
	room_finish(&j.room);
	return status;
}
