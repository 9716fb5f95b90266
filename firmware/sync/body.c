#include "firmware/sync/body.h"

#include "firmware/base/msg.h"

#include <json-c/json.h>
#include <limits.h>
#include <string.h>

#define PROVINCE_DEPTH 8

static void put(struct json_object **o)
{
	json_object_put(*o);
}
#define AUTO_JSON __attribute__((cleanup(put))) struct json_object *

/* json-c lets overlong forms pass, which no message of ours would carry. */
struct json_object *body_json(const void *bytes, size_t len, int depth)
{
	bool text = len > 0 && len <= INT_MAX && utf8_ok(bytes, len);
	struct json_tokener *t = text ? json_tokener_new_ex(depth) : NULL;

	if (!t)
		return NULL;
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *o = json_tokener_parse_ex(t, bytes, (int)len);
	bool whole = json_tokener_get_error(t) == json_tokener_success &&
		     json_tokener_get_parse_end(t) == len;
	json_tokener_free(t);
	if (whole && json_object_is_type(o, json_type_object))
		return o;
	json_object_put(o);
	return NULL;
}

const char *body_member(struct json_object *o, const char *name)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, name, &v) || !json_object_is_type(v, json_type_string))
		return NULL;
	return json_object_get_string(v);
}

void body_text(const char *text, char *ret, size_t cap)
{
	size_t n = strlen(text);
	bool good = utf8_ok(text, n);

	if (n >= cap) {
		n = cap - 1;
		while (n > 0 && (text[n] & 0xc0) == 0x80)
			n--;
	}
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		ret[i] = c < 0x20 || c == 0x7f ? ' ' : c >= 0x80 && !good ? '?' : text[i];
	}
	ret[n] = '\0';
}

bool body_health(const void *bytes, size_t len, struct health *ret)
{
	AUTO_JSON o = body_json(bytes, len, PROVINCE_DEPTH);
	const char *status = o ? body_member(o, "status") : NULL;
	struct json_object *time;

	if (!status || strcmp(status, "ok") != 0)
		return false;
	const char *name = body_member(o, "name");
	*ret = (struct health){ 0 };
	body_text(name ? name : "", ret->name, sizeof ret->name);
	if (json_object_object_get_ex(o, "time", &time) && json_object_is_type(time, json_type_int))
		ret->time_s = json_object_get_int64(time);
	return true;
}

void body_problem(const void *bytes, size_t len, char ret[DETAIL_MAX_BYTES])
{
	AUTO_JSON o = body_json(bytes, len, PROVINCE_DEPTH);
	const char *text = o ? body_member(o, "detail") : NULL;

	if (o && !text)
		text = body_member(o, "title");
	body_text(text ? text : "", ret, DETAIL_MAX_BYTES);
}
