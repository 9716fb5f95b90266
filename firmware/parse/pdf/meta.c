#include "firmware/parse/pdf/meta.h"

#include <string.h>

#define PRODUCER "Mot Cua kiosk"

static void put_escaped(struct out *o, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			out_print(o, "&lt;");
		else if (*text == '>')
			out_print(o, "&gt;");
		else if (*text == '&')
			out_print(o, "&amp;");
		else
			out_bytes(o, text, 1);
	}
}

static void put_xmp(struct out *o, const char *title)
{
	out_print(o, "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
		     "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
		     "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
		     "<rdf:Description rdf:about=\"\" "
		     "xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" "
		     "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
		     "xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n"
		     "<pdfaid:part>2</pdfaid:part>\n"
		     "<pdfaid:conformance>U</pdfaid:conformance>\n");
	out_print(o, "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
	put_escaped(o, title);
	out_print(o, "</rdf:li></rdf:Alt></dc:title>\n"
		     "<dc:language><rdf:Bag><rdf:li>vi</rdf:li></rdf:Bag></dc:language>\n"
		     "<pdf:Producer>" PRODUCER "</pdf:Producer>\n"
		     "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>");
}

void meta_write_xmp(struct out *o, unsigned number, const char *title)
{
	struct out xmp = { 0 };

	put_xmp(&xmp, title);
	o->bad |= xmp.bad;
	if (!o->bad)
		out_stream(o, number, "/Type /Metadata /Subtype /XML", xmp.bytes, xmp.len);
	out_finish(&xmp);
}

void meta_write_info(struct out *o, unsigned number, const char *title)
{
	out_begin(o, number);
	out_print(o, "<</Title ");
	out_text(o, title);
	out_print(o, " /Producer (" PRODUCER ")>>");
	out_end(o);
}
