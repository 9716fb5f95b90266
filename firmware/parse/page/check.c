#include "firmware/parse/page/check.h"

#include "firmware/base/auto.h"
#include "firmware/parse/page/layer_render.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHECK_DPI = 150,
	BLOCKS_PER_INCH = 6,
	STROKE = 64,       /* darker than paper by so much is a stroke */
	LEFT_PERCENT = 40, /* of its darkness must be there, within a pixel */
	DARK = 110,        /* what is drawn so dark ... */
	TRACE = 22,        /* ... must have left at least a trace on paper */
	LOST = 3,          /* pixels of a block; an accent or a full stop has more */
	INVENTED = 4,
	COLOUR = 12,         /* mean difference of two channels over a block ... */
	COLOUR_PERCENT = 45, /* ... that is so much of what there is */
	PRINTED = 8,         /* pixels of a block */
	MOST_PERCENT = 25,   /* of the blocks with print; more are everywhere */
	CHECK_FARTHEST = 9,  /* blocks */
};

struct block {
	uint16_t printed, lost, invented;
	int32_t seen[2], want[2]; /* red over green, green over blue: sums */
	uint32_t seen_count, want_count;
};

struct checker {
	uint32_t width, height; /* of the page */
	uint32_t across, down, by;
	struct block *blocks;
};

static struct block *block_at(const struct checker *k, uint32_t x, uint32_t y,
			      const struct canvas *c)
{
	return &k->blocks[(uint64_t)y * k->down / c->height * k->across +
			  (uint64_t)x * k->across / c->width];
}

static void add_colours(const struct checker *k, const struct canvas *c, bool seen)
{
	for (uint32_t y = 0; y < c->height; y++) {
		const uint8_t *at = c->at + (size_t)y * c->width * 3;

		for (uint32_t x = 0; x < c->width; x++, at += 3) {
			struct block *b = block_at(k, x, y, c);
			int32_t *sums = seen ? b->seen : b->want;

			sums[0] += at[0] - at[1];
			sums[1] += at[1] - at[2];
			*(seen ? &b->seen_count : &b->want_count) += 1;
		}
	}
}

/* How dark a row is: 255 less its brightness. */
static void darkness_row(const struct canvas *c, uint32_t y, uint8_t *out)
{
	const uint8_t *at = c->at + (size_t)y * c->width * c->channels;

	if (c->channels == 1) {
		for (uint32_t x = 0; x < c->width; x++)
			out[x] = 255 - at[x];
		return;
	}
	for (uint32_t x = 0; x < c->width; x++, at += 3)
		out[x] = (uint8_t)(255 - ((77u * at[0] + 150u * at[1] + 29u * at[2]) >> 8));
}

/* Darkness of three rows and the darkest within a pixel of each place of the middle one. */
struct strip {
	const struct canvas *of;
	uint8_t *rows[3], *down, *near, *memory;
};

static enum err strip_begin(struct strip *s, const struct canvas *of)
{
	size_t n = (size_t)of->width + 2;

	s->of = of;
	s->memory = calloc(5, n);
	if (!s->memory)
		return ERR_NO_MEMORY;
	for (int i = 0; i < 3; i++)
		s->rows[i] = s->memory + i * n;
	s->down = s->memory + 3 * n;
	s->near = s->memory + 4 * n;
	return ERR_OK;
}

static uint8_t most(uint8_t a, uint8_t b)
{
	return a > b ? a : b;
}

/* For y = 0, 1, 2 ... : rows[1] is row y. */
static void strip_next(struct strip *s, uint32_t y)
{
	uint8_t *oldest = s->rows[0];
	uint32_t w = s->of->width;

	if (y == 0) {
		darkness_row(s->of, 0, s->rows[1]);
		memset(s->rows[0], 0, w);
	} else {
		s->rows[0] = s->rows[1];
		s->rows[1] = s->rows[2];
		s->rows[2] = oldest;
	}
	if (y + 1 < s->of->height)
		darkness_row(s->of, y + 1, s->rows[2]);
	else
		memset(s->rows[2], 0, w);
	for (uint32_t x = 0; x < w; x++)
		s->down[x + 1] = most(most(s->rows[0][x], s->rows[1][x]), s->rows[2][x]);
	s->down[0] = s->down[w + 1] = 0;
	for (uint32_t x = 0; x < w; x++)
		s->near[x] = most(most(s->down[x], s->down[x + 1]), s->down[x + 2]);
}

static void compare_row(const struct checker *k, const struct strip *paper,
			const struct strip *drawn, uint32_t y)
{
	const struct canvas *c = paper->of;

	for (uint32_t x = 0; x < c->width; x++) {
		uint8_t want = paper->rows[1][x], got = drawn->rows[1][x];

		if (want < STROKE && got < DARK)
			continue;
		struct block *b = block_at(k, x, y, c);
		b->printed++;
		b->lost += want >= STROKE && drawn->near[x] * 100 < want * LEFT_PERCENT;
		b->invented += got >= DARK && paper->near[x] < TRACE;
	}
}

static enum err compare_strokes(const struct checker *k, const struct canvas *paper,
				const struct canvas *drawn)
{
	struct strip a = { 0 }, b = { 0 };
	enum err e = strip_begin(&a, paper);

	if (e == ERR_OK)
		e = strip_begin(&b, drawn);
	for (uint32_t y = 0; e == ERR_OK && y < paper->height; y++) {
		strip_next(&a, y);
		strip_next(&b, y);
		compare_row(k, &a, &b, y);
	}
	free(a.memory);
	free(b.memory);
	return e;
}

/* A block's mean pixel has another hue. */
static bool is_recoloured(const struct block *b)
{
	for (int i = 0; i < 2 && b->seen_count > 0 && b->want_count > 0; i++) {
		int32_t seen = b->seen[i] / (int32_t)b->seen_count;
		int32_t want = b->want[i] / (int32_t)b->want_count, d = abs(seen - want);
		int32_t most_of_it = abs(seen) > abs(want) ? abs(seen) : abs(want);

		if (d >= COLOUR && d * 100 > most_of_it * COLOUR_PERCENT)
			return true;
	}
	return false;
}

static bool is_known(const struct checker *k, const struct check_found *known, uint32_t x,
		     uint32_t y)
{
	int32_t px = (int32_t)((2 * x + 1) * k->width / (2 * k->across));
	int32_t py = (int32_t)((2 * y + 1) * k->height / (2 * k->down));

	for (size_t i = 0; known && i < known->part_count; i++) {
		const struct part *p = &known->parts[i];

		if (px >= p->x && px < p->x + p->w && py >= p->y && py < p->y + p->h)
			return true;
	}
	return false;
}

/* Marks blocks in `bad`, one pixel each, and counts. */
static void judge(const struct checker *k, const struct check_found *known, PIX *bad,
		  struct check_found *f)
{
	for (uint32_t y = 0; y < k->down; y++)
		for (uint32_t x = 0; x < k->across; x++) {
			const struct block *b = &k->blocks[y * k->across + x];
			bool lost = b->lost >= LOST, invented = b->invented >= INVENTED;
			bool recoloured = is_recoloured(b);

			if (is_known(k, known, x, y))
				continue;
			f->blocks += b->printed >= PRINTED || recoloured;
			f->lost += lost;
			f->invented += invented;
			f->recoloured += recoloured;
			if (lost || invented || recoloured)
				pixSetPixel(bad, (l_int32)x, (l_int32)y, 1);
		}
}

static struct part part_of(const struct checker *k, const BOX *box, const struct layers *l)
{
	int64_t w = l->width, h = l->height;
	int32_t x0 = (int32_t)(box->x * w / k->across), y0 = (int32_t)(box->y * h / k->down);
	int32_t x1 = (int32_t)((box->x + box->w) * w / k->across);
	int32_t y1 = (int32_t)((box->y + box->h) * h / k->down);

	return (struct part){ x0, y0, x1 - x0, y1 - y0 };
}

/* Rectangles around the bad blocks and those beside them; where there are too many, around those
 * that lie near each other. */
static BOXA *around(PIX *bad)
{
	BOXA *boxes = NULL;

	for (int32_t side = 3; side <= CHECK_FARTHEST; side += 2) {
		PIX *wide = pixDilateBrick(NULL, bad, side, side);

		boxaDestroy(&boxes);
		boxes = wide ? pixConnCompBB(wide, 8) : NULL;
		pixDestroy(&wide);
		if (!boxes || boxaGetCount(boxes) <= CHECK_MAX_PARTS)
			break;
	}
	return boxes;
}

static enum err find_parts(const struct checker *k, PIX *bad, const struct layers *l,
			   struct check_found *f)
{
	BOXA *boxes = around(bad);
	enum err e = boxes ? ERR_OK : ERR_NO_MEMORY;
	l_int32 n = 0;

	if (e == ERR_OK && pixCountPixels(bad, &n, NULL) == 0)
		f->everywhere = (uint32_t)n * 100 > f->blocks * MOST_PERCENT && n > 8;
	if (e == ERR_OK && boxaGetCount(boxes) > CHECK_MAX_PARTS)
		f->everywhere = true;
	for (int32_t i = 0; e == ERR_OK && !f->everywhere && i < boxaGetCount(boxes); i++) {
		BOX *box = boxaGetBox(boxes, i, L_CLONE);

		if (box)
			f->parts[f->part_count++] = part_of(k, box, l);
		boxDestroy(&box);
	}
	boxaDestroy(&boxes);
	return e;
}

static enum err compare(const struct checker *k, const struct leaf *leaf,
			const struct canvas *clean, const struct layers *l)
{
	struct part all = { 0, 0, (int32_t)l->width, (int32_t)l->height };
	struct canvas drawn = { 0 }, paper = { 0 };
	enum err e = layers_render(l, k->by, &drawn);

	if (e == ERR_OK)
		e = canvas_of_part(leaf->gray, &all, drawn.width, drawn.height, &paper);
	if (e == ERR_OK)
		e = compare_strokes(k, &paper, &drawn);
	if (e == ERR_OK) {
		add_colours(k, &drawn, true);
		add_colours(k, clean, false);
	}
	canvas_finish(&drawn);
	canvas_finish(&paper);
	return e;
}

enum err check_page(const struct leaf *leaf, const struct canvas *clean, const struct layers *l,
		    const struct check_found *known, struct check_found *ret)
{
	struct checker k = { l->width, l->height, .by = l->dpi / CHECK_DPI };
	struct check_found f = { 0 };

	k.by = k.by < 1 ? 1 : k.by > RENDER_MAX_BY ? RENDER_MAX_BY : k.by;
	k.across = l->width * BLOCKS_PER_INCH / l->dpi + 1;
	k.down = l->height * BLOCKS_PER_INCH / l->dpi + 1;
	k.blocks = calloc((size_t)k.across * k.down, sizeof *k.blocks);
	PIX *bad = pixCreate((l_int32)k.across, (l_int32)k.down, 1);
	enum err e = k.blocks && bad ? compare(&k, leaf, clean, l) : ERR_NO_MEMORY;
	if (e == ERR_OK) {
		judge(&k, known, bad, &f);
		e = find_parts(&k, bad, l, &f);
	}
	free(k.blocks);
	pixDestroy(&bad);
	if (e == ERR_OK)
		*ret = f;
	return e;
}
