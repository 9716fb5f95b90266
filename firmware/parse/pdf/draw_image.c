#include "firmware/parse/image.h"
#include "firmware/parse/jpeg_load.h"
#include "firmware/parse/page/jbig2.h"
#include "firmware/parse/pdf/draw_part.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>

void sample_finish(struct sample *s)
{
	free(s->pixels);
	free(s->mask);
	*s = (struct sample){ 0 };
}

static bool is_set(struct store *f, const struct value *dict, const char *key)
{
	struct value v = store_get(f, dict, key);

	return value_is_word(&v, "true");
}

/* Gray (1), three colours (3), or 0: another space, or none. */
static uint8_t channels_of(struct store *f, const struct value *image)
{
	struct value space = store_get(f, image, "ColorSpace");

	if (value_is_name(&space, "DeviceGray"))
		return 1;
	if (value_is_name(&space, "DeviceRGB"))
		return 3;
	struct reader r = value_inside(&space);
	struct value kind = value_next(&r), how = value_next(&r);
	if (value_is_name(&kind, "CalGray"))
		return 1;
	if (value_is_name(&kind, "CalRGB"))
		return 3;
	if (!value_is_name(&kind, "ICCBased") || how.kind != KIND_REF || how.number > UINT32_MAX)
		return 0;
	struct value profile = store_object(f, (unsigned)how.number);
	struct value n = store_get(f, &profile, "N");
	return n.kind == KIND_NUMBER && (n.number == 1 || n.number == 3) ? (uint8_t)n.number : 0;
}

/* The only filter, or NONE; what more than one would make of it is not told. */
static bool filter_of(struct store *f, const struct value *image, struct value *ret)
{
	struct value filter = store_get(f, image, "Filter");

	if (filter.kind == KIND_ARRAY) {
		struct reader r = value_inside(&filter);

		filter = value_next(&r);
		if (value_next(&r).kind != KIND_NONE)
			return false;
	}
	*ret = filter;
	return filter.kind == KIND_NONE || filter.kind == KIND_NAME;
}

/* /Decode as it is without one, or the other way round; anything else is not understood. */
static bool turns_round(struct store *f, const struct value *image, bool *ret)
{
	struct value decode = store_get(f, image, "Decode");
	struct reader r = value_inside(&decode);
	struct value low = value_next(&r), high = value_next(&r);

	*ret = false;
	if (decode.kind != KIND_ARRAY)
		return true;
	*ret = low.kind == KIND_NUMBER && low.number == 1;
	for (; high.kind == KIND_NUMBER; low = value_next(&r), high = value_next(&r))
		if (real_of(&low) != *ret || real_of(&high) != !*ret)
			return false;
	return low.kind == KIND_NONE;
}

static enum err take_jpeg(struct reader bytes, struct sample *s)
{
	struct image i = { 0 };
	enum err e = jpeg_load(bytes.at, bytes.left, &i);

	if (e != ERR_OK)
		return e == ERR_NO_MEMORY ? e : ERR_NOT_FOUND;
	s->pixels = (uint8_t *)(uintptr_t)i.pixels;
	if (i.width != s->width || i.height != s->height || i.channels != s->channels)
		return ERR_NOT_FOUND;
	return ERR_OK;
}

static enum err take_jbig2(struct reader bytes, struct sample *s)
{
	struct Pix *p = NULL;
	enum err e = jbig2_read(bytes.at, bytes.left, &p);

	if (e != ERR_OK)
		return e == ERR_NO_MEMORY ? e : ERR_NOT_FOUND;
	bool fits = (uint32_t)pixGetWidth(p) == s->width && (uint32_t)pixGetHeight(p) == s->height;
	s->pixels = fits ? malloc((size_t)s->width * s->height) : NULL;
	for (uint32_t y = 0; s->pixels && y < s->height; y++) {
		const l_uint32 *row = pixGetData(p) + (size_t)y * (size_t)pixGetWpl(p);

		for (uint32_t x = 0; x < s->width; x++)
			s->pixels[(size_t)y * s->width + x] = GET_DATA_BIT(row, x) ? 0 : 255;
	}
	pixDestroy(&p);
	return s->pixels ? ERR_OK : fits ? ERR_NO_MEMORY : ERR_NOT_FOUND;
}

/* Rows of samples, packed by nothing or by /FlateDecode. */
static enum err take_raw(struct store *f, const struct value *image, int bits, struct sample *s)
{
	size_t row = ((size_t)s->width * s->channels * (size_t)bits + 7) / 8, len = 0;
	uint8_t *bytes = NULL;
	enum err e = store_unpack(f, image, &bytes, &len);

	if (e != ERR_OK)
		return e == ERR_NO_MEMORY ? e : ERR_NOT_FOUND;
	if (len < row * s->height) {
		free(bytes);
		return ERR_NOT_FOUND;
	}
	if (bits == 8) {
		s->pixels = bytes;
		return ERR_OK;
	}
	s->pixels = malloc((size_t)s->width * s->height);
	for (uint32_t y = 0; s->pixels && y < s->height; y++)
		for (uint32_t x = 0; x < s->width; x++)
			s->pixels[(size_t)y * s->width + x] =
				bytes[y * row + x / 8] >> (7 - x % 8) & 1 ? 255 : 0;
	free(bytes);
	return s->pixels ? ERR_OK : ERR_NO_MEMORY;
}

static enum err take_pixels(struct store *f, const struct value *image, int64_t bits,
			    struct sample *s)
{
	struct value filter;

	if (!filter_of(f, image, &filter))
		return ERR_NOT_FOUND;
	if (value_is_name(&filter, "DCTDecode"))
		return bits == 8 ? take_jpeg(store_stream(f, image), s) : ERR_NOT_FOUND;
	if (value_is_name(&filter, "JBIG2Decode"))
		return bits == 1 && s->channels == 1 ? take_jbig2(store_stream(f, image), s)
						     : ERR_NOT_FOUND;
	if (filter.kind != KIND_NONE && !value_is_name(&filter, "FlateDecode"))
		return ERR_NOT_FOUND;
	if (bits != 8 && !(bits == 1 && s->channels == 1))
		return ERR_NOT_FOUND;
	return take_raw(f, image, (int)bits, s);
}

/* A stencil paints where its sample is 0 (ISO 32000-1, 8.9.6.2). */
static void invert(uint8_t *pixels, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pixels[i] = (uint8_t)~pixels[i];
}

static enum err read_one(struct store *f, const struct value *image, struct sample *s)
{
	struct value kind = store_get(f, image, "Subtype");
	struct value width = store_get(f, image, "Width"), height = store_get(f, image, "Height");
	struct value depth = store_get(f, image, "BitsPerComponent");
	bool round;

	if (!value_is_name(&kind, "Image") || width.number <= 0 || height.number <= 0 ||
	    width.number > IMAGE_MAX_SIDE || height.number > IMAGE_MAX_SIDE ||
	    width.number * height.number > IMAGE_MAX_PIXELS || !turns_round(f, image, &round) ||
	    store_get(f, image, "SMask").kind != KIND_NONE)
		return ERR_NOT_FOUND;
	s->width = (uint32_t)width.number;
	s->height = (uint32_t)height.number;
	s->stencil = is_set(f, image, "ImageMask");
	s->channels = s->stencil ? 1 : channels_of(f, image);
	if (s->channels == 0)
		return ERR_NOT_FOUND;
	enum err e = take_pixels(f, image, s->stencil ? 1 : depth.number, s);
	if (e == ERR_OK && s->stencil != round)
		invert(s->pixels, (size_t)s->width * s->height * s->channels);
	return e;
}

/* Where a stencil beside the picture would paint, the picture is seen (8.9.6.3). */
static enum err take_mask(struct store *f, const struct value *image, struct sample *s)
{
	struct value mask = store_get(f, image, "Mask");
	struct sample m = { 0 };

	if (mask.kind == KIND_NONE)
		return ERR_OK;
	enum err e = mask.kind == KIND_DICT ? read_one(f, &mask, &m) : ERR_NOT_FOUND;
	if (e == ERR_OK && m.stencil) {
		s->mask = m.pixels;
		s->mask_width = m.width;
		s->mask_height = m.height;
		m.pixels = NULL;
	} else if (e == ERR_OK) {
		e = ERR_NOT_FOUND;
	}
	sample_finish(&m);
	return e;
}

enum err sample_read(struct store *f, const struct value *image, struct sample *ret)
{
	enum err e = read_one(f, image, ret);

	return e == ERR_OK && !ret->stencil ? take_mask(f, image, ret) : e;
}
