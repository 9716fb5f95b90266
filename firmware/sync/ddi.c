#include "firmware/sync/ddi.h"

#include "firmware/sync/body.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#define DEPTH     16
#define MAX_PARTS 64

static void put(struct json_object **o)
{
	json_object_put(*o);
}
#define AUTO_JSON __attribute__((cleanup(put))) struct json_object *

static struct json_object *of(struct json_object *o, const char *name, enum json_type type)
{
	struct json_object *v = NULL;

	if (!o || !json_object_object_get_ex(o, name, &v) || !json_object_is_type(v, type))
		return NULL;
	return v;
}

/* False when it is not there, or does not fit with its end mark. */
static bool take(struct json_object *o, const char *name, char *ret, size_t cap)
{
	struct json_object *v = of(o, name, json_type_string);
	size_t len = v ? (size_t)json_object_get_string_len(v) : 0;

	if (len == 0 || len >= cap || memchr(json_object_get_string(v), '\0', len))
		return false;
	memcpy(ret, json_object_get_string(v), len + 1);
	return true;
}

static bool take_link(struct json_object *o, const char *name, char ret[ADDRESS_MAX_BYTES])
{
	struct json_object *links = of(o, "_links", json_type_object);

	return take(of(links, name, json_type_object), "href", ret, ADDRESS_MAX_BYTES);
}

bool ddi_action_ok(const char *action)
{
	size_t n = strspn(action, "0123456789");

	return n > 0 && n < UPDATE_ACTION_CAP && action[n] == '\0';
}

/* "HH:mm:ss"; a server that says 00:00:01 to thousands is not believed. */
static uint32_t sleep_of(const char *text)
{
	unsigned part[3] = { 0 };
	char end = '\0';

	if (sscanf(text, "%3u:%2u:%2u%c", &part[0], &part[1], &part[2], &end) != 3)
		return 0;
	uint32_t s = part[0] * 3600 + part[1] * 60 + part[2];
	return s < DDI_SLEEP_MIN_S ? DDI_SLEEP_MIN_S : s > DDI_SLEEP_MAX_S ? DDI_SLEEP_MAX_S : s;
}

enum err ddi_read_base(const void *bytes, size_t len, struct ddi_base *ret)
{
	AUTO_JSON o = body_json(bytes, len, DEPTH);
	struct json_object *config = of(o, "config", json_type_object);
	struct ddi_base b = { 0 };
	char text[ADDRESS_MAX_BYTES];

	if (!config)
		return ERR_BAD_DATA;
	if (take(of(config, "polling", json_type_object), "sleep", text, sizeof text))
		b.sleep_s = sleep_of(text);
	b.config = take_link(o, "configData", text);
	if (!take_link(o, "deploymentBase", b.deployment))
		b.deployment[0] = '\0';
	if (!take_link(o, "cancelAction", b.cancel))
		b.cancel[0] = '\0';
	*ret = b;
	return ERR_OK;
}

static bool is_sha256(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* Of one file of a part: is it a bundle, and all of it said? */
static bool take_bundle(struct json_object *file, struct ddi_deployment *d)
{
	struct json_object *size = of(file, "size", json_type_int);
	char name[256];

	if (!take(file, "filename", name, sizeof name) || strlen(name) < 7 ||
	    strcmp(name + strlen(name) - 6, ".raucb") != 0 || !size)
		return false;
	d->size = json_object_get_int64(size);
	return d->size > 0 &&
	       take(of(file, "hashes", json_type_object), "sha256", d->sha256, sizeof d->sha256) &&
	       is_sha256(d->sha256) &&
	       (take_link(file, "download", d->href) || take_link(file, "download-http", d->href));
}

/* How many bundles are in this part; the last of them is taken. */
static int take_part(struct json_object *part, struct ddi_deployment *d)
{
	struct json_object *files = of(part, "artifacts", json_type_array);
	size_t count = files ? json_object_array_length(files) : 0;
	int bundles = 0;

	for (size_t i = 0; i < count && i < MAX_PARTS; i++) {
		struct json_object *file = json_object_array_get_idx(files, i);
		struct ddi_deployment one = *d;

		if (!json_object_is_type(file, json_type_object) || !take_bundle(file, &one))
			continue;
		bundles++;
		*d = one;
		if (!take(part, "version", d->version, sizeof d->version))
			d->version[0] = '\0';
	}
	return bundles;
}

static bool is_said(struct json_object *o, const char *name, const char *value)
{
	const char *said = body_member(o, name);

	return said && strcmp(said, value) == 0;
}

enum err ddi_read_deployment(const void *bytes, size_t len, struct ddi_deployment *ret)
{
	AUTO_JSON o = body_json(bytes, len, DEPTH);
	struct json_object *deployment = of(o, "deployment", json_type_object);
	struct json_object *parts = of(deployment, "chunks", json_type_array);
	struct ddi_deployment d = { 0 };
	int bundles = 0;

	if (!parts || !take(o, "id", d.action, sizeof d.action) || !ddi_action_ok(d.action))
		return ERR_BAD_DATA;
	d.fetch = !is_said(deployment, "download", "skip");
	d.install = !is_said(deployment, "update", "skip") &&
		    !is_said(deployment, "maintenanceWindow", "unavailable");
	for (size_t i = 0; i < json_object_array_length(parts) && i < MAX_PARTS; i++) {
		struct json_object *part = json_object_array_get_idx(parts, i);

		if (json_object_is_type(part, json_type_object))
			bundles += take_part(part, &d);
	}
	*ret = d;
	return bundles == 1 ? ERR_OK : ERR_NOT_FOUND;
}

enum err ddi_read_cancel(const void *bytes, size_t len, char ret_action[UPDATE_ACTION_CAP])
{
	AUTO_JSON o = body_json(bytes, len, DEPTH);
	char action[UPDATE_ACTION_CAP];

	if (!take(of(o, "cancelAction", json_type_object), "stopId", action, sizeof action) ||
	    !ddi_action_ok(action))
		return ERR_BAD_DATA;
	memcpy(ret_action, action, sizeof action);
	return ERR_OK;
}

enum err ddi_action(const char *base, const char *own, const char *kind, const char *href,
		    char ret_path[ADDRESS_MAX_BYTES], char ret_action[UPDATE_ACTION_CAP])
{
	char path[ADDRESS_MAX_BYTES];
	enum err e = address_path(base, href, path);

	if (e != ERR_OK)
		return e;
	if (strncmp(path, own, strlen(own)) != 0)
		return ERR_FORGED;
	const char *at = path + strlen(own);
	size_t n = strlen(kind);
	if (strncmp(at, kind, n) != 0 || at[n] != '/')
		return ERR_BAD_DATA;
	at += n + 1;
	size_t digits = strspn(at, "0123456789");
	if (digits == 0 || digits >= UPDATE_ACTION_CAP || (at[digits] && at[digits] != '?'))
		return ERR_BAD_DATA;
	memcpy(ret_action, at, digits);
	ret_action[digits] = '\0';
	memcpy(ret_path, path, sizeof path);
	return ERR_OK;
}

/* As hawkBit understands them (DdiRootController): "closed" confirms a cancellation, it knows no
 * "canceled" there; an action that is only "rejected" stays open and is offered for ever. */
static const struct {
	const char *execution, *finished;
} WORDS[UPDATE_WORDS] = {
	[UPDATE_GOES_ON] = { "proceeding", "none" },  [UPDATE_REJECTED] = { "rejected", "none" },
	[UPDATE_FAILED] = { "closed", "failure" },    [UPDATE_SUCCEEDED] = { "closed", "success" },
	[UPDATE_CANCELLED] = { "closed", "success" }, [UPDATE_STAYS] = { "rejected", "failure" },
};

static struct json_object *add(struct json_object *o, const char *name, struct json_object *v)
{
	if (v && json_object_object_add(o, name, v) == 0)
		return v;
	json_object_put(v);
	return NULL;
}

static bool add_text(struct json_object *o, const char *name, const char *text)
{
	return add(o, name, json_object_new_string(text)) != NULL;
}

static char *text_of(struct json_object *o)
{
	const char *text = o ? json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN) : NULL;

	return text ? strdup(text) : NULL;
}

static bool add_result(struct json_object *status, enum update_word word, int percent)
{
	struct json_object *result = add(status, "result", json_object_new_object());

	if (!result || !add_text(result, "finished", WORDS[word].finished))
		return false;
	if (percent < 0)
		return true;
	struct json_object *progress = add(result, "progress", json_object_new_object());
	return progress && add(progress, "cnt", json_object_new_int(percent)) &&
	       add(progress, "of", json_object_new_int(100));
}

static bool add_words(struct json_object *status, const char *words)
{
	struct json_object *details = add(status, "details", json_object_new_array());
	struct json_object *text = json_object_new_string(words);

	if (details && text && (!words[0] || json_object_array_add(details, text) == 0)) {
		if (!words[0])
			json_object_put(text);
		return true;
	}
	json_object_put(text);
	return false;
}

char *ddi_feedback(const char *action, enum update_word word, int percent, const char *words)
{
	AUTO_JSON o = json_object_new_object();
	struct json_object *status = o ? add(o, "status", json_object_new_object()) : NULL;

	if (!status || !add_text(o, "id", action) ||
	    !add_text(status, "execution", WORDS[word].execution) ||
	    !add_result(status, word, percent) || !add_words(status, words))
		return NULL;
	return text_of(o);
}

char *ddi_attributes(const char *const *pairs)
{
	AUTO_JSON o = json_object_new_object();
	struct json_object *data = o ? add(o, "data", json_object_new_object()) : NULL;

	if (!data || !add_text(o, "mode", "merge"))
		return NULL;
	for (; pairs[0]; pairs += 2)
		if (!add_text(data, pairs[0], pairs[1]))
			return NULL;
	return text_of(o);
}
