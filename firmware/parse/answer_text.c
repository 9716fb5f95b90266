#include "firmware/parse/answer.h"

#include <json-c/json.h>
#include <string.h>

enum {
	DEPTH = 3, /* the text is one flat object */
	FIELDS = 8,
	VERSION = 1,
	MAX_TEXT_BYTES = 32 << 10,
};

/* 9999-12-31T23:59:59Z */
#define LAST_SECOND 253402300799

static size_t run(const char *s, const char *of)
{
	return strspn(s, of);
}

bool answer_is_code(const char *text)
{
	static const char DIGITS[] = "0123456789";
	size_t agency = run(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.");

	if (agency < 3 || agency > 40 || text[agency] != '-')
		return false;
	text += agency + 1;
	size_t day = run(text, DIGITS);
	if ((day != 6 && day != 8) || text[day] != '-')
		return false;
	text += day + 1;
	size_t count = run(text, DIGITS);
	return count >= 4 && count <= 8 && text[count] == '\0';
}

static bool is_hex(const char *text, size_t len)
{
	return strlen(text) == len && run(text, "0123456789abcdef") == len;
}

/* 8-4-4-4-12 hexadecimal digits, lower case. */
static bool is_key(const char *text)
{
	static const char FORM[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (strlen(text) != sizeof FORM - 1)
		return false;
	for (size_t i = 0; FORM[i]; i++)
		if (FORM[i] == '-' ? text[i] != '-' : !strchr("0123456789abcdef", text[i]))
			return false;
	return true;
}

/* NULL unless `key` is a text without NUL inside. */
static const char *text_at(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	if (!json_object_object_get_ex(o, key, &v) || !json_object_is_type(v, json_type_string))
		return NULL;
	const char *text = json_object_get_string(v);
	return strlen(text) == (size_t)json_object_get_string_len(v) ? text : NULL;
}

static bool read_text(struct json_object *o, const char *key, char *out, size_t cap)
{
	const char *text = text_at(o, key);

	if (!text || strlen(text) >= cap)
		return false;
	memcpy(out, text, strlen(text) + 1);
	return true;
}

/* Cuts between characters and says so. */
static bool read_reason(struct json_object *o, char *out, size_t cap)
{
	static const char MORE[] = "…";
	const char *text = text_at(o, "reason");
	size_t len = text ? strlen(text) : 0;

	if (!text)
		return false;
	if (len < cap) {
		memcpy(out, text, len + 1);
		return true;
	}
	len = cap - sizeof MORE;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	memcpy(out, text, len);
	memcpy(out + len, MORE, sizeof MORE);
	return true;
}

static bool read_second(struct json_object *o, const char *key, int64_t *ret)
{
	struct json_object *v = NULL;

	if (!json_object_object_get_ex(o, key, &v) || !json_object_is_type(v, json_type_int))
		return false;
	int64_t n = json_object_get_int64(v);
	if (n < 0 || n > LAST_SECOND)
		return false;
	*ret = n;
	return true;
}

static bool read_verdict(struct json_object *o, uint8_t *ret)
{
	struct json_object *v = NULL, *version = NULL;

	if (!json_object_object_get_ex(o, "v", &version) ||
	    !json_object_is_type(version, json_type_int) ||
	    json_object_get_int64(version) != VERSION ||
	    !json_object_object_get_ex(o, "accepted", &v) ||
	    !json_object_is_type(v, json_type_boolean))
		return false;
	*ret = json_object_get_boolean(v) ? 1 : 0;
	return true;
}

/* Accepted has a code and no reason; refused a reason, and neither code nor due time. */
static bool is_consistent(const struct msg_answer_facts *a)
{
	if (a->time_s == 0)
		return false;
	if (!a->accepted)
		return a->reason[0] && !a->code[0] && a->due_s == 0;
	return answer_is_code(a->code) && !a->reason[0] && (a->due_s == 0 || a->due_s >= a->time_s);
}

/* Exactly the eight members of the contract: a ninth would be something we do not act upon. */
static bool read_object(struct json_object *o, struct msg_answer_facts *a)
{
	return json_object_is_type(o, json_type_object) && json_object_object_length(o) == FIELDS &&
	       read_verdict(o, &a->accepted) && read_text(o, "key", a->key, sizeof a->key) &&
	       is_key(a->key) && read_text(o, "manifest_sha256", a->manifest, sizeof a->manifest) &&
	       is_hex(a->manifest, sizeof a->manifest - 1) &&
	       read_text(o, "code", a->code, sizeof a->code) &&
	       read_reason(o, a->reason, sizeof a->reason) &&
	       read_second(o, "received_at", &a->time_s) && read_second(o, "due_at", &a->due_s) &&
	       is_consistent(a);
}

enum err answer_read_text(const char *text, size_t len, struct msg_answer_facts *ret)
{
	struct msg_answer_facts a = { 0 };

	if (len == 0 || len > MAX_TEXT_BYTES || !utf8_ok(text, len))
		return ERR_BAD_DATA;
	struct json_tokener *t = json_tokener_new_ex(DEPTH);
	if (!t)
		return ERR_NO_MEMORY;
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *o = json_tokener_parse_ex(t, text, (int)len);
	/* a value that could go on (a number) or stops early is not the whole text */
	bool whole = json_tokener_get_error(t) == json_tokener_success &&
		     json_tokener_get_parse_end(t) == len;
	bool good = o && whole && read_object(o, &a);
	json_object_put(o);
	json_tokener_free(t);
	if (!good)
		return ERR_BAD_DATA;
	*ret = a;
	return ERR_OK;
}
