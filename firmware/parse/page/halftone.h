/* Photos, emblems, solid stamps: where a page is dark all over, not light with dark strokes. */
#ifndef PARSE_PAGE_HALFTONE_H
#define PARSE_PAGE_HALFTONE_H

struct Pix; /* leptonica's */

/* Paints them white in `gray` (8 bits, paper 255). */
void halftone_hide(struct Pix *gray);

/* Takes stamps out of `ink` (1 bit, the same size as `gray`) and paints them white: large pieces
 * of ink that are paler than print. Black letters below stay. */
void halftone_hide_stamps(struct Pix *ink, struct Pix *gray, int dpi);

#endif
