/* How far lines of print lean, to a fraction of what a single short line shows. */
#ifndef PARSE_PAGE_LEAN_H
#define PARSE_PAGE_LEAN_H

struct Pix; /* leptonica's */

/* `pix`: 1 bit, with lines that run across and need about `deg` clockwise to be level. Where lines
 * are short their sharpness changes slowly with the turn, and its highest value is a matter of
 * chance; the middle of its hill is not. Gives `deg` when lines are long, when there is no clear
 * hill, or no memory. */
double lean_refined(struct Pix *pix, double deg);

#endif
