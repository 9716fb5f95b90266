#include "firmware/parse/page/look.h"

#include "firmware/base/auto.h"
#include "firmware/base/msg.h"
#include "firmware/parse/page/leaf.h"
#include "firmware/parse/sharp.h"
#include "firmware/parse/sheet.h"
#include "firmware/parse/straighten.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	MIN_DPI = 50,
	MAX_DPI = 1200,
	LAW_DPI = 200, /* Decree 30/2020/ND-CP, appendix I */
	DARK = 90,     /* paper of this brightness: a lid, or a lamp that is off */
};

#define BLANK_INK  0.0006
#define SOFT_MM    0.32
#define BLURRED_MM 0.45

static void add_fault(struct look *l, bool is, enum err fault)
{
	if (is && l->fault_count < LOOK_FAULTS)
		l->faults[l->fault_count++] = (uint8_t)fault;
}

/* The worst first: on a dark picture nothing else means anything. */
static void judge(struct look *l, uint16_t dpi)
{
	bool dark = l->paper < DARK, blank = l->ink < BLANK_INK;

	add_fault(l, dark, ERR_DARK_PAGE);
	add_fault(l, !dark && blank, ERR_BLANK_PAGE);
	add_fault(l, !dark && l->edge_mm > BLURRED_MM, ERR_BLURRED_PAGE);
	add_fault(l, dpi < LAW_DPI, ERR_COARSE_PAGE);
	add_fault(l, !dark && l->edge_mm > SOFT_MM && l->edge_mm <= BLURRED_MM, ERR_SOFT_PAGE);
}

/* The first that is text a message can carry. */
static void keep_code(const struct codes *found, char out[LOOK_CODE_CAP])
{
	for (size_t i = 0; i < found->count; i++) {
		const struct code *c = &found->at[i];

		if (c->len >= LOOK_CODE_CAP || !utf8_ok((const char *)c->bytes, c->len))
			continue;
		memcpy(out, c->bytes, c->len);
		out[c->len] = '\0';
		return;
	}
}

static enum err find_codes(const struct image *i, struct code_finder *codes, struct look *l)
{
	AUTO_FREE struct codes *found = malloc(sizeof *found);

	if (!found)
		return ERR_NO_MEMORY;
	enum err e = code_find_on_page(codes, i, found);
	if (e == ERR_OK)
		keep_code(found, l->code);
	return e == ERR_NO_CODE || e == ERR_BAD_DATA ? ERR_OK : e;
}

static enum err draw(const struct sheet *s, struct look *l)
{
	AUTO_FREE uint8_t *row = malloc((size_t)sheet_width(s) * s->from.channels);
	struct preview p = { 0 };
	enum err e = row ? preview_begin(s, LOOK_PREVIEW_SIDE, &p) : ERR_NO_MEMORY;

	if (e != ERR_OK)
		return e;
	for (uint32_t y = 0; y < sheet_height(s); y++) {
		sheet_row(s, y, row);
		preview_row(&p, row);
	}
	l->width = p.width;
	l->height = p.height;
	l->preview = p.pixels;
	p.pixels = NULL;
	preview_finish(&p);
	return ERR_OK;
}

enum err look_at_page(const struct image *i, const struct look_wish *wish,
		      struct code_finder *codes, struct look *ret)
{
	struct posture lies = { 0 };
	struct look l = { 0 };

	if (i->dpi < MIN_DPI || i->dpi > MAX_DPI)
		return ERR_BAD_PAGE;
	enum err e = straighten(i, &lies);
	if (e == ERR_OK)
		e = sharp_edge_mm(i, lies.paper, &l.edge_mm);
	if (e == ERR_OK && codes)
		e = find_codes(i, codes, &l);
	if (e != ERR_OK)
		return e == ERR_BAD_DATA ? ERR_BAD_PAGE : e;
	if (wish->turn_deg < LEAF_TURN_BY_TEXT)
		lies.quarters = wish->turn_deg / 90;
	l.turned_deg = (uint16_t)(lies.quarters * 90);
	l.tilt_deg = lies.tilt_deg;
	l.ink = lies.ink;
	l.paper = lies.paper;
	judge(&l, i->dpi);
	e = draw(&(struct sheet){ *i, lies.quarters, lies.tilt_deg }, &l);
	if (e == ERR_OK)
		*ret = l;
	else
		look_finish(&l);
	return e;
}

void look_finish(struct look *l)
{
	free(l->preview);
	*l = (struct look){ 0 };
}
