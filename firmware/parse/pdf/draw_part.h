/* The parts of draw.c: which page, its pictures, and painting them. */
#ifndef PARSE_PDF_DRAW_PART_H
#define PARSE_PDF_DRAW_PART_H

#include "firmware/parse/pdf/store.h"

/* x' = a x + c y + e, y' = b x + d y + f (ISO 32000-1, 8.3.4). */
struct matrix {
	double a, b, c, d, e, f;
};

/* First `m`, then `then`. */
struct matrix matrix_mul(const struct matrix *m, const struct matrix *then);

/* A number with its fraction; 0 for anything else. */
double real_of(const struct value *v);

/* A page, with what it has from the nodes above it. */
struct leaf {
	struct value dict, resources, box; /* box: of the media, or the crop */
	int rotate;                        /* degrees clockwise: 0, 90, 180, 270 */
};

/* draw_pages.c: the page of that number from 0, and how many there are. ERR_NOT_FOUND. */
enum err leaf_find(struct store *f, uint32_t number, struct leaf *ret, uint32_t *ret_pages);

/* Width and height in points, as it is seen, and the way from its own space to pixels of
 * `width` x `height`. False: it has no size to speak of. */
bool leaf_size(const struct leaf *l, double ret_pt[2]);
struct matrix leaf_matrix(const struct leaf *l, uint32_t width, uint32_t height);

/* draw_image.c: a picture, decoded: 8-bit gray (1) or RGB (3). Of a stencil: 1 channel, 255 where
 * it paints. */
struct sample {
	uint32_t width, height;
	uint8_t channels;
	bool stencil;
	uint8_t *pixels, *mask; /* mask: of its own size, 255 where the picture is seen; or NULL */
	uint32_t mask_width, mask_height;
};

/* ERR_NOT_FOUND: of a kind that cannot be drawn here. ERR_NO_MEMORY. sample_finish() in any case.
 */
enum err sample_read(struct store *f, const struct value *image, struct sample *ret);
void sample_finish(struct sample *s);

/* draw_paint.c: a white page being painted. */
struct sheet {
	uint32_t width, height;
	uint8_t *rgb;
	int64_t budget; /* pixels that may still be painted */
};

/* The unit square of `at`, in pixels, filled with it; a stencil with `ink`. False: over the budget,
 * or a square that is none. */
bool sheet_paint(struct sheet *c, const struct sample *s, const struct matrix *at,
		  const uint8_t ink[3]);

#endif
