/* The visit as it stands, in its vault: after a power cut or a crash the same person goes on
 * where they were. The file "visit" is a view (view.h); pages are files of their own. */
#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "firmware/base/view.h"
#include "firmware/core/core.h"
#include "firmware/core/visit_act.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define VISIT_VERSION 5
#define SUPPLEMENT    "supplement" /* in the place of a procedure's code */

static void part_name(uint32_t file, enum page_part part, char out[VAULT_NAME_CAP])
{
	static const char *const KINDS[] = { "pixels", "rgb", "pack" };

	snprintf(out, VAULT_NAME_CAP, "page-%u.%s", file, KINDS[part]);
}

static enum err put_mem(struct vault *v, const char *name, int fd)
{
	const void *bytes;
	size_t len;
	enum err e = mem_map(fd, VAULT_MAX_BYTES, &bytes, &len);

	if (e != ERR_OK)
		return e;
	e = vault_put(v, name, bytes, len);
	mem_unmap(bytes, len);
	return e;
}

static enum err get_mem(struct vault *v, const char *name, int *ret_fd)
{
	AUTO_VAULT_BYTES b = { 0 };
	enum err e = vault_get(v, name, &b);

	return e == ERR_OK ? mem_of(b.bytes, b.len, ret_fd) : e;
}

/* Pixels leave the room that closing a dossier needs. */
enum err draft_put_part(struct core *c, uint32_t file, enum page_part part, int fd)
{
	char name[VAULT_NAME_CAP];
	struct stat st;

	if (!c->vault)
		return ERR_GONE;
	if (fstat(fd, &st) < 0)
		return err_of_errno();
	enum err e = part == PART_PIXELS ? disk_spare(store_disk(c->store), (uint64_t)st.st_size)
					 : ERR_OK;
	part_name(file, part, name);
	return e == ERR_OK ? put_mem(c->vault, name, fd) : e;
}

enum err draft_get_part(struct core *c, uint32_t file, enum page_part part, int *ret_fd)
{
	char name[VAULT_NAME_CAP];

	part_name(file, part, name);
	return c->vault ? get_mem(c->vault, name, ret_fd) : ERR_GONE;
}

void draft_drop_page(struct core *c, const struct page *p)
{
	/* a file that stays is never looked at again, and is erased with the vault's key */
	for (enum page_part part = PART_PIXELS; c->vault && part <= PART_PACK; part++) {
		char name[VAULT_NAME_CAP];

		part_name(p->file, part, name);
		(void)vault_remove(c->vault, name);
	}
}

/* The procedure whose paper it is, and its place there. */
static const struct procedure *procedure_of(const struct catalogue *c, const struct paper *of,
					    size_t *ret_place)
{
	for (size_t i = 0; of && i < catalogue_count(c); i++) {
		const struct procedure *p = catalogue_at(c, i);

		if (of < p->papers || of >= p->papers + p->paper_count)
			continue;
		*ret_place = (size_t)(of - p->papers);
		return p;
	}
	return NULL;
}

/* Of a supplement, its own papers. */
static bool is_asked(const struct visit *v, const struct paper *of)
{
	const struct procedure *p = &v->supplement.procedure;

	return v->supplement.on && of >= p->papers && of < p->papers + p->paper_count;
}

static void write_paper(struct view_writer *w, const struct visit *v, const struct paper *of)
{
	size_t place = 0;

	if (is_asked(v, of)) {
		view_text(w, "of", SUPPLEMENT);
		view_num(w, "place", of - v->supplement.papers);
		return;
	}
	const struct procedure *p = procedure_of(v->catalogue, of, &place);

	view_text(w, "of", p ? p->code : "");
	view_num(w, "place", (int64_t)place);
}

static const struct paper *read_paper(const struct visit *v, const struct view *d,
				      const char *group, size_t i)
{
	const char *of = view_row_text(d, group, i, "of");
	const struct procedure *p = v->supplement.on && strcmp(of, SUPPLEMENT) == 0
					    ? &v->supplement.procedure
					    : catalogue_find(v->catalogue, of);
	size_t place = (size_t)view_row_num(d, group, i, "place");

	return p && place < p->paper_count ? &p->papers[place] : NULL;
}

static void write_pages(struct view_writer *w, const struct visit *v)
{
	for (uint32_t i = 0; i < v->page_count; i++) {
		struct page plain = v->pages[i];

		if (!plain.durable && !plain.no_pixels)
			continue; /* not kept yet: a power cut now is one before it came */
		plain.of = NULL;
		plain.raw = plain.image = plain.pack = -1;
		view_row(w, "pages");
		write_paper(w, v, v->pages[i].of);
		view_bytes(w, "page", &plain, sizeof plain);
		explicit_bzero(&plain, sizeof plain);
	}
}

static void write_copy(struct view_writer *w, const struct copy *copy)
{
	if (copy->state != COPY_CERTIFIED)
		return; /* what was compared only is compared again */
	view_num(w, "certified", 1);
	view_num(w, "copy_pages", (int64_t)copy->pages);
	view_num(w, "copy_at", copy->at_s);
	view_text(w, "copy_by", copy->by);
	view_text(w, "copy_serial", copy->serial);
	view_text(w, "copy_number", copy->number);
}

static void read_copy(const struct view *d, size_t i, struct copy *ret)
{
	if (view_row_num(d, "papers", i, "certified") == 0)
		return;
	ret->state = COPY_CERTIFIED;
	ret->pages = (uint64_t)view_row_num(d, "papers", i, "copy_pages");
	ret->at_s = view_row_num(d, "papers", i, "copy_at");
	snprintf(ret->by, sizeof ret->by, "%s", view_row_text(d, "papers", i, "copy_by"));
	snprintf(ret->serial, sizeof ret->serial, "%s",
		 view_row_text(d, "papers", i, "copy_serial"));
	snprintf(ret->number, sizeof ret->number, "%s",
		 view_row_text(d, "papers", i, "copy_number"));
}

static void write_answers(struct view_writer *w, const struct visit *v)
{
	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++) {
		view_row(w, "papers");
		/* that the state has it is known in memory only */
		view_num(w, "have", v->have[i] == HAVE_STORED ? HAVE_UNASKED : v->have[i]);
		view_num(w, "done", v->done[i]);
		write_copy(w, &v->staff.copies[i]);
		write_paper(w, v, v->reused[i]);
	}
	for (size_t i = 0; i < v->form.field_count; i++) {
		view_row(w, "values");
		view_text(w, "key", v->form.fields[i].key);
		view_text(w, "value", v->values[i]);
		view_num(w, "from", v->from[i]);
	}
}

enum err draft_keep(struct core *c)
{
	const struct visit *v = &c->visit;
	struct view_writer w = { 0 };
	AUTO_FD fd = -1;

	if (!c->vault)
		return ERR_OK;
	view_num(&w, "v", VISIT_VERSION);
	view_text(&w, "catalogue", catalogue_version(v->catalogue));
	view_text(&w, "key", c->dossier_key);
	view_num(&w, "next_file", c->next_file);
	view_num(&w, "started_s", v->started_s);
	view_num(&w, "for_other", v->for_other);
	view_num(&w, "group", v->group);
	view_num(&w, "reviewing", v->reviewing);
	view_text(&w, "procedure", v->procedure ? v->procedure->code : "");
	supplement_write(&w, &v->supplement);
	write_pages(&w, v);
	if (v->procedure && v->form_open)
		write_answers(&w, v);
	enum err e = view_seal(&w, &fd);
	return e == ERR_OK ? put_mem(c->vault, "visit", fd) : e;
}

/* What is not there any more is made anew. Only without its pixels and its pack a page is lost. */
static void find_parts(struct core *c, struct page *p)
{
	AUTO_FD pack = -1;

	if (draft_get_part(c, p->file, PART_PREVIEW, &p->image) != ERR_OK && !p->no_pixels)
		p->state = PAGE_CAME;
	if (p->state != PAGE_READY && p->state != PAGE_PLAIN)
		return;
	if (draft_get_part(c, p->file, PART_PACK, &pack) != ERR_OK)
		p->state = p->no_pixels ? PAGE_BAD : PAGE_WAITS;
}

static enum err read_pages(struct core *c, const struct view *d)
{
	struct visit *v = &c->visit;

	for (size_t i = 0; i < view_rows(d, "pages") && i < VISIT_MAX_PAGES; i++) {
		size_t len = 0;
		const uint8_t *bytes = view_row_bytes(d, "pages", i, "page", &len);
		struct page *p = &v->pages[v->page_count];

		if (!bytes || len != sizeof *p)
			return ERR_BAD_DATA; /* of another version of this program */
		memcpy(p, bytes, sizeof *p);
		p->of = read_paper(v, d, "pages", i);
		v->page_count++;
		if (!p->of)
			return ERR_BAD_DATA;
		find_parts(c, p);
	}
	return ERR_OK;
}

static size_t field_of(const struct form *f, const char *key)
{
	size_t i = 0;

	while (i < f->field_count && strcmp(f->fields[i].key, key) != 0)
		i++;
	return i;
}

static void read_values(struct visit *v, const struct view *d)
{
	for (size_t i = 0; i < view_rows(d, "papers") && i < VISIT_MAX_PAPERS; i++) {
		v->have[i] = (uint8_t)view_row_num(d, "papers", i, "have");
		v->done[i] = view_row_num(d, "papers", i, "done") != 0;
		v->reused[i] = read_paper(v, d, "papers", i);
		read_copy(d, i, &v->staff.copies[i]);
	}
	for (size_t i = 0; i < view_rows(d, "values"); i++) {
		size_t at = field_of(&v->form, view_row_text(d, "values", i, "key"));

		if (at == v->form.field_count)
			continue; /* the form has been changed meanwhile */
		snprintf(v->values[at], FORM_VALUE_BYTES, "%s",
			 view_row_text(d, "values", i, "value"));
		int64_t from = view_row_num(d, "values", i, "from");
		v->from[at] = from <= FROM_PAPER ? (enum value_from)from : FROM_NOTHING;
	}
}

static enum err read_visit(struct core *c, const struct view *d)
{
	struct visit *v = &c->visit;
	const char *code = view_get_text(d, "procedure");

	/* papers are kept by their place: another list may have others there */
	const struct catalogue *list = catalogue_book_find(&c->book, view_get_text(d, "catalogue"));
	if (!list || view_get_num(d, "v") != VISIT_VERSION)
		return ERR_NOT_FOUND;
	v->catalogue = list;
	snprintf(c->dossier_key, sizeof c->dossier_key, "%s", view_get_text(d, "key"));
	c->next_file = (uint32_t)view_get_num(d, "next_file");
	v->started_s = view_get_num(d, "started_s");
	v->for_other = view_get_num(d, "for_other") != 0;
	supplement_read(d, &v->supplement);
	enum err e = read_pages(c, d);
	if (e != ERR_OK)
		return e;
	v->procedure =
		v->supplement.on ? &v->supplement.procedure : catalogue_find(v->catalogue, code);
	if (!v->procedure)
		return ERR_OK; /* nothing was picked yet, or it left the catalogue */
	e = v->ports->open_form(c);
	if (e != ERR_OK)
		return e;
	v->form_open = true;
	v->group = (uint8_t)view_get_num(d, "group");
	v->reviewing = view_get_num(d, "reviewing") != 0;
	if (v->group >= v->form.group_count || !visit_asks(v, v->group))
		v->group = 0;
	e = visit_fill_form(v);
	if (e == ERR_OK)
		read_values(v, d);
	return e;
}

enum err draft_resume(struct core *c)
{
	AUTO_FD fd = -1;
	struct view d;
	enum err e = get_mem(c->vault, "visit", &fd);

	if (e == ERR_OK)
		e = view_open(fd, &d);
	if (e != ERR_OK)
		return e;
	e = read_visit(c, &d);
	view_close(&d);
	return e;
}
