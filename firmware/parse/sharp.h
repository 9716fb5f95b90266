/* How sharp print is: the width of its edges in millimetres. Unlike the variance of a Laplacian
 * this is not fooled by noise, and it means the same at every resolution. */
#ifndef PARSE_SHARP_H
#define PARSE_SHARP_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"

/* *ret_mm: the median distance over which an edge goes from 10 to 90 % of its height, or 0 when
 * there are too few edges to tell. `paper` is the paper's brightness. About 0.15 to 0.3 is
 * sharp, small print is lost above 0.5. ERR_NO_MEMORY. */
enum err sharp_edge_mm(const struct image *i, uint8_t paper, double *ret_mm);

#endif
