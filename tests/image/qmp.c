#include "tests/image/qmp.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <string.h>

static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(o, key, &value))
		return "";
	return json_object_is_type(value, json_type_string) ? json_object_get_string(value)
							    : json_object_to_json_string(value);
}

static bool understand(struct json_object *o, struct qmp_said *ret_said)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(o, json_type_object))
		return false;
	*ret_said = (struct qmp_said){ .name = "", .body = "" };
	if (json_object_object_get_ex(o, "QMP", &value)) {
		ret_said->kind = QMP_GREETING;
	} else if (json_object_object_get_ex(o, "return", &value)) {
		ret_said->kind = QMP_RETURN;
		ret_said->body = json_object_to_json_string(value);
	} else if (json_object_object_get_ex(o, "error", &value)) {
		ret_said->kind = QMP_ERROR;
		ret_said->name = text_of(value, "desc");
	} else {
		ret_said->kind = QMP_EVENT;
		ret_said->name = text_of(o, "event");
		ret_said->body = text_of(o, "data");
		return ret_said->name[0] != '\0';
	}
	return true;
}

static enum err one_line(struct qmp *q, qmp_fn *fn, void *data)
{
	struct qmp_said said;

	while (q->len && strchr("\r ", q->line[q->len - 1]))
		q->len--;
	q->line[q->len] = '\0';
	if (q->len == 0)
		return ERR_OK;
	struct json_object *o = json_tokener_parse(q->line);
	bool good = understand(o, &said);
	if (good)
		fn(data, &said);
	json_object_put(o);
	return good ? ERR_OK : ERR_BAD_DATA;
}

enum err qmp_feed(struct qmp *q, const char *bytes, size_t len, qmp_fn *fn, void *data)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < len && e == ERR_OK; i++) {
		if (bytes[i] == '\n') {
			e = one_line(q, fn, data);
			q->len = 0;
		} else if (q->len + 1 == QMP_CAP) {
			e = ERR_NO_SPACE;
		} else {
			q->line[q->len++] = bytes[i];
		}
	}
	return e;
}
