/* Where in a picture the finder patterns of QR codes may be: squares in a frame, dark on light or
 * the reverse, found by their brightness and not by their edges, so that blur and noise matter
 * little. The shape of the pattern is ISO/IEC 18004's. */
#ifndef PARSE_CODE_FIND_H
#define PARSE_CODE_FIND_H

#include "firmware/base/err.h"
#include "firmware/parse/code_region.h"
#include "firmware/parse/image.h"

enum {
	CODE_OCTAVES = 4,
	CODE_SPOTS = 40, /* most that are kept, the likeliest */
};

/* A picture and its halves; the first is borrowed, the others are owned. Zero it before use. */
struct octaves {
	unsigned count;
	struct gray at[CODE_OCTAVES];
};

/* ERR_NO_MEMORY. */
enum err octaves_of(const struct gray *g, struct octaves *ret);
/* Accepts a zeroed one. */
void octaves_finish(struct octaves *o);

/* Looks like a finder pattern. */
struct spot {
	float x, y;      /* its middle, in pixels of the largest picture; a pixel is 1 wide */
	float module_px; /* size of a module there, +-15 % */
	float score;     /* 0..1; below 0: light on dark */
};

struct spots {
	unsigned count;
	struct spot at[CODE_SPOTS]; /* the likeliest first */
};

/* Looks in one region, for patterns turned as it is, +-15 degrees. ERR_NO_MEMORY; ERR_NO_CODE when
 * there are not three. */
enum err code_spots(const struct octaves *o, const struct region *where, struct spots *ret);

#endif
