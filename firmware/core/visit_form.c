/* The acts of the form: filling, checking, going from group to group. */
#include "firmware/core/visit_act.h"

#include <stdio.h>
#include <string.h>

/* ddMMyyyy as dd/mm/yyyy; "" when a part of it is unknown: a form wants a whole date. */
static void whole_date(const char *ddmmyyyy, char out[11])
{
	out[0] = '\0';
	if (strlen(ddmmyyyy) == 8 && strncmp(ddmmyyyy, "00", 2) != 0 &&
	    strncmp(ddmmyyyy + 2, "00", 2) != 0)
		snprintf(out, 11, "%.2s/%.2s/%.4s", ddmmyyyy, ddmmyyyy + 2, ddmmyyyy + 4);
}

static void prefill(const struct visit *v, const char *from, char *out)
{
	char date[11];

	if (strcmp(from, "card.name") == 0)
		snprintf(out, FORM_VALUE_BYTES, "%s", v->card.name);
	else if (strcmp(from, "card.number") == 0)
		snprintf(out, FORM_VALUE_BYTES, "%s", v->card.number);
	else if (strcmp(from, "card.address") == 0)
		snprintf(out, FORM_VALUE_BYTES, "%.*s", FORM_VALUE_BYTES - 1, v->card.address);
	else if (strncmp(from, "text:", 5) == 0)
		snprintf(out, FORM_VALUE_BYTES, "%s", from + 5);
	else if (strcmp(from, "card.sex") == 0 && v->card.sex > 0)
		snprintf(out, FORM_VALUE_BYTES, "%u", v->card.sex);
	else if (strcmp(from, "card.birth") == 0) {
		whole_date(v->card.birth, date);
		snprintf(out, FORM_VALUE_BYTES, "%s", date);
	} else if (strcmp(from, "card.issued") == 0) {
		whole_date(v->card.issued, date);
		snprintf(out, FORM_VALUE_BYTES, "%s", date);
	}
}

enum err visit_fill_form(struct visit *v)
{
	arena_wipe(&v->arena); /* an earlier procedure's answers */
	memset(v->errors, 0, sizeof v->errors);
	for (size_t i = 0; i < v->form.field_count; i++) {
		const struct form_field *f = &v->form.fields[i];

		v->values[i] = arena_take(&v->arena, FORM_VALUE_BYTES);
		if (!v->values[i])
			return ERR_NO_MEMORY;
		if (f->prefill[0])
			prefill(v, f->prefill, v->values[i]);
		/* what the card says is not cut or bent to fit: the citizen types it then */
		if (field_check(f, v->values[i], v->today) != ERR_OK)
			explicit_bzero(v->values[i], FORM_VALUE_BYTES);
		v->from_card[i] = v->values[i][0] && strncmp(f->prefill, "card.", 5) == 0;
	}
	return ERR_OK;
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
	v->from_card[i] = false;
	v->silent = v->errors[i] == ERR_OK; /* a mended mistake loses its red words at once */
	v->errors[i] = ERR_OK;
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
	v->ports->keep(v->ports_data);
	if (!v->reviewing && v->group + 1u < v->form.group_count) {
		v->group++;
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
	if (v->group > 0) {
		v->group--;
		v->turn++;
		return SCREEN_FORM;
	}
	return v->page_count > 0 ? SCREEN_PAGES : SCREEN_CHECKLIST;
}

enum screen act_to_form(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->why = ERR_OK;
	if (v->reviewing)
		return SCREEN_REVIEW;
	v->group = 0;
	return SCREEN_FORM;
}

enum screen act_to_group(struct visit *v, const struct visit_event *e)
{
	if (e->index < v->form.group_count)
		v->group = (uint8_t)e->index;
	v->why = ERR_OK;
	return SCREEN_FORM;
}

enum screen act_edit_group(struct visit *v, const struct visit_event *e)
{
	return act_to_group(v, e);
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
	v->group = (uint8_t)(v->form.group_count - 1);
	v->reviewing = false;
	return SCREEN_FORM;
}
