/* Each rule of the checker, broken alone, is told by its clause. */
#include "tests/unit/parse/sealed.h"

struct fault_row {
	const char *clause, *from, *to;
};

/* In a file with a signature's place. Text for other text; the table is put right again. */
static const struct fault_row FAULTS[] = {
	{ "6.1.2", "%PDF-1.7", "%PDF-1.9" },
	{ "6.1.2", "%PDF-1.7\n%", "%PDF-1.7\n " },
	{ "6.1.3", "/ID [", "/IX [" },
	{ "6.1.3", "/ID [<", "/Encrypt 3 0 R /ID [<" },
	{ "6.1.3", "%%EOF\n", "%%EOF\nmore" },
	{ "6.1.4", "xref\n0 ", "xref\n 0 " },
	{ "6.1.4", " 65535 f \n", " 65535  f\n" },
	{ "6.1.4", "/Size ", "/Size 1" },
	{ "6.1.6", "/Title <FEFF", "/Title <FEFF0" },
	{ "6.1.6", "/Title <FEFF", "/Title <FEFFXX" },
	{ "6.1.7.1", "/XML /Length ", "/XML /Length 1" },
	{ "6.1.7.1", "/XML ", "/XML /F (x) " },
	{ "6.1.7.1", "\nstream\n", "\nstream\r" },
	{ "6.1.7.2", "/FlateDecode", "/LZWDecode" },
	{ "6.1.9", "2 0 obj\n", "2 0 obj " },
	{ "6.1.9", "\nendobj", " endobj" },
	{ "6.1.12", "/PageLabels", "/Perms <<>> /PageLabels" },
	{ "6.1.13", "/MediaBox [0 0 595.44", "/MediaBox [0 0 2.5" },
	{ "6.1.13", "/MediaBox [0 0 595.44", "/MediaBox [0 0 15000" },
	{ "6.1.13", "/BitsPerComponent 8", "/BitsPerComponent 8 /X 2147483648" },
	{ "6.1.13", "/BitsPerComponent 8", "/BitsPerComponent 8 /X 40000.5" },
	{ "6.2.2", "/XObject <<", "/XObjecx <<" },
	{ "6.2.2", "/Resources <<", "/Resourcex <<" },
	{ "6.2.2", "/Font <</F ", "/Font <</G " },
	{ "6.2.3", "GTS_PDFA1", "GTS_PDFX" },
	{ "6.2.3", "/N 3", "/N 4" },
	{ "6.2.3", "/DestOutputProfile 5", "/DestOutputProfile 4" },
	{ "6.2.4.3", "/DeviceRGB", "/DeviceCMYK" },
	{ "6.2.5", "/Resources <<", "/Resources <</ExtGState <<>> " },
	{ "6.2.8", "/Width 206", "/Width 207" },
	{ "6.2.8", "/Width 827 /Height 1169 /ImageMask", "/Width 827 /Height 1168 /ImageMask" },
	{ "6.2.8", "/BitsPerComponent 8", "/BitsPerComponent 8 /Interpolate true" },
	{ "6.2.8", "/ImageMask true /BitsPerComponent 1", "/ImageMask true /BitsPerComponent 8" },
	{ "6.2.9", "/Subtype /Image", "/Subtype /PS" },
	{ "6.2.10", "/Mask ", "/SMask " },
	{ "6.2.10", "/Type /Page ", "/Type /Page /Group <</S /Transparency>> " },
	{ "6.2.11.2", "/FontName /Kiosk", "/FontName /Tiosk" },
	{ "6.2.11.2", "/Subtype /Type0", "/Subtype /Type3" },
	{ "6.2.11.3.1", "/Registry", "/Register" },
	{ "6.2.11.3.2", "/CIDToGIDMap", "/CIDToGIDMax" },
	{ "6.2.11.3.3", "/Identity-H", "/UCS-H" },
	{ "6.2.11.4.1", "/FontFile2", "/FontFile3" },
	{ "6.2.11.5", "/DW 500", "/DW 600" },
	{ "6.2.11.7.2", "/ToUnicode", "/ToUnicodx" },
	{ "6.3.1", "/Subtype /Widget", "/Subtype /Movie" },
	{ "6.3.2", "/F 132", "/F 128" },
	{ "6.3.2", "/F 132", "/F 134" },
	{ "6.3.3", "/AP <<", "/AP <</R 5 0 R " },
	{ "6.4.1", "/FT /Sig", "/FT /Sig /AA <<>>" },
	{ "6.4.1", "/SigFlags 3", "/SigFlags 3 /NeedAppearances true" },
	{ "6.4.2", "/SigFlags 3", "/SigFlags 3 /XFA (x)" },
	{ "6.4.3", "/ByteRange [0 ", "/ByteRange [1 " },
	{ "6.5.2", "/Lang ", "/OpenAction <</S /JavaScript>> /Lang " },
	{ "6.5.2", "/Type /Page ", "/Type /Page /AA <<>> " },
	{ "6.6.2.1", "/Metadata 4 0 R", "" },
	{ "6.6.2.1", "<?xpacket begin", "<?xpacket begyn" },
	{ "6.6.2.3", "ns.adobe.com/pdf/1.3/", "ns.adobe.com/pdf/9.3/" },
	{ "6.6.3", "<pdf:Producer>M", "<pdf:Producer>W" },
	{ "6.6.3", "x-default\">", "x-default\">X" },
	{ "6.6.4", "<pdfaid:part>2", "<pdfaid:part>1" },
	{ "6.6.4", "conformance>U", "conformance>B" },
	{ "6.7", "/Lang ", "/MarkInfo <</Marked true>> /Lang " },
	{ "6.8", "/Lang ", "/Names <</EmbeddedFiles <<>>>> /Lang " },
	{ "6.9", "/Lang ", "/OCProperties <<>> /Lang " },
	{ "6.10", "/Type /Page ", "/Type /Page /PresSteps <<>> " },
	{ "6.11", "/Lang ", "/Requirements [] /Lang " },
	{ "house", "%PDF-1.7", "%PDF-1.3" },
	{ "house", "/Lang (vi", "/Lang (en" },
	{ "house", "/DisplayDocTitle true", "/DisplayDocTitle false" },
	{ "house", "/PageLabels", "/PageLabelz" },
	{ "house", "/Info 3 0 R /ID", "/Info 3 0 R /X 4000 0 R /ID" },
	{ "house", "/SigFlags 3", "/SigFlags 1" },
	{ "house", "/Type /Page ", "/Type /Page /UserUnit 2 " },
	{ "house", "ETSI.CAdES.detached", "adbe.pkcs7.detached" },
	{ "syntax", "/Count 1", "/Count 2" },
};

/* Ten digits at `at`, moved when they point behind `from`. */
static void move_row(uint8_t *at, size_t from, long by)
{
	char text[24];
	unsigned long n = strtoul((char *)at, NULL, 10);

	if (n <= from)
		return;
	snprintf(text, sizeof text, "%010lu", n + (unsigned long)by);
	memcpy(at, text, 10);
}

/* Puts `to` for the first `from` and keeps table, start, lengths and ranges right. */
static struct bytes broken(const struct bytes *f, const struct fault_row *row)
{
	size_t from = strlen(row->from), to = strlen(row->to);
	const uint8_t *found = find_in(f, row->from);
	struct bytes b = { calloc(1, f->len + to + 64), f->len - from + to };
	size_t at = found ? (size_t)(found - f->at) : 0;
	long by = (long)to - (long)from;

	if (!found)
		return b;
	memcpy(b.at, f->at, at);
	memcpy(b.at + at, row->to, to);
	memcpy(b.at + at + to, f->at + at + from, f->len - at - from);
	uint8_t *table = memmem(b.at, b.len, "f \n", 3),
		*start = memmem(b.at, b.len, "startxref\n", 10);
	for (uint8_t *r = table ? table + 3 : start; r + 20 <= start && r[18] == ' '; r += 20)
		move_row(r, at, by);
	if (start && strtoul((char *)start + 10, NULL, 10) > at)
		b.len = (size_t)(start - b.at) +
			(size_t)snprintf((char *)start, 64, "startxref\n%lu\n%s",
					 strtoul((char *)start + 10, NULL, 10) + (unsigned long)by,
					 strstr(row->to, "more") ? "%%EOF\nmore" : "%%EOF\n");
	return b;
}

/* The gap moves with what stands before it. */
static void mend_range(struct bytes *b, const char *but)
{
	const uint8_t *gap = find_in(b, "/Contents <");
	uint8_t *range = (uint8_t *)(uintptr_t)find_in(b, "/ByteRange [0 ");
	char text[64];

	if (!gap || !range || strstr(but, "ByteRange"))
		return;
	size_t at = (size_t)(gap - b->at) + 10, end = at + 2 + 2 * PDF_SEAL_CMS_BYTES;
	int n = snprintf(text, sizeof text, "%zu %zu %zu", at, end, b->len - end);
	memset(range + 14, ' ', strcspn((char *)range + 14, "]"));
	memcpy(range + 14, text, (size_t)n);
}

/* The stream of metadata has a length that changes with it. */
static void mend_length(struct bytes *b, const struct fault_row *row)
{
	uint8_t *at = (uint8_t *)(uintptr_t)find_in(b, "/XML /Length ");
	const char *end = (const char *)find_in(b, "<?xpacket end=\"r\"?>");
	char text[16];

	if (!at || !end || !strchr("xpc<", row->from[0]) || strncmp(row->from, "xref", 4) == 0)
		return;
	const char *from = strstr((char *)at, "stream\n") + 7;
	int n = snprintf(text, sizeof text, "%ld", (long)(end + 19 - from));
	memcpy(at + 13, text, (size_t)n);
}

static void each_fault_is_told(void)
{
	struct bytes f = made_file(usual_wish(), 1, NULL);

	eq_int(rules_broken(&f, NULL), 0);
	for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++) {
		struct bytes b = broken(&f, &FAULTS[i]);
		char clause[16] = "";

		mend_range(&b, FAULTS[i].from);
		mend_length(&b, &FAULTS[i]);
		rules_broken(&b, clause);
		if (strcmp(clause, FAULTS[i].clause) != 0)
			printf("# \"%s\" for \"%s\"\n", FAULTS[i].to, FAULTS[i].from);
		eq_str(clause, FAULTS[i].clause);
		free(b.at);
	}
	free(f.at);
}

/* Two that need more than other text. */
static void glyphs_that_are_not_there(void)
{
	struct bytes f = made_file(usual_wish(), 1, NULL);
	struct doc *d = calloc(1, sizeof *d);
	char clause[16] = "", map[64], program[64];

	doc_read(d, f.at, f.len);
	struct node *fonts = doc_get(d, doc_get(d, doc_page(d, 0), "Resources"), "Font");
	struct node *cid = doc_get(d, fonts, "F");
	cid = doc_value(d, doc_get(d, cid, "DescendantFonts")->first);
	/* the program's bytes as a map: the first code becomes glyph 0 */
	snprintf(map, sizeof map, "/CIDToGIDMap %.0f 0 R", node_get(cid, "CIDToGIDMap")->number);
	snprintf(program, sizeof program, "/CIDToGIDMap %.0f 0 R",
		 node_get(doc_get(d, cid, "FontDescriptor"), "FontFile2")->number);
	struct bytes b = broken(&f, &(struct fault_row){ "", map, program });
	mend_range(&b, "");
	rules_broken(&b, clause);
	eq_str(clause, "6.2.11.8");
	free(b.at);
	b = broken(&f, &(struct fault_row){ "", map, "/CIDToGIDMap /Identity" });
	mend_range(&b, "");
	rules_broken(&b, clause);
	eq_str(clause, "6.2.11.5");
	free(b.at);
	doc_finish(d);
	free(d);
	free(f.at);
}

int main(void)
{
	each_fault_is_told();
	glyphs_that_are_not_there();
	return tap_done();
}
