/* Reading what stands on a leaf, by tesseract with its Vietnamese model. */
#ifndef PARSE_PAGE_TEXT_H
#define PARSE_PAGE_TEXT_H

#include "firmware/base/err.h"
#include "firmware/parse/page/leaf.h"
#include <stddef.h>
#include <stdint.h>

struct text_reader;

/* Loads the model, so that no file is opened afterwards. ERR_NOT_FOUND: it is not installed;
 * ERR_NO_MEMORY. */
enum err text_reader_create(struct text_reader **ret);
/* NULL is allowed. */
void text_reader_destroy(struct text_reader *r);

/* Static: "tesseract 5.3.0, vie 4.1.0" and the like. */
const char *text_reader_version(const struct text_reader *r);

/* A leaf_strip_fn; data is a struct text_reader. */
double text_strip(void *reader, struct Pix *gray);

struct word {
	int32_t x, y, w, h; /* in pixels of leaf::gray, from the upper left */
	int32_t base_y;     /* of its line's baseline; leaves are straight */
	uint32_t at, len;   /* its UTF-8 in text::bytes */
	uint32_t line;      /* words of one line have one number; they follow in reading order */
	uint8_t confidence; /* 0..100 */
};

/* Zero it before use; text_finish() frees it. */
struct text {
	struct word *words; /* in reading order */
	size_t count;
	char *bytes; /* the words one after the other, each with a NUL behind */
	size_t len;
	uint8_t confidence; /* mean, 0..100 */
	uint32_t steps;     /* bits 1 << enum page_step */
};

/* Dotted leaders, frames and rules are kept out of what is read. An empty page gives no words and
 * ERR_OK. ERR_NO_MEMORY. */
enum err text_read(struct text_reader *r, const struct leaf *l, struct text *ret);

/* Accepts a zeroed one. */
void text_finish(struct text *t);

#endif
