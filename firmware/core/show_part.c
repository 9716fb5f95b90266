#include "firmware/core/show_part.h"

#include <stdio.h>
#include <string.h>

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

static void put_offer(struct view_writer *w, const struct visit *v, size_t field)
{
	char value[FORM_VALUE_BYTES];
	const struct page *p;

	if (!visit_offer(v, field, value, &p))
		return;
	view_text(w, "offer", value);
	view_text(w, "offer_from", show_name_of(v, p->of));
	explicit_bzero(value, sizeof value);
}

void show_form(struct view_writer *w, const struct core *c)
{
	static const char *const SOURCES[] = {
		[FROM_CODE] = "card", [FROM_CHIP] = "chip", [FROM_PAPER] = "paper"
	};
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
		put_offer(w, v, i);
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
	view_num(w, "missing", show_missing(v));
	for (size_t i = 0; i < v->form.field_count; i++) {
		if (!visit_asks(v, v->form.fields[i].group))
			continue;
		view_row(w, "items");
		view_text(w, "label", v->form.fields[i].label[v->language]);
		view_text(w, "value", shown_value(v, i));
		view_num(w, "group", v->form.fields[i].group);
		view_text(w, "section", v->form.groups[v->form.fields[i].group].title[v->language]);
	}
	show_papers(w, v);
}

void show_confirm(struct view_writer *w, const struct core *c)
{
	view_text(w, "name", c->visit.card.name);
	view_text(w, "declaration", visit_declaration(&c->visit));
	show_papers(w, &c->visit);
}
