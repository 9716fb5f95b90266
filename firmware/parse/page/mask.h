/* What of a page is ink: one bit a pixel. */
#ifndef PARSE_PAGE_MASK_H
#define PARSE_PAGE_MASK_H

#include "firmware/base/err.h"
#include <stdint.h>

struct Pix; /* leptonica's */

/* Ink of a level page (8 bits, paper is 255), by a threshold between paper and the darkest print of
 * each neighbourhood, so that pencil counts as ink and the edges of bold print do not. Edges are
 * smoothed and single specks dropped. *ret_bits is the caller's to destroy. ERR_NO_MEMORY;
 * ERR_BAD_DATA: not 8 bits deep. */
enum err mask_of_gray(struct Pix *gray, uint16_t dpi, struct Pix **ret_bits);

#endif
