/* Maps from a code's own modules to the picture, and how a map is improved until the picture
 * looks as it should (inverse compositional alignment, Baker and Matthews, 2004). */
#ifndef PARSE_CODE_WARP_H
#define PARSE_CODE_WARP_H

#include "firmware/parse/image.h"
#include <stdbool.h>

/* u to the right and v down, in modules, from the code's first corner, become pixels
 * x = (m0 u + m1 v + m2) / w, y = (m3 u + m4 v + m5) / w, w = m6 u + m7 v + m8. */
struct warp {
	double m[9];
};

static inline void warp_point(const struct warp *w, double u, double v, double ret[2])
{
	double by = w->m[6] * u + w->m[7] * v + w->m[8];

	by = by > 1e-9 || by < -1e-9 ? 1 / by : 1e9;
	ret[0] = (w->m[0] * u + w->m[1] * v + w->m[2]) * by;
	ret[1] = (w->m[3] * u + w->m[4] * v + w->m[5]) * by;
}

/* How far one module to the right, and one down, is at a place: x and y of each. */
void warp_steps(const struct warp *w, double u, double v, double ret_right[2], double ret_down[2]);

/* First `first`, then `then`. */
struct warp warp_after(const struct warp *then, const struct warp *first);
/* False when there is no way back. */
bool warp_back(const struct warp *w, struct warp *ret);

enum { CODE_SAMPLES = 3 }; /* each way in a module */

/* What should be seen at a grid of samples: CODE_SAMPLES a module, from module `origin` on. */
struct stencil {
	int side;          /* samples, each way */
	double origin;     /* modules; the same across and down */
	const float *look; /* -1 ink .. 1 paper; any value between where nobody knows */
	const float *weight;
	int block; /* samples, each way: light is even in so large a part; >= side: in all */
};

/* Brightness of the picture at the samples of a stencil's grid, into side * side floats. */
void warp_sample(const struct gray *g, const struct warp *w, const struct stencil *s, float *out);

enum warp_freedom { WARP_AFFINE = 6, WARP_FREE = 8 };

/* Moves *w in at most `rounds` until the picture fits; `seen` is room for side * side floats, and
 * holds the samples of the last round. How bright ink and paper are is found out, too, block by
 * block. Returns the correlation, -1..1; *w is what it was where nothing fits. */
double warp_align(const struct gray *g, const struct stencil *s, enum warp_freedom freedom,
		  int rounds, float *seen, struct warp *w);

#endif
