#include "firmware/parse/page/leaf.h"

#include "firmware/base/auto.h"
#include "firmware/parse/page/level.h"
#include "firmware/parse/sheet.h"
#include "firmware/parse/straighten.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

enum { MIN_DPI = 50, MAX_DPI = 1200 };

#define BLANK_INK 0.0006

static void gray_row(const uint8_t *row, uint8_t channels, uint32_t width, l_uint32 *line)
{
	for (uint32_t x = 0; x < width; x++, row += channels)
		SET_DATA_BYTE(line, x,
			      channels == 1 ? row[0]
					    : (77u * row[0] + 150u * row[1] + 29u * row[2]) >> 8);
}

static PIX *colour_of(const struct preview *p)
{
	PIX *pix = pixCreate((l_int32)p->width, (l_int32)p->height, 32);

	for (uint32_t y = 0; pix && y < p->height; y++) {
		l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
		const uint8_t *from = p->pixels + (size_t)y * p->width * 3;

		for (uint32_t x = 0; x < p->width; x++, from += 3)
			line[x] = (l_uint32)from[0] << 24 | (l_uint32)from[1] << 16 |
				  (l_uint32)from[2] << 8;
	}
	return pix;
}

static enum err draw(const struct sheet *s, uint16_t colour_dpi, struct leaf *l)
{
	uint32_t w = sheet_width(s), h = sheet_height(s), longer = w > h ? w : h;
	AUTO_FREE uint8_t *row = malloc((size_t)w * s->from.channels);
	struct preview p = { 0 };
	enum err e = row ? preview_begin(s, longer * colour_dpi / s->from.dpi, &p) : ERR_NO_MEMORY;

	l->gray = pixCreate((l_int32)w, (l_int32)h, 8);
	if (e == ERR_OK && !l->gray)
		e = ERR_NO_MEMORY;
	for (uint32_t y = 0; e == ERR_OK && y < h; y++) {
		sheet_row(s, y, row);
		preview_row(&p, row);
		gray_row(row, s->from.channels, w,
			 pixGetData(l->gray) + (size_t)y * (size_t)pixGetWpl(l->gray));
	}
	l->colour = e == ERR_OK ? colour_of(&p) : NULL;
	preview_finish(&p);
	return e == ERR_OK && !l->colour ? ERR_NO_MEMORY : e;
}

enum err leaf_make(const struct image *i, const struct leaf_wish *wish, struct leaf *ret)
{
	struct posture lies = { 0 };
	struct leaf l = { .dpi = i->dpi };

	if (i->dpi < MIN_DPI || i->dpi > MAX_DPI)
		return ERR_BAD_PAGE;
	enum err e = straighten(i, &lies);
	if (e != ERR_OK)
		return e == ERR_BAD_DATA ? ERR_BAD_PAGE : e;
	if (wish->turn_deg < LEAF_TURN_BY_TEXT)
		lies.quarters = wish->turn_deg / 90;
	l.turned_deg = (uint16_t)(lies.quarters * 90);
	l.tilt_deg = lies.tilt_deg;
	l.ink = lies.ink;
	l.blank = lies.ink < BLANK_INK;
	l.paper[0] = l.paper[1] = l.paper[2] = lies.paper;
	l.steps = 1u << STEP_LEVEL | (lies.quarters ? 1u << STEP_TURN : 0) |
		  (lies.tilt_deg != 0 ? 1u << STEP_STRAIGHT : 0);
	l.colour_dpi = wish->colour_dpi && wish->colour_dpi < i->dpi ? wish->colour_dpi : i->dpi;
	e = draw(&(struct sheet){ *i, lies.quarters, lies.tilt_deg }, l.colour_dpi, &l);
	if (e == ERR_OK)
		e = level_page(l.gray, l.dpi);
	if (e == ERR_OK)
		*ret = l;
	else
		leaf_finish(&l);
	return e;
}

void leaf_finish(struct leaf *l)
{
	pixDestroy(&l->gray);
	pixDestroy(&l->colour);
	*l = (struct leaf){ 0 };
}
