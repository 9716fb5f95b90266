#include "firmware/core/core.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"

#include <stdio.h>
#include <string.h>

/* A little longer than the parser's own life (role.def): the supervisor ends it first. */
#define SPARE_MS 5000

/* What may wait, and takes longer. */
static enum lane_id lane_of(enum msg_type type)
{
	switch (type) {
	case MSG_JOB_DIGITIZE:
	case MSG_JOB_BIND:
	case MSG_JOB_ENDORSE:
	case MSG_JOB_ORIGINAL:
		return LANE_PAGES;
	default:
		return LANE_QUICK;
	}
}

static struct lane *lane_for(struct core *c, enum role r)
{
	return &c->jobs.lanes[r == ROLE_PAGES ? LANE_PAGES : LANE_QUICK];
}

static enum role role_of(const struct core *c, const struct lane *l)
{
	return l == &c->jobs.lanes[LANE_PAGES] ? ROLE_PAGES : ROLE_PARSE;
}

static void start(struct core *c, struct lane *l);

static void finish(struct core *c, struct lane *l, struct msg *answer, enum err why)
{
	struct job done = l->queue[0];

	child_drop(&c->child, role_of(c, l));
	timer_stop(c->child.loop, &l->deadline);
	l->id = 0;
	l->count--;
	memmove(&l->queue[0], &l->queue[1], l->count * sizeof done);
	explicit_bzero(&l->queue[l->count], sizeof done);
	msg_finish(&done.request);
	/* an answer about a citizen who has left is nobody's */
	if (done.done && (done.visitor == 0 || done.visitor == c->visitor))
		done.done(c, done.tag, answer, why);
	explicit_bzero(&done, sizeof done);
	start(c, l);
}

static void late(struct core *c, struct lane *l)
{
	log_line(LOG_WARN, "parser.deadline", "job=%u", l->id);
	finish(c, l, NULL, ERR_PARSER_DIED);
}

static void on_quick_deadline(void *data)
{
	late(data, lane_for(data, ROLE_PARSE));
}

static void on_pages_deadline(void *data)
{
	late(data, lane_for(data, ROLE_PAGES));
}

static void start(struct core *c, struct lane *l)
{
	struct jobs *js = &c->jobs;
	enum role role = role_of(c, l);

	if (l->count == 0 || l->id != 0)
		return;
	if (++js->last_id == 0) /* 0 means that none runs */
		js->last_id++;
	l->id = js->last_id;
	bool reader = l->queue[0].request.type == MSG_JOB_CHIP;
	struct msg m = { .type = MSG_PARSER_WANTED,
			 .parser_wanted = {
				 .job = l->id, .role = (uint8_t)role, .reader = reader } };
	timer_set(c->child.loop, &l->deadline, role_row(role)->life_s * 1000 + SPARE_MS,
		  role == ROLE_PAGES ? on_pages_deadline : on_quick_deadline, c);
	enum err e = child_send(&c->child, ROLE_SUPER, &m);
	if (e != ERR_OK)
		finish(c, l, NULL, e);
}

enum err jobs_add(struct core *c, struct msg *request, job_fn *done, uint32_t visitor,
		  const char *tag)
{
	struct lane *l = &c->jobs.lanes[lane_of(request->type)];

	if (l->count == CORE_MAX_JOBS) {
		msg_finish(request);
		return ERR_BUSY;
	}
	struct job *j = &l->queue[l->count++];
	*j = (struct job){ .request = *request, .done = done, .visitor = visitor };
	snprintf(j->tag, sizeof j->tag, "%s", tag);
	start(c, l);
	return ERR_OK;
}

void jobs_parser(struct core *c, struct msg *m)
{
	struct lane *l = lane_for(c, m->parser.role);
	enum role role = role_of(c, l);

	if (l->id == 0 || m->parser.job != l->id)
		return; /* for a job that has ended meanwhile; its parser sees us hang up */
	uint32_t job = l->id;
	enum err e = child_meet(&c->child, role, take_fd(&m->parser.sock));
	if (e == ERR_OK)
		e = child_send(&c->child, role, &l->queue[0].request);
	if (l->id != job)
		return; /* it was found dead while it was told, and the next job is under way */
	if (e != ERR_OK)
		finish(c, l, NULL, ERR_PARSER_DIED);
	else if (l->queue[0].request.type == MSG_JOB_LOOK)
		pages_looking(c);
}

/* A session with a chip tells as it goes. */
static bool is_news(const struct job *j, const struct msg *m)
{
	return j->request.type == MSG_JOB_CHIP &&
	       (m->type == MSG_CHIP_STEP || m->type == MSG_CHIP_FACTS || m->type == MSG_CHIP_MORE ||
		m->type == MSG_CHIP_FACE || m->type == MSG_CHIP_TRACE);
}

void jobs_message(struct core *c, enum role from, struct msg *m)
{
	struct lane *l = lane_for(c, from);
	struct job *j = &l->queue[0];

	if (l->id == 0)
		return;
	if (is_news(j, m)) {
		j->done(c, j->tag, m, ERR_OK);
		return;
	}
	if (m->type == MSG_JOB_FAILED) {
		enum err why = m->job_failed.why;

		finish(c, l, NULL, why > ERR_OK && why < ERR_COUNT ? why : ERR_BAD_DATA);
		return;
	}
	finish(c, l, m, ERR_OK);
}

void jobs_parser_gone(struct core *c, enum role who)
{
	struct lane *l = lane_for(c, who);

	if (l->id != 0)
		finish(c, l, NULL, ERR_PARSER_DIED);
}

static void drop_waiting(struct lane *l, uint32_t i)
{
	msg_finish(&l->queue[i].request);
	l->count--;
	memmove(&l->queue[i], &l->queue[i + 1], (l->count - i) * sizeof *l->queue);
	explicit_bzero(&l->queue[l->count], sizeof *l->queue);
}

static void forget(struct core *c, struct lane *l, uint32_t visitor)
{
	for (uint32_t i = l->count; i-- > 1;)
		if (l->queue[i].visitor == visitor)
			drop_waiting(l, i);
	if (l->id != 0 && l->queue[0].visitor == visitor)
		finish(c, l, NULL, ERR_CANCELLED);
}

void jobs_forget(struct core *c, uint32_t visitor)
{
	for (enum lane_id i = 0; i < LANE_COUNT; i++)
		forget(c, &c->jobs.lanes[i], visitor);
}

static void cancel(struct core *c, struct lane *l, job_fn *done)
{
	for (uint32_t i = l->count; i-- > 1;)
		if (l->queue[i].done == done)
			drop_waiting(l, i);
	if (l->id == 0 || l->queue[0].done != done)
		return;
	l->queue[0].done = NULL;
	finish(c, l, NULL, ERR_CANCELLED);
}

void jobs_cancel(struct core *c, job_fn *done)
{
	for (enum lane_id i = 0; i < LANE_COUNT; i++)
		cancel(c, &c->jobs.lanes[i], done);
}
