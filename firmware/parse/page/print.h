/* A page's print: 256 bits by which a page that was scanned already is known again; page_same()
 * compares two.
 *
 * Each bit says on which side of a plane through all pages this page's pattern of ink lies; the
 * planes are drawn at random, once for all. So the number of bits in which two prints differ
 * grows with the angle between two patterns. The pattern is laid out from the middle of its ink,
 * in mm, so that where a sheet lay and at what resolution it was scanned does not matter.
 *
 * Two fillings of one form are told apart when most of their lines differ, not by a name and a
 * number alone; nor is a page known again that lies turned by 90 or 180 degrees and whose
 * direction is not clear from its letters. */
#ifndef PARSE_PAGE_PRINT_H
#define PARSE_PAGE_PRINT_H

#include "firmware/base/err.h"
#include "firmware/base/page.h"
#include "firmware/parse/page/lie.h"
#include <stdint.h>

/* All zero when there is no ink to go by. ERR_NO_MEMORY. */
enum err print_of(const struct lie *l, uint8_t ret[PAGE_PRINT_BYTES]);

#endif
