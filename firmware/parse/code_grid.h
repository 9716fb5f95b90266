/* From three places that look like finder patterns to the grid of a QR code: its version, and
 * where each of its modules lies, perspective included. */
#ifndef PARSE_CODE_GRID_H
#define PARSE_CODE_GRID_H

#include "firmware/parse/code_find.h"
#include "firmware/parse/code_plan.h"
#include "firmware/parse/code_warp.h"

enum { CODE_GRIDS = 3 };

struct grid {
	const struct gray *seen; /* the octave in which its modules have 2 to 5 pixels */
	double octave;           /* pixels of the largest picture to one of this */
	struct warp warp;        /* into this octave */
	int version;
	double fits; /* 0..1: how well what is known beforehand is seen */
};

struct grids {
	unsigned count;
	struct grid at[CODE_GRIDS]; /* the likeliest first */
};

/* `spots` must all be dark on light. ERR_NO_CODE, ERR_NO_MEMORY. */
enum err code_grids(const struct octaves *o, const struct spots *spots, struct grids *ret);

/* What should be seen of a symbol of which `cells` are known: a stencil with a margin of
 * CODE_MARGIN modules around it. `look` and `weight` are room for code_side() squared floats.
 * ink: -1 ink, 1 paper, 0 not known, for each module. */
enum { CODE_MARGIN = 2 };
static inline int code_side(int modules)
{
	return (modules + 2 * CODE_MARGIN) * CODE_SAMPLES;
}
void code_stencil(const int8_t *cells, int side, float *look, float *weight, struct stencil *ret);

#endif
