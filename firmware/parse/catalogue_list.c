#include "firmware/parse/catalogue_list.h"

#include "firmware/base/msg.h"
#include "firmware/base/query.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 8, PROCEDURES_MAX = 3000, WORD_MAX = 300, MEMBERS_MAX = 64, CODE_LEN = 8 };

enum place { PLACE_LIST, PLACE_PROCEDURE, PLACE_CHANNEL, PLACE_CASE, PLACE_PAPER, PLACE_SCAN };
enum kind { KIND_NUM, KIND_FLAG, KIND_TEXT, KIND_WORDS, KIND_ONE, KIND_ROWS };
enum need { NEED_MAY, NEED_MUST };

struct row {
	enum place in;
	const char *key;
	enum kind kind;
	int64_t low, high;
	enum need need;
	enum place holds;
};

static const struct row ROWS[] = {
#define ROW(in, key, kind, low, high, need, holds) \
	{ PLACE_##in, #key, KIND_##kind, low, high, NEED_##need, PLACE_##holds },
#include "firmware/parse/catalogue.def"
#undef ROW
};

enum err list_read(struct blob text, struct json_object **ret)
{
	bool fits = text.len > 0 && text.len <= CATALOGUE_MAX_BYTES &&
		    utf8_ok((const char *)text.at, text.len);
	struct json_tokener *t = fits ? json_tokener_new_ex(DEPTH) : NULL;

	if (!t)
		return fits ? ERR_NO_MEMORY : ERR_BAD_DATA;
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *o = json_tokener_parse_ex(t, (const char *)text.at, (int)text.len);
	bool good = json_tokener_get_error(t) == json_tokener_success &&
		    json_object_is_type(o, json_type_object);
	for (size_t at = json_tokener_get_parse_end(t); good && at < text.len; at++)
		good = text.at[at] == '\n'; /* an editor ends a file so */
	json_tokener_free(t);
	if (!good) {
		json_object_put(o);
		return ERR_BAD_DATA;
	}
	*ret = o;
	return ERR_OK;
}

static bool is_within(const struct row *r, int64_t n)
{
	return n >= r->low && n <= r->high;
}

static bool text_ok(struct json_object *v, int64_t low, int64_t high)
{
	if (!json_object_is_type(v, json_type_string))
		return false;
	int len = json_object_get_string_len(v);
	return len >= low && len <= high && strlen(json_object_get_string(v)) == (size_t)len;
}

static bool words_ok(struct json_object *v, const struct row *r)
{
	if (!json_object_is_type(v, json_type_array) ||
	    !is_within(r, (int64_t)json_object_array_length(v)))
		return false;
	for (size_t i = 0; i < json_object_array_length(v); i++)
		if (!text_ok(json_object_array_get_idx(v, i), 0, WORD_MAX))
			return false;
	return true;
}

static bool object_ok(struct json_object *o, enum place in);

static bool rows_ok(struct json_object *v, const struct row *r)
{
	if (!json_object_is_type(v, json_type_array) ||
	    !is_within(r, (int64_t)json_object_array_length(v)))
		return false;
	for (size_t i = 0; i < json_object_array_length(v); i++)
		if (!object_ok(json_object_array_get_idx(v, i), r->holds))
			return false;
	return true;
}

static bool value_ok(struct json_object *v, const struct row *r)
{
	switch (r->kind) {
	case KIND_NUM:
		return json_object_is_type(v, json_type_int) &&
		       is_within(r, json_object_get_int64(v));
	case KIND_FLAG:
		return json_object_is_type(v, json_type_boolean);
	case KIND_TEXT:
		return text_ok(v, r->low, r->high);
	case KIND_WORDS:
		return words_ok(v, r);
	case KIND_ONE:
		return object_ok(v, r->holds);
	default:
		return rows_ok(v, r);
	}
}

static bool object_ok(struct json_object *o, enum place in)
{
	struct json_object *v;

	if (!json_object_is_type(o, json_type_object))
		return false;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		if (ROWS[i].in != in)
			continue;
		bool here = json_object_object_get_ex(o, ROWS[i].key, &v);
		if (here ? !value_ok(v, &ROWS[i]) : ROWS[i].need == NEED_MUST)
			return false;
	}
	return true;
}

/* ^[1-6]\.[0-9]{6}$ */
static bool code_ok(const char *code)
{
	return strlen(code) == CODE_LEN && code[0] >= '1' && code[0] <= '6' && code[1] == '.' &&
	       strspn(code + 2, "0123456789") == CODE_LEN - 2;
}

static const char *code_of(struct json_object *procedure)
{
	return json_object_get_string(json_object_object_get(procedure, "code"));
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum err check_codes(struct json_object *all)
{
	size_t n = json_object_array_length(all);
	const char **codes = calloc(n, sizeof *codes);
	bool good = true;

	if (!codes)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < n; i++) {
		codes[i] = code_of(json_object_array_get_idx(all, i));
		good &= code_ok(codes[i]);
	}
	qsort(codes, n, sizeof *codes, by_name);
	for (size_t i = 1; i < n; i++)
		good &= strcmp(codes[i - 1], codes[i]) != 0;
	free(codes);
	return good ? ERR_OK : ERR_BAD_DATA;
}

enum err list_check(struct json_object *list, int64_t *ret_number)
{
	if (!object_ok(list, PLACE_LIST))
		return ERR_BAD_DATA;
	enum err e = check_codes(json_object_object_get(list, "procedures"));
	if (e == ERR_OK)
		*ret_number = json_object_get_int64(json_object_object_get(list, "number"));
	return e;
}

static struct json_object *find(struct json_object *all, const char *code)
{
	for (size_t i = 0; i < json_object_array_length(all); i++) {
		struct json_object *p = json_object_array_get_idx(all, i), *v;

		if (json_object_is_type(p, json_type_object) &&
		    json_object_object_get_ex(p, "code", &v) &&
		    json_object_is_type(v, json_type_string) &&
		    strcmp(json_object_get_string(v), code) == 0)
			return p;
	}
	return NULL;
}

/* What is a code only in `changes` is the base's. */
static enum err merge(struct json_object *base, struct json_object *changes,
		      struct json_object *out)
{
	for (size_t i = 0; i < json_object_array_length(changes); i++) {
		struct json_object *p = json_object_array_get_idx(changes, i);

		if (json_object_is_type(p, json_type_string))
			p = find(base, json_object_get_string(p));
		if (!json_object_is_type(p, json_type_object))
			return ERR_BAD_DATA;
		if (json_object_array_add(out, json_object_get(p)) != 0) {
			json_object_put(p);
			return ERR_NO_MEMORY;
		}
	}
	return ERR_OK;
}

static enum err copy_rest(struct json_object *from, struct json_object *to)
{
	json_object_object_foreach(from, name, v)
	{
		if (strcmp(name, "procedures") == 0)
			continue;
		if (json_object_object_add(to, name, json_object_get(v)) != 0) {
			json_object_put(v);
			return ERR_NO_MEMORY;
		}
	}
	return ERR_OK;
}

static struct json_object *array_of(struct json_object *o)
{
	struct json_object *all;

	return json_object_object_get_ex(o, "procedures", &all) &&
			       json_object_is_type(all, json_type_array) &&
			       json_object_array_length(all) <= PROCEDURES_MAX
		       ? all
		       : NULL;
}

enum err list_apply(struct json_object *base, struct json_object *delta, struct json_object **ret)
{
	struct json_object *old = array_of(base), *changes = array_of(delta);
	struct json_object *list = json_object_new_object(), *all = json_object_new_array();
	enum err e = !old || !changes ? ERR_BAD_DATA : !list || !all ? ERR_NO_MEMORY : ERR_OK;

	if (e == ERR_OK)
		e = merge(old, changes, all);
	if (e == ERR_OK)
		e = copy_rest(delta, list);
	if (e != ERR_OK || json_object_object_add(list, "procedures", all) != 0) {
		json_object_put(all);
		json_object_put(list);
		return e == ERR_OK ? ERR_NO_MEMORY : e;
	}
	*ret = list;
	return ERR_OK;
}

static void write_value(FILE *out, struct json_object *v, bool *good);

static void write_object(FILE *out, struct json_object *o, bool *good)
{
	const char *names[MEMBERS_MAX];
	size_t n = 0;

	json_object_object_foreach(o, name, unused)
	{
		static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyz"
					    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

		(void)unused;
		*good &= n < MEMBERS_MAX && strspn(name, PLAIN) == strlen(name);
		if (!*good)
			return;
		names[n++] = name;
	}
	qsort(names, n, sizeof *names, by_name);
	fputc('{', out);
	for (size_t i = 0; i < n && *good; i++) {
		fprintf(out, "%s\"%s\":", i ? "," : "", names[i]);
		write_value(out, json_object_object_get(o, names[i]), good);
	}
	fputc('}', out);
}

static void write_array(FILE *out, struct json_object *all, bool *good)
{
	fputc('[', out);
	for (size_t i = 0; i < json_object_array_length(all) && *good; i++) {
		if (i)
			fputc(',', out);
		write_value(out, json_object_array_get_idx(all, i), good);
	}
	fputc(']', out);
}

static void write_value(FILE *out, struct json_object *v, bool *good)
{
	const int how = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;

	switch (json_object_get_type(v)) {
	case json_type_object:
		write_object(out, v, good);
		break;
	case json_type_array:
		write_array(out, v, good);
		break;
	case json_type_double: /* there is more than one way to write it */
		*good = false;
		break;
	default:
		fputs(json_object_to_json_string_ext(v, how), out);
	}
}

enum err list_write(struct json_object *list, char **ret_text, size_t *ret_len)
{
	char *text = NULL;
	size_t len = 0;
	bool good = true;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return ERR_NO_MEMORY;
	write_value(out, list, &good);
	bool whole = fclose(out) == 0;
	if (whole && good && len <= CATALOGUE_MAX_BYTES) {
		*ret_text = text;
		*ret_len = len;
		return ERR_OK;
	}
	free(text);
	return whole ? ERR_BAD_DATA : ERR_NO_MEMORY;
}
