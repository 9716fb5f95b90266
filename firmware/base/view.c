#include "firmware/base/view.h"

#include "firmware/base/buf.h"
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"

#include <stdlib.h>
#include <string.h>

enum { TYPE_NUM = 1, TYPE_TEXT, TYPE_BYTES, TYPE_ROW };

static bool grow(struct view_writer *w, size_t n)
{
	if (w->bad || n > VIEW_MAX_BYTES - w->len)
		return false;
	if (w->len + n <= w->cap)
		return true;
	size_t cap = w->cap ? w->cap * 2 : 4096;
	while (cap < w->len + n)
		cap *= 2;
	/* not realloc: it would leave the old bytes behind, unwiped */
	uint8_t *bytes = malloc(cap);
	if (!bytes)
		return false;
	if (w->bytes) {
		memcpy(bytes, w->bytes, w->len);
		explicit_bzero(w->bytes, w->len);
	}
	free(w->bytes);
	w->bytes = bytes;
	w->cap = cap;
	return true;
}

static void put(struct view_writer *w, const void *bytes, size_t n)
{
	memcpy(w->bytes + w->len, bytes, n);
	w->len += n;
}

static void entry(struct view_writer *w, uint8_t type, const char *key, const void *value,
		  size_t len)
{
	size_t key_len = strlen(key), nul = type == TYPE_TEXT;
	uint8_t head[6] = { type,
			    (uint8_t)key_len,
			    (uint8_t)len,
			    (uint8_t)(len >> 8),
			    (uint8_t)(len >> 16),
			    (uint8_t)(len >> 24) };

	if (key_len > 63 || len > VIEW_MAX_BYTES ||
	    !grow(w, sizeof head + key_len + 1 + len + nul)) {
		w->bad = true;
		return;
	}
	put(w, head, sizeof head);
	put(w, key, key_len + 1);
	if (len > 0)
		put(w, value, len);
	if (nul)
		put(w, "", 1);
}

void view_num(struct view_writer *w, const char *key, int64_t n)
{
	uint8_t bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((uint64_t)n >> 8 * i);
	entry(w, TYPE_NUM, key, bytes, sizeof bytes);
}

void view_text(struct view_writer *w, const char *key, const char *text)
{
	const char *t = text ? text : "";
	size_t len = strlen(t);

	if (!utf8_ok(t, len))
		w->bad = true;
	else
		entry(w, TYPE_TEXT, key, t, len);
}

void view_bytes(struct view_writer *w, const char *key, const void *bytes, size_t len)
{
	entry(w, TYPE_BYTES, key, bytes, len);
}

void view_row(struct view_writer *w, const char *group)
{
	entry(w, TYPE_ROW, group, NULL, 0);
}

enum err view_seal(struct view_writer *w, int *ret_fd)
{
	enum err e = w->bad ? ERR_BAD_DATA : mem_of(w->bytes, w->len, ret_fd);

	if (w->bytes)
		explicit_bzero(w->bytes, w->len);
	free(w->bytes);
	*w = (struct view_writer){ 0 };
	return e;
}

static bool read_entry(struct reader *r, struct view_entry *ret)
{
	uint8_t type = get_u8(r), key_len = get_u8(r);
	uint32_t len = get_u32le(r);
	const uint8_t *key = get_bytes(r, (size_t)key_len + 1);
	const uint8_t *value = get_bytes(r, (size_t)len + (type == TYPE_TEXT));

	if (r->bad || type < TYPE_NUM || type > TYPE_ROW || key[key_len] || key_len > 63 ||
	    !utf8_ok((const char *)key, key_len))
		return false;
	if (type == TYPE_TEXT && (value[len] || !utf8_ok((const char *)value, len)))
		return false;
	if ((type == TYPE_NUM && len != 8) || (type == TYPE_ROW && len != 0))
		return false;
	*ret = (struct view_entry){ type, (const char *)key, value, len };
	return true;
}

enum err view_open(int fd, struct view *ret)
{
	const void *bytes;
	size_t len;
	struct view v = { 0 };
	enum err e = mem_map(fd, VIEW_MAX_BYTES, &bytes, &len);

	if (e != ERR_OK)
		return e;
	v.bytes = bytes;
	v.len = len;
	v.entries = calloc(VIEW_MAX_ENTRIES, sizeof *v.entries);
	struct reader r = reader_of(bytes, len);
	e = v.entries ? ERR_OK : ERR_NO_MEMORY;
	while (e == ERR_OK && r.left > 0) {
		if (v.count == VIEW_MAX_ENTRIES || !read_entry(&r, &v.entries[v.count]))
			e = ERR_BAD_DATA;
		v.count++;
	}
	if (e != ERR_OK)
		view_close(&v);
	else
		*ret = v;
	return e;
}

void view_close(struct view *v)
{
	if (v->bytes)
		mem_unmap(v->bytes, v->len);
	free(v->entries);
	*v = (struct view){ 0 };
}

/* The entry named key from entry `at` on, up to the next row. NULL when there is none. */
static const struct view_entry *find(const struct view *v, size_t at, uint8_t type, const char *key)
{
	for (; at < v->count && v->entries[at].type != TYPE_ROW; at++)
		if (v->entries[at].type == type && strcmp(v->entries[at].key, key) == 0)
			return &v->entries[at];
	return NULL;
}

/* Where the values of a row begin; v->count when there is no such row. */
static size_t row_at(const struct view *v, const char *group, size_t row)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->entries[i].type == TYPE_ROW && strcmp(v->entries[i].key, group) == 0 &&
		    row-- == 0)
			return i + 1;
	return v->count;
}

static const char *text_of(const struct view_entry *e)
{
	return e ? (const char *)e->value : "";
}

static int64_t num_of(const struct view_entry *e)
{
	uint64_t n = 0;

	for (int i = 7; e && i >= 0; i--)
		n = n << 8 | e->value[i];
	return (int64_t)n;
}

static const uint8_t *bytes_of(const struct view_entry *e, size_t *ret_len)
{
	*ret_len = e ? e->len : 0;
	return e ? e->value : NULL;
}

const char *view_get_text(const struct view *v, const char *key)
{
	return text_of(find(v, 0, TYPE_TEXT, key));
}

int64_t view_get_num(const struct view *v, const char *key)
{
	return num_of(find(v, 0, TYPE_NUM, key));
}

bool view_has(const struct view *v, const char *key)
{
	return find(v, 0, TYPE_NUM, key) || find(v, 0, TYPE_TEXT, key) ||
	       find(v, 0, TYPE_BYTES, key);
}

const uint8_t *view_get_bytes(const struct view *v, const char *key, size_t *ret_len)
{
	return bytes_of(find(v, 0, TYPE_BYTES, key), ret_len);
}

size_t view_rows(const struct view *v, const char *group)
{
	size_t n = 0;

	for (size_t i = 0; i < v->count; i++)
		n += v->entries[i].type == TYPE_ROW && strcmp(v->entries[i].key, group) == 0;
	return n;
}

const char *view_row_text(const struct view *v, const char *group, size_t i, const char *key)
{
	return text_of(find(v, row_at(v, group, i), TYPE_TEXT, key));
}

int64_t view_row_num(const struct view *v, const char *group, size_t i, const char *key)
{
	return num_of(find(v, row_at(v, group, i), TYPE_NUM, key));
}

const uint8_t *view_row_bytes(const struct view *v, const char *group, size_t i, const char *key,
			      size_t *ret_len)
{
	return bytes_of(find(v, row_at(v, group, i), TYPE_BYTES, key), ret_len);
}
