#include "firmware/parse/page/leader.h"

#include <allheaders.h>
#include <stdbool.h>

enum { INK_BELOW = 160 };

/* Ink in runs of at least `mm` along one axis: a rule, never a letter. */
static struct Pix *long_runs(struct Pix *ink, int dpi, double mm, bool across)
{
	int n = (int)(mm * dpi / 25.4);

	return across ? pixOpenBrick(NULL, ink, n, 1) : pixOpenBrick(NULL, ink, 1, n);
}

size_t leader_hide(struct Pix *gray, int dpi)
{
	struct Pix *ink = pixThresholdToBinary(gray, INK_BELOW);
	struct Pix *rules = ink ? long_runs(ink, dpi, 8, true) : NULL;
	struct Pix *sides = ink ? long_runs(ink, dpi, 10, false) : NULL;
	l_int32 painted = 0;

	if (rules && sides && pixOr(rules, rules, sides)) {
		struct Pix *wide = pixDilateBrick(NULL, rules, 3, 3);
		if (wide && pixCountPixels(wide, &painted, NULL) == 0)
			pixSetMasked(gray, wide, 255);
		pixDestroy(&wide);
	}
	pixDestroy(&sides);
	pixDestroy(&rules);
	pixDestroy(&ink);
	return (size_t)painted;
}
