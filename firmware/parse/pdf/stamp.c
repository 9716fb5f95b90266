#include "firmware/parse/pdf/stamp.h"

#include "firmware/base/auto.h"
#include "firmware/base/msg.h"
#include "firmware/parse/nfc.h"
#include "firmware/parse/pdf/qr.h"
#include "firmware/parse/pdf/truetype.h"
#include "firmware/parse/pdf/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LINES = 24, MAX_CHARS = 160, CODE_GAP_PT = 8 };

/* To have subsets of one file told apart (ISO 32000-1, 9.6.4); there is one a signature. */
#define NAME "KIOSKA+LiberationSerif"

/* The font file is part of the program: where this runs no file can be opened. */
__asm__(".pushsection .rodata\n"
	".balign 16\n"
	"serif_begin:\n"
	".incbin \"LiberationSerif-Regular.ttf\"\n"
	"serif_end:\n"
	".byte 0\n"
	".popsection\n");
extern const uint8_t serif_begin[], serif_end[];

/* A line of glyphs, by their numbers in the subset. */
struct line {
	uint16_t glyphs[MAX_CHARS];
	size_t count;
	unsigned width; /* in thousandths of the size */
};

struct stamp {
	struct truetype face;
	uint16_t list[SUBSET_MAX]; /* glyphs of the face */
	uint32_t chars[SUBSET_MAX];
	size_t count;
	struct line lines[MAX_LINES];
	size_t line_count;
};

/* An appearance: numbers of objects, and its size in points. */
struct look {
	unsigned number, font;
	double size[2];
};

static enum err glyph_of(struct stamp *s, uint32_t c, uint16_t *ret)
{
	uint16_t glyph = truetype_glyph(&s->face, c);
	size_t i = 1;

	if (glyph == 0)
		glyph = truetype_glyph(&s->face, c = '?');
	while (i < s->count && s->list[i] != glyph)
		i++;
	if (i == SUBSET_MAX)
		return ERR_BAD_DATA;
	if (i == s->count) {
		s->list[i] = glyph;
		s->chars[s->count++] = c;
	}
	*ret = (uint16_t)i;
	return ERR_OK;
}

static unsigned width_of(const struct stamp *s, const struct line *l, size_t from)
{
	unsigned width = 0;

	for (size_t i = from; i < l->count; i++)
		width += truetype_width(&s->face, s->list[l->glyphs[i]]);
	return width;
}

/* What stands behind the last blank goes to a line of its own. */
static struct line *break_line(struct stamp *s, struct line *l, uint16_t blank)
{
	size_t at = l->count;

	while (at > 0 && l->glyphs[at - 1] != blank)
		at--;
	if (s->line_count == MAX_LINES)
		return NULL;
	struct line *next = &s->lines[s->line_count++];
	if (at == 0)
		at = l->count - 1;
	next->count = l->count - at;
	memcpy(next->glyphs, l->glyphs + at, next->count * sizeof *next->glyphs);
	while (at > 0 && l->glyphs[at - 1] == blank)
		at--;
	l->count = at;
	return next;
}

static enum err set_line(struct stamp *s, const char *text, unsigned max_width)
{
	uint16_t blank;
	enum err e = glyph_of(s, ' ', &blank);

	if (s->line_count == MAX_LINES)
		return ERR_BAD_DATA;
	struct line *l = &s->lines[s->line_count++];
	while (e == ERR_OK && *text) {
		uint32_t c = utf8_next(&text);

		if (l->count == MAX_CHARS)
			return ERR_BAD_DATA;
		e = glyph_of(s, utf8_printable(c) ? c : ' ', &l->glyphs[l->count++]);
		if (e == ERR_OK && l->count > 1 && l->glyphs[l->count - 1] != blank &&
		    width_of(s, l, 0) > max_width)
			l = break_line(s, l, blank);
		if (!l)
			return ERR_BAD_DATA;
	}
	return e;
}

static void write_widths(struct out *o, const struct stamp *s, size_t count)
{
	out_print(o, " /W [0 [");
	for (size_t i = 0; i < count; i++)
		out_print(o, i > 0 ? " %u" : "%u", truetype_width(&s->face, s->list[i]));
	out_print(o, "]]");
}

static void write_to_unicode(struct out *o, unsigned number, const struct stamp *s, size_t count)
{
	struct out map = { 0 };

	out_print(&map, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
			"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
			"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
			"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
	for (size_t i = 1; i < count; i++) {
		if (i % 100 == 1)
			out_print(&map, "%zu beginbfchar\n", count - i < 100 ? count - i : 100);
		out_print(&map, "<%04zX> <%04X>%s\n", i, s->chars[i],
			  i % 100 == 0 || i + 1 == count ? "\nendbfchar" : "");
	}
	out_print(&map, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend");
	o->bad |= map.bad;
	if (!o->bad)
		out_packed(o, number, "", map.bytes, map.len);
	out_finish(&map);
}

static int thousandths(const struct stamp *s, int units)
{
	return (int)lround(units * 1000.0 / s->face.units);
}

static void write_descriptor(struct out *o, unsigned number, const struct stamp *s,
			     unsigned program, unsigned set)
{
	out_begin(o, number);
	out_print(o, "<</Type /FontDescriptor /FontName /" NAME " /Flags 4 /FontBBox [%d %d %d %d]",
		  thousandths(s, s->face.box[0]), thousandths(s, s->face.box[1]),
		  thousandths(s, s->face.box[2]), thousandths(s, s->face.box[3]));
	out_print(o,
		  " /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight 662 /StemV 84 "
		  "/FontFile2 %u 0 R /CIDSet %u 0 R>>",
		  thousandths(s, s->face.up), thousandths(s, s->face.down), program, set);
	out_end(o);
}

/* Every glyph of the subset, the parts of composed ones too: bits from the left. */
static void write_set(struct out *o, unsigned number, size_t count)
{
	uint8_t bits[SUBSET_MAX / 8] = { 0 };

	for (size_t i = 0; i < count; i++)
		bits[i / 8] |= (uint8_t)(0x80 >> i % 8);
	out_stream(o, number, "", bits, (count + 7) / 8);
}

static enum err write_font(struct out *o, unsigned font, struct stamp *s)
{
	unsigned cid = out_number(o), about = out_number(o), program = out_number(o);
	unsigned unicode = out_number(o), set = out_number(o);
	size_t used = s->count, len;
	AUTO_FREE uint8_t *bytes = NULL;
	char length[32];
	enum err e = truetype_subset(&s->face, s->list, &s->count, &bytes, &len);

	if (e != ERR_OK)
		return e;
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
		  "/CIDToGIDMap /Identity",
		  about);
	write_widths(o, s, s->count);
	out_print(o, ">>");
	out_end(o);
	write_descriptor(o, about, s, program, set);
	snprintf(length, sizeof length, " /Length1 %zu", len);
	out_packed(o, program, length, bytes, len);
	write_to_unicode(o, unicode, s, used);
	write_set(o, set, s->count);
	return ERR_OK;
}

static void put_words(struct out *words, const struct stamp *s, double height)
{
	double leading = PDF_STAMP_PT * 1.2;

	out_print(words, "BT 0 g /F %d Tf\n0 ", PDF_STAMP_PT);
	out_real(words, llround((height - PDF_STAMP_PT) * 1000) * 1000);
	out_print(words, " Td ");
	out_real(words, llround(leading * 1000) * 1000);
	out_print(words, " TL\n");
	for (size_t i = 0; i < s->line_count; i++) {
		out_print(words, "<");
		for (size_t k = 0; k < s->lines[i].count; k++)
			out_print(words, "%04X", s->lines[i].glyphs[k]);
		out_print(words, "> Tj T*\n");
	}
	out_print(words, "ET\n");
}

static bool has_code(const struct stamp_wish *wish)
{
	return wish->code && wish->code[0];
}

static enum err write_look(struct out *o, const struct stamp_wish *wish, const struct stamp *s,
			   const struct look *l)
{
	struct out words = { 0 };
	char more[256];
	enum err e = ERR_OK;

	put_words(&words, s, l->size[1]);
	if (has_code(wish))
		e = qr_draw(
			&words, wish->code,
			(double[]){ l->size[0] - wish->code_side, l->size[1] - wish->code_side },
			wish->code_side);
	snprintf(more, sizeof more,
		 "/Type /XObject /Subtype /Form /BBox [0 0 %ld %ld] "
		 "/Resources <</Font <</F %u 0 R>>>>",
		 lround(l->size[0]), lround(l->size[1]), l->font);
	o->bad |= words.bad;
	if (e == ERR_OK && !o->bad)
		(has_code(wish) ? out_packed : out_stream)(o, l->number, more, words.bytes,
							   words.len);
	out_finish(&words);
	return e;
}

static void measure(const struct stamp_wish *wish, const struct stamp *s, double size[2])
{
	size[0] = 0;
	size[1] = ceil(PDF_STAMP_PT * 1.2 * (double)s->line_count + 3);
	for (size_t i = 0; i < s->line_count; i++)
		size[0] = fmax(size[0], width_of(s, &s->lines[i], 0) * PDF_STAMP_PT / 1000.0);
	if (has_code(wish)) {
		size[0] += CODE_GAP_PT + wish->code_side;
		size[1] = fmax(size[1], ceil(wish->code_side));
	}
	size[0] = ceil(size[0]);
}

static enum err write_all(struct out *o, const struct stamp_wish *wish, struct stamp *s,
			  struct look *ret)
{
	struct look l = { .number = out_number(o), .font = out_number(o) };

	measure(wish, s, l.size);
	enum err e = write_font(o, l.font, s);
	if (e == ERR_OK)
		e = write_look(o, wish, s, &l);
	if (e == ERR_OK && o->bad)
		e = ERR_NO_MEMORY;
	if (e == ERR_OK)
		*ret = l;
	return e;
}

enum err stamp_write(struct out *o, const struct stamp_wish *wish, unsigned *ret_look,
		     double ret_size[2])
{
	AUTO_FREE struct stamp *s = calloc(1, sizeof *s);
	unsigned max = (unsigned)(fmax(wish->max_width, 2 * PDF_STAMP_PT) * 1000 / PDF_STAMP_PT);

	if (!s)
		return ERR_NO_MEMORY;
	s->count = 1;
	enum err e = truetype_open(serif_begin, (size_t)(serif_end - serif_begin), &s->face);
	for (size_t i = 0; e == ERR_OK && i < wish->count; i++) {
		const char *text = wish->lines[i];

		if (!utf8_ok(text, strlen(text)))
			e = ERR_BAD_DATA;
		else if (text[0])
			e = set_line(s, text, max);
	}
	struct look look;
	if (e == ERR_OK)
		e = write_all(o, wish, s, &look);
	if (e != ERR_OK)
		return e;
	*ret_look = look.number;
	ret_size[0] = look.size[0];
	ret_size[1] = look.size[1];
	return ERR_OK;
}
