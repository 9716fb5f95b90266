#include "firmware/core/catalogue.h"

#include "firmware/core/asset.h"
#include "firmware/core/fold.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_CAP   2048
#define MAX_WORDS 12

struct entry {
	struct procedure procedure;
	char *key; /* folded: " name | alias | alias | code", words begin after a space */
	size_t key_len;
};

struct catalogue {
	struct json_object *json; /* owns every text */
	struct entry *entries;
	size_t count;
};

static bool code_ok(const char *code)
{
	unsigned char a;
	int n = 0;

	/* ^[1-6]\.[0-9]{6}$ */
	return sscanf(code, "%c.%*6[0-9]%n", (char *)&a, &n) == 1 && n == 8 && code[8] == '\0' &&
	       a >= '1' && a <= '6';
}

static enum paper_kind kind_of(const char *word)
{
	static const char *const WORDS[] = {
		[PAPER_SUBMIT] = "submit",
		[PAPER_CASE] = "case",
		[PAPER_SHOW] = "show",
		[PAPER_FORM] = "form",
	};

	for (enum paper_kind k = 0; k <= PAPER_FORM; k++)
		if (strcmp(word, WORDS[k]) == 0)
			return k;
	return PAPER_CASE; /* unknown: ask, do not demand */
}

static enum limit_unit unit_of(const char *word)
{
	static const char *const WORDS[] = {
		[LIMIT_OTHER] = "other", [LIMIT_HOUR] = "hour",
		[LIMIT_DAY] = "day",     [LIMIT_WORKING_DAY] = "working_day",
		[LIMIT_MONTH] = "month",
	};

	for (enum limit_unit u = 0; u <= LIMIT_MONTH; u++)
		if (strcmp(word, WORDS[u]) == 0)
			return u;
	return LIMIT_OTHER;
}

/* What a paper does not say of itself its procedure says for all. */
static struct paper_scan scan_of(struct json_object *paper, struct json_object *procedure)
{
	struct json_object *own = json_object_object_get(paper, "scan");
	struct json_object *all = json_object_object_get(procedure, "scan");
	struct json_object *profile = json_text(own, "profile")[0] ? own : all;
	struct json_object *hint = json_text(own, "hint")[0] ? own : all;

	return (struct paper_scan){
		.dpi = (uint16_t)(json_num(own, "dpi") > 0 ? json_num(own, "dpi")
							   : json_num(all, "dpi")),
		.sides = (uint8_t)(json_num(own, "sides") > 0 ? json_num(own, "sides")
							      : json_num(all, "sides")),
		.card = json_num(own, "card") > 0,
		.profile = json_text(profile, "profile"),
		.hint = json_text(hint, "hint"),
	};
}

static enum err take_papers(struct json_object *procedure, struct procedure *p)
{
	struct json_object *list = json_list(procedure, "papers");
	size_t n = list ? json_object_array_length(list) : 0;
	struct paper *papers = calloc(n ? n : 1, sizeof *papers);

	if (!papers)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(list, i);

		papers[i] = (struct paper){
			.code = json_text(o, "code"),
			.name = json_text(o, "short")[0] ? json_text(o, "short")
							 : json_text(o, "name"),
			.name_en = json_text(o, "name_en"),
			.originals = (uint8_t)json_num(o, "orig"),
			.copies = (uint8_t)json_num(o, "copy"),
			.kind = kind_of(json_text(o, "kind")),
			.filer = json_flag(o, "filer"),
			.scan = scan_of(o, procedure),
		};
	}
	p->papers = papers;
	p->paper_count = n;
	return ERR_OK;
}

/* Limit and fee at the counter; where the unit is OTHER, the limit is that of the first case. */
static void take_channel(struct json_object *o, struct procedure *p)
{
	struct json_object *list = json_list(o, "channels"), *cases = json_list(o, "cases");

	p->fee_vnd = -1;
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *c = json_object_array_get_idx(list, i);

		if (strcmp(json_text(c, "channel"), "DIRECT") != 0)
			continue;
		p->limit = (uint16_t)json_num(c, "limit");
		p->unit = unit_of(json_text(c, "unit"));
		p->fee_vnd = json_num(c, "fee_vnd");
		break; /* further rows are alternatives for other cases */
	}
	if (p->unit == LIMIT_OTHER && cases && json_object_array_length(cases) == 1) {
		struct json_object *c = json_object_array_get_idx(cases, 0);

		p->limit = (uint16_t)json_num(c, "limit");
		p->unit = unit_of(json_text(c, "unit"));
	}
}

/* Adds " word word |" to the key. */
static size_t add_to_key(char *key, size_t len, const char *text)
{
	if (len + 4 > KEY_CAP)
		return len;
	key[len++] = ' ';
	len += fold(text, key + len, KEY_CAP - len - 3);
	memcpy(key + len, " |", 3);
	return len + 2;
}

static enum err make_key(struct json_object *o, struct entry *e)
{
	char key[KEY_CAP] = "";
	struct json_object *aliases = json_list(o, "aliases");
	size_t len = add_to_key(key, 0, e->procedure.short_name);

	for (size_t i = 0; aliases && i < json_object_array_length(aliases); i++) {
		struct json_object *a = json_object_array_get_idx(aliases, i);
		const char *text = json_object_get_string(a);

		len = add_to_key(key, len, text ? text : "");
	}
	len = add_to_key(key, len, e->procedure.short_name_en);
	len = add_to_key(key, len, e->procedure.field);
	len = add_to_key(key, len, e->procedure.code);
	e->key = strdup(key);
	e->key_len = len;
	return e->key ? ERR_OK : ERR_NO_MEMORY;
}

static enum err take_procedure(struct json_object *o, struct entry *e)
{
	struct procedure *p = &e->procedure;

	*p = (struct procedure){
		.code = json_text(o, "code"),
		.name = json_text(o, "name"),
		.short_name = json_text(o, "short"),
		.short_name_en = json_text(o, "name_en"),
		.field = json_text(o, "field"),
		.level = json_text(o, "level"),
		.decision = json_text(o, "decision"),
		.result = json_text(o, "result"),
		.originals = json_flag(o, "originals"),
		.common = (uint8_t)json_num(o, "common"),
	};
	if (!p->short_name[0])
		p->short_name = p->name;
	if (!code_ok(p->code) || !p->name[0])
		return ERR_BAD_DATA;
	take_channel(o, p);
	enum err err = take_papers(o, p);
	return err == ERR_OK ? make_key(o, e) : err;
}

enum err catalogue_of(struct json_object *json, struct catalogue **ret)
{
	struct json_object *list = json_list(json, "procedures");
	size_t n = list ? json_object_array_length(list) : 0;
	struct catalogue *c = calloc(1, sizeof *c);
	enum err e = n > 0 && json_text(json, "version")[0] ? ERR_OK : ERR_BAD_DATA;

	if (!c) {
		json_object_put(json);
		return ERR_NO_MEMORY;
	}
	c->json = json;
	c->entries = calloc(n ? n : 1, sizeof *c->entries);
	if (!c->entries)
		e = ERR_NO_MEMORY;
	while (e == ERR_OK && c->count < n) {
		struct json_object *o = json_object_array_get_idx(list, c->count);

		e = take_procedure(o, &c->entries[c->count++]);
	}
	if (e != ERR_OK)
		catalogue_close(c);
	else
		*ret = c;
	return e;
}

enum err catalogue_open(const char *dir, const char *anchor, struct catalogue **ret)
{
	struct json_object *json;
	enum err e = asset_load(dir, "catalogue.json", anchor, &json);

	return e == ERR_OK ? catalogue_of(json, ret) : e;
}

void catalogue_close(struct catalogue *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->count; i++) {
		free(c->entries[i].key);
		free((struct paper *)(uintptr_t)c->entries[i].procedure.papers);
	}
	free(c->entries);
	json_object_put(c->json);
	free(c);
}

const char *catalogue_version(const struct catalogue *c)
{
	return json_text(c->json, "version");
}

static int64_t long_num(const struct catalogue *c, const char *name)
{
	struct json_object *o = NULL;

	return json_object_object_get_ex(c->json, name, &o) && json_object_is_type(o, json_type_int)
		       ? json_object_get_int64(o)
		       : 0;
}

int64_t catalogue_number(const struct catalogue *c)
{
	return long_num(c, "number");
}

int64_t catalogue_expires_s(const struct catalogue *c)
{
	return long_num(c, "expires_s");
}

const char *catalogue_json(const struct catalogue *c)
{
	return json_object_to_json_string_ext(c->json, JSON_C_TO_STRING_PLAIN |
							       JSON_C_TO_STRING_NOSLASHESCAPE);
}

size_t catalogue_count(const struct catalogue *c)
{
	return c->count;
}

const struct procedure *catalogue_at(const struct catalogue *c, size_t i)
{
	return i < c->count ? &c->entries[i].procedure : NULL;
}

const struct procedure *catalogue_find(const struct catalogue *c, const char *code)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->entries[i].procedure.code, code) == 0)
			return &c->entries[i].procedure;
	return NULL;
}

/* The words of a query, each with the space before it: " khai", " sinh". */
struct words {
	char all[256];
	const char *word[MAX_WORDS];
	size_t len[MAX_WORDS];
	size_t count;
};

static void split(const char *query, struct words *w)
{
	w->count = 0;
	w->all[0] = ' ';
	if (fold(query, w->all + 1, sizeof w->all - 1) == 0)
		return;
	for (char *p = w->all; p && w->count < MAX_WORDS; p = strchr(p + 1, ' ')) {
		char *end = strchr(p + 1, ' ');

		w->word[w->count] = p;
		w->len[w->count++] = end ? (size_t)(end - p) : strlen(p);
	}
}

/* How well an entry answers: words found count most, then the phrase as a whole, then where it
 * stands, then how common the procedure is. 0: not at all. */
static uint32_t score(const struct entry *e, const struct words *w, bool *ret_all)
{
	uint32_t found = 0;

	for (size_t i = 0; i < w->count; i++)
		found += memmem(e->key, e->key_len, w->word[i], w->len[i]) != NULL;
	*ret_all = found == w->count;
	if (found == 0)
		return 0;
	uint32_t points = found * 1000;
	size_t phrase_len = strlen(w->all);
	const char *phrase = memmem(e->key, e->key_len, w->all, phrase_len);
	if (phrase) {
		const char *after = phrase + phrase_len;

		points += 400;
		points += strncmp(after, " |", 2) == 0 ? 200 : 0;
		points += phrase == e->key || phrase[-1] == '|' ? 100 : 0;
	}
	points += e->procedure.common ? 60u - e->procedure.common : 0;
	return points;
}

struct hit {
	uint32_t place, points;
};

static int better(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (x->points != y->points)
		return x->points > y->points ? -1 : 1;
	return x->place < y->place ? -1 : 1;
}

static size_t collect(const struct catalogue *c, const struct words *w, struct hit *hits)
{
	size_t n = 0, whole = 0;

	for (uint32_t i = 0; i < c->count; i++) {
		bool all = true;
		uint32_t common = c->entries[i].procedure.common;
		uint32_t points =
			w->count ? score(&c->entries[i], w, &all) : 1 + (common ? 100 - common : 0);

		if (points == 0 || (whole > 0 && !all))
			continue;
		if (all && whole++ == 0)
			n = 0; /* those with only some of the words are not wanted any more */
		hits[n++] = (struct hit){ i, points };
	}
	return n;
}

size_t catalogue_search(const struct catalogue *c, const char *query, uint32_t *ret_places,
			size_t cap)
{
	struct words w;
	struct hit *hits = calloc(c->count, sizeof *hits);

	if (!hits)
		return 0;
	split(query, &w);
	size_t n = collect(c, &w, hits);
	qsort(hits, n, sizeof *hits, better);
	for (size_t i = 0; i < n && i < cap; i++)
		ret_places[i] = hits[i].place;
	free(hits);
	return n;
}
