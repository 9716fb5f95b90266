/* Photos, emblems, solid stamps: where a page is dark all over instead of light with dark strokes. */
#ifndef PARSE_PAGE_HALFTONE_H
#define PARSE_PAGE_HALFTONE_H

struct Pix; /* leptonica's */

/* Paints them white in `gray` (8 bits, paper 255). */
void halftone_hide(struct Pix *gray);

#endif
