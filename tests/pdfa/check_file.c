/* ISO 19005-2, 6.1: how the file is built. */
#include "tests/pdfa/pdfa.h"

#include <stdlib.h>
#include <string.h>

static void check_header(struct doc *d)
{
	const uint8_t *b = d->bytes;

	if (d->len < 15 || memcmp(b, "%PDF-1.", 7) != 0 || b[7] < '0' || b[7] > '7' || b[8] != '\n')
		fault(d, "6.1.2", "the file does not begin with \"%%PDF-1.n\" and a line's end");
	else if (b[9] != '%' || b[10] < 128 || b[11] < 128 || b[12] < 128 || b[13] < 128)
		fault(d, "6.1.2", "no comment of four bytes over 127 behind the header");
	else if (b[7] < '4')
		fault(d, "house", "PDF 1.%c: Decree 30/2020 asks for 1.4", b[7]);
}

static void check_trailer(struct doc *d)
{
	struct node *id = node_get(d->trailer, "ID"), *size = node_get(d->trailer, "Size");

	if (!id || id->type != NODE_ARRAY || !id->first || !id->first->next ||
	    id->first->type != NODE_STRING || id->first->len < 18 || id->first->next->len < 18)
		fault(d, "6.1.3", "the trailer has no ID of two strings");
	if (node_get(d->trailer, "Encrypt"))
		fault(d, "6.1.3", "the file is encrypted");
	if (!size || size->number != d->count)
		fault(d, "6.1.4", "the trailer's Size is not the number of objects");
	if (d->len < 6 || memcmp(d->bytes + d->len - 6, "%%EOF\n", 6) != 0)
		fault(d, "6.1.3", "something stands behind the last %%%%EOF");
}

static void check_stream(struct doc *d, const struct object *o)
{
	static const char *const FILTERS[] = { "FlateDecode", "DCTDecode", "JBIG2Decode" };
	struct node *filter = doc_get(d, o->value, "Filter");
	bool known = !filter;

	if (node_get(o->value, "F") || node_get(o->value, "FFilter") ||
	    node_get(o->value, "FDecodeParms"))
		fault(d, "6.1.7.1", "stream %u lies in another file", o->number);
	for (size_t i = 0; i < sizeof FILTERS / sizeof *FILTERS; i++)
		known |= node_is(filter, FILTERS[i]);
	if (!known)
		fault(d, "6.1.7.2", "stream %u has a filter that is not allowed, or not ours",
		      o->number);
}

/* 6.1.13, ISO 32000-1 annex C. */
void check_limit(struct doc *d, const struct node *n)
{
	if (n->type == NODE_NUMBER && n->whole &&
	    (n->number > 2147483647 || n->number < -2147483648.0))
		fault(d, "6.1.13", "an integer over 31 bits");
	if (n->type == NODE_NUMBER && !n->whole && (n->number > 32767 || n->number < -32767))
		fault(d, "6.1.13", "a real over 32767");
	if (n->type == NODE_STRING && (n->hex ? n->len / 2 : n->len) > 32767)
		fault(d, "6.1.13", "a string over 32767 bytes");
	if (n->type == NODE_NAME && n->len > 128)
		fault(d, "6.1.13", "a name over 127 bytes");
}

static void check_references(struct doc *d)
{
	for (struct node *n = d->nodes; n; n = n->all)
		if (n->type == NODE_REF && !doc_object(d, n))
			fault(d, "house", "object %.0f is named and not there", n->number);
}

void check_file(struct doc *d)
{
	check_header(d);
	check_trailer(d);
	for (unsigned i = 1; i < d->count; i++)
		if (d->objects[i].stream)
			check_stream(d, &d->objects[i]);
	for (struct node *n = d->nodes; n; n = n->all)
		check_limit(d, n);
	check_references(d);
}

void pdfa_check(struct doc *d, const uint8_t *bytes, size_t len)
{
	doc_read(d, bytes, len);
	check_file(d);
	struct node *root = doc_get(d, d->trailer, "Root");
	if (!root || !node_is(node_get(root, "Type"), "Catalog")) {
		fault(d, "syntax", "no catalog");
		return;
	}
	check_meta(d);
	check_colour(d);
	check_fonts(d);
	check_pages(d);
	check_forms(d);
}
