#include "firmware/parse/pdf/draw.h"

#include "firmware/base/auto.h"
#include "firmware/parse/pdf/draw_part.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_BYTES = 1024, MAX_OPERANDS = 8, MAX_SAVED = 16, MAX_PAINTED = 6, NO_MARKS = 3 };

/* What q saves (ISO 32000-1, 8.4). Whole pictures are painted: nothing is clipped. */
struct state {
	struct matrix at;
	uint8_t ink[3];
	int64_t letters; /* text rendering mode; 3: no marks */
};

struct drawing {
	struct store *f;
	struct leaf leaf;
	struct sheet sheet;
	struct state now, saved[MAX_SAVED];
	size_t depth;
	struct value operands[MAX_OPERANDS];
	size_t count;
};

static double operand(const struct drawing *d, size_t i)
{
	return i < d->count ? real_of(&d->operands[i]) : 0;
}

static uint8_t shade(double part)
{
	return (uint8_t)(fmin(1, fmax(0, part)) * 255 + 0.5);
}

static enum err do_save(struct drawing *d)
{
	if (d->depth == MAX_SAVED)
		return ERR_NOT_FOUND;
	d->saved[d->depth++] = d->now;
	return ERR_OK;
}

static enum err do_restore(struct drawing *d)
{
	if (d->depth == 0)
		return ERR_NOT_FOUND;
	d->now = d->saved[--d->depth];
	return ERR_OK;
}

static enum err do_matrix(struct drawing *d)
{
	const struct matrix m = { operand(d, 0), operand(d, 1), operand(d, 2),
				  operand(d, 3), operand(d, 4), operand(d, 5) };

	if (d->count != 6)
		return ERR_NOT_FOUND;
	d->now.at = matrix_mul(&m, &d->now.at);
	return ERR_OK;
}

static enum err do_rgb(struct drawing *d)
{
	for (size_t i = 0; i < 3; i++)
		d->now.ink[i] = shade(operand(d, i));
	return d->count == 3 ? ERR_OK : ERR_NOT_FOUND;
}

static enum err do_gray(struct drawing *d)
{
	memset(d->now.ink, shade(operand(d, 0)), sizeof d->now.ink);
	return d->count == 1 ? ERR_OK : ERR_NOT_FOUND;
}

static enum err do_letters(struct drawing *d)
{
	d->now.letters = d->count == 1 ? d->operands[0].number : 0;
	return ERR_OK;
}

/* Text under a picture, for searching, is not seen. */
static enum err do_text(struct drawing *d)
{
	return d->now.letters == NO_MARKS ? ERR_OK : ERR_NOT_FOUND;
}

/* Settings that change how pictures come out are not understood here. */
static enum err do_settings(struct drawing *d)
{
	static const char *const KEYS[] = { "ca", "CA", "SMask", "BM", "TR", "TR2", "HT", "Font" };
	struct value all = store_get(d->f, &d->leaf.resources, "ExtGState"), one;
	char name[64] = "";

	if (d->count != 1 || d->operands[0].kind != KIND_NAME || d->operands[0].len >= sizeof name)
		return ERR_NOT_FOUND;
	memcpy(name, d->operands[0].at + 1, d->operands[0].len - 1);
	one = store_get(d->f, &all, name);
	for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
		if (dict_get(&one, KEYS[i]).kind != KIND_NONE)
			return ERR_NOT_FOUND;
	return one.kind == KIND_DICT ? ERR_OK : ERR_NOT_FOUND;
}

static enum err do_picture(struct drawing *d)
{
	struct value all = store_get(d->f, &d->leaf.resources, "XObject");
	struct sample s = { 0 };
	char name[64] = "";

	if (d->count != 1 || d->operands[0].kind != KIND_NAME || d->operands[0].len >= sizeof name)
		return ERR_NOT_FOUND;
	memcpy(name, d->operands[0].at + 1, d->operands[0].len - 1);
	struct value image = store_get(d->f, &all, name);
	enum err e = sample_read(d->f, &image, &s);
	if (e == ERR_OK && !sheet_paint(&d->sheet, &s, &d->now.at, d->now.ink))
		e = ERR_NOT_FOUND;
	sample_finish(&s);
	return e;
}

static enum err do_nothing(struct drawing *d)
{
	(void)d;
	return ERR_OK;
}

/* Operators that paint nothing, or a picture; any other one is not drawn here. */
static const struct operator
{
	const char *word;
	enum err (*act)(struct drawing * d);
}
OPERATORS[] = {
	{ "q", do_save },     { "Q", do_restore },   { "cm", do_matrix },   { "Do", do_picture },
	{ "rg", do_rgb },     { "g", do_gray },      { "gs", do_settings }, { "Tr", do_letters },
	{ "Tj", do_text },    { "TJ", do_text },     { "'", do_text },      { "\"", do_text },
	{ "BT", do_nothing }, { "ET", do_nothing },  { "Tf", do_nothing },  { "Td", do_nothing },
	{ "TD", do_nothing }, { "Tm", do_nothing },  { "T*", do_nothing },  { "Tc", do_nothing },
	{ "Tw", do_nothing }, { "Tz", do_nothing },  { "TL", do_nothing },  { "Ts", do_nothing },
	{ "RG", do_nothing }, { "G", do_nothing },   { "w", do_nothing },   { "J", do_nothing },
	{ "j", do_nothing },  { "M", do_nothing },   { "d", do_nothing },   { "i", do_nothing },
	{ "ri", do_nothing }, { "BMC", do_nothing }, { "BDC", do_nothing }, { "EMC", do_nothing },
	{ "MP", do_nothing }, { "DP", do_nothing },
};

static enum err operate(struct drawing *d, const struct value *word)
{
	enum err e = ERR_NOT_FOUND;

	for (size_t i = 0; i < sizeof OPERATORS / sizeof *OPERATORS; i++)
		if (value_is_word(word, OPERATORS[i].word))
			e = OPERATORS[i].act(d);
	d->count = 0;
	return e;
}

static enum err run(struct drawing *d, struct reader r)
{
	for (;;) {
		struct value v = value_next(&r);

		if (v.kind == KIND_NONE)
			return r.bad ? ERR_NOT_FOUND : ERR_OK;
		if (v.kind != KIND_WORD) {
			if (d->count == MAX_OPERANDS)
				return ERR_NOT_FOUND;
			d->operands[d->count++] = v;
			continue;
		}
		enum err e = operate(d, &v);
		if (e != ERR_OK)
			return e;
	}
}

/* Streams of one page follow one another as if they were one. */
static enum err join(struct drawing *d, const struct value *v, uint8_t **text, size_t *len)
{
	uint8_t *bytes = NULL;
	size_t n = 0;
	enum err e = store_unpack(d->f, v, &bytes, &n);

	if (e != ERR_OK)
		return e == ERR_NO_MEMORY ? e : ERR_NOT_FOUND;
	uint8_t *more = realloc(*text, *len + n + 1);
	if (more) {
		memcpy(more + *len, bytes, n);
		more[*len + n] = '\n';
		*text = more;
		*len += n + 1;
	}
	free(bytes);
	return more ? ERR_OK : ERR_NO_MEMORY;
}

static enum err draw_contents(struct drawing *d)
{
	struct value contents = store_get(d->f, &d->leaf.dict, "Contents");
	struct reader list = value_inside(&contents);
	AUTO_FREE uint8_t *text = NULL;
	size_t len = 0;
	enum err e = contents.kind == KIND_DICT ? join(d, &contents, &text, &len) : ERR_OK;

	while (contents.kind == KIND_ARRAY && e == ERR_OK) {
		struct value v = value_next(&list);

		if (v.kind == KIND_NONE)
			break;
		v = v.kind == KIND_REF && v.number <= UINT32_MAX
			    ? store_object(d->f, (unsigned)v.number)
			    : (struct value){ 0 };
		e = join(d, &v, &text, &len);
	}
	return e == ERR_OK ? run(d, reader_of(text ? text : (uint8_t *)"", len)) : e;
}

static bool has_size(struct store *f, const struct value *one)
{
	struct value rect = store_get(f, one, "Rect");
	struct reader r = value_inside(&rect);
	double n[4];

	for (int i = 0; i < 4; i++) {
		struct value v = value_next(&r);

		n[i] = real_of(&v);
	}
	return n[0] != n[2] && n[1] != n[3];
}

/* Does what lies over the page show anything? A signature's field that is not seen does not. */
static bool is_covered(struct store *f, const struct value *page)
{
	struct value list = store_get(f, page, "Annots");
	struct reader r = value_inside(&list);

	for (struct value v = value_next(&r); v.kind != KIND_NONE; v = value_next(&r)) {
		struct value one = v;

		if (v.kind == KIND_REF && v.number <= UINT32_MAX)
			one = store_object(f, (unsigned)v.number);
		struct value kind = store_get(f, &one, "Subtype");

		if (!value_is_name(&kind, "Link") && !value_is_name(&kind, "Popup") &&
		    (one.kind != KIND_DICT || has_size(f, &one)))
			return true;
	}
	return false;
}

static enum err open_sheet(struct drawing *d)
{
	struct sheet *c = &d->sheet;
	double pt[2];

	if (!leaf_size(&d->leaf, pt))
		return ERR_NOT_FOUND;
	double scale = DRAW_SIDE / fmax(pt[0], pt[1]);
	c->width = (uint32_t)fmax(1, pt[0] * scale + 0.5);
	c->height = (uint32_t)fmax(1, pt[1] * scale + 0.5);
	c->rgb = malloc((size_t)c->width * c->height * 3);
	if (!c->rgb)
		return ERR_NO_MEMORY;
	memset(c->rgb, 255, (size_t)c->width * c->height * 3);
	c->budget = (int64_t)c->width * c->height * MAX_PAINTED;
	d->now.at = leaf_matrix(&d->leaf, c->width, c->height);
	return ERR_OK;
}

static enum err draw(struct store *f, uint32_t page, struct drawn *ret)
{
	struct drawing d = { .f = f };
	uint32_t pages = 0;
	enum err e = leaf_find(f, page, &d.leaf, &pages);

	if (e == ERR_OK && is_covered(f, &d.leaf.dict))
		e = ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = open_sheet(&d);
	if (e == ERR_OK)
		e = draw_contents(&d);
	if (e != ERR_OK) {
		free(d.sheet.rgb);
		return e;
	}
	*ret = (struct drawn){ pages, d.sheet.width, d.sheet.height, d.sheet.rgb };
	return ERR_OK;
}

enum err draw_page(const uint8_t *pdf, size_t len, uint32_t page, struct drawn *ret)
{
	struct store f = { 0 };

	if (!memmem(pdf, len < HEAD_BYTES ? len : HEAD_BYTES, "%PDF-", 5))
		return ERR_BAD_DATA;
	enum err e = store_open(pdf, len, &f);
	if (e == ERR_OK && dict_get(&f.trailer, "Encrypt").kind != KIND_NONE)
		e = ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = draw(&f, page, ret);
	store_finish(&f);
	return e;
}
