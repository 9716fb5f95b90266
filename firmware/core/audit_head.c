#include "firmware/core/audit_head.h"

#include "firmware/base/auto.h"
#include "firmware/core/db.h"
#include "firmware/core/files.h"
#include "firmware/core/seal.h"

#include <json-c/json.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_CAP  192
#define MAX_FILE  65536
#define CHECK_CAP 17

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

/* Over the whole file: a flipped bit must not accuse anybody of having written the log anew. */
static enum err check_word(const char *line, const uint8_t *reply, size_t len, char ret[CHECK_CAP])
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t hash[EVP_MAX_MD_SIZE];
	bool good = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
		    EVP_DigestUpdate(md, line, strlen(line)) == 1 &&
		    EVP_DigestUpdate(md, reply, len) == 1 &&
		    EVP_DigestFinal_ex(md, hash, NULL) == 1;

	EVP_MD_CTX_free(md);
	if (!good)
		return ERR_NO_MEMORY;
	hex_of(hash, (CHECK_CAP - 1) / 2, ret);
	return ERR_OK;
}

/* "v2 SEQ SHA256 TIME NONCE ", for what stands behind it. */
static void write_head(const struct audit_confirmed *c, char line[LINE_CAP])
{
	char sha256[AUDIT_HEX_CAP];

	hex_of(c->at.hash, AUDIT_HASH_BYTES, sha256);
	(void)snprintf(line, LINE_CAP, "v2 %jd %s %jd %s ", (intmax_t)c->at.seq, sha256,
		       (intmax_t)c->time_s, c->nonce);
}

/* The first line is read only as it was written. */
static bool read_head(const char *line, const uint8_t *reply, size_t len, struct audit_confirmed *c)
{
	char sha256[AUDIT_HEX_CAP] = "", again[LINE_CAP], check[CHECK_CAP];
	intmax_t seq, time_s;

	if (sscanf(line, "v2 %jd %64s %jd %32s", &seq, sha256, &time_s, c->nonce) != 4 ||
	    !hex_ok(sha256, AUDIT_HEX_CAP - 1) || !hex_ok(c->nonce, QUERY_NONCE_CAP - 1) ||
	    !bytes_of(sha256, c->at.hash))
		return false;
	c->at.seq = seq;
	c->time_s = time_s;
	write_head(c, again);
	size_t head = strlen(again);
	return seq > 0 && strncmp(again, line, head) == 0 &&
	       check_word(again, reply, len, check) == ERR_OK && strcmp(line + head, check) == 0;
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
	if (!end || !read_head(line, end + 1, c.len, &c) || c.len == 0)
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
	char line[LINE_CAP], check[CHECK_CAP];

	write_head(c, line);
	enum err e = check_word(line, c->reply, c->len, check);
	if (e != ERR_OK)
		return e;
	check[CHECK_CAP - 1] = '\n';
	struct iovec parts[] = { { line, strlen(line) },
				 { check, CHECK_CAP },
				 { c->reply, c->len } };
	return db_wrote(s, files_replace(s->dir_fd, file, parts, 3));
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
