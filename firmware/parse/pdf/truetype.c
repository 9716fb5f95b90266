#include "firmware/parse/pdf/truetype.h"

#include "firmware/parse/pdf/out.h"

#include <stdlib.h>
#include <string.h>

/* A composed letter's parts (OpenType, "glyf"). */
enum { WORDS = 1, SCALE = 8, MORE = 0x20, SCALE_XY = 0x40, MATRIX = 0x80, HINTS = 0x100 };

static struct reader from(const struct reader *r, size_t at)
{
	struct reader part = *r;

	get_bytes(&part, at);
	return part;
}

static struct reader find_table(struct reader font, const char *name)
{
	struct reader r = from(&font, 4);
	uint16_t count = get_u16be(&r);

	get_bytes(&r, 6);
	while (count-- > 0) {
		const uint8_t *tag = get_bytes(&r, 4);

		get_u32be(&r);
		uint32_t at = get_u32be(&r), len = get_u32be(&r);
		if (tag && !r.bad && memcmp(tag, name, 4) == 0) {
			struct reader table = from(&font, at);

			return get_part(&table, len);
		}
	}
	return (struct reader){ .bad = true };
}

enum err truetype_open(const void *bytes, size_t len, struct truetype *ret)
{
	struct reader font = reader_of(bytes, len);
	struct truetype t = { .head = find_table(font, "head"),
			      .hhea = find_table(font, "hhea"),
			      .hmtx = find_table(font, "hmtx"),
			      .maxp = find_table(font, "maxp"),
			      .loca = find_table(font, "loca"),
			      .glyf = find_table(font, "glyf"),
			      .cmap = find_table(font, "cmap") };
	struct reader units = from(&t.head, 18), box = from(&t.head, 36), up = from(&t.hhea, 4);
	struct reader wide = from(&t.hhea, 34), glyphs = from(&t.maxp, 4);

	t.units = get_u16be(&units);
	for (int i = 0; i < 4; i++)
		t.box[i] = (int16_t)get_u16be(&box);
	t.up = (int16_t)get_u16be(&up);
	t.down = (int16_t)get_u16be(&up);
	t.wide = get_u16be(&wide);
	t.glyphs = get_u16be(&glyphs);
	if (t.loca.bad || t.glyf.bad || t.cmap.bad || t.hmtx.bad || box.bad || up.bad || wide.bad ||
	    glyphs.bad || t.units < 16 || t.wide == 0 || t.head.left < 54 || t.hhea.left < 36 ||
	    t.maxp.left < 32)
		return ERR_BAD_DATA;
	*ret = t;
	return ERR_OK;
}

static uint16_t u16_at(const struct reader *r, size_t at)
{
	struct reader part = from(r, at);

	return get_u16be(&part);
}

/* Format 4: segments of characters. */
static uint16_t look_up(const struct reader *map, uint16_t character)
{
	size_t twice = u16_at(map, 6), ends = 14, starts = 16 + twice;
	size_t deltas = starts + twice, offsets = deltas + twice;

	for (size_t i = 0; i < twice; i += 2) {
		uint16_t start = u16_at(map, starts + i), offset = u16_at(map, offsets + i);

		if (character > u16_at(map, ends + i))
			continue;
		if (character < start)
			return 0;
		uint16_t delta = u16_at(map, deltas + i);
		if (offset == 0)
			return (uint16_t)(character + delta);
		uint16_t glyph =
			u16_at(map, offsets + i + offset + 2 * (size_t)(character - start));
		return glyph ? (uint16_t)(glyph + delta) : 0;
	}
	return 0;
}

/* The table for Windows, Unicode. */
uint16_t truetype_glyph(const struct truetype *t, uint32_t character)
{
	struct reader r = from(&t->cmap, 2);
	uint16_t count = get_u16be(&r);

	while (count-- > 0 && character <= 0xffff) {
		uint16_t platform = get_u16be(&r), encoding = get_u16be(&r);
		uint32_t at = get_u32be(&r);
		struct reader map = from(&t->cmap, at);

		if (platform == 3 && encoding == 1 && u16_at(&map, 0) == 4) {
			uint16_t glyph = look_up(&map, (uint16_t)character);

			return glyph < t->glyphs ? glyph : 0;
		}
	}
	return 0;
}

static uint16_t advance(const struct truetype *t, uint16_t glyph)
{
	return u16_at(&t->hmtx, 4 * (size_t)(glyph < t->wide ? glyph : t->wide - 1));
}

static uint16_t bearing(const struct truetype *t, uint16_t glyph)
{
	if (glyph < t->wide)
		return u16_at(&t->hmtx, 4 * (size_t)glyph + 2);
	return u16_at(&t->hmtx, 4 * (size_t)t->wide + 2 * (size_t)(glyph - t->wide));
}

unsigned truetype_width(const struct truetype *t, uint16_t glyph)
{
	return (advance(t, glyph) * 1000U + t->units / 2) / t->units;
}

static struct reader outline(const struct truetype *t, uint16_t glyph)
{
	bool wide = u16_at(&t->head, 50) != 0;
	struct reader r = from(&t->loca, (wide ? 4 : 2) * (size_t)glyph);
	uint32_t at = wide ? get_u32be(&r) : 2U * get_u16be(&r);
	uint32_t end = wide ? get_u32be(&r) : 2U * get_u16be(&r);
	struct reader part = from(&t->glyf, at);

	if (r.bad || end < at)
		return (struct reader){ .bad = true };
	return get_part(&part, end - at);
}

static void put_u16(struct out *o, unsigned v)
{
	out_bytes(o, (const uint8_t[]){ (uint8_t)(v >> 8), (uint8_t)v }, 2);
}

static void put_u32(struct out *o, uint32_t v)
{
	put_u16(o, v >> 16);
	put_u16(o, v & 0xffff);
}

static enum err number_of(uint16_t list[SUBSET_MAX], size_t *count, uint16_t glyph, uint16_t *ret)
{
	size_t i = 0;

	while (i < *count && list[i] != glyph)
		i++;
	if (i == SUBSET_MAX)
		return ERR_NO_SPACE;
	if (i == *count)
		list[(*count)++] = glyph;
	*ret = (uint16_t)i;
	return ERR_OK;
}

/* Behind the box: the parts, with their numbers in the smaller font. */
static enum err put_composed(struct out *o, struct reader r, uint16_t list[SUBSET_MAX],
			     size_t *count)
{
	uint16_t flags;

	do {
		flags = get_u16be(&r);
		uint16_t glyph = get_u16be(&r), number = 0;
		size_t more = (flags & WORDS ? 4 : 2) + (flags & SCALE      ? 2
							 : flags & SCALE_XY ? 4
							 : flags & MATRIX   ? 8
									    : 0);
		const uint8_t *rest = get_bytes(&r, more);
		enum err e = rest ? number_of(list, count, glyph, &number) : ERR_BAD_DATA;

		if (e != ERR_OK)
			return e;
		put_u16(o, flags & ~(unsigned)HINTS);
		put_u16(o, number);
		out_bytes(o, rest, more);
	} while (flags & MORE);
	return ERR_OK;
}

static enum err put_simple(struct out *o, struct reader r, int contours)
{
	const uint8_t *ends = get_bytes(&r, 2 * (size_t)contours);

	if (!ends)
		return ERR_BAD_DATA;
	out_bytes(o, ends, 2 * (size_t)contours);
	get_bytes(&r, get_u16be(&r));
	put_u16(o, 0);
	if (!r.bad)
		out_bytes(o, r.at, r.left);
	return r.bad ? ERR_BAD_DATA : ERR_OK;
}

/* One without an outline, as a blank, stays so. */
static enum err put_glyph(struct out *o, const struct truetype *t, uint16_t list[SUBSET_MAX],
			  size_t *count, size_t i)
{
	struct reader r = outline(t, list[i]);
	enum err e;

	if (r.bad)
		return ERR_BAD_DATA;
	if (r.left == 0)
		return ERR_OK;
	const uint8_t *head = get_bytes(&r, 10);
	if (!head)
		return ERR_BAD_DATA;
	out_bytes(o, head, 10);
	int contours = (int16_t)(head[0] << 8 | head[1]);
	e = contours < 0 ? put_composed(o, r, list, count) : put_simple(o, r, contours);
	while (e == ERR_OK && o->len % 4 && !o->bad)
		out_bytes(o, "", 1);
	return e;
}

struct part {
	const char *name;
	struct out out;
};

enum { GLYF, HEAD, HHEA, HMTX, LOCA, MAXP, PARTS };

static uint32_t sum(const uint8_t *at, size_t len)
{
	uint32_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += (uint32_t)at[i] << (24 - 8 * (i % 4));
	return n;
}

static void patch_u16(struct out *o, size_t at, unsigned v)
{
	if (o->bad || at + 2 > o->len)
		return;
	o->bytes[at] = (uint8_t)(v >> 8);
	o->bytes[at + 1] = (uint8_t)v;
}

static enum err make_parts(const struct truetype *t, uint16_t list[SUBSET_MAX], size_t *count,
			   struct part parts[PARTS])
{
	for (size_t i = 0; i < *count; i++) {
		put_u32(&parts[LOCA].out, (uint32_t)parts[GLYF].out.len);
		enum err e = put_glyph(&parts[GLYF].out, t, list, count, i);
		if (e != ERR_OK)
			return e;
		put_u16(&parts[HMTX].out, advance(t, list[i]));
		put_u16(&parts[HMTX].out, bearing(t, list[i]));
	}
	put_u32(&parts[LOCA].out, (uint32_t)parts[GLYF].out.len);
	out_bytes(&parts[HEAD].out, t->head.at, 54);
	patch_u16(&parts[HEAD].out, 8, 0); /* the sum over all, below */
	patch_u16(&parts[HEAD].out, 10, 0);
	patch_u16(&parts[HEAD].out, 50, 1); /* long offsets */
	out_bytes(&parts[HHEA].out, t->hhea.at, 36);
	patch_u16(&parts[HHEA].out, 34, (unsigned)*count);
	out_bytes(&parts[MAXP].out, t->maxp.at, 32);
	patch_u16(&parts[MAXP].out, 4, (unsigned)*count);
	patch_u16(&parts[MAXP].out, 26, 0); /* no hints are left */
	return ERR_OK;
}

static void join(struct out *o, struct part parts[PARTS])
{
	uint32_t at = 12 + 16 * PARTS;

	put_u32(o, 0x00010000);
	put_u16(o, PARTS);
	put_u16(o, 64);
	put_u16(o, 2);
	put_u16(o, 16 * PARTS - 64);
	for (int i = 0; i < PARTS; i++) {
		struct out *p = &parts[i].out;

		o->bad |= p->bad;
		if (o->bad)
			return;
		out_bytes(o, parts[i].name, 4);
		put_u32(o, sum(p->bytes, p->len));
		put_u32(o, at);
		put_u32(o, (uint32_t)p->len);
		while (p->len % 4 && !p->bad)
			out_bytes(p, "", 1);
		at += (uint32_t)p->len;
	}
	size_t head = 0;
	for (int i = 0; i < PARTS; i++) {
		head = i == HEAD ? o->len : head;
		out_bytes(o, parts[i].out.bytes, parts[i].out.len);
	}
	uint32_t all = o->bad ? 0 : 0xb1b0afba - sum(o->bytes, o->len);
	patch_u16(o, head + 8, all >> 16);
	patch_u16(o, head + 10, all & 0xffff);
}

enum err truetype_subset(const struct truetype *t, uint16_t list[SUBSET_MAX], size_t *count,
			 uint8_t **ret_bytes, size_t *ret_len)
{
	struct part parts[PARTS] = { { .name = "glyf" }, { .name = "head" }, { .name = "hhea" },
				     { .name = "hmtx" }, { .name = "loca" }, { .name = "maxp" } };
	struct out font = { 0 };
	enum err e = make_parts(t, list, count, parts);

	if (e == ERR_OK)
		join(&font, parts);
	for (int i = 0; i < PARTS; i++)
		out_finish(&parts[i].out);
	if (e == ERR_OK && font.bad)
		e = ERR_NO_MEMORY;
	if (e != ERR_OK) {
		out_finish(&font);
		return e;
	}
	*ret_bytes = font.bytes;
	*ret_len = font.len;
	return ERR_OK;
}
