#include "firmware/parse/code.h"

#include <iconv.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zbar.h>

enum {
	CONVERTERS = 19,            /* more than zbar can name */
	LINES_OF_A_BAR = 8,         /* fewer scan lines that agree on a bar code: it was text */
	DOUBLE_BELOW = 4200000,     /* pixels, A4 at 200 dpi: larger pictures have larger codes */
	EVERYTHING_BELOW = 1500000, /* a camera's picture, not a page */
	PAGE_BELOW = 12000000,      /* more than A4 at 300 dpi: at half the size */
};

struct code_finder {
	zbar_image_scanner_t *scanner;
	iconv_t converters[CONVERTERS];
	size_t converter_count;
};

const char *code_kind_name(enum code_kind k)
{
	static const char *const NAMES[CODE_KIND_COUNT] = { "QR", "Code 128", "Code 39", "EAN-13" };

	return NAMES[k];
}

const char *code_way_name(enum code_way w)
{
	static const char *const NAMES[CODE_WAY_COUNT] = { "as-is", "grid", "doubled", "stretched",
							   "inverted" };

	return NAMES[w];
}

/* Even in binary mode zbar opens a converter for each character set a code announces, and the C
 * library loads converters from files. As long as one is open here, it is not loaded again. */
static void keep_converter(struct code_finder *f, const char *from)
{
	iconv_t cd = iconv_open("UTF-8", from);

	if (cd != (iconv_t)-1)
		f->converters[f->converter_count++] = cd;
}

static void keep_converters(struct code_finder *f)
{
	static const char *const OTHERS[] = { "UTF-8", "SJIS", "BIG-5", "CP437" };
	char name[16];

	for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
		keep_converter(f, OTHERS[i]);
	for (int i = 1; i <= 16 && f->converter_count < CONVERTERS; i++) {
		snprintf(name, sizeof name, "ISO8859-%d", i);
		keep_converter(f, name);
	}
}

/* A code of our own, 21 by 21, "KIOSK". */
static enum err read_sample(struct code_finder *f)
{
	static const uint32_t ROWS[21] = {
		0x1fc57f, 0x104141, 0x17545d, 0x17415d, 0x174b5d, 0x104e41, 0x1fd57f,
		0x001400, 0x1df5c4, 0x0f22af, 0x10cee7, 0x1183bc, 0x1ceee0, 0x00144d,
		0x1fd514, 0x10504f, 0x175951, 0x1746aa, 0x1752e5, 0x1053bb, 0x1fdae5,
	};
	enum { MODULE = 4, QUIET = 4, SIDE = (21 + 2 * QUIET) * MODULE };
	uint8_t pixels[SIDE * SIDE];
	struct gray g = { SIDE, SIDE, pixels };

	for (unsigned y = 0; y < SIDE; y++)
		for (unsigned x = 0; x < SIDE; x++) {
			unsigned row = y / MODULE - QUIET, column = x / MODULE - QUIET;
			bool ink = row < 21 && column < 21 && (ROWS[row] >> (20 - column) & 1);

			pixels[y * SIDE + x] = ink ? 0 : 255;
		}
	struct codes *found = malloc(sizeof *found);
	if (!found)
		return ERR_NO_MEMORY;
	enum err e = code_find(f, &g, false, found);
	bool right =
		e == ERR_OK && found->at[0].len == 5 && !memcmp(found->at[0].bytes, "KIOSK", 5);
	free(found);
	return e == ERR_NO_MEMORY ? e : right ? ERR_OK : ERR_BROKEN;
}

/* Only what stands on papers and cards is looked for, and QR bytes are left alone: without
 * BINARY zbar takes Vietnamese for Shift-JIS in one code of three. */
static void configure(zbar_image_scanner_t *s)
{
	zbar_image_scanner_set_config(s, 0, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(s, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	zbar_image_scanner_set_config(s, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
	zbar_image_scanner_set_config(s, ZBAR_CODE128, ZBAR_CFG_ENABLE, 1);
	zbar_image_scanner_set_config(s, ZBAR_CODE39, ZBAR_CFG_ENABLE, 1);
	zbar_image_scanner_set_config(s, ZBAR_CODE39, ZBAR_CFG_MIN_LEN, 4);
	zbar_image_scanner_set_config(s, ZBAR_EAN13, ZBAR_CFG_ENABLE, 1);
}

enum err code_finder_create(struct code_finder **ret)
{
	struct code_finder *f = calloc(1, sizeof *f);

	if (!f)
		return ERR_NO_MEMORY;
	f->scanner = zbar_image_scanner_create();
	enum err e = f->scanner ? ERR_OK : ERR_NO_MEMORY;
	if (e == ERR_OK) {
		configure(f->scanner);
		keep_converters(f);
		e = read_sample(f);
	}
	if (e == ERR_OK)
		*ret = f;
	else
		code_finder_destroy(f);
	return e;
}

void code_finder_destroy(struct code_finder *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->converter_count; i++)
		iconv_close(f->converters[i]);
	if (f->scanner)
		zbar_image_scanner_destroy(f->scanner);
	free(f);
}

/* Code 39 has no check digit, so that lines of text can look like one; a real bar code is hit by
 * many scan lines that all read the same. */
static bool is_wanted(const zbar_symbol_t *s, enum code_kind *ret)
{
	switch (zbar_symbol_get_type(s)) {
	case ZBAR_QRCODE:
		*ret = CODE_QR;
		return true;
	case ZBAR_CODE128:
		*ret = CODE_128;
		return zbar_symbol_get_quality(s) >= LINES_OF_A_BAR;
	case ZBAR_CODE39:
		*ret = CODE_39;
		return zbar_symbol_get_quality(s) >= LINES_OF_A_BAR;
	case ZBAR_EAN13:
		*ret = CODE_EAN13;
		return zbar_symbol_get_quality(s) >= LINES_OF_A_BAR;
	default:
		return false;
	}
}

/* zbar has four corners for a QR code, and for a bar code points along its middle. */
static void place(const zbar_symbol_t *s, uint32_t scale, struct code *c)
{
	unsigned count = zbar_symbol_get_loc_size(s);
	int x0 = INT_MAX, y0 = INT_MAX, x1 = 0, y1 = 0, by = (int)scale;

	for (unsigned i = 0; i < count; i++) {
		int x = zbar_symbol_get_loc_x(s, i) / by, y = zbar_symbol_get_loc_y(s, i) / by;

		x0 = x < x0 ? x : x0, x1 = x > x1 ? x : x1;
		y0 = y < y0 ? y : y0, y1 = y > y1 ? y : y1;
		if (c->kind == CODE_QR && count == 4)
			c->corner[i] = (struct code_point){ x, y };
	}
	if (count == 0)
		return;
	if (c->kind != CODE_QR || count != 4)
		for (int i = 0; i < 4; i++)
			c->corner[i] =
				(struct code_point){ i == 1 || i == 2 ? x1 : x0, i >= 2 ? y1 : y0 };
	c->x = c->corner[0].x > 0 ? (uint32_t)c->corner[0].x : 0;
	c->y = c->corner[0].y > 0 ? (uint32_t)c->corner[0].y : 0;
}

static void add(const zbar_symbol_t *s, enum code_kind kind, uint32_t scale, struct codes *list)
{
	size_t len = zbar_symbol_get_data_length(s);
	const char *bytes = zbar_symbol_get_data(s);

	if (len == 0 || !bytes || len > CODE_MAX_BYTES || list->count == CODE_MAX_COUNT)
		return;
	struct code *c = &list->at[list->count++];
	*c = (struct code){ .kind = kind, .len = len };
	place(s, scale, c);
	memcpy(c->bytes, bytes, len);
}

static int compare(const void *left, const void *right)
{
	const struct code *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->y != b->y ? (a->y < b->y ? -1 : 1) : (a->x > b->x) - (a->x < b->x);
}

/* One look. Coordinates of what is found are divided by `scale`. */
static enum err look(struct code_finder *f, const struct gray *g, uint32_t scale, struct codes *ret)
{
	zbar_image_t *image = zbar_image_create();
	enum code_kind kind;

	if (!image)
		return ERR_NO_MEMORY;
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, g->width, g->height);
	zbar_image_set_data(image, g->at, (unsigned long)g->width * g->height, NULL);
	ret->count = 0;
	if (zbar_scan_image(f->scanner, image) > 0)
		for (const zbar_symbol_t *s = zbar_image_first_symbol(image); s;
		     s = zbar_symbol_next(s))
			if (is_wanted(s, &kind))
				add(s, kind, scale, ret);
	zbar_image_destroy(image);
	qsort(ret->at, ret->count, sizeof *ret->at, compare);
	return ret->count > 0 ? ERR_OK : ERR_NO_CODE;
}

/* zbar wants modules of 2.2 pixels or more, and half as much again when they are tilted. */
static enum err look_doubled(struct code_finder *f, const struct gray *g, struct codes *ret)
{
	struct gray twice = { 0 };

	if ((size_t)g->width * g->height > DOUBLE_BELOW)
		return ERR_NO_CODE;
	enum err e = gray_doubled(g, &twice);
	if (e == ERR_OK)
		e = look(f, &twice, 2, ret);
	gray_finish(&twice);
	return e;
}

static enum err look_at_camera(struct code_finder *f, struct gray *better, struct codes *ret)
{
	enum err e = look_doubled(f, better, ret);

	if (e == ERR_NO_CODE) {
		gray_invert(better);
		e = look(f, better, 1, ret);
	}
	return e;
}

static enum err look_hard(struct code_finder *f, const struct gray *g, struct codes *ret)
{
	struct gray better = { 0 };
	enum err e = look_doubled(f, g, ret);

	if (e != ERR_NO_CODE)
		return e;
	e = gray_stretched(g, &better);
	if (e == ERR_OK)
		e = look(f, &better, 1, ret);
	if (e == ERR_NO_CODE && (size_t)g->width * g->height < EVERYTHING_BELOW)
		e = look_at_camera(f, &better, ret);
	gray_finish(&better);
	return e;
}

enum err code_find(struct code_finder *f, const struct gray *g, bool hard, struct codes *ret)
{
	enum err e = look(f, g, 1, ret);

	return e == ERR_NO_CODE && hard ? look_hard(f, g, ret) : e;
}

enum err code_find_on_page(struct code_finder *f, const struct image *page, struct codes *ret)
{
	struct gray g = { 0 };
	uint32_t by = (uint64_t)page->width * page->height > PAGE_BELOW ? 2 : 1;
	enum err e = gray_of(page, by, &g);

	if (e == ERR_OK)
		e = code_find(f, &g, true, ret);
	gray_finish(&g);
	return e;
}

enum err code_hunt_look(struct code_hunt *h, struct code_finder *f, const struct gray *g,
			struct codes *ret)
{
	h->looks++;
	return code_find(f, g, h->looks % 2 == 0, ret);
}
