#include "firmware/parse/reply.h"

#include "firmware/base/auto.h"
#include "firmware/base/mem.h"

#include <json-c/json.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 6, MAX_ROWS = 2000 };

static struct json_object *member(struct json_object *o, const char *key, enum json_type type)
{
	struct json_object *v = NULL;

	return json_object_object_get_ex(o, key, &v) && json_object_is_type(v, type) ? v : NULL;
}

/* NULL unless it is a text without NUL inside. */
static const char *text_of(struct json_object *v)
{
	const char *text = v ? json_object_get_string(v) : NULL;

	return text && strlen(text) == (size_t)json_object_get_string_len(v) ? text : NULL;
}

static bool is_within(const struct fact_row *f, int64_t n)
{
	return n >= f->low && n <= f->high;
}

static bool put_num(const struct fact_row *f, struct json_object *o, struct view_writer *w)
{
	enum json_type type = f->kind == FACT_FLAG ? json_type_boolean : json_type_int;
	struct json_object *v = member(o, f->key, type);

	if (!v)
		return false;
	int64_t n = f->kind == FACT_FLAG ? json_object_get_boolean(v) : json_object_get_int64(v);
	view_num(w, f->key, n);
	return f->kind == FACT_FLAG || is_within(f, n);
}

static bool put_digits(const struct fact_row *f, const char *text, struct view_writer *w)
{
	size_t len = strlen(text);
	int64_t n = 0;

	if (len == 0 || len > 18 || strspn(text, "0123456789") != len)
		return false;
	for (size_t i = 0; i < len; i++)
		n = n * 10 + (text[i] - '0');
	view_num(w, f->key, n);
	return is_within(f, n);
}

static bool put_moment(const struct fact_row *f, const char *text, struct view_writer *w)
{
	int64_t s;

	if (!query_read_moment(text, &s))
		return false;
	view_num(w, f->key, s);
	return true;
}

static bool put_text(const struct fact_row *f, const char *text, struct view_writer *w)
{
	if (!is_within(f, (int64_t)strlen(text)) ||
	    (f->kind == FACT_HEX && strspn(text, "0123456789abcdef") != strlen(text)))
		return false;
	view_text(w, f->key, text);
	return true;
}

/* Standard base64 with padding, nothing between. */
static bool put_bytes(const struct fact_row *f, const char *text, struct view_writer *w)
{
	static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(text), pad = 0;

	if (len % 4 != 0 || (int64_t)(len / 4 * 3) > f->high + 2)
		return false;
	while (pad < 2 && pad < len && text[len - 1 - pad] == '=')
		pad++;
	if (strspn(text, DIGITS) != len - pad) /* OpenSSL leaves out what it does not know */
		return false;
	AUTO_FREE uint8_t *bytes = malloc(len / 4 * 3 + 1);
	int got = bytes ? EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)len) : -1;
	if (got < 0 || !is_within(f, got - (int64_t)pad))
		return false;
	view_bytes(w, f->key, bytes, (size_t)got - pad);
	return true;
}

static bool put_fact(const struct fact_row *f, struct json_object *o, struct view_writer *w)
{
	if (f->kind == FACT_NUM || f->kind == FACT_FLAG)
		return put_num(f, o, w);
	const char *text = text_of(member(o, f->key, json_type_string));
	if (!text)
		return false;
	switch (f->kind) {
	case FACT_DIGITS:
		return put_digits(f, text, w);
	case FACT_MOMENT:
		return put_moment(f, text, w);
	case FACT_BYTES:
		return put_bytes(f, text, w);
	default:
		return put_text(f, text, w);
	}
}

/* Every fact of one group of one query, from one object. */
static bool put_group(unsigned query, const char *group, struct json_object *o,
		      struct view_writer *w)
{
	size_t count;
	const struct fact_row *rows = query_facts(&count);

	for (size_t i = 0; i < count; i++)
		if (rows[i].query == query && strcmp(rows[i].group, group) == 0 &&
		    !put_fact(&rows[i], o, w))
			return false;
	return true;
}

static bool put_rows(unsigned query, const char *group, struct json_object *data,
		     struct view_writer *w)
{
	struct json_object *rows = member(data, group, json_type_array);
	size_t count = rows ? json_object_array_length(rows) : MAX_ROWS + 1;

	if (count > MAX_ROWS)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct json_object *o = json_object_array_get_idx(rows, i);

		view_row(w, group);
		if (!json_object_is_type(o, json_type_object) || !put_group(query, group, o, w))
			return false;
	}
	return true;
}

static bool put_facts(unsigned query, struct json_object *data, struct view_writer *w)
{
	size_t count;
	const struct fact_row *rows = query_facts(&count);
	const char *done = "";

	if (!data || !put_group(query, "", data, w))
		return false;
	for (size_t i = 0; i < count; i++) { /* the rows of a group stand together */
		if (rows[i].query != query || strcmp(rows[i].group, done) == 0)
			continue;
		done = rows[i].group;
		if (!put_rows(query, done, data, w))
			return false;
	}
	return true;
}

static enum err read_head(struct json_object *o, const struct msg_job_reply *job,
			  struct msg_reply_facts *ret)
{
	struct json_object *version = member(o, "v", json_type_int);
	struct json_object *time = member(o, "time", json_type_int);
	const char *epoch = text_of(member(o, "epoch", json_type_string));
	const char *nonce = text_of(member(o, "nonce", json_type_string));
	const char *name = text_of(member(o, "query", json_type_string));

	if (!version || json_object_get_int64(version) != QUERY_VERSION || !time || !epoch ||
	    !nonce || !name || strlen(epoch) != QUERY_EPOCH_CAP - 1 ||
	    strspn(epoch, "0123456789abcdef") != QUERY_EPOCH_CAP - 1)
		return ERR_BAD_DATA;
	/* signed by the right one, but not for us now */
	if (strcmp(nonce, job->nonce) != 0 || strcmp(name, query_row(job->query)->name) != 0)
		return ERR_FORGED;
	ret->time_s = json_object_get_int64(time);
	if (ret->time_s <= 0 || ret->time_s > 253402300799)
		return ERR_BAD_DATA;
	memcpy(ret->epoch, epoch, QUERY_EPOCH_CAP);
	return ERR_OK;
}

enum err reply_read_text(struct blob text, const struct msg_job_reply *job,
			 struct msg_reply_facts *ret, struct view_writer *facts)
{
	struct json_tokener *t = json_tokener_new_ex(DEPTH);
	enum err e = ERR_BAD_DATA;

	if (!t)
		return ERR_NO_MEMORY;
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *o = json_tokener_parse_ex(t, (const char *)text.at, (int)text.len);
	if (o && json_tokener_get_error(t) == json_tokener_success &&
	    json_tokener_get_parse_end(t) == text.len && json_object_is_type(o, json_type_object))
		e = read_head(o, job, ret);
	if (e == ERR_OK && !put_facts(job->query, member(o, "data", json_type_object), facts))
		e = ERR_BAD_DATA;
	json_object_put(o);
	json_tokener_free(t);
	return e;
}

static enum err read_signed(struct blob der, struct blob anchor, const struct msg_job_reply *job,
			    struct msg_reply_facts *ret)
{
	struct view_writer facts = { 0 };
	struct blob text = { 0 };
	BIO *out = BIO_new(BIO_s_mem());
	char *at = NULL;

	if (!out)
		return ERR_NO_MEMORY;
	enum err e = statement_open(der, anchor, job->now_s, query_row(job->query)->max_bytes, out);
	text.len = (size_t)BIO_get_mem_data(out, &at);
	text.at = (const uint8_t *)at;
	if (e == ERR_OK)
		e = text.len > 0 && text.len < INT32_MAX ? reply_read_text(text, job, ret, &facts)
							 : ERR_BAD_DATA;
	BIO_free(out);
	facts.bad |= e != ERR_OK;
	enum err sealed = view_seal(&facts, &ret->facts); /* frees the writer in any case */
	return e != ERR_OK ? e : sealed;
}

enum err reply_job(const struct msg_job_reply *job, struct msg_reply_facts *ret)
{
	const struct query_row *row = query_row(job->query);
	struct blob der, anchor;
	const void *der_at, *anchor_at;

	if (!row)
		return ERR_BAD_MESSAGE;
	if (mem_map(job->anchor, ANCHOR_MAX_BYTES, &anchor_at, &anchor.len) != ERR_OK)
		return ERR_BAD_CONFIG;
	anchor.at = anchor_at;
	enum err e = mem_map(job->reply, row->max_bytes, &der_at, &der.len);
	if (e == ERR_OK) {
		der.at = der_at;
		e = read_signed(der, anchor, job, ret);
		mem_unmap(der_at, der.len);
	}
	mem_unmap(anchor_at, anchor.len);
	return e;
}
