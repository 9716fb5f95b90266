/* The way back: answers that lie on a stick, for what this kiosk once wrote to it. Only what the
 * province has signed about this very dossier ends it. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/bundle_index.h"
#include "firmware/core/bundle_step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err take_row(struct core *c);

static bool is_answered(enum outbox_state s)
{
	return s == OUTBOX_ACCEPTED || s == OUTBOX_REFUSED || s == OUTBOX_PURGED;
}

static enum err settle(struct core *c, const struct msg_bundle_answer *m)
{
	const void *bytes;
	size_t len;
	enum err e = mem_map(m->bytes, OUTBOX_MAX_ANSWER, &bytes, &len);

	if (e != ERR_OK)
		return e;
	struct outbox_answer a = { .accepted = m->accepted != 0,
				   .key = m->key,
				   .manifest = m->manifest,
				   .dossier_code = m->code,
				   .reason = m->reason,
				   .time_s = m->time_s,
				   .due_s = m->due_s,
				   .bytes = bytes,
				   .len = len };
	e = outbox_answered(c->store, c->bundle.item.row.key, &a);
	mem_unmap(bytes, len);
	return e == ERR_OK ? bundle_row_taken(c->store, c->bundle.id, c->bundle.item.row.key) : e;
}

static void count(struct core *c, enum err e, const struct msg_bundle_answer *m)
{
	struct bundle *b = &c->bundle;

	if (e == ERR_OK) {
		b->tally.done += m->accepted != 0;
		b->tally.refused += m->accepted == 0;
		time_later(c, m->time_s);
		sender_settled(c, b->item.row.key);
		log_line(LOG_INFO, "dossier.answered", "key=%s accepted=%u code=%s by=stick",
			 b->item.row.key, m->accepted, m->code);
		bundle_tell(c, "... %u answers taken", b->tally.done + b->tally.refused);
		return;
	}
	b->tally.wrong++;
	log_line(LOG_WARN, "bundle.answer", "key=%s err=%s", b->item.row.key, err_name(e));
	bundle_say(c, "an answer was not taken: %s", err_text(e));
}

static void on_answer(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct bundle *b = &c->bundle;
	bool good = answer && answer->type == MSG_BUNDLE_ANSWER;

	if (b->work != BUNDLE_TAKES || strtoul(tag, NULL, 10) != b->number)
		return;
	enum err e = good            ? settle(c, &answer->bundle_answer)
		     : why == ERR_OK ? ERR_BAD_MESSAGE
				     : why;
	count(c, e, good ? &answer->bundle_answer : NULL);
	bundle_on(c);
}

void bundle_take_forget(struct core *c)
{
	jobs_cancel(c, on_answer);
}

static enum err fill_job(struct core *c, struct msg_job_bundle_answer *j, const uint8_t *bytes,
			 size_t len)
{
	uint8_t *pem = NULL;
	size_t pem_len = 0;
	enum err e = mem_of(bytes, len, &j->answer);

	if (e == ERR_OK)
		e = bundle_key(c->store, &pem, &pem_len);
	if (e == ERR_OK)
		e = mem_of(pem, pem_len, &j->key);
	if (pem)
		explicit_bzero(pem, pem_len);
	free(pem);
	j->anchor = dup(c->answer_anchor);
	return e;
}

static enum err ask_parser(struct core *c, const uint8_t *bytes, size_t len)
{
	struct msg m = { .type = MSG_JOB_BUNDLE_ANSWER,
			 .job_bundle_answer = { .now_s = trusted_time_judge_s(&c->time),
						.answer = -1,
						.key = -1,
						.anchor = -1 } };
	char tag[16];
	enum err e = fill_job(c, &m.job_bundle_answer, bytes, len);

	(void)snprintf(tag, sizeof tag, "%u", c->bundle.number);
	if (e == ERR_OK)
		return jobs_add(c, &m, on_answer, 0, tag);
	msg_finish(&m);
	return e;
}

/* All of it has come back: nothing of it stays on the stick. A stick that cannot be written keeps
 * it; that does no harm. */
static enum err clear(struct core *c)
{
	struct bundle *b = &c->bundle;
	char file[BUNDLE_NAME_CAP];
	uint32_t name;
	enum err e = bundle_row_settled(c->store, b->id, &name);

	if (e == ERR_NOT_FOUND) {
		e = bundle_remove_folder(c);
		return e == ERR_OK ? bundle_next_folder(c) : e;
	}
	if (e != ERR_OK)
		return e;
	bundle_file_name(name, BUNDLE_PACKAGE, file);
	e = stick_remove(b->folder, file);
	bundle_file_name(name, BUNDLE_ANSWER, file);
	if (e == ERR_OK)
		e = stick_remove(b->folder, file);
	if (e == ERR_DENIED)
		return bundle_next_folder(c);
	return e == ERR_OK ? bundle_row_drop(c->store, b->id, name) : e;
}

static enum err take_row(struct core *c)
{
	struct bundle *b = &c->bundle;
	AUTO_FREE uint8_t *bytes = NULL;
	char file[BUNDLE_NAME_CAP];
	size_t len = 0;
	enum err e = bundle_row_next(c->store, b->id, b->item.row.name, &b->item);

	if (e == ERR_NOT_FOUND) {
		b->tally.missing += b->at;
		b->step = clear;
		return b->at ? bundle_next_folder(c) : ERR_OK;
	}
	if (e != ERR_OK || is_answered(b->item.state))
		return e;
	b->tally.had++;
	bundle_file_name(b->item.row.name, BUNDLE_ANSWER, file);
	e = stick_get(b->folder, file, BUNDLE_MAX_LOCKED, &bytes, &len);
	if (e == ERR_NOT_FOUND) {
		b->at++; /* without an answer */
		return ERR_OK;
	}
	if (e == ERR_OK)
		e = ask_parser(c, bytes, len);
	if (e == ERR_BAD_DATA) {
		b->at++;
		count(c, e, NULL);
		return ERR_OK;
	}
	return e == ERR_OK ? ERR_BUSY : e; /* on_answer() goes on */
}

static enum err take_end(struct core *c)
{
	struct bundle *b = &c->bundle;
	const struct bundle_tally *n = &b->tally;

	(void)stick_sync_all(b->stick);
	if (n->had == 0 && b->id == 0)
		bundle_say(c, "this kiosk waits for nothing on this stick");
	else
		bundle_say(c, "%u accepted, %u refused, %u without an answer", n->done, n->refused,
			   n->missing);
	if (n->missing)
		bundle_say(
			c,
			"the stick must be forwarded first, by `bundle forward` at a kiosk with a "
			"connection");
	if (n->wrong == 0)
		bundle_safe(c, "");
	if (n->had == 0 && b->id == 0)
		bundle_ends_as(c, STICK_STRANGE);
	bundle_end(c, n->wrong || (n->had == 0 && b->id == 0) ? CTL_REFUSED : CTL_DONE);
	return ERR_BUSY;
}

enum err bundle_take_folder(struct core *c)
{
	struct bundle *b = &c->bundle;

	if (b->id_at == b->id_count)
		return take_end(c);
	enum err e = bundle_row_is_ours(c->store, b->ids[b->id_at]);
	if (e == ERR_OK)
		e = bundle_enter(c);
	if (e == ERR_NOT_FOUND || e == ERR_BAD_DATA)
		return bundle_next_folder(c);
	b->item = (struct bundle_item){ 0 };
	b->step = take_row;
	return e;
}

enum err bundle_take_step(struct core *c)
{
	struct bundle *b = &c->bundle;

	b->id = 0;
	enum err e = bundle_open(c, false);
	b->step = bundle_take_folder;
	return e == ERR_NOT_FOUND && b->stick >= 0 ? ERR_OK : e;
}
