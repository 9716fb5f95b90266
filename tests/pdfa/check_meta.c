/* ISO 19005-2, 6.6: what the file says of itself; the catalog; and the output intent (6.2.3). */
#include "tests/pdfa/pdfa.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What stands between <tag> and </tag>; "" when there is none. */
static void element(const char *xmp, const char *tag, char *out, size_t cap)
{
	char open[64], close[64];

	snprintf(open, sizeof open, "<%s>", tag);
	snprintf(close, sizeof close, "</%s>", tag);
	out[0] = '\0';
	const char *from = strstr(xmp, open), *to = from ? strstr(from, close) : NULL;
	if (to)
		snprintf(out, cap, "%.*s", (int)(to - from - (int)strlen(open)),
			 from + strlen(open));
}

/* A title in <rdf:Alt>, with the three escapes taken back. */
static void title_of(const char *xmp, char *out, size_t cap)
{
	char inside[4096];
	const char *at;

	element(xmp, "dc:title", inside, sizeof inside);
	at = strstr(inside, "x-default\">");
	for (at = at ? at + 11 : ""; *at && *at != '<' && cap > 1; cap--) {
		bool lt = strncmp(at, "&lt;", 4) == 0, gt = strncmp(at, "&gt;", 4) == 0;
		bool amp = strncmp(at, "&amp;", 5) == 0;

		*out++ = lt ? '<' : gt ? '>' : *at;
		at += lt || gt ? 4 : amp ? 5 : 1;
	}
	*out = '\0';
}

/* UTF-16 with byte order mark to UTF-8; bytes are taken for ASCII. */
static void text_of(const struct node *n, char *out, size_t cap)
{
	uint8_t raw[4096];
	size_t len = node_bytes(n, raw, sizeof raw), used = 0;
	bool wide = len >= 2 && raw[0] == 0xfe && raw[1] == 0xff;

	for (size_t i = wide ? 2 : 0; i + wide < len && used + 5 < cap; i += wide ? 2 : 1) {
		uint32_t c = wide ? (uint32_t)(raw[i] << 8 | raw[i + 1]) : raw[i];

		if (c >= 0xd800 && c < 0xdc00 && i + 3 < len) {
			c = 0x10000 + ((c - 0xd800) << 10) +
			    ((uint32_t)(raw[i + 2] << 8 | raw[i + 3]) - 0xdc00);
			i += 2;
		}
		if (c < 0x80) {
			out[used++] = (char)c;
			continue;
		}
		int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
		out[used++] = (char)((more == 1 ? 0xc0 : more == 2 ? 0xe0 : 0xf0) | c >> 6 * more);
		while (more-- > 0)
			out[used++] = (char)(0x80 | (c >> 6 * more & 0x3f));
	}
	out[used] = '\0';
}

/* Only schemas that the standard knows need no description (6.6.2.3). */
static void check_schemas(struct doc *d, const char *xmp)
{
	static const char *const KNOWN[] = { "adobe:ns:meta/",
					     "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
					     "http://www.aiim.org/pdfa/ns/id/",
					     "http://purl.org/dc/elements/1.1/",
					     "http://ns.adobe.com/pdf/1.3/",
					     "http://ns.adobe.com/xap/1.0/" };
	for (const char *at = xmp; (at = strstr(at, "xmlns:")); at++) {
		const char *from = strchr(at, '"'), *to = from ? strchr(from + 1, '"') : NULL;
		bool known = false;

		for (size_t i = 0; to && i < sizeof KNOWN / sizeof *KNOWN; i++)
			known |= strlen(KNOWN[i]) == (size_t)(to - from - 1) &&
				 strncmp(from + 1, KNOWN[i], strlen(KNOWN[i])) == 0;
		if (!known)
			fault(d, "6.6.2.3", "a schema of the metadata that is not predefined");
	}
}

static void check_info(struct doc *d, const char *xmp)
{
	struct node *info = doc_get(d, d->trailer, "Info");
	char there[4096], here[4096];

	text_of(doc_get(d, info, "Title"), here, sizeof here);
	title_of(xmp, there, sizeof there);
	if (strcmp(here, there) != 0)
		fault(d, "6.6.3", "the title is \"%.20s\" in one place and \"%.20s\" in another",
		      here, there);
	if (!there[0])
		fault(d, "house", "no title");
	text_of(doc_get(d, info, "Producer"), here, sizeof here);
	element(xmp, "pdf:Producer", there, sizeof there);
	if (strcmp(here, there) != 0)
		fault(d, "6.6.3", "two different producers");
}

static void check_xmp(struct doc *d, const char *xmp)
{
	char text[256];

	if (strncmp(xmp, "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>",
		    51) != 0 ||
	    !strstr(xmp, "<?xpacket end="))
		fault(d, "6.6.2.1", "the metadata's wrapper is not as it should be");
	element(xmp, "pdfaid:part", text, sizeof text);
	if (strcmp(text, "2") != 0 ||
	    !strstr(xmp, "xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\""))
		fault(d, "6.6.4", "the metadata does not say part 2");
	element(xmp, "pdfaid:conformance", text, sizeof text);
	if (strcmp(text, "U") != 0)
		fault(d, "6.6.4", "the metadata does not say conformance U");
	check_schemas(d, xmp);
	check_info(d, xmp);
}

static void check_catalog(struct doc *d, const struct node *root)
{
	struct node *lang = doc_get(d, root, "Lang"), *view = doc_get(d, root, "ViewerPreferences");
	struct node *show = doc_get(d, view, "DisplayDocTitle"),
		    *mark = doc_get(d, root, "MarkInfo");

	if (node_get(root, "OpenAction") || node_get(root, "AA"))
		fault(d, "6.5.2", "the catalog starts an action");
	if (node_get(root, "OCProperties"))
		fault(d, "6.9", "optional content");
	if (node_get(root, "Perms"))
		fault(d, "6.1.12", "permissions, which we never give");
	if (node_get(root, "Requirements"))
		fault(d, "6.11", "the catalog has requirements");
	if (doc_get(d, doc_get(d, root, "Names"), "EmbeddedFiles"))
		fault(d, "6.8", "files are embedded");
	if (!lang || lang->len < 4 || memcmp(lang->at, "(vi", 3) != 0)
		fault(d, "house", "the language is not Vietnamese");
	if (!show || !show->number)
		fault(d, "house", "readers are not told to show the title");
	if (!doc_get(d, doc_get(d, root, "PageLabels"), "Nums"))
		fault(d, "house", "no page labels");
	if (doc_get(d, mark, "Marked") && !node_get(root, "StructTreeRoot"))
		fault(d, "6.7", "marked as tagged, and is not");
}

void check_meta(struct doc *d)
{
	struct node *root = doc_get(d, d->trailer, "Root");
	struct object *o = doc_object(d, node_get(root, "Metadata"));
	size_t len;

	check_catalog(d, root);
	if (!o || !o->stream || !node_is(node_get(o->value, "Type"), "Metadata") ||
	    !node_is(node_get(o->value, "Subtype"), "XML")) {
		fault(d, "6.6.2.1", "the catalog has no metadata");
		return;
	}
	char *xmp = (char *)doc_stream(d, o, &len);
	if (xmp)
		check_xmp(d, xmp);
	free(xmp);
}

/* ICC.1: the header, and that every tag lies inside. */
static void check_profile(struct doc *d, const uint8_t *icc, size_t len)
{
	static const char *const TAGS[] = { "desc", "cprt", "wtpt", "rXYZ", "gXYZ",
					    "bXYZ", "rTRC", "gTRC", "bTRC" };
	uint32_t count = len > 132 ? (uint32_t)(icc[130] << 8 | icc[131]) : 0, size = 0;

	for (int i = 0; i < 4 && len > 132; i++)
		size = size << 8 | icc[i];
	if (len <= 132 || size != len || memcmp(icc + 36, "acsp", 4) != 0 || icc[8] > 4 ||
	    memcmp(icc + 12, "mntr", 4) != 0 || memcmp(icc + 16, "RGB ", 4) != 0 ||
	    len < 132 + 12 * (size_t)count) {
		fault(d, "6.2.3", "the profile of the output intent is none for RGB");
		return;
	}
	for (size_t k = 0; k < sizeof TAGS / sizeof *TAGS; k++) {
		bool found = false;

		for (uint32_t i = 0; i < count; i++) {
			const uint8_t *row = icc + 132 + 12 * i;
			uint64_t at = (uint64_t)row[4] << 24 | row[5] << 16 | row[6] << 8 | row[7];
			uint64_t n = (uint64_t)row[8] << 24 | row[9] << 16 | row[10] << 8 | row[11];

			found |= memcmp(row, TAGS[k], 4) == 0 && at + n <= len;
		}
		if (!found)
			fault(d, "6.2.3", "the profile has no tag %s", TAGS[k]);
	}
}

void check_colour(struct doc *d)
{
	struct node *list = doc_get(d, doc_get(d, d->trailer, "Root"), "OutputIntents");
	struct node *intent = list ? doc_value(d, list->first) : NULL;
	struct object *o = doc_object(d, node_get(intent, "DestOutputProfile"));
	struct node *n = o ? node_get(o->value, "N") : NULL;
	size_t len;

	if (!node_is(node_get(intent, "S"), "GTS_PDFA1") ||
	    !node_get(intent, "OutputConditionIdentifier") || !o || !o->stream || !n ||
	    n->number != 3) {
		fault(d, "6.2.3", "no output intent with a profile");
		return;
	}
	uint8_t *icc = doc_stream(d, o, &len);
	if (icc)
		check_profile(d, icc, len);
	free(icc);
}
