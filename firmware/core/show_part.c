#include "firmware/core/show_part.h"

#include "firmware/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THUMB_WIDTH 180u
#define MAX_IMAGE   (32u << 20)
#define MAX_SHOWN   24 /* pages with a picture */

void show_scan(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	uint32_t brought = 0, place = 0;

	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++) {
		brought += v->have[i] == 1;
		place += i <= v->paper && v->have[i] == 1;
	}
	view_text(w, "paper", show_paper_name(v, v->paper));
	view_num(w, "index", place);
	view_num(w, "total", brought);
	view_num(w, "page", visit_pages_of(v, v->paper) + 1);
	view_num(w, "state", v->state);
	view_num(w, "percent", v->percent);
	view_num(w, "err", v->why);
}

/* A picture that has the size it claims; anything else is left out. */
static const uint8_t *map_image(const struct page *p, size_t *ret_len)
{
	const void *bytes;
	size_t want = (size_t)p->width * p->height * 3;

	if (p->image < 0 || p->width == 0 || p->height == 0 || p->width > 4096 ||
	    p->height > 4096 || mem_map(p->image, MAX_IMAGE, &bytes, ret_len) != ERR_OK)
		return NULL;
	if (*ret_len == want)
		return bytes;
	mem_unmap(bytes, *ret_len);
	return NULL;
}

void show_page(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	const struct page *p = &v->pending;
	size_t len;
	const uint8_t *image = map_image(p, &len);

	view_text(w, "paper", show_paper_name(v, v->paper));
	view_num(w, "page", visit_pages_of(v, v->paper) + 1);
	view_num(w, "err", v->why);
	if (!image)
		return;
	view_bytes(w, "image", image, len);
	view_num(w, "width", p->width);
	view_num(w, "height", p->height);
	mem_unmap(image, len);
}

/* The mean of the step x step pixels at (x, y) of the small picture. */
static void mean_of(const uint8_t *from, uint32_t width, uint32_t step, uint8_t out[3])
{
	uint32_t sum[3] = { 0 };

	for (uint32_t y = 0; y < step; y++)
		for (uint32_t x = 0; x < step * 3; x++)
			sum[x % 3] += from[(size_t)y * width * 3 + x];
	for (int i = 0; i < 3; i++)
		out[i] = (uint8_t)(sum[i] / (step * step));
}

static void put_thumb(struct view_writer *w, const struct page *p)
{
	size_t len;
	const uint8_t *image = map_image(p, &len);

	if (!image)
		return;
	uint32_t step = p->width > THUMB_WIDTH ? p->width / THUMB_WIDTH : 1;
	uint32_t width = p->width / step, height = p->height / step;
	uint8_t *small = malloc((size_t)width * height * 3);
	for (uint32_t y = 0; small && y < height; y++)
		for (uint32_t x = 0; x < width; x++)
			mean_of(image + ((size_t)y * step * p->width + (size_t)x * step) * 3,
				p->width, step, small + ((size_t)y * width + x) * 3);
	if (small) {
		view_bytes(w, "image", small, (size_t)width * height * 3);
		view_num(w, "width", width);
		view_num(w, "height", height);
		explicit_bzero(small, (size_t)width * height * 3);
	}
	free(small);
	mem_unmap(image, len);
}

static void put_papers(struct view_writer *w, const struct visit *v)
{
	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++) {
		uint32_t pages = visit_pages_of(v, (uint8_t)i);

		if (!visit_wants_paper(v->procedure, i) ||
		    (pages == 0 && v->procedure->papers[i].kind != PAPER_SUBMIT))
			continue;
		view_row(w, "papers");
		view_text(w, "name", show_paper_name(v, i));
		view_num(w, "pages", pages);
		view_num(w, "have", v->have[i]);
	}
}

static uint32_t missing(const struct visit *v)
{
	uint32_t n = 0;

	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++)
		n += v->procedure->papers[i].kind == PAPER_SUBMIT &&
		     visit_pages_of(v, (uint8_t)i) == 0;
	return n;
}

void show_pages(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	uint32_t of_paper[VISIT_MAX_PAPERS] = { 0 };

	view_num(w, "missing", missing(v));
	for (uint32_t i = 0; i < v->page_count; i++) {
		const struct page *p = &v->pages[i];

		view_row(w, "pages");
		view_text(w, "paper", show_paper_name(v, p->paper));
		view_num(w, "page", ++of_paper[p->paper]);
		if (i < MAX_SHOWN)
			put_thumb(w, p);
	}
	put_papers(w, v);
}

static void put_choices(struct view_writer *w, const struct form_field *f, enum language l)
{
	char lines[2048];
	size_t len = 0;

	for (size_t i = 0; i < f->choice_count; i++) {
		int n = snprintf(lines + len, sizeof lines - len, "%s%s\t%s", i ? "\n" : "",
				 f->choices[i].code, f->choices[i].label[l]);

		if (n < 0 || (size_t)n >= sizeof lines - len)
			break;
		len += (size_t)n;
	}
	lines[len] = '\0';
	view_text(w, "choices", lines);
}

static size_t groups_before(const struct visit *v, size_t group)
{
	size_t n = 0;

	for (size_t i = 0; i < group; i++)
		n += visit_asks(v, i);
	return n;
}

void show_form(struct view_writer *w, const struct core *c)
{
	static const char *const SOURCES[] = { [FROM_CODE] = "card", [FROM_CHIP] = "chip" };
	const struct visit *v = &c->visit;

	view_text(w, "title", v->form.groups[v->group].title[v->language]);
	view_num(w, "group", (int64_t)groups_before(v, v->group));
	view_num(w, "groups", (int64_t)groups_before(v, v->form.group_count));
	view_num(w, "err", v->why);
	for (size_t i = 0; i < v->form.field_count; i++) {
		const struct form_field *f = &v->form.fields[i];

		if (f->group != v->group)
			continue;
		view_row(w, "fields");
		view_text(w, "key", f->key);
		view_text(w, "label", f->label[v->language]);
		view_text(w, "help", f->help[v->language]);
		view_text(w, "type", field_type_name(f->type));
		view_text(w, "value", v->values[i]);
		view_num(w, "must", f->must);
		view_num(w, "max", f->max);
		view_text(w, "source", SOURCES[v->from[i]]);
		view_num(w, "err", v->errors[i]);
		if (f->type == FIELD_CHOICE)
			put_choices(w, f, v->language);
	}
}

void show_errors(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	uint32_t in_group[FORM_MAX_GROUPS] = { 0 };

	for (size_t i = 0; i < v->form.field_count; i++) {
		const struct form_field *f = &v->form.fields[i];
		uint32_t field = in_group[f->group]++;

		if (v->errors[i] == ERR_OK)
			continue;
		view_row(w, "errors");
		view_text(w, "label", f->label[v->language]);
		view_num(w, "err", v->errors[i]);
		view_num(w, "group", f->group);
		view_num(w, "field", field);
	}
}

/* What the citizen sees for a value: the words of a choice, not its code. */
static const char *shown_value(const struct visit *v, size_t i)
{
	static const char *const YESNO[][LANGUAGE_COUNT] = { { "Không", "No" }, { "Có", "Yes" } };
	const struct form_field *f = &v->form.fields[i];

	if (f->type == FIELD_YESNO && v->values[i][0])
		return YESNO[v->values[i][0] == '1'][v->language];
	for (size_t k = 0; k < f->choice_count; k++)
		if (strcmp(f->choices[k].code, v->values[i]) == 0)
			return f->choices[k].label[v->language];
	return v->values[i];
}

void show_review(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;

	show_terms(w, v);
	view_num(w, "missing", missing(v));
	for (size_t i = 0; i < v->form.field_count; i++) {
		if (!visit_asks(v, v->form.fields[i].group))
			continue;
		view_row(w, "items");
		view_text(w, "label", v->form.fields[i].label[v->language]);
		view_text(w, "value", shown_value(v, i));
		view_num(w, "group", v->form.fields[i].group);
		view_text(w, "section", v->form.groups[v->form.fields[i].group].title[v->language]);
	}
	put_papers(w, v);
}

void show_confirm(struct view_writer *w, const struct core *c)
{
	view_text(w, "name", c->visit.card.name);
	view_text(w, "declaration", visit_declaration(&c->visit));
	put_papers(w, &c->visit);
}
