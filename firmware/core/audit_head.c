#include "firmware/core/audit_head.h"

#include "firmware/base/auto.h"
#include "firmware/core/db.h"
#include "firmware/core/files.h"
#include "firmware/core/seal.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_CAP 160
#define MAX_FILE 65536

static bool bytes_of(const char *hex, uint8_t ret[AUDIT_HASH_BYTES])
{
	for (size_t i = 0; i < AUDIT_HASH_BYTES; i++) {
		unsigned byte;

		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			return false;
		ret[i] = (uint8_t)byte;
	}
	return true;
}

/* The first line is read only as it was written. */
static bool read_head(const char *line, struct audit_confirmed *c)
{
	char sha256[AUDIT_HEX_CAP] = "", again[LINE_CAP];
	intmax_t seq, time_s;

	if (sscanf(line, "v1 %jd %64s %jd %32s", &seq, sha256, &time_s, c->nonce) != 4 ||
	    !hex_ok(sha256, AUDIT_HEX_CAP - 1) || !hex_ok(c->nonce, QUERY_NONCE_CAP - 1))
		return false;
	(void)snprintf(again, sizeof again, "v1 %jd %s %jd %s", seq, sha256, time_s, c->nonce);
	c->at.seq = seq;
	c->time_s = time_s;
	return seq > 0 && strcmp(again, line) == 0 && bytes_of(sha256, c->at.hash);
}

enum err audit_confirmed_get(struct store *s, const char *file, struct audit_confirmed *ret)
{
	AUTO_FREE uint8_t *bytes = NULL;
	struct audit_confirmed c = { 0 };
	char line[LINE_CAP];
	size_t len = 0;
	enum err e = files_read(s->dir_fd, file, MAX_FILE, &bytes, &len);

	if (e != ERR_OK)
		return e;
	const uint8_t *end = len ? memchr(bytes, '\n', len) : NULL;
	size_t line_len = end ? (size_t)(end - bytes) : LINE_CAP;
	if (line_len >= sizeof line || memchr(bytes, '\0', line_len))
		return ERR_BAD_DATA;
	memcpy(line, bytes, line_len);
	line[line_len] = '\0';
	c.len = len - line_len - 1;
	if (!read_head(line, &c) || c.len == 0)
		return ERR_BAD_DATA;
	c.reply = malloc(c.len);
	if (!c.reply)
		return ERR_NO_MEMORY;
	memcpy(c.reply, end + 1, c.len);
	*ret = c;
	return ERR_OK;
}

enum err audit_confirmed_put(struct store *s, const char *file, const struct audit_confirmed *c)
{
	char line[LINE_CAP], sha256[AUDIT_HEX_CAP];

	hex_of(c->at.hash, AUDIT_HASH_BYTES, sha256);
	int n = snprintf(line, sizeof line, "v1 %jd %s %jd %s\n", (intmax_t)c->at.seq, sha256,
			 (intmax_t)c->time_s, c->nonce);
	struct iovec parts[] = { { line, (size_t)n }, { c->reply, c->len } };
	return db_wrote(s, files_replace(s->dir_fd, file, parts, 2));
}

void audit_confirmed_finish(struct audit_confirmed *c)
{
	free(c->reply);
	*c = (struct audit_confirmed){ 0 };
}

static bool add(struct json_object *o, const char *name, struct json_object *value)
{
	if (o && value && json_object_object_add(o, name, value) == 0)
		return true;
	json_object_put(value);
	return false;
}

static bool fill(struct json_object *o, const struct audit_claim *c)
{
	char sha256[AUDIT_HEX_CAP];

	hex_of(c->head.hash, AUDIT_HASH_BYTES, sha256);
	return add(o, "v", json_object_new_int(1)) &&
	       add(o, "type", json_object_new_string("audit-head")) &&
	       add(o, "kiosk", json_object_new_string(c->kiosk)) &&
	       add(o, "seq", json_object_new_int64(c->head.seq)) &&
	       add(o, "sha256", json_object_new_string(sha256)) &&
	       add(o, "time", json_object_new_int64(c->time_s)) &&
	       (!c->file_sha256 || add(o, "file_sha256", json_object_new_string(c->file_sha256)));
}

enum err audit_sign(const struct package_keys *k, const struct audit_claim *c, uint8_t **ret_der,
		    size_t *ret_len)
{
	struct json_object *o = json_object_new_object();
	const char *text =
		fill(o, c) ? json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN) : NULL;
	enum err e = text ? seal_sign(k, text, strlen(text), ret_der, ret_len) : ERR_NO_MEMORY;

	json_object_put(o);
	return e;
}
