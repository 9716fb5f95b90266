#include "firmware/parse/pdf/font.h"

#include "firmware/base/auto.h"

#include <string.h>

#define NAME "KioskUnseen"

/* Characters above the table are searched for: OCR of Vietnamese has a handful of them. */
static size_t find_code(const struct chars *c, uint32_t character)
{
	size_t code = c->count;

	if (character < sizeof c->latin / sizeof *c->latin)
		return c->latin[character];
	while (code > 0 && c->list[code - 1] != character)
		code--;
	return code;
}

uint16_t char_code(struct chars *c, uint32_t character)
{
	size_t code = find_code(c, character);

	if (code > 0)
		return (uint16_t)code;
	if (c->count == c->cap) {
		size_t cap = c->cap * 2 + 128;
		uint32_t *more = cap < 0xffff ? reallocarray(c->list, cap, sizeof *more) : NULL;

		if (!more) {
			c->bad = true;
			return 0;
		}
		c->list = more;
		c->cap = cap;
	}
	c->list[c->count++] = character;
	if (character < sizeof c->latin / sizeof *c->latin)
		c->latin[character] = (uint16_t)c->count;
	return (uint16_t)c->count;
}

void chars_finish(struct chars *c)
{
	free(c->list);
	*c = (struct chars){ 0 };
}

static void put_u16(uint8_t *at, unsigned v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static void put_u32(uint8_t *at, uint32_t v)
{
	put_u16(at, v >> 16);
	put_u16(at + 2, v & 0xffff);
}

/* Where the font's tables lie; each begins at a multiple of four (OpenType, "Font file"). */
enum {
	TABLES = 6,
	GLYPHS = 3,
	GLYF = 12 + 16 * TABLES,
	GLYF_LEN = 16, /* .notdef: one contour of one point */
	HEAD = GLYF + GLYF_LEN,
	HEAD_LEN = 54,
	HHEA = HEAD + 56,
	HHEA_LEN = 36,
	HMTX = HHEA + HHEA_LEN,
	HMTX_LEN = 4 * GLYPHS,
	LOCA = HMTX + HMTX_LEN,
	LOCA_LEN = 2 * (GLYPHS + 1),
	MAXP = LOCA + LOCA_LEN,
	MAXP_LEN = 32,
	FONT_BYTES = MAXP + MAXP_LEN,
};

static uint32_t sum(const uint8_t *at, size_t len)
{
	uint32_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += (uint32_t)at[i] << (24 - 8 * (i % 4));
	return n;
}

static void put_row(uint8_t *font, unsigned i, const char name[4], uint32_t at, uint32_t len)
{
	uint8_t *row = font + 12 + 16 * i;

	memcpy(row, name, 4);
	put_u32(row + 4, sum(font + at, len));
	put_u32(row + 8, at);
	put_u32(row + 12, len);
}

/* Times are left zero: the same font each time. */
static void put_head(uint8_t *at)
{
	put_u32(at, 0x00010000);
	put_u32(at + 4, 0x00010000);
	put_u32(at + 12, 0x5f0f3cf5);
	put_u16(at + 16, 3);
	put_u16(at + 18, 1000);
	put_u16(at + 38, -FONT_DOWN & 0xffff);
	put_u16(at + 40, FONT_WIDTH);
	put_u16(at + 42, FONT_UP);
	put_u16(at + 46, 6);
	put_u16(at + 48, 2);
}

static void put_hhea(uint8_t *at)
{
	put_u32(at, 0x00010000);
	put_u16(at + 4, FONT_UP);
	put_u16(at + 6, -FONT_DOWN & 0xffff);
	put_u16(at + 10, FONT_WIDTH);
	put_u16(at + 18, 1);
	put_u16(at + 34, GLYPHS);
}

static void make_font(uint8_t font[FONT_BYTES])
{
	memset(font, 0, FONT_BYTES);
	put_u32(font, 0x00010000);
	put_u16(font + 4, TABLES);
	put_u16(font + 6, 64);
	put_u16(font + 8, 2);
	put_u16(font + 10, 16 * TABLES - 64);
	put_u16(font + GLYF, 1);
	font[GLYF + 14] = 0x31; /* on the curve, where the last one was */
	put_head(font + HEAD);
	put_hhea(font + HHEA);
	put_u16(font + HMTX, FONT_WIDTH);
	put_u16(font + HMTX + 4, FONT_WIDTH);
	put_u16(font + HMTX + 8, FONT_BLANK_WIDTH);
	for (unsigned i = 1; i <= GLYPHS; i++)
		put_u16(font + LOCA + 2 * i, GLYF_LEN / 2);
	put_u32(font + MAXP, 0x00010000);
	put_u16(font + MAXP + 4, GLYPHS);
	put_u16(font + MAXP + 6, 1);
	put_u16(font + MAXP + 8, 1);
	put_u16(font + MAXP + 14, 1);
	put_row(font, 0, "glyf", GLYF, GLYF_LEN);
	put_row(font, 1, "head", HEAD, HEAD_LEN);
	put_row(font, 2, "hhea", HHEA, HHEA_LEN);
	put_row(font, 3, "hmtx", HMTX, HMTX_LEN);
	put_row(font, 4, "loca", LOCA, LOCA_LEN);
	put_row(font, 5, "maxp", MAXP, MAXP_LEN);
	put_u32(font + HEAD + 8, 0xb1b0afba - sum(font, FONT_BYTES));
}

static void put_utf16(struct out *o, uint32_t c)
{
	if (c >= 0x10000)
		out_print(o, "<%04X%04X>", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
	else
		out_print(o, "<%04X>", c);
}

/* ISO 32000-1, 9.10.3; at most 100 rows in one block. */
static void write_to_unicode(struct out *o, unsigned number, const struct chars *c)
{
	struct out map = { 0 };

	out_print(&map, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
			"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
			"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
			"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
	for (size_t i = 0; i < c->count; i++) {
		if (i % 100 == 0)
			out_print(&map, "%zu beginbfchar\n",
				  c->count - i < 100 ? c->count - i : 100);
		out_print(&map, "<%04zX> ", i + 1);
		put_utf16(&map, c->list[i]);
		out_print(&map, i % 100 == 99 || i + 1 == c->count ? "\nendbfchar\n" : "\n");
	}
	out_print(&map, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend");
	o->bad |= map.bad;
	if (!o->bad)
		out_packed(o, number, "", map.bytes, map.len);
	out_finish(&map);
}

/* Which glyph each CID has: the blank its own, all others the same. */
static void write_glyph_map(struct out *o, unsigned number, const struct chars *c)
{
	AUTO_FREE uint8_t *map = calloc(c->count + 1, 2);

	if (!map) {
		o->bad = true;
		return;
	}
	for (size_t i = 0; i < c->count; i++)
		put_u16(map + 2 * (i + 1), c->list[i] == ' ' ? 2 : 1);
	out_packed(o, number, "", map, 2 * (c->count + 1));
}

static void write_program(struct out *o, unsigned number)
{
	uint8_t font[FONT_BYTES];

	_Static_assert(FONT_BYTES == 268, "the length below");
	make_font(font);
	out_packed(o, number, " /Length1 268", font, sizeof font);
}

void font_write(struct out *o, unsigned font, struct chars *c)
{
	unsigned cid = out_number(o), about = out_number(o), program = out_number(o);
	unsigned unicode = out_number(o), glyphs = out_number(o), blank = char_code(c, ' ');

	o->bad |= c->bad;
	if (o->bad)
		return;
	out_begin(o, font);
	out_print(o,
		  "<</Type /Font /Subtype /Type0 /BaseFont /" NAME " /Encoding /Identity-H "
		  "/DescendantFonts [%u 0 R] /ToUnicode %u 0 R>>",
		  cid, unicode);
	out_end(o);
	out_begin(o, cid);
	out_print(o,
		  "<</Type /Font /Subtype /CIDFontType2 /BaseFont /" NAME " /CIDSystemInfo "
		  "<</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /FontDescriptor %u 0 R "
		  "/DW %d /W [%u [%d]] /CIDToGIDMap %u 0 R>>",
		  about, FONT_WIDTH, blank, FONT_BLANK_WIDTH, glyphs);
	out_end(o);
	out_begin(o, about);
	out_print(
		o,
		"<</Type /FontDescriptor /FontName /" NAME " /Flags 4 /FontBBox [0 %d %d %d] "
		"/ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV 80 /FontFile2 %u 0 R>>",
		-FONT_DOWN, FONT_WIDTH, FONT_UP, FONT_UP, -FONT_DOWN, FONT_UP, program);
	out_end(o);
	write_program(o, program);
	write_to_unicode(o, unicode, c);
	write_glyph_map(o, glyphs, c);
}
