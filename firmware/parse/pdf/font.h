/* The font of text that nobody sees: every character has a width and no shape, so it can be put
 * under the picture of a word, searched and copied, and costs a few hundred bytes. A TrueType font
 * made in code: .notdef, a character, a blank. */
#ifndef PARSE_PDF_FONT_H
#define PARSE_PDF_FONT_H

#include "firmware/base/err.h"
#include "firmware/parse/pdf/out.h"
#include <stddef.h>
#include <stdint.h>

/* In thousandths of the font's size. */
enum { FONT_WIDTH = 500, FONT_BLANK_WIDTH = 250, FONT_UP = 750, FONT_DOWN = 250 };

/* Characters get codes (and CIDs) as they first appear, from 1. Zero it before use; chars_finish()
 * frees it. */
struct chars {
	uint32_t *list; /* list[code - 1] is the character */
	size_t count, cap;
	uint16_t latin[0x2000]; /* the code of each; 0: none yet. Vietnamese lies below */
	bool bad;
};

/* 0 when there is no room or no memory. */
uint16_t char_code(struct chars *c, uint32_t character);

/* Accepts a zeroed one. */
void chars_finish(struct chars *c);

/* The font under the object number `font`, with all it refers to. */
void font_write(struct out *o, unsigned font, struct chars *c);

#endif
