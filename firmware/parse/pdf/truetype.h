/* The outlines of a TrueType font, and a smaller font of those that a text needs (Apple's and
 * OpenType's specification, tables cmap, glyf, head, hhea, hmtx, loca, maxp). Hints are left out:
 * the text is archived and printed, not read at 9 pixels. */
#ifndef PARSE_PDF_TRUETYPE_H
#define PARSE_PDF_TRUETYPE_H

#include "firmware/base/buf.h"
#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

enum { SUBSET_MAX = 256 };

struct truetype {
	struct reader head, hhea, hmtx, maxp, loca, glyf, cmap;
	uint16_t units, glyphs, wide; /* to the em; in all; with an advance of their own */
	int16_t box[4], up, down;
};

/* `bytes` must live as long as `ret`. ERR_BAD_DATA. */
enum err truetype_open(const void *bytes, size_t len, struct truetype *ret);

/* 0 when the font has no such character. */
uint16_t truetype_glyph(const struct truetype *t, uint32_t character);

/* In thousandths of the font's size. */
unsigned truetype_width(const struct truetype *t, uint16_t glyph);

/* Glyph n of the smaller font is list[n] of the larger one; list[0] must be 0. Parts of composed
 * letters are added behind, and *count with them. *ret_bytes is the caller's to free. ERR_NO_SPACE:
 * over SUBSET_MAX; ERR_BAD_DATA, ERR_NO_MEMORY. */
enum err truetype_subset(const struct truetype *t, uint16_t list[SUBSET_MAX], size_t *count,
			 uint8_t **ret_bytes, size_t *ret_len);

#endif
