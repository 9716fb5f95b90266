#include "firmware/parse/code_eye.h"

#include <iconv.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zbar.h>

enum {
	CONVERTERS = 19,    /* more than zbar can name */
	LINES_OF_A_BAR = 8, /* fewer scan lines that agree on a bar code: it was text */
};

struct eye {
	zbar_image_scanner_t *scanner;
	iconv_t converters[CONVERTERS];
	size_t converter_count;
};

/* Even in binary mode zbar opens a converter for each character set a code announces, and the C
 * library loads converters from files. As long as one is open here, it is not loaded again. */
static void keep_converter(struct eye *e, const char *from)
{
	iconv_t cd = iconv_open("UTF-8", from);

	if (cd != (iconv_t)-1)
		e->converters[e->converter_count++] = cd;
}

static void keep_converters(struct eye *e)
{
	static const char *const OTHERS[] = { "UTF-8", "SJIS", "BIG-5", "CP437" };
	char name[16];

	for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
		keep_converter(e, OTHERS[i]);
	for (int i = 1; i <= 16 && e->converter_count < CONVERTERS; i++) {
		snprintf(name, sizeof name, "ISO8859-%d", i);
		keep_converter(e, name);
	}
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

enum err eye_create(struct eye **ret)
{
	struct eye *e = calloc(1, sizeof *e);

	if (!e)
		return ERR_NO_MEMORY;
	e->scanner = zbar_image_scanner_create();
	if (!e->scanner) {
		eye_destroy(e);
		return ERR_NO_MEMORY;
	}
	configure(e->scanner);
	keep_converters(e);
	*ret = e;
	return ERR_OK;
}

void eye_destroy(struct eye *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->converter_count; i++)
		iconv_close(e->converters[i]);
	if (e->scanner)
		zbar_image_scanner_destroy(e->scanner);
	free(e);
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

/* zbar goes around a QR code from its first corner against the clock, and along the middle of a
 * bar code. */
static void outline(const zbar_symbol_t *s, bool is_square, struct code_point ret[4])
{
	unsigned count = zbar_symbol_get_loc_size(s);
	int x0 = INT_MAX, y0 = INT_MAX, x1 = 0, y1 = 0;

	for (unsigned i = 0; i < count; i++) {
		int x = zbar_symbol_get_loc_x(s, i), y = zbar_symbol_get_loc_y(s, i);

		x0 = x < x0 ? x : x0, x1 = x > x1 ? x : x1;
		y0 = y < y0 ? y : y0, y1 = y > y1 ? y : y1;
		if (is_square && count == 4)
			ret[(4 - i) % 4] = (struct code_point){ x, y };
	}
	for (int i = 0; i < 4 && count > 0 && !(is_square && count == 4); i++)
		ret[i] = (struct code_point){ i == 1 || i == 2 ? x1 : x0, i >= 2 ? y1 : y0 };
}

static int32_t told(double by, int32_t at, int32_t from)
{
	return from + (int32_t)lrint(at * by);
}

static void place(const zbar_symbol_t *s, const struct eye_view *v, struct code *c)
{
	outline(s, c->kind == CODE_QR, c->corner);
	for (int i = 0; i < 4; i++) {
		struct code_point *p = &c->corner[i];

		*p = v->corner ? v->corner[i]
			       : (struct code_point){ told(v->by, p->x, v->x),
						      told(v->by, p->y, v->y) };
	}
	c->x = c->corner[0].x > 0 ? (uint32_t)c->corner[0].x : 0;
	c->y = c->corner[0].y > 0 ? (uint32_t)c->corner[0].y : 0;
}

static struct code_point middle_of(const struct code *c)
{
	return (struct code_point){ (c->corner[0].x + c->corner[2].x) / 2,
				    (c->corner[0].y + c->corner[2].y) / 2 };
}

/* The same bytes again are the same code if one lies where the other does. */
static bool is_there(const struct codes *list, const struct code *c)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct code *d = &list->at[i];
		struct code_point a = middle_of(c), b = middle_of(d);
		int wide = abs(d->corner[0].x - d->corner[2].x);
		int high = abs(d->corner[0].y - d->corner[2].y);

		if (c->kind == d->kind && c->len == d->len &&
		    memcmp(c->bytes, d->bytes, c->len) == 0 && abs(a.x - b.x) <= wide + high &&
		    abs(a.y - b.y) <= wide + high)
			return true;
	}
	return false;
}

static void add(const zbar_symbol_t *s, enum code_kind kind, const struct eye_view *v,
		struct codes *list)
{
	size_t len = zbar_symbol_get_data_length(s);
	const char *bytes = zbar_symbol_get_data(s);

	if (len == 0 || !bytes || len > CODE_MAX_BYTES || list->count == CODE_MAX_COUNT)
		return;
	struct code *c = &list->at[list->count];
	*c = (struct code){ .kind = kind, .way = v->way, .len = len };
	place(s, v, c);
	memcpy(c->bytes, bytes, len);
	if (!is_there(list, c))
		list->count++;
}

enum err eye_look(struct eye *e, const struct gray *g, const struct eye_view *view,
		  struct codes *list)
{
	zbar_image_t *image = zbar_image_create();
	enum code_kind kind;

	if (!image)
		return ERR_NO_MEMORY;
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, g->width, g->height);
	zbar_image_set_data(image, g->at, (unsigned long)g->width * g->height, NULL);
	if (zbar_scan_image(e->scanner, image) > 0)
		for (const zbar_symbol_t *s = zbar_image_first_symbol(image); s;
		     s = zbar_symbol_next(s))
			if (is_wanted(s, &kind))
				add(s, kind, view, list);
	zbar_image_destroy(image);
	return ERR_OK;
}

static int compare(const void *left, const void *right)
{
	const struct code *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->y != b->y ? (a->y < b->y ? -1 : 1) : (a->x > b->x) - (a->x < b->x);
}

void codes_sort(struct codes *list)
{
	qsort(list->at, list->count, sizeof *list->at, compare);
}
