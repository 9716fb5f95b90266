#include "firmware/parse/page/pack.h"

#include "firmware/base/buf.h"
#include "firmware/base/msg.h"
#include "firmware/parse/image.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAGIC = 0x31474150, /* "PAG1" */
	HEAD_BYTES = 4 + 4 + 4 + 2 + 1 + 4 + 3 + 1,
	LAYER_BYTES = 6 * 4 + 1 + 4,
	TEXT_BYTES = 4 + 4 + 1 + 4,
	WORD_BYTES = 8 * 4 + 1,
	MIN_DPI = 50,
	MAX_DPI = 1200,
};

static void put_u8(uint8_t **at, uint8_t v)
{
	*(*at)++ = v;
}

static void put_u16(uint8_t **at, uint16_t v)
{
	put_u8(at, (uint8_t)v);
	put_u8(at, (uint8_t)(v >> 8));
}

static void put_u32(uint8_t **at, uint32_t v)
{
	put_u16(at, (uint16_t)v);
	put_u16(at, (uint16_t)(v >> 16));
}

static void put_bytes(uint8_t **at, const void *bytes, size_t len)
{
	if (len > 0)
		memcpy(*at, bytes, len);
	*at += len;
}

static void put_layer(uint8_t **at, const struct layer *y)
{
	const uint32_t fields[] = { (uint32_t)y->x, (uint32_t)y->y, (uint32_t)y->w,
				    (uint32_t)y->h, y->width,       y->height };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		put_u32(at, fields[i]);
	put_u8(at, (uint8_t)y->code);
	put_u32(at, (uint32_t)y->len);
	put_bytes(at, y->bytes, y->len);
}

static void put_text(uint8_t **at, const struct text *t)
{
	put_u32(at, (uint32_t)t->count);
	put_u32(at, (uint32_t)t->len);
	put_u8(at, t->confidence);
	put_u32(at, t->steps);
	for (size_t i = 0; i < t->count; i++) {
		const struct word *w = &t->words[i];
		const uint32_t fields[] = {
			(uint32_t)w->x,      (uint32_t)w->y, (uint32_t)w->w, (uint32_t)w->h,
			(uint32_t)w->base_y, w->at,          w->len,         w->line
		};

		for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
			put_u32(at, fields[k]);
		put_u8(at, w->confidence);
	}
	put_bytes(at, t->bytes, t->len);
}

static size_t bytes_of(const struct layers *l, const struct text *t)
{
	size_t n = HEAD_BYTES + (3 + l->region_count) * LAYER_BYTES + TEXT_BYTES;

	n += l->ground.len + l->stencil.len + l->ink.len;
	for (size_t i = 0; i < l->region_count; i++)
		n += l->regions[i].len;
	return n + t->count * WORD_BYTES + t->len;
}

enum err pack_write(const struct layers *l, const struct text *t, uint8_t **ret_bytes,
		    size_t *ret_len)
{
	static const struct text NO_TEXT;
	const struct text *said = t ? t : &NO_TEXT;
	size_t len = bytes_of(l, said);
	uint8_t *bytes = malloc(len), *at = bytes;

	if (!bytes)
		return ERR_NO_MEMORY;
	put_u32(&at, MAGIC);
	put_u32(&at, l->width);
	put_u32(&at, l->height);
	put_u16(&at, l->dpi);
	put_u8(&at, (uint8_t)l->check);
	put_u32(&at, l->steps);
	put_bytes(&at, l->ink_rgb, sizeof l->ink_rgb);
	put_u8(&at, (uint8_t)l->region_count);
	put_layer(&at, &l->ground);
	put_layer(&at, &l->stencil);
	put_layer(&at, &l->ink);
	for (size_t i = 0; i < l->region_count; i++)
		put_layer(&at, &l->regions[i]);
	put_text(&at, said);
	*ret_bytes = bytes;
	*ret_len = len;
	return ERR_OK;
}

static enum err copy_of(struct reader *r, size_t len, uint8_t **ret)
{
	const uint8_t *from = get_bytes(r, len);

	if (!from)
		return ERR_BAD_DATA;
	uint8_t *copy = malloc(len);
	if (!copy)
		return ERR_NO_MEMORY;
	memcpy(copy, from, len);
	*ret = copy;
	return ERR_OK;
}

/* True when the part lies on the page and its own pixels are of a size we would make. */
static bool lies_well(const struct layer *y, const struct layers *page)
{
	if (y->x < 0 || y->y < 0 || y->w <= 0 || y->h <= 0)
		return false;
	if ((int64_t)y->x + y->w > page->width || (int64_t)y->y + y->h > page->height)
		return false;
	return y->width > 0 && y->height > 0 && y->width <= IMAGE_MAX_SIDE &&
	       y->height <= IMAGE_MAX_SIDE && (uint64_t)y->width * y->height <= IMAGE_MAX_PIXELS;
}

static enum err get_layer(struct reader *r, const struct layers *page, struct layer *ret)
{
	struct layer y = { 0 };

	y.x = (int32_t)get_u32le(r);
	y.y = (int32_t)get_u32le(r);
	y.w = (int32_t)get_u32le(r);
	y.h = (int32_t)get_u32le(r);
	y.width = get_u32le(r);
	y.height = get_u32le(r);
	uint8_t code = get_u8(r);
	y.len = get_u32le(r);
	if (r->bad || code > CODE_JBIG2)
		return ERR_BAD_DATA;
	if (y.len == 0)
		return ERR_OK;
	y.code = (enum layer_code)code;
	if (!lies_well(&y, page))
		return ERR_BAD_DATA;
	enum err e = copy_of(r, y.len, &y.bytes);
	if (e == ERR_OK)
		*ret = y;
	return e;
}

static bool is_whole(const struct layer *y, const struct layers *page)
{
	return y->x == 0 && y->y == 0 && (uint32_t)y->w == page->width &&
	       (uint32_t)y->h == page->height;
}

/* Stencil and ink cover the page; only the stencil is JBIG2. */
static bool fits(const struct layers *l)
{
	if (l->ground.len > 0 && l->ground.code == CODE_JBIG2)
		return false;
	if (l->ink.len > 0 && (l->ink.code == CODE_JBIG2 || !is_whole(&l->ink, l)))
		return false;
	for (size_t i = 0; i < l->region_count; i++)
		if (l->regions[i].len == 0 || l->regions[i].code == CODE_JBIG2)
			return false;
	return l->stencil.len == 0 || (l->stencil.code == CODE_JBIG2 && is_whole(&l->stencil, l));
}

static enum err get_head(struct reader *r, struct layers *l)
{
	bool known = get_u32le(r) == MAGIC;

	l->width = get_u32le(r);
	l->height = get_u32le(r);
	l->dpi = get_u16le(r);
	uint8_t check = get_u8(r);
	l->steps = get_u32le(r);
	for (size_t i = 0; i < sizeof l->ink_rgb; i++)
		l->ink_rgb[i] = get_u8(r);
	l->region_count = get_u8(r);
	if (r->bad || !known || check >= PAGE_CHECK_COUNT || l->region_count > LAYERS_MAX_REGIONS)
		return ERR_BAD_DATA;
	if (l->steps >> PAGE_STEP_COUNT != 0 || l->dpi < MIN_DPI || l->dpi > MAX_DPI)
		return ERR_BAD_DATA;
	l->check = (enum page_check)check;
	if (l->width == 0 || l->height == 0 || l->width > IMAGE_MAX_SIDE ||
	    l->height > IMAGE_MAX_SIDE || (uint64_t)l->width * l->height > IMAGE_MAX_PIXELS)
		return ERR_BAD_DATA;
	return ERR_OK;
}

static enum err get_layers(struct reader *r, struct layers *l)
{
	enum err e = get_head(r, l);
	size_t count = l->region_count;

	l->region_count = 0;
	if (e == ERR_OK)
		e = get_layer(r, l, &l->ground);
	if (e == ERR_OK)
		e = get_layer(r, l, &l->stencil);
	if (e == ERR_OK)
		e = get_layer(r, l, &l->ink);
	for (size_t i = 0; e == ERR_OK && i < count; i++, l->region_count++)
		e = get_layer(r, l, &l->regions[i]);
	return e != ERR_OK || fits(l) ? e : ERR_BAD_DATA;
}

static bool word_fits(const struct word *w, const struct text *t, const struct layers *page)
{
	if (w->x < 0 || w->y < 0 || w->w < 0 || w->h < 0 || w->confidence > 100)
		return false;
	if ((int64_t)w->x + w->w > page->width || (int64_t)w->y + w->h > page->height)
		return false;
	if (w->base_y < 0 || (int64_t)w->base_y > page->height)
		return false;
	return w->at < t->len && w->len < t->len - w->at && t->bytes[w->at + w->len] == '\0' &&
	       utf8_ok(t->bytes + w->at, w->len);
}

static void get_word(struct reader *r, struct word *w)
{
	w->x = (int32_t)get_u32le(r);
	w->y = (int32_t)get_u32le(r);
	w->w = (int32_t)get_u32le(r);
	w->h = (int32_t)get_u32le(r);
	w->base_y = (int32_t)get_u32le(r);
	w->at = get_u32le(r);
	w->len = get_u32le(r);
	w->line = get_u32le(r);
	w->confidence = get_u8(r);
}

static enum err get_text(struct reader *r, const struct layers *page, struct text *t)
{
	size_t count = get_u32le(r), len = get_u32le(r);

	t->confidence = get_u8(r);
	t->steps = get_u32le(r);
	struct reader words = get_part(r, count > PACK_MAX_WORDS ? r->left : count * WORD_BYTES);
	if (r->bad || count > PACK_MAX_WORDS || len != r->left || t->confidence > 100 ||
	    t->steps >> PAGE_STEP_COUNT != 0 || (count > 0 && len == 0))
		return ERR_BAD_DATA;
	if (len == 0)
		return ERR_OK;
	uint8_t *bytes = NULL;
	enum err e = copy_of(r, len, &bytes);
	if (e != ERR_OK)
		return e;
	t->bytes = (char *)bytes;
	t->len = len;
	t->words = count > 0 ? calloc(count, sizeof *t->words) : NULL;
	if (count > 0 && !t->words)
		return ERR_NO_MEMORY;
	for (t->count = 0; t->count < count; t->count++) {
		get_word(&words, &t->words[t->count]);
		if (!word_fits(&t->words[t->count], t, page))
			return ERR_BAD_DATA;
	}
	return ERR_OK;
}

enum err pack_read(const uint8_t *bytes, size_t len, struct layers *ret_layers,
		   struct text *ret_text)
{
	struct reader r = reader_of(bytes, len);
	struct layers l = { 0 };
	struct text t = { 0 };

	if (len > PACK_MAX_BYTES)
		return ERR_BAD_DATA;
	enum err e = get_layers(&r, &l);
	if (e == ERR_OK)
		e = get_text(&r, &l, &t);
	if (e != ERR_OK) {
		layers_finish(&l);
		free(t.words);
		free(t.bytes);
		return e;
	}
	*ret_layers = l;
	*ret_text = t;
	return ERR_OK;
}
