#include "firmware/core/form.h"

#include "firmware/core/asset.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const TYPES[] = {
	[FIELD_TEXT] = "text",     [FIELD_NAME] = "name",   [FIELD_DIGITS] = "digits",
	[FIELD_NUMBER] = "number", [FIELD_DATE] = "date",   [FIELD_PHONE] = "phone",
	[FIELD_CHOICE] = "choice", [FIELD_YESNO] = "yesno",
};
#define TYPE_COUNT (sizeof TYPES / sizeof *TYPES)

const char *field_type_name(enum field_type t)
{
	return t < TYPE_COUNT ? TYPES[t] : "text";
}

static bool both(struct json_object *o, const char *name, const char *ret_text[LANGUAGE_COUNT])
{
	struct json_object *pair = NULL;

	(void)json_object_object_get_ex(o, name, &pair);
	ret_text[LANGUAGE_VI] = json_text(pair, "vi");
	ret_text[LANGUAGE_EN] = json_text(pair, "en");
	return ret_text[LANGUAGE_VI][0] && ret_text[LANGUAGE_EN][0];
}

static enum err take_choices(struct json_object *list, struct form_field *f)
{
	size_t n = list ? json_object_array_length(list) : 0;
	struct form_choice *choices = calloc(n ? n : 1, sizeof *choices);

	if (!choices)
		return ERR_NO_MEMORY;
	f->choices = choices;
	f->choice_count = n;
	bool good = (n > 0) == (f->type == FIELD_CHOICE);
	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(list, i);

		choices[i].code = json_text(o, "code");
		good &= choices[i].code[0] && both(o, "label", choices[i].label);
	}
	return good ? ERR_OK : ERR_BAD_DATA;
}

static enum err take_field(struct json_object *o, uint8_t group, struct form_field *f)
{
	size_t type = 0;

	while (type < TYPE_COUNT && strcmp(TYPES[type], json_text(o, "type")) != 0)
		type++;
	*f = (struct form_field){
		.key = json_text(o, "key"),
		.type = (enum field_type)type,
		.group = group,
		.must = json_num(o, "must") != 0,
		.past = json_num(o, "past") != 0,
		.max = (uint16_t)json_num(o, "max"),
		.low = json_num(o, "low"),
		.high = json_num(o, "high"),
		.prefill = json_text(o, "prefill"),
		.offer = json_text(o, "offer"),
		.when = json_text(o, "when"),
		.gives = json_text(o, "gives"),
	};
	(void)both(o, "help", f->help);
	if (f->max == 0)
		f->max = 200;
	if (type == TYPE_COUNT || !f->key[0] || !both(o, "label", f->label) ||
	    f->max > FORM_VALUE_BYTES / 4)
		return ERR_BAD_DATA;
	return take_choices(json_list(o, "choices"), f);
}

static enum err take_group(struct json_object *o, struct form *f, uint8_t group)
{
	struct json_object *list = json_list(o, "fields");
	size_t n = list ? json_object_array_length(list) : 0;
	enum err e = n > 0 && both(o, "title", f->groups[group].title) ? ERR_OK : ERR_BAD_DATA;

	f->groups[group].for_other = json_num(o, "for_other") != 0;

	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		if (f->field_count == FORM_MAX_FIELDS)
			return ERR_BAD_DATA;
		e = take_field(json_object_array_get_idx(list, i), group,
			       &f->fields[f->field_count++]);
	}
	return e;
}

static size_t place_of(const struct form *f, const char *key)
{
	size_t i = 0;

	while (i < f->field_count && strcmp(f->fields[i].key, key) != 0)
		i++;
	return i;
}

static enum err take_eithers(struct json_object *list, struct form *f)
{
	size_t n = list ? json_object_array_length(list) : 0;

	f->eithers = calloc(n ? n : 1, sizeof *f->eithers);
	if (!f->eithers)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(list, i);
		size_t a = place_of(f, json_text(o, "a")), b = place_of(f, json_text(o, "b"));

		if (a == f->field_count || b == f->field_count)
			return ERR_BAD_DATA;
		f->eithers[f->either_count++] = (struct form_either){ (uint8_t)a, (uint8_t)b };
	}
	return ERR_OK;
}

enum err form_of(struct json_object *json, struct form *ret)
{
	struct json_object *list = json_list(json, "groups");
	size_t n = list ? json_object_array_length(list) : 0;
	struct form f = { .json = json };
	enum err e = n > 0 && n <= FORM_MAX_GROUPS && both(json, "declaration", f.declaration)
			     ? ERR_OK
			     : ERR_BAD_DATA;

	if (!both(json, "declaration_other", f.declaration_other))
		memcpy(f.declaration_other, f.declaration, sizeof f.declaration);
	f.groups = calloc(n ? n : 1, sizeof *f.groups);
	f.fields = calloc(FORM_MAX_FIELDS, sizeof *f.fields);
	if (!f.groups || !f.fields)
		e = ERR_NO_MEMORY;
	for (; f.group_count < n && e == ERR_OK; f.group_count++)
		e = take_group(json_object_array_get_idx(list, f.group_count), &f,
			       (uint8_t)f.group_count);
	if (e == ERR_OK)
		e = take_eithers(json_list(json, "either"), &f);
	if (e != ERR_OK)
		form_finish(&f);
	else
		*ret = f;
	return e;
}

static enum err append(struct json_object *to, struct json_object *from, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++) {
		struct json_object *group = json_object_get(json_object_array_get_idx(from, i));

		if (json_object_array_add(to, group) != 0) {
			json_object_put(group);
			return ERR_NO_MEMORY;
		}
	}
	return ERR_OK;
}

/* The form's first group, those of `owner`, the form's others. */
static enum err merge(struct json_object *json, struct json_object *owner)
{
	struct json_object *all = json_object_new_array();
	struct json_object *of_form = json_list(json, "groups"), *more = json_list(owner, "groups");
	size_t n = of_form ? json_object_array_length(of_form) : 0;
	enum err e = all ? ERR_OK : ERR_NO_MEMORY;

	if (n == 0 || !more)
		e = ERR_BAD_DATA;
	if (e == ERR_OK)
		e = append(all, of_form, 0, 1);
	if (e == ERR_OK)
		e = append(all, more, 0, json_object_array_length(more));
	if (e == ERR_OK)
		e = append(all, of_form, 1, n);
	if (e == ERR_OK && json_object_object_add(json, "groups", all) != 0)
		e = ERR_NO_MEMORY;
	if (e != ERR_OK)
		json_object_put(all);
	return e;
}

static enum err add_owner(struct json_object *json, struct json_object *owner)
{
	struct json_object *text = NULL;

	if (!json_object_object_get_ex(owner, "declaration", &text))
		return ERR_BAD_DATA;
	if (json_object_object_add(json, "declaration_other", json_object_get(text)) != 0)
		return ERR_NO_MEMORY;
	return merge(json, owner);
}

enum err form_open(const char *assets_dir, const char *anchor, const char *code, struct form *ret)
{
	char name[64];
	struct json_object *json, *owner = NULL;

	snprintf(name, sizeof name, "forms/%.20s.json", code);
	enum err e = asset_load(assets_dir, name, anchor, &json);
	if (e == ERR_NOT_FOUND)
		e = asset_load(assets_dir, "forms/general.json", anchor, &json);
	if (e != ERR_OK)
		return e;
	e = asset_load(assets_dir, "forms/owner.json", anchor, &owner);
	if (e == ERR_OK)
		e = add_owner(json, owner);
	json_object_put(owner);
	if (e == ERR_OK)
		return form_of(json, ret);
	json_object_put(json);
	return e;
}

enum err form_open_bare(const char *assets_dir, const char *anchor, const char *name,
			struct form *ret)
{
	struct form f = { 0 };
	enum err e = asset_load(assets_dir, name, anchor, &f.json);

	if (e == ERR_OK && !both(f.json, "declaration", f.declaration))
		e = ERR_BAD_DATA;
	memcpy(f.declaration_other, f.declaration, sizeof f.declaration);
	if (e == ERR_OK)
		*ret = f;
	else
		form_finish(&f);
	return e;
}

void form_finish(struct form *f)
{
	for (size_t i = 0; i < f->field_count; i++)
		free((struct form_choice *)(uintptr_t)f->fields[i].choices);
	free(f->groups);
	free(f->fields);
	free(f->eithers);
	json_object_put(f->json);
	*f = (struct form){ 0 };
}
