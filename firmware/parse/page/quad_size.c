#include "firmware/parse/page/quad.h"

#include <math.h>

#define MM_PER_INCH 25.4
/* A camera's focal length in sides of its picture. Phones and document cameras have 1.0 to 1.4;
 * from above, little depends on it. */
#define FOCAL       1.2
#define SLACK       0.04 /* of a proportion */
#define SCALE_SLACK 0.06 /* between the size and what the stand is known to have */

/* Portrait. Without a known scale only the first few are meant: of the sizes with one proportion
 * the usual one. */
static const double SIZES_MM[][2] = {
	{ 210, 297 }, { 53.98, 85.6 }, { 215.9, 279.4 }, { 210, 330 },
	{ 148, 210 }, { 297, 420 },    { 105, 148 },     { 88, 125 },
};
enum { SIZE_COUNT = sizeof SIZES_MM / sizeof *SIZES_MM, USUAL_COUNT = 4 };

struct triple {
	double x, y, z;
};

static double det(struct triple a, struct triple b, struct triple c)
{
	return a.x * (b.y * c.z - b.z * c.y) - a.y * (b.x * c.z - b.z * c.x) +
	       a.z * (b.x * c.y - b.y * c.x);
}

static struct triple scaled_less(double k, struct triple a, struct triple b)
{
	return (struct triple){ k * a.x - b.x, k * a.y - b.y, k * a.z - b.z };
}

/* Zhang and He, Whiteboard scanning and image enhancement, 2007: width by height of a rectangle
 * seen in perspective. */
static double proportion(const struct point c[4], double w, double h)
{
	double f = FOCAL * fmax(w, h);
	struct triple m[4];

	for (int k = 0; k < 4; k++)
		m[k] = (struct triple){ (c[k].x - w / 2) / f, (c[k].y - h / 2) / f, 1 };
	struct triple ul = m[0], ur = m[1], lr = m[2], ll = m[3];
	double k2 = det(ul, lr, ll) / det(ur, lr, ll), k3 = det(ul, lr, ur) / det(ll, lr, ur);
	struct triple across = scaled_less(k2, ur, ul), down = scaled_less(k3, ll, ul);
	double ratio = sqrt((across.x * across.x + across.y * across.y + across.z * across.z) /
			    (down.x * down.x + down.y * down.y + down.z * down.z));

	return isfinite(ratio) && ratio > 0.05 && ratio < 20 ? ratio : 1;
}

/* How badly a size fits: by proportion, and less strictly by scale. Negative: not at all. */
static double misfit(const double size[2], double ratio, double area_px, double dpi)
{
	double off = fabs(log(ratio / (size[1] / size[0])));

	if (off > SLACK)
		return -1;
	if (dpi <= 0)
		return off;
	double side_mm = sqrt(area_px) / dpi * MM_PER_INCH;
	double scale_off = fabs(log(side_mm / sqrt(size[0] * size[1])));
	return scale_off < SCALE_SLACK ? off + scale_off : -1;
}

struct quad_size quad_size_of(const struct point corner[4], double w, double h, double dpi)
{
	double ratio = proportion(corner, w, h), portrait = ratio < 1 ? 1 / ratio : ratio;
	struct outline o = { 4, { corner[0], corner[1], corner[2], corner[3] } };
	double area = outline_area(&o), best = HUGE_VAL, shorter, longer;
	int found = -1;

	for (int i = 0; i < (dpi > 0 ? SIZE_COUNT : USUAL_COUNT); i++) {
		double off = misfit(SIZES_MM[i], portrait, area, dpi);

		if (off >= 0 && off < best) {
			best = off;
			found = i;
		}
	}
	if (found >= 0) {
		shorter = SIZES_MM[found][0];
		longer = SIZES_MM[found][1];
	} else {
		longer = dpi > 0 ? sqrt(area * portrait) / dpi * MM_PER_INCH : SIZES_MM[0][1];
		shorter = longer / portrait;
	}
	return (struct quad_size){ ratio < 1 ? shorter : longer, ratio < 1 ? longer : shorter,
				   sqrt(area / (shorter * longer)) * MM_PER_INCH };
}
