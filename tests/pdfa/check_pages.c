/* ISO 19005-2, 6.2 and 6.3: what pages show. */
#include "tests/pdfa/pdfa.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node *doc_page(struct doc *d, size_t n)
{
	struct node *kids = doc_get(d, doc_get(d, doc_get(d, d->trailer, "Root"), "Pages"), "Kids");
	struct node *k = kids ? kids->first : NULL;

	while (k && n-- > 0)
		k = k->next;
	return k ? doc_value(d, k) : NULL;
}

static double number(struct doc *d, const struct node *dict, const char *key)
{
	struct node *n = doc_get(d, dict, key);

	return n && n->type == NODE_NUMBER ? n->number : -1;
}

/* SOF: height, width, components. */
static void check_jpeg(struct doc *d, const struct object *o)
{
	const uint8_t *b = o->stream;
	struct node *space = doc_get(d, o->value, "ColorSpace");
	int parts = node_is(space, "DeviceGray") ? 1 : node_is(space, "DeviceRGB") ? 3 : 0;

	if (!parts)
		fault(d, "6.2.4.3",
		      "picture %u has no colour space that the output intent explains", o->number);
	for (size_t at = 2; at + 9 < o->stream_len && b[at] == 0xff;
	     at += 2 + (size_t)(b[at + 2] << 8 | b[at + 3])) {
		if (b[at + 1] != 0xc0 && b[at + 1] != 0xc1 && b[at + 1] != 0xc2)
			continue;
		if ((b[at + 5] << 8 | b[at + 6]) != number(d, o->value, "Height") ||
		    (b[at + 7] << 8 | b[at + 8]) != number(d, o->value, "Width") ||
		    b[at + 9] != parts)
			fault(d, "6.2.8", "picture %u is not as its dictionary says", o->number);
		return;
	}
	fault(d, "6.2.8", "picture %u is no JPEG", o->number);
}

/* The first segment is the page's: number, flags 48, ..., width, height (ITU-T T.88, 7.4.8). */
static void check_jbig2(struct doc *d, const struct object *o)
{
	const uint8_t *b = o->stream;
	uint32_t width, height;

	if (o->stream_len < 30 || (b[4] & 0x3f) != 48) {
		fault(d, "6.2.8", "stencil %u does not begin with its page", o->number);
		return;
	}
	width = (uint32_t)b[11] << 24 | (uint32_t)b[12] << 16 | (uint32_t)b[13] << 8 | b[14];
	height = (uint32_t)b[15] << 24 | (uint32_t)b[16] << 16 | (uint32_t)b[17] << 8 | b[18];
	if (width != number(d, o->value, "Width") || height != number(d, o->value, "Height"))
		fault(d, "6.2.8", "stencil %u is not as its dictionary says", o->number);
}

static void check_image(struct doc *d, struct object *o)
{
	struct node *mask = doc_get(d, o->value, "ImageMask"),
		    *smooth = doc_get(d, o->value, "Interpolate");
	struct node *filter = doc_get(d, o->value, "Filter");

	if (node_get(o->value, "Alternates") || node_get(o->value, "OPI"))
		fault(d, "6.2.8", "picture %u has alternates", o->number);
	if (smooth && smooth->number)
		fault(d, "6.2.8", "picture %u is to be interpolated", o->number);
	if (node_get(o->value, "SMask") || node_get(o->value, "SMaskInData"))
		fault(d, "6.2.10", "picture %u is transparent", o->number);
	if (mask && mask->number &&
	    (number(d, o->value, "BitsPerComponent") != 1 || node_get(o->value, "ColorSpace")))
		fault(d, "6.2.8", "stencil %u is not one bit", o->number);
	if (node_is(filter, "DCTDecode"))
		check_jpeg(d, o);
	else if (node_is(filter, "JBIG2Decode"))
		check_jbig2(d, o);
	struct object *stencil = doc_object(d, node_get(o->value, "Mask"));
	if (stencil)
		check_image(d, stencil);
}

struct drawing {
	struct doc *d;
	const struct node *resources, *font;
	int depth, text;
	double mode;
};

/* /X12 Do */
static void check_do(struct drawing *g, const struct node *name, int level)
{
	struct node *list = doc_get(g->d, g->resources, "XObject");
	char key[64] = "";

	if (name && name->len < sizeof key)
		memcpy(key, name->at + 1, name->len - 1);
	struct object *o = doc_object(g->d, node_get(list, key));
	if (!o || !o->stream)
		fault(g->d, "6.2.2", "%s is drawn and not in the resources", key);
	else if (node_is(node_get(o->value, "Subtype"), "Image"))
		check_image(g->d, o);
	else if (!node_is(node_get(o->value, "Subtype"), "Form") || node_get(o->value, "PS") ||
		 node_get(o->value, "Ref") || node_get(o->value, "OPI"))
		fault(g->d, "6.2.9", "%s is no picture and no plain form", key);
	else
		check_content(g->d, o, doc_get(g->d, o->value, "Resources"), level + 1);
}

static void set_font(struct drawing *g, const struct node *name)
{
	char key[64] = "";

	if (name && name->type == NODE_NAME && name->len < sizeof key)
		memcpy(key, name->at + 1, name->len - 1);
	g->font = doc_get(g->d, doc_get(g->d, g->resources, "Font"), key);
	if (!g->font)
		fault(g->d, "6.2.2", "font %s is not in the resources", key);
}

static void show(struct drawing *g, const struct node *string)
{
	static uint8_t codes[65536];

	if (!g->font || !g->text) {
		fault(g->d, "6.2.2", "text without a font, or outside of BT and ET");
		return;
	}
	check_codes(g->d, g->font, codes, node_bytes(string, codes, sizeof codes));
}

static bool is_op(const struct node *n, const char *op)
{
	return n->len == strlen(op) && memcmp(n->at, op, n->len) == 0;
}

static bool known(const struct node *n)
{
	static const char *const OPS[] = { "q",  "Q",  "cm", "Do", "rg", "g",  "BT",
					   "ET", "Tr", "Tf", "Td", "Tz", "Tj", "TL",
					   "T*", "re", "f",  "w",  "Tm", "TJ" };

	for (size_t i = 0; i < sizeof OPS / sizeof *OPS; i++)
		if (is_op(n, OPS[i]))
			return true;
	return false;
}

static void operate(struct drawing *g, const struct node *op, const struct node *last,
		    const struct node *before, int level)
{
	if (!known(op))
		fault(g->d, "6.2.2", "an operator that is not PDF's, or not ours: %.*s",
		      (int)op->len, op->at);
	if (is_op(op, "q") && ++g->depth > 28)
		fault(g->d, "6.1.13", "q is nested over 28 deep");
	if (is_op(op, "Q") && --g->depth < 0)
		fault(g->d, "6.2.2", "Q without q");
	if (is_op(op, "BT") || is_op(op, "ET"))
		g->text = is_op(op, "BT");
	if (is_op(op, "Do"))
		check_do(g, last, level);
	if (is_op(op, "Tf"))
		set_font(g, before);
	if (is_op(op, "Tj"))
		show(g, last);
}

void check_content(struct doc *d, const struct object *o, const struct node *resources, int level)
{
	size_t len;
	uint8_t *bytes = level < 4 && o->stream ? doc_stream(d, o, &len) : NULL;
	struct drawing g = { .d = d, .resources = resources };
	struct node *last = NULL, *before = NULL;

	if (!resources)
		fault(d, "6.2.2", "a content without its resources");
	if (!bytes) {
		fault(d, "6.2.2", "a content that cannot be read");
		return;
	}
	for (const uint8_t *at = bytes, *end = bytes + len; at < end;) {
		bool word;
		struct node *n = doc_parse(d, &at, end, &word);

		if (!n)
			break;
		check_limit(d, n);
		if (word)
			operate(&g, n, last, before, level);
		before = word ? NULL : last;
		last = word ? NULL : n;
	}
	if (g.depth != 0 || g.text)
		fault(d, "6.2.2", "q without Q, or BT without ET");
	/* their bytes go */
	for (struct node *n = d->nodes; n; n = n->all)
		if (n->at >= bytes && n->at < bytes + len)
			n->at = (const uint8_t *)"", n->len = 0;
	free(bytes);
}

static void check_box(struct doc *d, const struct node *page)
{
	struct node *box = doc_get(d, page, "MediaBox");
	double v[4] = { 0 };
	int i = 0;

	for (struct node *n = box ? box->first : NULL; n && i < 4; n = n->next)
		v[i++] = n->number;
	if (i < 4 || v[2] - v[0] < 3 || v[3] - v[1] < 3 || v[2] - v[0] > 14400 ||
	    v[3] - v[1] > 14400)
		fault(d, "6.1.13", "a page's size is not from 3 to 14400");
	if (node_get(page, "UserUnit"))
		fault(d, "house", "a page is not at 100 %%");
}

static void check_page(struct doc *d, const struct node *page)
{
	struct object *o = doc_object(d, node_get(page, "Contents"));

	if (!node_is(node_get(page, "Type"), "Page"))
		fault(d, "syntax", "a page that is none");
	check_box(d, page);
	if (node_get(page, "AA"))
		fault(d, "6.5.2", "a page starts an action");
	if (node_is(doc_get(d, doc_get(d, page, "Group"), "S"), "Transparency"))
		fault(d, "6.2.10", "a page is a transparency group, which ours never are");
	if (doc_get(d, doc_get(d, page, "Resources"), "ExtGState"))
		fault(d, "6.2.5", "a graphics state, which ours never need");
	if (node_get(page, "PresSteps"))
		fault(d, "6.10", "a page has presentation steps");
	if (o)
		check_content(d, o, doc_get(d, page, "Resources"), 0);
	else
		fault(d, "6.2.2", "a page without a content");
}

void check_pages(struct doc *d)
{
	struct node *pages = doc_get(d, doc_get(d, d->trailer, "Root"), "Pages"), *page;
	double count = number(d, pages, "Count");
	size_t n = 0;

	for (; (page = doc_page(d, n)); n++)
		check_page(d, page);
	if (n == 0 || count != (double)n)
		fault(d, "syntax", "the number of pages is not the right one");
}
