/* What lies on a stick: every bundle's index is opened by kiosk-parse, every package is read and
 * compared with it. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/bundle_step.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ANCHOR 65536

static enum err verify_row(struct core *c);

static enum err load_file(const char *path, int *ret_mem)
{
	AUTO_FREE uint8_t *bytes = malloc(MAX_ANCHOR);
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 && bytes ? read(fd, bytes, MAX_ANCHOR) : -1;

	return n < 0 ? ERR_BAD_CONFIG : mem_of(bytes, (size_t)n, ret_mem);
}

/* Without the kiosks' CA a kiosk knows its own bundles only. */
static const char *anchor_path(const struct core *c)
{
	return c->config.kiosk_anchor[0] ? c->config.kiosk_anchor : c->config.sign_cert;
}

enum err bundle_next_folder(struct core *c)
{
	struct bundle *b = &c->bundle;

	bundle_leave(c);
	b->id_at++;
	b->step = b->work == BUNDLE_TAKES ? bundle_take_folder : bundle_verify_folder;
	return ERR_OK;
}

static void say_unread(struct core *c, enum err why)
{
	const char *words = why == ERR_FORGED      ? "NOT of a kiosk of this province"
			    : why == ERR_NOT_FOUND ? "has no index: it was never finished"
			    : why == ERR_BAD_DATA  ? "is no bundle, or is damaged"
						   : err_text(why);

	if (why == ERR_FORGED && !c->config.kiosk_anchor[0])
		words = "not of this kiosk; others are not known here (setting kiosk_anchor)";
	c->bundle.tally.bad++;
	bundle_found(c, &(struct bundle_found){ .why = why });
	bundle_say(c, "bundle %08x: %s", c->bundle.id, words);
}

/* Rows are checked by kiosk-parse, and for what core makes of them once more. */
static bool rows_ok(const struct bundle *b)
{
	for (uint32_t i = 0; i < b->row_count; i++) {
		const struct bundle_row *r = &b->rows[i];

		if (r->name == 0 || r->bytes == 0 || r->bytes > BUNDLE_MAX_PACKAGE ||
		    strnlen(r->key, sizeof r->key) != 36 ||
		    strspn(r->key, "0123456789abcdef-") != 36 ||
		    strnlen(r->sha256, sizeof r->sha256) != 64)
			return false;
	}
	return true;
}

static enum err take_rows(struct bundle *b, struct msg_bundle_read *m)
{
	const void *rows;
	size_t len;
	enum err e = mem_map(m->rows, BUNDLE_MAX_ROWS * sizeof(struct bundle_row), &rows, &len);

	if (e != ERR_OK)
		return e;
	b->rows = rows;
	b->rows_len = len;
	b->row_count = m->count;
	b->lock = take_fd(&m->lock);
	memcpy(b->kiosk, m->kiosk, sizeof b->kiosk);
	return len == (size_t)m->count * sizeof *b->rows && m->id == b->id && rows_ok(b)
		       ? ERR_OK
		       : ERR_BAD_DATA;
}

static void on_index(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct bundle *b = &c->bundle;

	if (b->work == BUNDLE_IDLE || strtoul(tag, NULL, 10) != b->number)
		return;
	enum err e = answer && answer->type == MSG_BUNDLE_READ ? take_rows(b, &answer->bundle_read)
		     : why == ERR_OK                           ? ERR_BAD_MESSAGE
							       : why;

	if (e == ERR_OK) {
		b->step = b->work == BUNDLE_FORWARDS ? bundle_forward_row : verify_row;
	} else {
		say_unread(c, e);
		(void)bundle_next_folder(c);
	}
	bundle_on(c);
}

void bundle_read_forget(struct core *c)
{
	jobs_cancel(c, on_index);
}

static enum err ask_parser(struct core *c, const uint8_t *bytes, size_t len)
{
	struct msg m = {
		.type = MSG_JOB_BUNDLE,
		.job_bundle = { .now_s = trusted_time_judge_s(&c->time), .index = -1, .anchor = -1 }
	};
	char tag[16];
	enum err e = mem_of(bytes, len, &m.job_bundle.index);

	(void)snprintf(tag, sizeof tag, "%u", c->bundle.number);
	if (e == ERR_OK)
		e = load_file(anchor_path(c), &m.job_bundle.anchor);
	if (e == ERR_OK)
		return jobs_add(c, &m, on_index, 0, tag);
	msg_finish(&m);
	return e;
}

enum err bundle_verify_folder(struct core *c)
{
	struct bundle *b = &c->bundle;
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len = 0;

	if (b->id_at == b->id_count)
		return bundle_verify_end(c);
	enum err e = bundle_enter(c);
	if (e == ERR_OK)
		e = stick_get(b->folder, BUNDLE_INDEX, BUNDLE_MAX_INDEX, &bytes, &len);
	if (e == ERR_OK)
		e = ask_parser(c, bytes, len);
	if (e == ERR_OK)
		return ERR_BUSY; /* on_index() goes on */
	if (e == ERR_GONE || e == ERR_NO_MEMORY || e == ERR_BAD_CONFIG)
		return e;
	say_unread(c, e);
	return bundle_next_folder(c);
}

static bool has_file(struct core *c, const char *name)
{
	struct stick_in in = { .fd = -1 };
	bool there = stick_in_open(c->bundle.folder, name, BUNDLE_MAX_LOCKED, &in) == ERR_OK;

	stick_in_close(&in);
	return there;
}

bool bundle_has_answer(struct core *c, uint32_t name)
{
	char file[BUNDLE_NAME_CAP];

	bundle_file_name(name, BUNDLE_ANSWER, file);
	return has_file(c, file);
}

static enum err say_bundle(struct core *c)
{
	struct bundle *b = &c->bundle;
	const struct bundle_tally *n = &b->tally;

	bundle_say(c, "bundle %08x of kiosk %s: %u dossiers, %.2f MB, %u with an answer", b->id,
		   b->kiosk, b->row_count, (double)n->bytes / 1e6, n->had);
	struct bundle_found f = { .dossiers = b->row_count,
				  .answers = n->had,
				  .missing = n->missing,
				  .wrong = n->wrong,
				  .finished = !has_file(c, BUNDLE_MARK) };
	memcpy(f.kiosk, b->kiosk, sizeof f.kiosk);
	bundle_found(c, &f);
	if (n->missing || n->wrong)
		bundle_say(c, "  NOT whole: %u missing, %u differ from what was written",
			   n->missing, n->wrong);
	if (!f.finished)
		bundle_say(c, "  NOT finished: `bundle write` at kiosk %s finishes it", b->kiosk);
	b->tally.failed += n->missing + n->wrong + !f.finished;
	b->tally.missing = b->tally.wrong = b->tally.had = 0;
	b->tally.bytes = 0;
	return bundle_next_folder(c);
}

static enum err verify_some(struct core *c)
{
	struct bundle *b = &c->bundle;
	const struct bundle_row *row = &b->rows[b->at];
	bool end = false;
	enum err e = bundle_read_some(c, row, &end);

	bundle_tell(c, "... %u of %u read", b->at, b->row_count);
	if (e != ERR_BAD_DATA && (e != ERR_OK || !end))
		return e;
	stick_in_close(&b->in);
	b->tally.wrong += e != ERR_OK;
	b->tally.bytes += e == ERR_OK ? row->bytes : 0;
	b->tally.had += bundle_has_answer(c, row->name);
	b->at++;
	b->step = verify_row;
	return ERR_OK;
}

static enum err verify_row(struct core *c)
{
	struct bundle *b = &c->bundle;
	char name[BUNDLE_NAME_CAP];

	if (b->at == b->row_count)
		return say_bundle(c);
	bundle_file_name(b->rows[b->at].name, BUNDLE_PACKAGE, name);
	enum err e = stick_in_open(b->folder, name, BUNDLE_MAX_PACKAGE, &b->in);
	if (e == ERR_NOT_FOUND || e == ERR_BAD_DATA) {
		b->tally.missing += e == ERR_NOT_FOUND;
		b->tally.wrong += e == ERR_BAD_DATA;
		b->at++;
		return ERR_OK;
	}
	if (e == ERR_OK)
		e = bundle_hash_begin(c);
	b->step = verify_some;
	return e;
}

static enum err no_bundle(struct core *c)
{
	bundle_say(c, "there is no bundle on this stick");
	c->bundle.told.safe = true; /* nothing was written to it */
	bundle_ends_as(c, STICK_EMPTY);
	bundle_end(c, CTL_REFUSED);
	return ERR_BUSY;
}

enum err bundle_verify_end(struct core *c)
{
	struct bundle *b = &c->bundle;

	if (b->id_count == 0)
		return no_bundle(c);
	if (b->work == BUNDLE_FORWARDS)
		return bundle_forward_end(c);
	b->told.safe = true; /* it was only read */
	bundle_end(c, b->tally.failed || b->tally.bad ? CTL_REFUSED : CTL_DONE);
	return ERR_BUSY;
}

enum err bundle_verify_step(struct core *c)
{
	if (c->bundle.work == BUNDLE_FORWARDS && !c->sender.link_up)
		return ERR_OFFLINE;
	enum err e = bundle_open(c, false);
	if (e == ERR_NOT_FOUND && c->bundle.stick >= 0)
		return no_bundle(c);
	c->bundle.step = bundle_verify_folder;
	return e;
}
