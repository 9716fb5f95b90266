/* ISO 19005-2, 6.3 and 6.4: annotations, forms, signatures. */
#include "tests/pdfa/pdfa.h"

#include <stdlib.h>
#include <string.h>

enum { INVISIBLE = 1, HIDDEN = 2, PRINT = 4, NO_VIEW = 32, TOGGLE = 256 };

static void check_look(struct doc *d, const struct node *a)
{
	struct node *rect = doc_get(d, a, "Rect"), *look = doc_get(d, a, "AP");
	double v[4] = { 0 };
	int i = 0;

	for (struct node *n = rect ? rect->first : NULL; n && i < 4; n = n->next)
		v[i++] = n->number;
	if (i < 4)
		fault(d, "6.3.3", "an annotation without a place");
	struct object *normal = doc_object(d, node_get(look, "N"));
	if ((v[0] != v[2] || v[1] != v[3]) && (!normal || !normal->stream))
		fault(d, "6.3.3", "an annotation that is seen has no appearance");
	if (look && (node_get(look, "R") || node_get(look, "D")))
		fault(d, "6.3.3", "an appearance that changes under a mouse");
	if (normal && !node_is(node_get(normal->value, "Subtype"), "Form"))
		fault(d, "6.3.3", "an appearance is no form");
	if (normal && normal->stream)
		check_content(d, normal, doc_get(d, normal->value, "Resources"), 1);
}

static void check_annotation(struct doc *d, const struct node *a)
{
	struct node *flags = doc_get(d, a, "F");
	int f = flags ? (int)flags->number : 0;

	if (!node_is(node_get(a, "Subtype"), "Widget"))
		fault(d, "6.3.1", "an annotation of a kind that the writer never makes");
	if (!(f & PRINT) || f & (INVISIBLE | HIDDEN | NO_VIEW | TOGGLE))
		fault(d, "6.3.2", "an annotation is not printed, or hidden");
	if (node_get(a, "A") || node_get(a, "AA"))
		fault(d, "6.4.1", "a field starts an action");
	check_look(d, a);
}

/* 6.4.3, ISO 32000-1 12.8.1: all of the file as it was then, but for the gap. */
static void check_signature(struct doc *d, const struct node *s)
{
	struct node *range = doc_get(d, s, "ByteRange"), *gap = doc_get(d, s, "Contents");
	struct node *kind = doc_get(d, s, "SubFilter");
	double v[4] = { -1 };
	int i = 0;

	for (struct node *n = range ? range->first : NULL; n && i < 4; n = n->next)
		v[i++] = n->number;
	if (!gap || gap->type != NODE_STRING || !gap->hex || i < 4 || v[0] != 0 ||
	    v[1] != (double)(gap->at - d->bytes) || v[2] != v[1] + (double)gap->len ||
	    v[2] + v[3] > (double)d->len) {
		fault(d, "6.4.3", "a signature does not cover all but its own gap");
		return;
	}
	size_t end = (size_t)(v[2] + v[3]);
	if (end < 6 || memcmp(d->bytes + end - 6, "%%EOF\n", 6) != 0)
		fault(d, "6.4.3", "a signature does not cover the file to its end");
	if (!node_is(kind, "ETSI.CAdES.detached") ||
	    !node_is(doc_get(d, s, "Filter"), "Adobe.PPKLite"))
		fault(d, "house", "a signature of another kind than PAdES");
	if (memcmp(gap->at, "<00", 3) != 0 && memcmp(gap->at, "<30", 3) != 0)
		fault(d, "6.4.3", "a signature is no DER");
}

static void check_field(struct doc *d, const struct node *field)
{
	struct node *value = doc_get(d, field, "V");

	if (node_get(field, "A") || node_get(field, "AA"))
		fault(d, "6.4.1", "a field starts an action");
	if (node_is(doc_get(d, field, "FT"), "Sig") && value)
		check_signature(d, value);
	for (unsigned i = 0;; i++) {
		struct node *page = doc_page(d, i), *list = doc_get(d, page, "Annots");

		if (!page) {
			fault(d, "house", "a field is on no page");
			return;
		}
		for (struct node *n = list ? list->first : NULL; n; n = n->next)
			if (doc_value(d, n) == field)
				return;
	}
}

void check_forms(struct doc *d)
{
	struct node *form = doc_get(d, doc_get(d, d->trailer, "Root"), "AcroForm");
	struct node *fields = doc_get(d, form, "Fields"),
		    *update = doc_get(d, form, "NeedAppearances");
	struct node *flags = doc_get(d, form, "SigFlags"), *page;

	if (update && update->number)
		fault(d, "6.4.1", "readers are to make appearances");
	if (node_get(form, "XFA"))
		fault(d, "6.4.2", "a form in XFA");
	if (fields && fields->first && (!flags || flags->number != 3))
		fault(d, "house", "SigFlags do not say that the file is signed");
	for (struct node *n = fields ? fields->first : NULL; n; n = n->next)
		check_field(d, doc_value(d, n));
	for (size_t i = 0; (page = doc_page(d, i)); i++) {
		struct node *list = doc_get(d, page, "Annots");

		for (struct node *n = list ? list->first : NULL; n; n = n->next)
			check_annotation(d, doc_value(d, n));
	}
}
