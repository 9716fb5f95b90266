/* The visit as it stands, in its vault: after a power cut or a crash the same person goes on
 * where they were. The file "visit" is a view (view.h); pages are files of their own. */
#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "firmware/base/view.h"
#include "firmware/core/core.h"
#include "firmware/core/visit_act.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_PAGE_BYTES (64u << 20)

static void page_name(uint32_t file, const char *kind, char out[VAULT_NAME_CAP])
{
	snprintf(out, VAULT_NAME_CAP, "page-%u.%s", file, kind);
}

static enum err put_mem(struct vault *v, const char *name, int fd)
{
	const void *bytes;
	size_t len;
	enum err e = mem_map(fd, MAX_PAGE_BYTES, &bytes, &len);

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

enum err draft_keep_page(struct core *c, struct page *p)
{
	char pdf[VAULT_NAME_CAP], image[VAULT_NAME_CAP];

	p->file = ++c->next_file;
	page_name(p->file, "pdf", pdf);
	page_name(p->file, "rgb", image);
	enum err e = put_mem(c->vault, pdf, p->pdf);
	return e == ERR_OK ? put_mem(c->vault, image, p->image) : e;
}

void draft_drop_page(struct core *c, const struct page *p)
{
	char name[VAULT_NAME_CAP];

	/* a file that stays is never looked at again, and is erased with the vault's key */
	page_name(p->file, "pdf", name);
	(void)vault_remove(c->vault, name);
	page_name(p->file, "rgb", name);
	(void)vault_remove(c->vault, name);
}

static void write_papers(struct view_writer *w, const struct visit *v)
{
	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++) {
		view_row(w, "papers");
		view_num(w, "have", v->have[i]);
		view_num(w, "done", v->done[i]);
	}
	for (uint32_t i = 0; i < v->page_count; i++) {
		view_row(w, "pages");
		view_num(w, "paper", v->pages[i].paper);
		view_num(w, "file", v->pages[i].file);
		view_num(w, "dpi", v->pages[i].dpi);
		view_num(w, "channels", v->pages[i].channels);
		view_num(w, "doubt", v->pages[i].doubt);
		view_num(w, "width", v->pages[i].width);
		view_num(w, "height", v->pages[i].height);
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
	view_num(&w, "v", 1);
	view_text(&w, "catalogue", catalogue_version(v->catalogue));
	view_text(&w, "key", c->dossier_key);
	view_num(&w, "next_file", c->next_file);
	view_num(&w, "started_s", v->started_s);
	view_num(&w, "for_other", v->for_other);
	view_num(&w, "group", v->group);
	view_num(&w, "reviewing", v->reviewing);
	view_text(&w, "procedure", v->procedure ? v->procedure->code : "");
	if (v->procedure && v->form_open)
		write_papers(&w, v);
	enum err e = view_seal(&w, &fd);
	return e == ERR_OK ? put_mem(c->vault, "visit", fd) : e;
}

static enum err read_pages(struct core *c, const struct view *d)
{
	struct visit *v = &c->visit;

	for (size_t i = 0; i < view_rows(d, "pages") && i < VISIT_MAX_PAGES; i++) {
		char name[VAULT_NAME_CAP];
		struct page p = {
			.paper = (uint8_t)view_row_num(d, "pages", i, "paper"),
			.file = (uint32_t)view_row_num(d, "pages", i, "file"),
			.dpi = (uint16_t)view_row_num(d, "pages", i, "dpi"),
			.channels = (uint8_t)view_row_num(d, "pages", i, "channels"),
			.doubt = (enum err)view_row_num(d, "pages", i, "doubt"),
			.width = (uint32_t)view_row_num(d, "pages", i, "width"),
			.height = (uint32_t)view_row_num(d, "pages", i, "height"),
		};
		AUTO_FD pdf = -1;
		AUTO_FD image = -1;

		if (p.paper >= v->procedure->paper_count || p.paper >= VISIT_MAX_PAPERS)
			return ERR_BAD_DATA;
		page_name(p.file, "pdf", name);
		enum err e = get_mem(c->vault, name, &pdf);
		page_name(p.file, "rgb", name);
		if (e == ERR_OK)
			e = get_mem(c->vault, name, &image);
		if (e != ERR_OK)
			return e;
		p.pdf = take_fd(&pdf);
		p.image = take_fd(&image);
		v->pages[v->page_count++] = p;
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
	}
	for (size_t i = 0; i < view_rows(d, "values"); i++) {
		size_t at = field_of(&v->form, view_row_text(d, "values", i, "key"));

		if (at == v->form.field_count)
			continue; /* the form has been changed meanwhile */
		snprintf(v->values[at], FORM_VALUE_BYTES, "%s",
			 view_row_text(d, "values", i, "value"));
		int64_t from = view_row_num(d, "values", i, "from");
		v->from[at] = from <= FROM_CHIP ? (enum value_from)from : FROM_NOTHING;
	}
}

static enum err read_visit(struct core *c, const struct view *d)
{
	struct visit *v = &c->visit;
	const char *code = view_get_text(d, "procedure");

	/* papers are kept by their place: another catalogue may have others there */
	if (strcmp(view_get_text(d, "catalogue"), catalogue_version(v->catalogue)) != 0)
		return ERR_NOT_FOUND;
	snprintf(c->dossier_key, sizeof c->dossier_key, "%s", view_get_text(d, "key"));
	c->next_file = (uint32_t)view_get_num(d, "next_file");
	v->started_s = view_get_num(d, "started_s");
	v->for_other = view_get_num(d, "for_other") != 0;
	v->procedure = catalogue_find(v->catalogue, code);
	if (!v->procedure)
		return ERR_OK; /* nothing was picked yet, or it left the catalogue */
	enum err e = v->ports->open_form(c);
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
	return e == ERR_OK ? read_pages(c, d) : e;
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
