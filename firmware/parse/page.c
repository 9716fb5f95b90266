#include "firmware/parse/page.h"

#include "firmware/base/auto.h"
#include "firmware/base/msg.h"
#include "firmware/parse/jpeg.h"
#include "firmware/parse/sharp.h"
#include "firmware/parse/straighten.h"

#include <string.h>

enum {
	MIN_DPI = 50,
	MAX_DPI = 1200,
	LAW_DPI = 200, /* Decree 30/2020/ND-CP, appendix I */
	DARK = 90,     /* paper of this brightness: a lid, or a lamp that is off */
	QUALITY = 80,
	CODE_PIXELS = 12000000, /* more than A4 at 300 dpi: look for codes at half the size */
};

#define BLANK_INK 0.0006
#define SOFT_MM   0.50

/* The worst first: on a dark picture nothing else means anything. */
static enum err doubt_of(const struct page *p, const struct posture *lies, uint16_t dpi)
{
	if (lies->paper < DARK)
		return ERR_BAD_PAGE;
	if (lies->ink < BLANK_INK)
		return ERR_BLANK_PAGE;
	return p->edge_mm > SOFT_MM || dpi < LAW_DPI ? ERR_BAD_PAGE : ERR_OK;
}

/* The first that is text a message can carry. */
static void keep_code(const struct codes *found, char out[PAGE_CODE_CAP])
{
	for (size_t i = 0; i < found->count; i++) {
		const struct code *c = &found->at[i];

		if (c->len >= PAGE_CODE_CAP || !utf8_ok((const char *)c->bytes, c->len))
			continue;
		memcpy(out, c->bytes, c->len);
		out[c->len] = '\0';
		return;
	}
}

static enum err find_codes(const struct image *i, struct code_finder *codes,
			   char out[PAGE_CODE_CAP])
{
	AUTO_FREE struct codes *found = malloc(sizeof *found);
	struct gray g = { 0 };
	uint32_t by = (uint64_t)i->width * i->height > CODE_PIXELS ? 2 : 1;

	if (!found)
		return ERR_NO_MEMORY;
	enum err e = gray_of(i, by, &g);
	if (e == ERR_OK)
		e = code_find(codes, &g, true, found);
	gray_finish(&g);
	if (e == ERR_OK)
		keep_code(found, out);
	return e == ERR_NO_CODE || e == ERR_BAD_DATA ? ERR_OK : e;
}

static enum err draw_rows(const struct sheet *s, struct jpeg_writer *jpeg, struct preview *preview)
{
	AUTO_FREE uint8_t *row = malloc((size_t)sheet_width(s) * s->from.channels);
	enum err e = row ? ERR_OK : ERR_NO_MEMORY;

	for (uint32_t y = 0; e == ERR_OK && y < sheet_height(s); y++) {
		sheet_row(s, y, row);
		preview_row(preview, row);
		e = jpeg_writer_row(jpeg, row);
	}
	return e;
}

/* Once through the rows for both, the picture to keep and the one to show. */
static enum err draw(const struct sheet *s, struct pdf *pdf, struct preview *preview)
{
	struct image of = s->from;
	struct jpeg_writer *jpeg = NULL;
	uint8_t *bytes = NULL;
	size_t len = 0;

	of.width = sheet_width(s);
	of.height = sheet_height(s);
	enum err e = preview_begin(s, PAGE_PREVIEW_SIDE, preview);
	if (e == ERR_OK)
		e = jpeg_writer_begin(&of, QUALITY, &jpeg);
	if (e == ERR_OK)
		e = draw_rows(s, jpeg, preview);
	if (e == ERR_OK)
		e = jpeg_writer_end(jpeg, &bytes, &len);
	if (e == ERR_OK)
		e = pdf_add_page(pdf, &(struct pdf_picture){ bytes, len, of.width, of.height,
							     of.channels, of.dpi });
	free(bytes);
	jpeg_writer_destroy(jpeg);
	return e;
}

/* All judgements are made on the page as it was scanned; what is drawn later is for people. */
static enum err look(const struct image *i, struct code_finder *codes, struct posture *ret_lies,
		     struct page *p)
{
	enum err e = straighten(i, ret_lies);

	if (e == ERR_OK)
		e = sharp_edge_mm(i, ret_lies->paper, &p->edge_mm);
	if (e == ERR_OK && codes)
		e = find_codes(i, codes, p->code);
	return e == ERR_BAD_DATA ? ERR_BAD_PAGE : e;
}

enum err page_read(const struct image *i, struct code_finder *codes, struct pdf *pdf,
		   struct page *ret)
{
	struct page p = { 0 };
	struct posture lies = { 0 };

	if (i->dpi < MIN_DPI || i->dpi > MAX_DPI)
		return ERR_BAD_PAGE;
	enum err e = look(i, codes, &lies, &p);
	if (e != ERR_OK)
		return e;
	p.turned_deg = lies.quarters * 90;
	p.tilt_deg = lies.tilt_deg;
	p.ink = lies.ink;
	p.doubt = doubt_of(&p, &lies, i->dpi);
	e = draw(&(struct sheet){ *i, lies.quarters, lies.tilt_deg }, pdf, &p.preview);
	if (e == ERR_OK)
		*ret = p;
	else
		page_finish(&p);
	return e;
}

void page_finish(struct page *p)
{
	preview_finish(&p->preview);
	*p = (struct page){ 0 };
}
