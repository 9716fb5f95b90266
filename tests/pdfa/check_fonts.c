/* ISO 19005-2, 6.2.11: fonts, and what Unicode their characters are. */
#include "tests/pdfa/pdfa.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A composite font with an embedded TrueType program: the only kind the writer makes. */
struct face {
	struct doc *d;
	struct node *cid, *about;
	uint8_t *program, *unicode, *map, *set;
	size_t program_len, unicode_len, map_len, set_len;
	bool identity;
};

static uint8_t *stream_of(struct doc *d, const struct node *dict, const char *key, size_t *len)
{
	struct object *o = doc_object(d, node_get(dict, key));

	return o && o->stream ? doc_stream(d, o, len) : NULL;
}

static void open_face(struct doc *d, const struct node *font, struct face *f)
{
	struct node *below = doc_get(d, font, "DescendantFonts");

	*f = (struct face){ .d = d,
			    .cid = below && below->first ? doc_value(d, below->first) : NULL };
	f->about = doc_get(d, f->cid, "FontDescriptor");
	f->program = stream_of(d, f->about, "FontFile2", &f->program_len);
	f->unicode = stream_of(d, font, "ToUnicode", &f->unicode_len);
	f->map = stream_of(d, f->cid, "CIDToGIDMap", &f->map_len);
	f->set = stream_of(d, f->about, "CIDSet", &f->set_len);
	f->identity = node_is(doc_get(d, f->cid, "CIDToGIDMap"), "Identity");
}

static void close_face(struct face *f)
{
	free(f->program);
	free(f->unicode);
	free(f->map);
	free(f->set);
}

static unsigned u16(const uint8_t *at)
{
	return (unsigned)(at[0] << 8 | at[1]);
}

static uint32_t u32(const uint8_t *at)
{
	return (uint32_t)u16(at) << 16 | u16(at + 2);
}

static const uint8_t *table(const struct face *f, const char *name, size_t least)
{
	size_t count = f->program && f->program_len > 12 ? u16(f->program + 4) : 0;

	for (size_t i = 0; i < count && 28 + 16 * i <= f->program_len; i++) {
		const uint8_t *row = f->program + 12 + 16 * i;
		uint32_t at = u32(row + 8), len = u32(row + 12);

		if (memcmp(row, name, 4) == 0 && at <= f->program_len &&
		    len <= f->program_len - at && len >= least)
			return f->program + at;
	}
	return NULL;
}

static unsigned glyph_count(const struct face *f)
{
	const uint8_t *maxp = table(f, "maxp", 6);

	return maxp ? u16(maxp + 4) : 0;
}

static bool program_ok(const struct face *f)
{
	const uint8_t *head = table(f, "head", 54), *hhea = table(f, "hhea", 36);
	const uint8_t *loca = table(f, "loca", 2);
	unsigned glyphs = glyph_count(f);

	if (!head || !hhea || !loca || !table(f, "glyf", 1) || glyphs == 0 ||
	    u32(head + 12) != 0x5f0f3cf5)
		return false;
	unsigned wide = u16(hhea + 34), size = u16(head + 50) ? 4 : 2;
	if (!table(f, "hmtx", 4 * (size_t)wide) || !table(f, "loca", (size_t)size * (glyphs + 1)) ||
	    wide != glyphs)
		return false;
	uint32_t all = 0;
	for (size_t i = 0; i + 3 < f->program_len; i += 4)
		all += u32(f->program + i);
	return all == 0xb1b0afba;
}

static unsigned glyph_of(const struct face *f, unsigned cid)
{
	if (f->identity)
		return cid;
	return f->map && 2 * (size_t)cid + 1 < f->map_len ? u16(f->map + 2 * cid) : 0;
}

/* The width that the dictionary gives a CID: /W [first [w w ...]] or /DW. */
static double said_width(const struct face *f, unsigned cid)
{
	struct node *list = doc_get(f->d, f->cid, "W"), *otherwise = doc_get(f->d, f->cid, "DW");

	for (struct node *n = list ? list->first : NULL; n && n->next; n = n->next->next) {
		unsigned at = (unsigned)n->number;

		for (struct node *w = n->next->first; w; w = w->next, at++)
			if (at == cid)
				return w->number;
	}
	return otherwise ? otherwise->number : 1000;
}

static double true_width(const struct face *f, unsigned glyph)
{
	const uint8_t *hmtx = table(f, "hmtx", 4), *head = table(f, "head", 54);

	return hmtx && head ? u16(hmtx + 4 * glyph) * 1000.0 / u16(head + 18) : -1;
}

/* The Unicode of a code, from rows "<0001> <0042>"; 0: none. */
static unsigned unicode_of(const struct face *f, unsigned code)
{
	char key[16], *at;
	unsigned c = 0;

	snprintf(key, sizeof key, "<%04X> <", code);
	at = f->unicode ? strstr((char *)f->unicode, key) : NULL;
	if (at && strstr((char *)f->unicode, "endcodespacerange") < at)
		sscanf(at + 8, "%4x", &c);
	return c;
}

static void check_code(struct face *f, unsigned code)
{
	unsigned glyph = glyph_of(f, code), c = unicode_of(f, code);
	double said = said_width(f, code), is = true_width(f, glyph);

	if (glyph == 0)
		fault(f->d, "6.2.11.8", "code %u shows .notdef", code);
	if (glyph >= glyph_count(f))
		fault(f->d, "6.2.11.4.1", "code %u has no glyph in the font program", code);
	else if (said - is > 1 || is - said > 1)
		fault(f->d, "6.2.11.5", "code %u is said to be %.0f wide and is %.0f", code, said,
		      is);
	if (c == 0 || c == 0xfeff || c == 0xfffe)
		fault(f->d, "6.2.11.7.2", "code %u has no Unicode", code);
}

void check_codes(struct doc *d, const struct node *font, const uint8_t *codes, size_t len)
{
	struct face f;

	open_face(d, font, &f);
	if (len % 2)
		fault(d, "6.2.11.3.1", "a text of half a code");
	for (size_t i = 0; i + 1 < len; i += 2)
		check_code(&f, u16(codes + i));
	close_face(&f);
}

static void check_set(struct face *f)
{
	for (unsigned i = 0; f->set && i < glyph_count(f); i++)
		if (i / 8 >= f->set_len || !(f->set[i / 8] & 0x80 >> i % 8))
			fault(f->d, "6.2.11.4.2", "CIDSet leaves out %u", i);
}

static void check_font(struct doc *d, const struct node *font)
{
	struct node *name = doc_get(d, font, "BaseFont"), *system;
	struct face f;

	open_face(d, font, &f);
	if (!node_is(doc_get(d, font, "Encoding"), "Identity-H"))
		fault(d, "6.2.11.3.3", "an encoding that is neither Identity nor embedded");
	system = doc_get(d, f.cid, "CIDSystemInfo");
	if (!f.cid || !node_is(node_get(f.cid, "Subtype"), "CIDFontType2") ||
	    !doc_get(d, system, "Registry") || !doc_get(d, system, "Ordering") ||
	    !doc_get(d, system, "Supplement"))
		fault(d, "6.2.11.3.1", "a composite font without its CIDFont and system");
	if (!f.identity && !f.map)
		fault(d, "6.2.11.3.2", "no CIDToGIDMap");
	if (!program_ok(&f))
		fault(d, "6.2.11.4.1", "the font program is not embedded, or broken");
	if (!f.unicode || !strstr((char *)f.unicode, "begincmap"))
		fault(d, "6.2.11.7.2", "no ToUnicode");
	struct node *said = doc_get(d, f.about, "FontName"), *below = doc_get(d, f.cid, "BaseFont");
	if (!name || !said || !below || said->len != name->len ||
	    memcmp(said->at, name->at, name->len) != 0 || below->len != name->len ||
	    memcmp(below->at, name->at, name->len) != 0)
		fault(d, "6.2.11.2", "a font has several names");
	check_set(&f);
	close_face(&f);
}

void check_fonts(struct doc *d)
{
	for (unsigned i = 1; i < d->count; i++) {
		struct node *v = d->objects[i].value;
		struct node *kind = node_get(v, "Subtype");

		if (!node_is(node_get(v, "Type"), "Font") || node_is(kind, "CIDFontType2"))
			continue;
		if (node_is(kind, "Type0"))
			check_font(d, v);
		else
			fault(d, "6.2.11.2", "a font of a kind that the writer never makes");
	}
}
