/* What the citizen takes home, as the printer's dots: the provisional slip, or Form 01 once the
 * province has answered. Which values the view holds: firmware/base/screens.def. */
#ifndef UI_RECEIPT_H
#define UI_RECEIPT_H

#include "firmware/base/screens.h"
#include "firmware/base/view.h"
#include "ui/text.h"

#define RECEIPT_MAX_ROWS 12000 /* 1.5 m of paper at 8 dots a millimetre */

/* Rows of (width + 7) / 8 bytes, 1 = black, high bit left; as MSG_RECEIPT and MSG_PRINT. */
struct receipt {
	uint8_t *bits;
	uint16_t width;
	uint32_t height;
};

/* The caller ends *ret with receipt_free(). ERR_BAD_DATA for a view without any code, or with
 * another width than 384, 512 or 576; ERR_NO_SPACE when it would be longer than
 * RECEIPT_MAX_ROWS; ERR_NO_MEMORY. */
enum err receipt_draw(struct text *t, const struct view *v, enum language l, struct receipt *ret);

void receipt_free(struct receipt *r); /* overwrites; a zeroed one is accepted */

/* Bytes of r->bits. */
size_t receipt_bytes(const struct receipt *r);

/* As a black and white picture, for looking at it by hand. ERR_IO, ERR_NO_MEMORY. */
enum err receipt_png(const struct receipt *r, const char *path);

#endif
