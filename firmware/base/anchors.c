#include "firmware/base/anchors.h"

#include "firmware/base/mem.h"
#include "firmware/base/msg.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC      "MCA1"
#define MAGIC_LEN  4
#define HEAD_BYTES (2 + 8 + 8 + ANCHOR_SHA256 + 2 + 4)

struct reader anchors_reader(const void *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);

	if (len == 0)
		return r;
	const uint8_t *magic = get_bytes(&r, MAGIC_LEN);
	if (len > ANCHORS_MAX_BYTES || !magic || memcmp(magic, MAGIC, MAGIC_LEN) != 0)
		r.bad = true;
	return r;
}

/* Texts go to people's eyes, and into messages that hold nothing but UTF-8. */
static bool take_subject(struct reader *r, size_t len, char ret[ANCHOR_SUBJECT_CAP])
{
	const uint8_t *text = get_bytes(r, len);

	if (!text || len >= ANCHOR_SUBJECT_CAP || !utf8_ok((const char *)text, len))
		return false;
	memcpy(ret, text, len);
	ret[len] = '\0';
	return true;
}

enum err anchors_next(struct reader *r, struct anchor *ret)
{
	struct anchor a = { 0 };

	if (r->bad)
		return ERR_BAD_DATA;
	if (r->left == 0)
		return ERR_NOT_FOUND;
	a.kind = get_u8(r);
	a.source = get_u8(r);
	a.from_s = (int64_t)get_u64le(r);
	a.until_s = (int64_t)get_u64le(r);
	const uint8_t *sha256 = get_bytes(r, ANCHOR_SHA256);
	size_t subject_len = get_u16le(r);
	a.der_len = get_u32le(r);
	if (take_subject(r, subject_len, a.subject) && a.der_len > 0 && a.der_len <= ANCHOR_MAX_DER)
		a.der = get_bytes(r, a.der_len);
	if (!sha256 || !a.der || a.kind >= ANCHOR_KINDS || a.source >= ANCHOR_SOURCES) {
		r->bad = true;
		return ERR_BAD_DATA;
	}
	memcpy(a.sha256, sha256, sizeof a.sha256);
	*ret = a;
	return ERR_OK;
}

enum err anchors_check(const void *bytes, size_t len, uint32_t *ret_count)
{
	struct reader r = anchors_reader(bytes, len);
	struct anchor a;
	uint32_t count = 0;
	enum err e = anchors_next(&r, &a);

	for (; e == ERR_OK; e = anchors_next(&r, &a))
		if (++count > ANCHORS_MAX)
			return ERR_BAD_DATA;
	if (e != ERR_NOT_FOUND)
		return e;
	if (ret_count)
		*ret_count = count;
	return ERR_OK;
}

static enum err make_room(struct anchors *list, size_t more)
{
	size_t want = list->len + more, cap = list->cap ? list->cap : 4096;

	if (want > ANCHORS_MAX_BYTES)
		return ERR_NO_SPACE;
	while (cap < want)
		cap *= 2;
	if (cap == list->cap)
		return ERR_OK;
	uint8_t *bytes = realloc(list->bytes, cap);
	if (!bytes)
		return ERR_NO_MEMORY;
	list->bytes = bytes;
	list->cap = cap;
	return ERR_OK;
}

static void put(struct anchors *list, const void *bytes, size_t len)
{
	memcpy(list->bytes + list->len, bytes, len);
	list->len += len;
}

static void put_le(struct anchors *list, uint64_t n, size_t len)
{
	for (; len > 0; len--, n >>= 8)
		list->bytes[list->len++] = (uint8_t)n;
}

enum err anchors_add(struct anchors *list, const struct anchor *a)
{
	size_t subject_len = strnlen(a->subject, sizeof a->subject - 1);

	if (a->der_len == 0 || a->der_len > ANCHOR_MAX_DER || list->count == ANCHORS_MAX)
		return ERR_NO_SPACE;
	enum err e = make_room(list, MAGIC_LEN + HEAD_BYTES + subject_len + a->der_len);
	if (e != ERR_OK)
		return e;
	if (list->len == 0)
		put(list, MAGIC, MAGIC_LEN);
	put_le(list, a->kind, 1);
	put_le(list, a->source, 1);
	put_le(list, (uint64_t)a->from_s, 8);
	put_le(list, (uint64_t)a->until_s, 8);
	put(list, a->sha256, sizeof a->sha256);
	put_le(list, subject_len, 2);
	put_le(list, a->der_len, 4);
	put(list, a->subject, subject_len);
	put(list, a->der, a->der_len);
	list->count++;
	return ERR_OK;
}

enum err anchors_mem(const struct anchors *list, int *ret_fd)
{
	return mem_of(list->bytes, list->len, ret_fd);
}

void anchors_finish(struct anchors *list)
{
	free(list->bytes);
	*list = (struct anchors){ 0 };
}

const char *anchor_kind_name(enum anchor_kind k)
{
	static const char *const NAMES[] = { "csca", "link", "crl" };

	return (unsigned)k < ANCHOR_KINDS ? NAMES[k] : "?";
}

const char *anchor_source_name(enum anchor_source s)
{
	static const char *const NAMES[] = { "file", "master-list" };

	return (unsigned)s < ANCHOR_SOURCES ? NAMES[s] : "?";
}
