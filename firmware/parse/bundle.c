#include "firmware/parse/bundle.h"

#include "firmware/base/auto.h"
#include "firmware/base/buf.h"
#include "firmware/base/mem.h"
#include "firmware/parse/bundle_answer.h"

#include <stdio.h>
#include <string.h>

_Static_assert(sizeof((struct bundle_index){ 0 }.kiosk) ==
		       sizeof((struct msg_bundle_read){ 0 }.kiosk),
	       "a kiosk's name fits");

void bundle_index_finish(struct bundle_index *i)
{
	free(i->rows);
	free(i->lock);
	*i = (struct bundle_index){ 0 };
}

/* Every key of a dossier is a random UUID. */
static bool read_key(struct reader *r, char ret[37])
{
	const uint8_t *b = get_bytes(r, 16);
	char *at = ret;

	if (!b || b[6] >> 4 != 4 || b[8] >> 6 != 2)
		return false;
	for (int i = 0; i < 16; i++)
		at += snprintf(at, 4, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			       b[i]);
	return true;
}

static bool read_row(struct reader *r, struct bundle_row *ret)
{
	ret->name = get_u32le(r);
	if (!read_key(r, ret->key))
		return false;
	const uint8_t *hash = get_bytes(r, 32);
	for (size_t i = 0; hash && i < 32; i++)
		snprintf(ret->sha256 + 2 * i, 3, "%02x", hash[i]);
	ret->bytes = get_u64le(r);
	return !r->bad && ret->name != 0 && ret->bytes > 0 && ret->bytes <= BUNDLE_MAX_PACKAGE;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum err keys_differ(const struct bundle_index *i)
{
	AUTO_FREE const char **keys = malloc((i->count + 1) * sizeof *keys);

	if (!keys)
		return ERR_NO_MEMORY;
	for (uint32_t n = 0; n < i->count; n++)
		keys[n] = i->rows[n].key;
	qsort(keys, i->count, sizeof *keys, by_text);
	for (uint32_t n = 1; n < i->count; n++)
		if (strcmp(keys[n - 1], keys[n]) == 0)
			return ERR_BAD_DATA;
	return ERR_OK;
}

/* In the order of their names, so that none is there twice. */
static enum err read_rows(struct reader *r, struct bundle_index *i)
{
	i->count = get_u32le(r);
	if (r->bad || i->count > BUNDLE_MAX_ROWS || r->left != (size_t)i->count * BUNDLE_ROW_BYTES)
		return ERR_BAD_DATA;
	i->rows = calloc(i->count + 1, sizeof *i->rows);
	if (!i->rows)
		return ERR_NO_MEMORY;
	for (uint32_t n = 0; n < i->count; n++)
		if (!read_row(r, &i->rows[n]) || (n && i->rows[n].name <= i->rows[n - 1].name))
			return ERR_BAD_DATA;
	return keys_differ(i);
}

static enum err read_lock(struct reader *r, struct bundle_index *i)
{
	uint32_t len = get_u32le(r);
	const uint8_t *lock = len <= BUNDLE_MAX_LOCK ? get_bytes(r, len) : NULL;

	if (!lock || !bundle_lock_ok((struct blob){ lock, len }))
		return ERR_BAD_DATA;
	i->lock = malloc(len);
	if (!i->lock)
		return ERR_NO_MEMORY;
	memcpy(i->lock, lock, len);
	i->lock_len = len;
	return ERR_OK;
}

enum err bundle_read_text(const uint8_t *text, size_t len, struct bundle_index *ret)
{
	const size_t frame_len = sizeof BUNDLE_FRAME - 1;
	struct reader r = reader_of(text, len);
	const uint8_t *frame = get_bytes(&r, frame_len);
	struct bundle_index i = { .id = get_u32le(&r) };

	if (!frame || memcmp(frame, BUNDLE_FRAME, frame_len) != 0 || i.id == 0)
		return ERR_BAD_DATA;
	enum err e = read_lock(&r, &i);
	if (e == ERR_OK)
		e = read_rows(&r, &i);
	if (e == ERR_OK)
		*ret = i;
	else
		bundle_index_finish(&i);
	return e;
}

/* The CMS behind the head, which is nothing but it. */
static bool read_head(struct blob file, struct blob *ret_cms)
{
	struct reader r = reader_of(file.at, file.len);
	const uint8_t *magic = get_bytes(&r, sizeof BUNDLE_MAGIC - 1);
	uint32_t version = get_u32le(&r), len = get_u32le(&r);

	if (r.bad || memcmp(magic, BUNDLE_MAGIC, sizeof BUNDLE_MAGIC - 1) != 0 ||
	    version != BUNDLE_VERSION || len != r.left)
		return false;
	*ret_cms = (struct blob){ r.at, r.left };
	return true;
}

enum err bundle_read(struct blob file, struct blob anchor, int64_t now_s, struct bundle_index *ret)
{
	struct blob cms;
	struct bundle_index i = { 0 };
	char kiosk[sizeof i.kiosk] = "", *at = NULL;

	if (file.len > BUNDLE_MAX_INDEX || !read_head(file, &cms))
		return ERR_BAD_DATA;
	BIO *text = BIO_new(BIO_s_mem());
	if (!text)
		return ERR_NO_MEMORY;
	enum err e = statement_open(cms, anchor, now_s, BUNDLE_MAX_INDEX, text);
	if (e == ERR_OK)
		e = statement_signer(cms, kiosk, sizeof kiosk);
	long len = BIO_get_mem_data(text, &at);
	if (e == ERR_OK)
		e = len > 0 ? bundle_read_text((const uint8_t *)at, (size_t)len, &i) : ERR_BAD_DATA;
	BIO_free(text);
	if (e != ERR_OK)
		return e;
	memcpy(i.kiosk, kiosk, sizeof i.kiosk);
	*ret = i;
	return ERR_OK;
}

static enum err hand_over(const struct bundle_index *i, struct msg *ret)
{
	struct msg answer = { .type = MSG_BUNDLE_READ,
			      .bundle_read = {
				      .id = i->id, .count = i->count, .rows = -1, .lock = -1 } };

	memcpy(answer.bundle_read.kiosk, i->kiosk, sizeof i->kiosk);
	enum err e = mem_of(i->rows, i->count * sizeof *i->rows, &answer.bundle_read.rows);
	if (e == ERR_OK)
		e = mem_of(i->lock, i->lock_len, &answer.bundle_read.lock);
	if (e == ERR_OK)
		*ret = answer;
	else
		msg_finish(&answer);
	return e;
}

enum err bundle_job(const struct msg_job_bundle *j, struct msg *ret)
{
	struct bundle_index i = { 0 };
	struct blob file, anchor;
	const void *at, *anchor_at;

	if (mem_map(j->anchor, ANCHOR_MAX_BYTES, &anchor_at, &anchor.len) != ERR_OK)
		return ERR_BAD_CONFIG;
	anchor.at = anchor_at;
	enum err e = mem_map(j->index, BUNDLE_MAX_INDEX, &at, &file.len);
	if (e == ERR_OK) {
		file.at = at;
		e = bundle_read(file, anchor, j->now_s, &i);
		mem_unmap(at, file.len);
	}
	mem_unmap(anchor_at, anchor.len);
	if (e == ERR_OK)
		e = hand_over(&i, ret);
	bundle_index_finish(&i);
	return e;
}
