#include "firmware/core/copy_check.h"

#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/base/view.h"
#include "firmware/core/audit.h"
#include "firmware/core/copy_job.h"
#include "firmware/core/core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_BYTES (256u << 10) /* of a slow stick; the screen is served between two */

static void forget_file(struct copy_check *k, struct loop *loop)
{
	timer_stop(loop, &k->next);
	if (k->fd > 0)
		close(k->fd);
	k->fd = 0;
	free(k->bytes);
	k->bytes = NULL;
	k->len = 0;
}

static void told(struct core *c, enum err why)
{
	struct copy_check *k = &c->check;

	forget_file(k, c->child.loop);
	k->state = CHECK_TOLD;
	k->why = why;
	const char *detail = why != ERR_OK ? err_name(why) : k->said.good ? "good" : "not proven";
	(void)audit_add(c->store, "copy.checked", k->said.number, detail);
	guest_step(c, &(struct visit_event){ .on = ON_COPY_TOLD });
}

/* The kiosk that a number names. */
static bool is_ours(const struct core *c, const char *number)
{
	const char *kiosk = strchr(number, '-');
	size_t len = strlen(c->config.kiosk_id);

	return kiosk && strncmp(kiosk + 1, c->config.kiosk_id, len) == 0 && kiosk[1 + len] == '-';
}

enum copy_book copy_check_book(struct core *c, const struct msg_pdf_told *t)
{
	struct copy_entry e;

	if (t->kind != COPY_KIND_CODE || t->bytes != BYTES_INTACT || !is_ours(c, t->number))
		return BOOK_OTHER;
	if (copy_book_find(c->store, t->number, &e) != ERR_OK)
		return BOOK_NONE;
	if (e.state != ENTRY_MADE)
		return BOOK_UNMADE;
	bool same = t->digest_len == COPY_DIGEST && memcmp(t->digest, e.digest, COPY_DIGEST) == 0 &&
		    t->pages == e.pages && t->time_s == e.at_s && strcmp(t->hint, e.hint) == 0;
	return same ? BOOK_AGREES : BOOK_DIFFERS;
}

static void on_told(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct copy_check *k = &c->check;

	if (k->state != CHECK_WORKS || strtoul(tag, NULL, 10) != k->turn)
		return;
	if (!answer || answer->type != MSG_PDF_TOLD) {
		told(c, why == ERR_OK ? ERR_BAD_MESSAGE : why);
		return;
	}
	k->said = answer->pdf_told;
	k->book = copy_check_book(c, &k->said);
	k->said.good = k->said.good && k->book <= BOOK_AGREES;
	told(c, ERR_OK);
}

static void judge(struct core *c, const void *bytes, size_t len)
{
	char tag[16];
	int fd = -1;
	enum err e = mem_of(bytes, len, &fd);

	snprintf(tag, sizeof tag, "%u", c->check.turn);
	if (e == ERR_OK)
		e = copy_job(c, fd, certify_now(c), on_told, tag);
	if (e != ERR_OK)
		told(c, e);
}

static void begin(struct core *c, size_t picked)
{
	struct copy_check *k = &c->check;

	forget_file(k, c->child.loop);
	k->turn++;
	k->said = (struct msg_pdf_told){ 0 };
	k->why = ERR_OK;
	k->book = BOOK_OTHER;
	k->picked = picked;
	k->state = CHECK_WORKS;
}

void copy_check_open(struct core *c)
{
	begin(c, STICK_FILES);
	c->check.state = CHECK_WAITS;
	c->check.stick_err = stick_list(c->config.stick_dir, &c->check.stick);
}

void copy_check_code(struct core *c, const void *bytes, size_t len)
{
	begin(c, STICK_FILES);
	judge(c, bytes, len);
}

static void read_on(void *data)
{
	struct core *c = data;
	struct copy_check *k = &c->check;
	size_t room = STICK_MAX_BYTES - k->len;
	ssize_t n = read(k->fd, k->bytes + k->len, room < CHUNK_BYTES ? room : CHUNK_BYTES);

	if (n < 0) {
		told(c, ERR_GONE); /* pulled out */
		return;
	}
	k->len += (size_t)n;
	if (n > 0 && k->len < STICK_MAX_BYTES) {
		timer_set(c->child.loop, &k->next, 0, read_on, c);
		return;
	}
	close(k->fd);
	k->fd = 0;
	judge(c, k->bytes, k->len);
}

void copy_check_file(struct core *c, uint32_t index)
{
	struct copy_check *k = &c->check;

	if (k->state == CHECK_WORKS || index >= k->stick.count)
		return;
	begin(c, index);
	enum err e = stick_open(c->config.stick_dir, &k->stick.files[index], &k->fd);
	k->bytes = e == ERR_OK ? malloc(STICK_MAX_BYTES) : NULL;
	if (e == ERR_OK && !k->bytes)
		e = ERR_NO_MEMORY;
	if (e == ERR_OK)
		timer_set(c->child.loop, &k->next, 0, read_on, c);
	else
		told(c, e);
}

void copy_check_forget(struct core *c)
{
	jobs_cancel(c, on_told);
	begin(c, STICK_FILES);
	explicit_bzero(&c->check.stick, sizeof c->check.stick);
	c->check.state = CHECK_WAITS;
}

static const char *name_of(const struct stick_file *f)
{
	const char *slash = strrchr(f->path, '/');

	return slash ? slash + 1 : f->path;
}

static void show_answers(struct view_writer *w, const struct core *c)
{
	const struct copy_check *k = &c->check;
	const struct msg_pdf_told *t = &k->said;
	char time[40] = "";

	if (t->time_s != 0)
		core_time_text(t->time_s, c->visit.language, time, sizeof time);
	view_num(w, "err", k->why);
	view_num(w, "kind", t->kind);
	view_num(w, "good", t->good);
	view_num(w, "bytes", t->bytes);
	view_num(w, "signer", t->signer);
	view_num(w, "after", t->after);
	view_num(w, "book", k->book);
	view_num(w, "count", t->count);
	view_text(w, "holder", t->holder);
	view_text(w, "number", t->number);
	view_text(w, "title", t->title);
	view_num(w, "pages", t->pages);
	view_text(w, "time", time);
	view_text(w, "name", k->picked < k->stick.count ? name_of(&k->stick.files[k->picked]) : "");
}

void show_copy_check(struct view_writer *w, const struct core *c)
{
	const struct copy_check *k = &c->check;

	view_num(w, "state", k->state);
	view_num(w, "code_reader", desk_state(c, ROLE_CODE));
	view_num(w, "stick", k->stick_err);
	view_num(w, "more", (int64_t)k->stick.more);
	if (k->state == CHECK_TOLD)
		show_answers(w, c);
	for (size_t i = 0; k->state == CHECK_WAITS && i < k->stick.count; i++) {
		view_row(w, "files");
		view_text(w, "name", name_of(&k->stick.files[i]));
		view_num(w, "kb", (int64_t)(k->stick.files[i].bytes + 1023) / 1024);
	}
}
