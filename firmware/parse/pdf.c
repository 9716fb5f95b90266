#include "firmware/parse/pdf.h"

#include "firmware/base/msg.h"
#include "firmware/parse/nfc.h"
#include "firmware/parse/srgb.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Objects that every file has; each page takes three more: page, drawing, picture. */
enum { CATALOG = 1, PAGES, INFO, METADATA, PROFILE, FIRST_PAGE };

#define PRODUCER "Mot Cua kiosk"

/* Grows by half, so that a long document does not copy itself for each page. */
static void put(struct pdf *p, const void *bytes, size_t len)
{
	if (p->bad || len > SIZE_MAX / 4 - p->len) {
		p->bad = true;
		return;
	}
	if (p->len + len > p->cap) {
		size_t cap = (p->len + len) * 3 / 2 + 4096;
		uint8_t *more = realloc(p->bytes, cap);

		if (!more) {
			p->bad = true;
			return;
		}
		p->bytes = more;
		p->cap = cap;
	}
	memcpy(p->bytes + p->len, bytes, len);
	p->len += len;
}

__attribute__((format(printf, 2, 3))) static void print(struct pdf *p, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof text)
		p->bad = true;
	else
		put(p, text, (size_t)n);
}

static void begin_object(struct pdf *p, unsigned number)
{
	p->objects[number] = p->len;
	print(p, "%u 0 obj\n", number);
}

/* `more` are further entries of the stream's dictionary. */
static void put_stream(struct pdf *p, unsigned number, const char *more, const void *bytes,
		       size_t len)
{
	begin_object(p, number);
	print(p, "<< %s /Length %zu >>\nstream\n", more, len);
	put(p, bytes, len);
	print(p, "\nendstream\nendobj\n");
}

/* A text string: UTF-16 with byte order mark, in hexadecimal. */
static void put_text(struct pdf *p, const char *text)
{
	print(p, "<FEFF");
	while (*text) {
		uint32_t c = utf8_next(&text);

		if (c >= 0x10000)
			print(p, "%04X%04X", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
		else
			print(p, "%04X", c);
	}
	print(p, ">");
}

/* Says the same as the metadata below, for readers that know only this. */
static void put_info(struct pdf *p, const char *title)
{
	begin_object(p, INFO);
	print(p, "<< /Title ");
	put_text(p, title);
	print(p, " /Producer ");
	put_text(p, PRODUCER);
	print(p, " >>\nendobj\n");
}

/* `text` for XML; what XML cannot hold becomes a blank. `out` has room for 6 bytes each + 1. */
static void escape(const char *text, char *out)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		const char *as = c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : NULL;

		if (as) {
			size_t n = strlen(as);

			memcpy(out, as, n);
			out += n;
		} else {
			*out++ = (char)(c < 0x20 || c == 0x7f ? ' ' : c);
		}
	}
	*out = '\0';
}

/* XMP (ISO 16684-1). Part 2, conformance B is the claim that oracles check. */
static void put_metadata(struct pdf *p, const char *title)
{
	char escaped[256 * 6], xmp[sizeof escaped + 1024];

	escape(title, escaped);
	int n = snprintf(
		xmp, sizeof xmp,
		"<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
		"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
		"<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
		"<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" "
		"xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
		"xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n"
		"<pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n"
		"<dc:title><rdf:Alt><rdf:li "
		"xml:lang=\"x-default\">%s</rdf:li></rdf:Alt></dc:title>\n"
		"<pdf:Producer>" PRODUCER "</pdf:Producer>\n"
		"</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>",
		escaped);
	if (n < 0 || (size_t)n >= sizeof xmp)
		p->bad = true;
	else
		put_stream(p, METADATA, "/Type /Metadata /Subtype /XML", xmp, (size_t)n);
}

enum err pdf_begin(struct pdf *p, const char *title)
{
	uint8_t profile[SRGB_BYTES];
	size_t len = strnlen(title, 256);

	if (len == 0 || len > 255 || !utf8_ok(title, len))
		return ERR_BAD_DATA;
	/* bytes over 127 in a comment: this is no text file */
	print(p, "%%PDF-1.7\n%%\xe2\xe3\xcf\xd3\n");
	put_info(p, title);
	put_metadata(p, title);
	srgb_profile(profile);
	put_stream(p, PROFILE, "/N 3", profile, sizeof profile);
	return p->bad ? ERR_NO_MEMORY : ERR_OK;
}

/* A length in points to a thousandth, without asking the locale for its decimal sign. */
struct points {
	unsigned whole, thousandths;
};

static struct points points_of(uint32_t pixels, uint16_t dpi)
{
	uint64_t n = ((uint64_t)pixels * 72000 + dpi / 2) / dpi;

	return (struct points){ (unsigned)(n / 1000), (unsigned)(n % 1000) };
}

/* The JPEG as it is: a PDF reader decodes it itself, no pixel is touched again. */
static void put_picture(struct pdf *p, unsigned number, const struct pdf_picture *i)
{
	char more[256];

	snprintf(more, sizeof more,
		 "/Type /XObject /Subtype /Image /Width %u /Height %u /BitsPerComponent 8 "
		 "/ColorSpace /Device%s /Filter /DCTDecode",
		 i->width, i->height, i->channels == 1 ? "Gray" : "RGB");
	put_stream(p, number, more, i->jpeg, i->jpeg_len);
}

enum err pdf_add_page(struct pdf *p, const struct pdf_picture *i)
{
	unsigned page = FIRST_PAGE + 3 * p->pages;
	struct points w = points_of(i->width, i->dpi), h = points_of(i->height, i->dpi);
	char drawing[96];

	if (p->pages == PDF_MAX_PAGES)
		return ERR_NO_SPACE;
	p->pages++;
	begin_object(p, page);
	print(p,
	      "<< /Type /Page /Parent %u 0 R /MediaBox [0 0 %u.%03u %u.%03u] "
	      "/Resources << /XObject << /Im %u 0 R >> >> /Contents %u 0 R >>\nendobj\n",
	      PAGES, w.whole, w.thousandths, h.whole, h.thousandths, page + 2, page + 1);
	int n = snprintf(drawing, sizeof drawing, "q %u.%03u 0 0 %u.%03u 0 0 cm /Im Do Q", w.whole,
			 w.thousandths, h.whole, h.thousandths);
	put_stream(p, page + 1, "", drawing, (size_t)n);
	put_picture(p, page + 2, i);
	return p->bad ? ERR_NO_MEMORY : ERR_OK;
}

/* Last, when the number of pages is known; the table of objects does not mind the order. */
static void put_tree(struct pdf *p)
{
	begin_object(p, PAGES);
	print(p, "<< /Type /Pages /Count %u /Kids [", p->pages);
	for (unsigned i = 0; i < p->pages; i++)
		print(p, " %u 0 R", FIRST_PAGE + 3 * i);
	print(p, " ] >>\nendobj\n");
	begin_object(p, CATALOG);
	print(p,
	      "<< /Type /Catalog /Version /1.7 /Pages %u 0 R /Metadata %u 0 R /Lang (vi-VN) "
	      "/ViewerPreferences << /DisplayDocTitle true >> /OutputIntents [ << "
	      "/Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) "
	      "/Info (sRGB IEC61966-2.1) /DestOutputProfile %u 0 R >> ] >>\nendobj\n",
	      PAGES, METADATA, PROFILE);
}

/* The file's identifier is a hash of what it holds. */
static void put_trailer(struct pdf *p, size_t table, unsigned count)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	char id[33];

	if (p->bad || EVP_Digest(p->bytes, p->len, hash, NULL, EVP_sha256(), NULL) != 1) {
		p->bad = true;
		return;
	}
	for (int i = 0; i < 16; i++)
		snprintf(id + 2 * i, 3, "%02x", hash[i]);
	print(p, "trailer\n<< /Size %u /Root %u 0 R /Info %u 0 R /ID [<%s> <%s>] >>\n", count,
	      CATALOG, INFO, id, id);
	print(p, "startxref\n%zu\n%%%%EOF\n", table);
}

enum err pdf_end(struct pdf *p)
{
	unsigned count = FIRST_PAGE + 3 * p->pages;

	if (p->pages == 0)
		return ERR_BAD_DATA;
	put_tree(p);
	size_t table = p->len;
	print(p, "xref\n0 %u\n0000000000 65535 f \n", count);
	for (unsigned i = 1; i < count; i++)
		print(p, "%010zu 00000 n \n", p->objects[i]);
	put_trailer(p, table, count);
	return p->bad ? ERR_NO_MEMORY : ERR_OK;
}

void pdf_finish(struct pdf *p)
{
	free(p->bytes);
	*p = (struct pdf){ 0 };
}
