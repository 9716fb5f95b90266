/* How a page lies in the raw picture: where the sheet is, which way is up, how far it leans; and
 * what can be told of it before its pixels are brought upright. Leaf and look both start here, so
 * that what is shown first is what is kept. */
#ifndef PARSE_PAGE_LIE_H
#define PARSE_PAGE_LIE_H

#include "firmware/base/err.h"
#include "firmware/base/page.h"
#include "firmware/parse/page/leaf.h"
#include "firmware/parse/page/level.h"
#include "firmware/parse/page/map.h"
#include "firmware/parse/page/quad.h"
#include "firmware/parse/page/view.h"
#include <stdbool.h>
#include <stdint.h>

enum { LIE_MIN_DPI = 50, LIE_MAX_DPI = 1200, LIE_VIEW_DPI = 150 };

struct lie {
	/* the page upright at `dpi`, in pixels, and from there to the raw picture */
	uint32_t width, height;
	uint16_t dpi;
	struct map to_raw;
	struct outline sheet; /* on the upright page; outside is lid or desk */
	uint16_t turned_deg;
	double tilt_deg;
	/* the same before it was turned and straightened */
	double flat_width, flat_height;
	struct map flat_to_raw;
	struct outline flat_sheet;
	bool sure_up, sure_axis, has_text, tilted_far;
	bool sheet_seen;      /* its edges, not only its print */
	bool corners_seen;    /* all four */
	bool is_camera;       /* known, or by what is seen */
	struct quad quad;     /* a camera's, in pixels of the raw picture */
	uint8_t paper[3];     /* RGB */
	double ink;           /* share of the page that is print */
	uint32_t cut_letters; /* at that border of the raw picture where most are cut */
	uint32_t steps;       /* bits 1 << enum page_step */
	struct plane flat; /* at about 150 dpi, `by` times smaller; paper as scanned, 0 outside */
	double by;
	struct level level;                /* of `flat` */
	struct Pix *ink_pix, *letters_pix; /* of `flat` */
};

/* The view through which a picture is looked at. ERR_NO_MEMORY. */
enum err lie_view(const struct image *i, enum page_source source, struct view *ret);

/* Zero *ret before use; lie_finish() frees it. ERR_BAD_PAGE: sizes or resolution are out of range.
 * ERR_NO_MEMORY. */
enum err lie_find(const struct image *i, const struct view *v, const struct leaf_wish *wish,
		  struct lie *ret);

/* Turns it by quarters, as a reader or a person says. */
void lie_turn(struct lie *l, unsigned quarters);

/* Accepts a zeroed one. */
void lie_finish(struct lie *l);

#endif
