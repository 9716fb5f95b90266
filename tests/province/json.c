#include "tests/province/json.h"

#include "firmware/base/msg.h"

#include <limits.h>
#include <string.h>

struct json_object *json_read(const void *bytes, size_t len)
{
	bool text = len <= INT_MAX && utf8_ok(bytes, len); /* json-c lets overlong forms pass */
	struct json_tokener *t = text ? json_tokener_new_ex(16) : NULL;

	if (!t)
		return NULL;
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *o = json_tokener_parse_ex(t, bytes, (int)len);
	bool good = json_tokener_get_error(t) == json_tokener_success &&
		    json_tokener_get_parse_end(t) == len &&
		    json_object_is_type(o, json_type_object);
	json_tokener_free(t);
	if (good)
		return o;
	json_object_put(o);
	return NULL;
}

const char *json_text(struct json_object *o, const char *name, size_t max)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, name, &v) || !json_object_is_type(v, json_type_string))
		return NULL;
	const char *s = json_object_get_string(v);
	size_t len = (size_t)json_object_get_string_len(v);
	return len <= max && strlen(s) == len ? s : NULL;
}

bool json_count(struct json_object *o, const char *name, int64_t *ret)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, name, &v) || !json_object_is_type(v, json_type_int))
		return false;
	int64_t n = json_object_get_int64(v);
	if (n < 0)
		return false;
	*ret = n;
	return true;
}
