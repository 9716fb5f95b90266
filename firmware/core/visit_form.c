/* The acts of the form: filling, checking, going from group to group. */
#include "firmware/core/prefill.h"
#include "firmware/core/visit_act.h"

#include <stdio.h>
#include <string.h>

enum err visit_fill_form(struct visit *v)
{
	arena_wipe(&v->arena); /* an earlier procedure's answers */
	memset(v->errors, 0, sizeof v->errors);
	memset(v->from, 0, sizeof v->from);
	for (size_t i = 0; i < v->form.field_count; i++) {
		v->values[i] = arena_take(&v->arena, FORM_VALUE_BYTES);
		if (!v->values[i])
			return ERR_NO_MEMORY;
	}
	prefill_all(v);
	return ERR_OK;
}

bool visit_asks(const struct visit *v, size_t group)
{
	return v->for_other || !v->form.groups[group].for_other;
}

const char *visit_declaration(const struct visit *v)
{
	return v->for_other ? v->form.declaration_other[v->language]
			    : v->form.declaration[v->language];
}

/* The next group that is asked, or the one before; FORM_MAX_GROUPS: there is none. */
static size_t group_after(const struct visit *v, size_t group)
{
	while (++group < v->form.group_count)
		if (visit_asks(v, group))
			return group;
	return FORM_MAX_GROUPS;
}

static size_t group_before(const struct visit *v, size_t group)
{
	while (group-- > 0)
		if (visit_asks(v, group))
			return group;
	return FORM_MAX_GROUPS;
}

/* The field at place `index` of the present group; field_count when there is none. */
static size_t field_at(const struct visit *v, uint32_t index)
{
	size_t i = 0;

	for (; i < v->form.field_count; i++)
		if (v->form.fields[i].group == v->group && index-- == 0)
			break;
	return i;
}

enum screen act_field(struct visit *v, const struct visit_event *e)
{
	size_t i = field_at(v, e->index);

	v->silent = true;
	if (i == v->form.field_count || strlen(e->text) >= FORM_VALUE_BYTES)
		return SCREEN_FORM;
	if (strcmp(v->values[i], e->text) == 0)
		return SCREEN_FORM;
	snprintf(v->values[i], FORM_VALUE_BYTES, "%s", e->text);
	v->from[i] = FROM_TYPED;
	v->silent = v->errors[i] == ERR_OK; /* a mended mistake loses its red words at once */
	v->errors[i] = ERR_OK;
	return SCREEN_FORM;
}

/* What the paper says, because a person has looked at it and says so. */
enum screen act_take_offer(struct visit *v, const struct visit_event *e)
{
	size_t i = field_at(v, e->index);
	const struct page *page;

	if (i < v->form.field_count && visit_offer(v, i, v->values[i], &page)) {
		v->from[i] = FROM_PAPER;
		v->errors[i] = ERR_OK;
		v->ports->keep(v->ports_data);
	}
	return SCREEN_FORM;
}

/* Something may have been read for a field. */
enum screen act_form_news(struct visit *v, const struct visit_event *e)
{
	(void)v, (void)e;
	return SCREEN_FORM;
}

/* Checks the fields of one group, or of all when group is -1. Returns how many are wrong. */
static size_t check(struct visit *v, int group)
{
	size_t wrong = 0;

	for (size_t i = 0; i < v->form.field_count; i++) {
		const struct form_field *f = &v->form.fields[i];

		if (group >= 0 && f->group != group)
			continue;
		v->errors[i] = ERR_OK;
		if (!visit_asks(v, f->group))
			continue;
		field_tidy(v->values[i]);
		v->errors[i] = field_check(f, v->values[i], v->today);
		wrong += v->errors[i] != ERR_OK;
	}
	return wrong;
}

static size_t check_eithers(struct visit *v)
{
	size_t wrong = 0;

	for (size_t i = 0; i < v->form.either_count; i++) {
		struct form_either e = v->form.eithers[i];

		if (v->values[e.a][0] || v->values[e.b][0])
			continue;
		v->errors[e.a] = v->errors[e.b] = ERR_FIELD_PAIR;
		wrong++;
	}
	return wrong;
}

enum screen act_form_next(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->why = ERR_OK;
	if (check(v, v->group) > 0) {
		v->why = ERR_FIELD_EMPTY;
		return SCREEN_FORM;
	}
	prefill_all(v);
	v->ports->keep(v->ports_data);
	size_t after = group_after(v, v->group);
	if (!v->reviewing && after < FORM_MAX_GROUPS) {
		v->group = (uint8_t)after;
		v->turn++; /* another page of questions: late taps on the old one do not count */
		return SCREEN_FORM;
	}
	if (check(v, -1) + check_eithers(v) > 0)
		return SCREEN_FORM_ERRORS;
	v->reviewing = true;
	v->ports->keep(v->ports_data);
	return SCREEN_REVIEW;
}

enum screen act_form_back(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->why = ERR_OK;
	v->ports->keep(v->ports_data);
	size_t before = group_before(v, v->group);
	if (before < FORM_MAX_GROUPS) {
		v->group = (uint8_t)before;
		v->turn++;
		return SCREEN_FORM;
	}
	return visit_any_page(v) ? SCREEN_PAGES : SCREEN_CHECKLIST;
}

enum screen visit_to_form(struct visit *v)
{
	if (v->supplement.on)
		return visit_after_supplement(v);
	v->why = ERR_OK;
	if (v->reviewing)
		return SCREEN_REVIEW;
	v->group = 0;
	return SCREEN_FORM;
}

enum screen act_to_group(struct visit *v, const struct visit_event *e)
{
	if (e->index < v->form.group_count && visit_asks(v, e->index))
		v->group = (uint8_t)e->index;
	v->why = ERR_OK;
	return SCREEN_FORM;
}

enum screen act_edit_group(struct visit *v, const struct visit_event *e)
{
	return v->supplement.on ? SCREEN_REVIEW : act_to_group(v, e);
}

enum screen act_first_error(struct visit *v, const struct visit_event *e)
{
	(void)e;
	for (size_t i = 0; i < v->form.field_count; i++)
		if (v->errors[i] != ERR_OK) {
			v->group = v->form.fields[i].group;
			break;
		}
	return SCREEN_FORM;
}

enum screen act_to_last_group(struct visit *v, const struct visit_event *e)
{
	(void)e;
	if (v->supplement.on) { /* there is no form */
		v->reviewing = false;
		return SCREEN_PAGES;
	}
	v->group = (uint8_t)group_before(v, v->form.group_count);
	v->reviewing = false;
	return SCREEN_FORM;
}
