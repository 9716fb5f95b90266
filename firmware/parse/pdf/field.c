#include "firmware/parse/pdf/field.h"

#include "firmware/parse/pdf/value.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

_Static_assert(PDF_SEAL_CMS_BYTES <= PDF_MAX_STRING && PDF_STAMP_CMS_BYTES <= PDF_MAX_STRING,
	       "a gap is a string");

/* Three numbers of ten digits: a file of 64 MiB and more fits. */
#define RANGE_ROOM "                                "

static void put_said(struct out *o, const char *key, const char *text)
{
	if (!text || !text[0])
		return;
	out_print(o, " /%s ", key);
	out_text(o, text);
}

static void put_time(struct out *o, int64_t time_s)
{
	time_t there = time_s + PDF_ZONE_MINUTES * 60;
	struct tm t;
	char text[40];

	if (time_s == 0 || !gmtime_r(&there, &t) ||
	    strftime(text, sizeof text, "%Y%m%d%H%M%S", &t) != 14)
		return;
	out_print(o, " /M (D:%s+%02d'%02d')", text, PDF_ZONE_MINUTES / 60, PDF_ZONE_MINUTES % 60);
}

static void put_contents(struct out *o, size_t cms_bytes, struct pdf_gap *ret)
{
	static const char ZEROS[] =
		"0000000000000000000000000000000000000000000000000000000000000000";
	size_t left = 2 * cms_bytes;

	out_print(o, " /Contents ");
	ret->at = o->len;
	ret->len = left + 2;
	out_print(o, "<");
	while (left > 0) {
		size_t n = left < sizeof ZEROS - 1 ? left : sizeof ZEROS - 1;

		out_bytes(o, ZEROS, n);
		left -= n;
	}
	out_print(o, ">");
}

static void put_dictionary(struct out *o, const struct field *f, struct field_marks *ret)
{
	out_begin(o, f->dictionary);
	out_print(o, "<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached");
	put_said(o, "Name", f->signer);
	put_said(o, "Reason", f->reason);
	put_said(o, "Location", f->place);
	put_time(o, f->time_s);
	out_print(o, " /ByteRange [0 ");
	ret->range_at = o->len;
	out_print(o, RANGE_ROOM "]");
	put_contents(o, f->cms_bytes, &ret->gap);
	out_print(o, ">>");
	out_end(o);
}

/* An appearance of nothing: PDF/A-2 does without for a field of no size, other checkers do not. */
static unsigned put_empty_look(struct out *o)
{
	unsigned number = out_number(o);

	out_stream(o, number, "/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources <<>>", "",
		   0);
	return number;
}

/* Flags: printed, locked; one that is not seen has no size (ISO 19005-2, 6.3.2 and 6.3.3). */
void field_write(struct out *o, const struct field *f, struct field_marks *ret)
{
	unsigned look = f->look ? f->look : put_empty_look(o);

	out_begin(o, f->widget);
	out_print(o,
		  "<</Type /Annot /Subtype /Widget /FT /Sig /T (Signature%u) /F 132 /P %u 0 R /V "
		  "%u 0 R",
		  f->index, f->page, f->dictionary);
	out_print(o, " /Rect [");
	for (int i = 0; i < 4; i++) {
		out_real(o, f->look ? (int64_t)(f->rect[i] * 1000 + 0.5) * 1000 : 0);
		out_print(o, i < 3 ? " " : "]");
	}
	out_print(o, " /AP <</N %u 0 R>>>>", look);
	out_end(o);
	put_dictionary(o, f, ret);
}

void field_close(struct out *o, const struct field_marks *m)
{
	size_t behind = m->gap.at + m->gap.len;
	char text[sizeof RANGE_ROOM];

	if (o->bad)
		return;
	int n = snprintf(text, sizeof text, "%zu %zu %zu", m->gap.at, behind, o->len - behind);
	if (n < 0 || (size_t)n >= sizeof text)
		o->bad = true;
	else
		memcpy(o->bytes + m->range_at, text, (size_t)n);
}
