#include "firmware/core/core.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"

#include <stdio.h>
#include <string.h>

/* A little longer than the parser's own life (role.def): the supervisor ends it first. */
#define DEADLINE_MS 35000

static void start(struct core *c);

static void finish(struct core *c, struct msg *answer, enum err why)
{
	struct jobs *js = &c->jobs;
	struct job done = js->queue[0];

	child_drop(&c->child, ROLE_PARSE);
	timer_stop(c->child.loop, &js->deadline);
	js->id = 0;
	js->count--;
	memmove(&js->queue[0], &js->queue[1], js->count * sizeof done);
	explicit_bzero(&js->queue[js->count], sizeof done);
	msg_finish(&done.request);
	/* an answer about a citizen who has left is nobody's */
	if (done.done && (done.visitor == 0 || done.visitor == c->visitor))
		done.done(c, done.tag, answer, why);
	explicit_bzero(&done, sizeof done);
	start(c);
}

static void on_deadline(void *data)
{
	log_line(LOG_WARN, "parser.deadline", "job=%u", ((struct core *)data)->jobs.id);
	finish(data, NULL, ERR_PARSER_DIED);
}

static void start(struct core *c)
{
	struct jobs *js = &c->jobs;

	if (js->count == 0 || js->id != 0)
		return;
	if (++js->last_id == 0) /* 0 means that none runs */
		js->last_id++;
	js->id = js->last_id;
	bool reader = js->queue[0].request.type == MSG_JOB_CHIP;
	struct msg m = { .type = MSG_PARSER_WANTED,
			 .parser_wanted = { .job = js->id,
					    .role = ROLE_PARSE,
					    .reader = reader } };
	timer_set(c->child.loop, &js->deadline, DEADLINE_MS, on_deadline, c);
	enum err e = child_send(&c->child, ROLE_SUPER, &m);
	if (e != ERR_OK)
		finish(c, NULL, e);
}

enum err jobs_add(struct core *c, struct msg *request, job_fn *done, uint32_t visitor,
		  const char *tag)
{
	struct jobs *js = &c->jobs;

	if (js->count == CORE_MAX_JOBS) {
		msg_finish(request);
		return ERR_BUSY;
	}
	struct job *j = &js->queue[js->count++];
	*j = (struct job){ .request = *request, .done = done, .visitor = visitor };
	snprintf(j->tag, sizeof j->tag, "%s", tag);
	start(c);
	return ERR_OK;
}

void jobs_parser(struct core *c, struct msg *m)
{
	struct jobs *js = &c->jobs;

	if (js->id == 0 || m->parser.job != js->id)
		return; /* for a job that has ended meanwhile; its parser sees us hang up */
	enum err e = child_meet(&c->child, ROLE_PARSE, take_fd(&m->parser.sock));
	if (e == ERR_OK)
		e = child_send(&c->child, ROLE_PARSE, &js->queue[0].request);
	if (e != ERR_OK)
		finish(c, NULL, ERR_PARSER_DIED);
}

/* A session with a chip tells as it goes. */
static bool is_news(const struct job *j, const struct msg *m)
{
	return j->request.type == MSG_JOB_CHIP &&
	       (m->type == MSG_CHIP_STEP || m->type == MSG_CHIP_FACTS || m->type == MSG_CHIP_MORE ||
		m->type == MSG_CHIP_FACE || m->type == MSG_CHIP_TRACE);
}

void jobs_message(struct core *c, struct msg *m)
{
	struct job *j = &c->jobs.queue[0];

	if (c->jobs.id == 0)
		return;
	if (is_news(j, m)) {
		j->done(c, j->tag, m, ERR_OK);
		return;
	}
	if (m->type == MSG_JOB_FAILED) {
		enum err why = m->job_failed.why;

		finish(c, NULL, why > ERR_OK && why < ERR_COUNT ? why : ERR_BAD_DATA);
		return;
	}
	finish(c, m, ERR_OK);
}

void jobs_parser_gone(struct core *c)
{
	if (c->jobs.id != 0)
		finish(c, NULL, ERR_PARSER_DIED);
}

static void drop_waiting(struct jobs *js, uint32_t i)
{
	msg_finish(&js->queue[i].request);
	js->count--;
	memmove(&js->queue[i], &js->queue[i + 1], (js->count - i) * sizeof *js->queue);
	explicit_bzero(&js->queue[js->count], sizeof *js->queue);
}

void jobs_forget(struct core *c, uint32_t visitor)
{
	struct jobs *js = &c->jobs;

	for (uint32_t i = js->count; i-- > 1;)
		if (js->queue[i].visitor == visitor)
			drop_waiting(js, i);
	if (js->id != 0 && js->queue[0].visitor == visitor)
		finish(c, NULL, ERR_CANCELLED);
}

void jobs_cancel(struct core *c, job_fn *done)
{
	struct jobs *js = &c->jobs;

	for (uint32_t i = js->count; i-- > 1;)
		if (js->queue[i].done == done)
			drop_waiting(js, i);
	if (js->id == 0 || js->queue[0].done != done)
		return;
	js->queue[0].done = NULL;
	finish(c, NULL, ERR_CANCELLED);
}
