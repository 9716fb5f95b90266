#include "firmware/parse/page/jbig2.h"

#include "firmware/base/auto.h"
#include "firmware/base/buf.h"
#include "firmware/parse/image.h"
#include "firmware/parse/page/jbig2_mq.h"

#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <string.h>

enum {
	PAGE_INFORMATION = 48,
	GENERIC_REGION = 39, /* immediate, lossless */
	SEGMENT_HEAD = 11,
	PAGE_BYTES = 19,
	REGION_HEAD = 17 + 1 + 8,
	HEAD_BYTES = SEGMENT_HEAD + PAGE_BYTES + SEGMENT_HEAD + REGION_HEAD,
	TYPICAL = 0x9b25, /* the context of "this row is as the one above" (6.2.5.7) */
	/* The context is 4 pixels of this row, 7 of the one above, 5 of the one above that; moving
	 * on, the pixel at the left end of each falls out. */
	STAY = 0xf7ef,
};

/* generic region flags: typical prediction, template 0; then where the adaptive pixels lie */
static const uint8_t REGION_FLAGS[] = { 0x08, 3, 0xff, 0xfd, 0xff, 2, 0xfe, 0xfe, 0xfe };

/* A row of pixels with a word of white behind it, so that one may look ahead. */
struct rows {
	uint32_t words;
	uint32_t *at[3]; /* this one, the one above, the one above that */
	uint32_t *memory;
};

static enum err rows_begin(struct rows *r, uint32_t width)
{
	r->words = (width + 31) / 32;
	r->memory = calloc(3 * ((size_t)r->words + 1), sizeof *r->memory);
	if (!r->memory)
		return ERR_NO_MEMORY;
	for (uint32_t i = 0; i < 3; i++)
		r->at[i] = r->memory + (size_t)i * (r->words + 1);
	return ERR_OK;
}

static void rows_turn(struct rows *r)
{
	uint32_t *oldest = r->at[2];

	r->at[2] = r->at[1];
	r->at[1] = r->at[0];
	r->at[0] = oldest;
}

/* What lies `ahead` pixels to the right of word i, a word of it. */
static uint32_t ahead_of(const uint32_t *row, uint32_t i, uint32_t ahead)
{
	return row[i] << ahead | row[i + 1] >> (32 - ahead);
}

static uint32_t context_at_left(const struct rows *r)
{
	return r->at[1][0] >> 28 << 4 | r->at[2][0] >> 29 << 11;
}

static void put_row(struct mq_writer *w, const struct rows *r, uint32_t width)
{
	uint32_t context = context_at_left(r);

	for (uint32_t i = 0; i < r->words; i++) {
		uint32_t now = r->at[0][i], above = ahead_of(r->at[1], i, 4),
			 higher = ahead_of(r->at[2], i, 3);
		uint32_t n = i + 1 < r->words ? 32 : width - 32 * i;

		if ((context | now | above | higher) == 0) {
			mq_put_zeros(w, 0, n);
			continue;
		}
		for (; n > 0; n--) {
			uint32_t bit = now >> 31;

			mq_put(w, context, bit);
			context =
				(context << 1 & STAY) | bit | above >> 31 << 4 | higher >> 31 << 11;
			now <<= 1;
			above <<= 1;
			higher <<= 1;
		}
	}
}

static void take_row(struct rows *r, PIX *bits, uint32_t y, uint32_t width)
{
	const l_uint32 *line = pixGetData(bits) + (size_t)y * (size_t)pixGetWpl(bits);

	memcpy(r->at[0], line, r->words * sizeof *line);
	if (width % 32 != 0)
		r->at[0][r->words - 1] &= ~(0xffffffffu >> width % 32);
}

static void put_rows(struct mq_writer *w, PIX *bits, struct rows *r)
{
	uint32_t width = (uint32_t)pixGetWidth(bits), height = (uint32_t)pixGetHeight(bits);
	bool was_typical = false;

	for (uint32_t y = 0; y < height; y++) {
		take_row(r, bits, y, width);
		bool typical = memcmp(r->at[0], r->at[1], r->words * sizeof(uint32_t)) == 0;
		mq_put(w, TYPICAL, typical != was_typical);
		was_typical = typical;
		if (!typical)
			put_row(w, r, width);
		rows_turn(r);
	}
}

static void put_u32(uint8_t **at, uint32_t v)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		*(*at)++ = (uint8_t)(v >> shift);
}

/* Segment number, type, nothing referred to, of page 1, length. */
static void put_segment(uint8_t **at, uint32_t number, uint8_t type, uint32_t len)
{
	put_u32(at, number);
	*(*at)++ = type;
	*(*at)++ = 0;
	*(*at)++ = 1;
	put_u32(at, len);
}

static void put_head(uint8_t *at, uint32_t width, uint32_t height, uint32_t len)
{
	put_segment(&at, 0, PAGE_INFORMATION, PAGE_BYTES);
	put_u32(&at, width);
	put_u32(&at, height);
	put_u32(&at, 0);
	put_u32(&at, 0);
	*at++ = 1; /* lossless in the end; white where nothing is */
	*at++ = 0; /* no stripes */
	*at++ = 0;
	put_segment(&at, 1, GENERIC_REGION, REGION_HEAD + len);
	put_u32(&at, width);
	put_u32(&at, height);
	put_u32(&at, 0);
	put_u32(&at, 0);
	*at++ = 0; /* OR */
	memcpy(at, REGION_FLAGS, sizeof REGION_FLAGS);
}

static enum err put_picture(PIX *bits, struct mq_writer *w)
{
	AUTO_FREE uint8_t *states = calloc(MQ_CONTEXTS, 1);
	struct rows r = { 0 };
	enum err e = states ? rows_begin(&r, (uint32_t)pixGetWidth(bits)) : ERR_NO_MEMORY;

	if (e != ERR_OK)
		return e;
	mq_writer_begin(w, states);
	put_rows(w, bits, &r);
	mq_writer_end(w);
	free(r.memory);
	return w->no_memory ? ERR_NO_MEMORY : ERR_OK;
}

enum err jbig2_write(struct Pix *bits, uint8_t **ret_bytes, size_t *ret_len)
{
	struct mq_writer w = { 0 };

	if (pixGetDepth(bits) != 1)
		return ERR_BAD_DATA;
	enum err e = put_picture(bits, &w);
	uint8_t *bytes = e == ERR_OK ? malloc(HEAD_BYTES + w.len) : NULL;
	if (bytes) {
		put_head(bytes, (uint32_t)pixGetWidth(bits), (uint32_t)pixGetHeight(bits),
			 (uint32_t)w.len);
		memcpy(bytes + HEAD_BYTES, w.bytes, w.len);
		*ret_bytes = bytes;
		*ret_len = HEAD_BYTES + w.len;
	}
	free(w.bytes);
	return bytes ? ERR_OK : ERR_NO_MEMORY;
}

static void get_row(struct mq_reader *m, const struct rows *r, uint32_t width)
{
	uint32_t context = context_at_left(r);

	for (uint32_t i = 0; i < r->words; i++) {
		uint32_t now = 0, above = ahead_of(r->at[1], i, 4),
			 higher = ahead_of(r->at[2], i, 3);
		uint32_t n = i + 1 < r->words ? 32 : width - 32 * i, done = 0;

		if ((context | above | higher) == 0)
			done = mq_get_zeros(m, 0, n);
		above = done < 32 ? above << done : 0;
		higher = done < 32 ? higher << done : 0;
		for (; done < n; done++) {
			uint32_t bit = mq_get(m, context);

			now |= bit << (31 - done);
			context =
				(context << 1 & STAY) | bit | above >> 31 << 4 | higher >> 31 << 11;
			above <<= 1;
			higher <<= 1;
		}
		r->at[0][i] = now;
	}
}

static void get_rows(struct mq_reader *m, struct rows *r, PIX *bits)
{
	uint32_t width = (uint32_t)pixGetWidth(bits), height = (uint32_t)pixGetHeight(bits);
	bool typical = false;

	for (uint32_t y = 0; y < height; y++) {
		l_uint32 *line = pixGetData(bits) + (size_t)y * (size_t)pixGetWpl(bits);

		typical ^= mq_get(m, TYPICAL) != 0;
		if (typical)
			memcpy(r->at[0], r->at[1], r->words * sizeof(uint32_t));
		else
			get_row(m, r, width);
		memcpy(line, r->at[0], r->words * sizeof(uint32_t));
		rows_turn(r);
	}
}

static enum err get_picture(struct reader coded, uint32_t width, uint32_t height, PIX **ret)
{
	AUTO_FREE uint8_t *states = calloc(MQ_CONTEXTS, 1);
	struct rows r = { 0 };
	struct mq_reader m;
	enum err e = states ? rows_begin(&r, width) : ERR_NO_MEMORY;

	if (e != ERR_OK)
		return e;
	PIX *bits = pixCreate((l_int32)width, (l_int32)height, 1);
	if (bits) {
		mq_reader_begin(&m, coded.at, coded.left, states);
		get_rows(&m, &r, bits);
		*ret = bits;
	}
	free(r.memory);
	return bits ? ERR_OK : ERR_NO_MEMORY;
}

/* Only the sizes may differ from a head we would write. */
enum err jbig2_read(const uint8_t *bytes, size_t len, struct Pix **ret)
{
	struct reader r = reader_of(bytes, len);
	const uint8_t *head = get_bytes(&r, HEAD_BYTES);
	uint8_t want[HEAD_BYTES];

	if (!head)
		return ERR_BAD_DATA;
	struct reader sizes = reader_of(head + SEGMENT_HEAD, 8);
	uint32_t width = get_u32be(&sizes), height = get_u32be(&sizes);
	if (width == 0 || height == 0 || width > IMAGE_MAX_SIDE || height > IMAGE_MAX_SIDE ||
	    (uint64_t)width * height > IMAGE_MAX_PIXELS || r.left > UINT32_MAX - REGION_HEAD)
		return ERR_BAD_DATA;
	put_head(want, width, height, (uint32_t)r.left);
	if (memcmp(head, want, HEAD_BYTES) != 0)
		return ERR_BAD_DATA;
	return get_picture(r, width, height, ret);
}
