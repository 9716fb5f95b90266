#include "tests/unit/parse/bound.h"

static void follows_the_rules(void)
{
	struct pdf_gap gap = { 0 };
	struct bytes f = made_file(usual_wish(), 2, &gap), again = made_file(usual_wish(), 2, NULL);

	eq_int(rules_broken(&f, NULL), 0);
	ok(f.len == again.len && memcmp(f.at, again.at, f.len) == 0);
	ok(find_in(&f, "/Count 2") != NULL);
	ok(find_in(&f, "/MediaBox [0 0 595.44 841.68]") != NULL);
	ok(find_in(&f, "<pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>U<") != NULL);
	ok(find_in(&f, "Đơn &lt;đề nghị&gt; &amp; bản sao</rdf:li>") != NULL);
	ok(find_in(&f, "/M (D:20260921211320+07'00')") != NULL);
	ok(gap.len == 2 + 2 * PDF_SEAL_CMS_BYTES && f.at[gap.at] == '<' &&
	   f.at[gap.at + gap.len - 1] == '>');
	free(f.at);
	free(again.at);
}

/* All pages share their font and profile: this is what a page more costs beside its layers. */
static void a_page_costs_little(void)
{
	struct text t = made_text("CỘNG HÒA XÃ HỘI\n" PHRASE "\nĐộc lập - Tự do", 80, 120, 24);
	struct layers l = made_layers(&t);
	size_t layers = l.ground.len + l.stencil.len + l.ink.len + l.regions[0].len;
	struct bytes one = made_file(usual_wish(), 1, NULL), two = made_file(usual_wish(), 2, NULL);

	printf("# %zu bytes a page beside its layers\n", two.len - one.len - layers);
	ok(two.len - one.len - layers < 1500);
	layers_finish(&l);
	text_finish(&t);
	free(one.at);
	free(two.at);
}

static void without_a_signature(void)
{
	struct bind_wish wish = { .title = "x" };
	struct pdf_gap gap = { 1, 1 };
	struct bytes f = made_file(&wish, 1, &gap);

	eq_int(rules_broken(&f, NULL), 0);
	eq_int(gap.len, 0);
	ok(!find_in(&f, "/Sig"));
	wish.signer = "";
	struct bytes unknown = made_file(&wish, 1, &gap);
	ok(find_in(&unknown, "/ByteRange") != NULL);
	ok(!find_in(&unknown, "/Name ") && !find_in(&unknown, "/M ("));
	free(f.at);
	free(unknown.at);
}

/* ID-1 at real size: 242.646 x 153.014 points, in the middle of A4. */
static void card_at_real_size(void)
{
	const struct bind_wish wish = { .title = "CCCD", .card = true };
	struct layers side = { .width = 1010, .height = 638, .dpi = 300 };
	struct binder *b = NULL;
	struct bytes f = { 0 };

	side.ground = made_jpeg(0, 0, 1010, 638, 200);
	eq_int(bind_begin(&wish, &b), ERR_OK);
	for (int i = 0; i < 3; i++)
		eq_int(bind_page(b, &side, NULL), ERR_OK);
	eq_int(bind_end(b, &f.at, &f.len, NULL), ERR_OK);
	eq_int(rules_broken(&f, NULL), 0);
	ok(find_in(&f, "/Count 2") != NULL); /* the sheet, and one page too many */
	ok(find_in(&f, "/MediaBox [0 0 595.276 841.89]") != NULL);
	ok(find_in(&f, "/MediaBox [0 0 242.4 153.12]") != NULL);
	bind_destroy(b);
	free(f.at);
	eq_int(bind_begin(&wish, &b), ERR_OK);
	eq_int(bind_page(b, &side, NULL), ERR_OK);
	eq_int(bind_end(b, &f.at, &f.len, NULL), ERR_OK);
	eq_int(rules_broken(&f, NULL), 0);
	bind_destroy(b);
	free(f.at);
	layers_finish(&side);
}

/* The text of the first page as its content has it, code by code through ToUnicode. */
static bool shows(const struct bytes *f, const char *what)
{
	struct doc *d = calloc(1, sizeof *d);
	char *text = calloc(1, 65536);
	size_t len, used = 0;

	doc_read(d, f->at, f->len);
	struct node *page = doc_page(d, 0),
		    *fonts = doc_get(d, doc_get(d, page, "Resources"), "Font");
	struct object *o = doc_object(d, node_get(page, "Contents"));
	struct object *u = doc_object(d, node_get(doc_get(d, fonts, "F"), "ToUnicode"));
	uint8_t *content = doc_stream(d, o, &len), *map = doc_stream(d, u, &(size_t){ 0 });
	for (const uint8_t *at = content, *end = content + len; at < end;) {
		bool word;
		struct node *n = doc_parse(d, &at, end, &word);
		uint8_t codes[4096];
		size_t count = n ? node_bytes(n, codes, sizeof codes) : 0;

		if (!n)
			break;
		for (size_t i = 0; i + 1 < count; i += 2) {
			char key[16];
			unsigned c = 0;

			snprintf(key, sizeof key, "<%02X%02X> <", codes[i], codes[i + 1]);
			const char *row = strstr(strstr((char *)map, "beginbfchar"), key);
			if (row)
				sscanf(row + 8, "%4x", &c);
			if (c >= 0x800)
				used += (size_t)snprintf(text + used, 4, "%c%c%c", 0xe0 | c >> 12,
							 0x80 | (c >> 6 & 63), 0x80 | (c & 63));
			else if (c >= 0x80)
				used += (size_t)snprintf(text + used, 3, "%c%c", 0xc0 | c >> 6,
							 0x80 | (c & 63));
			else if (c)
				text[used++] = (char)c;
		}
	}
	bool found = strstr(text, what) != NULL;
	free(content);
	free(map);
	free(text);
	doc_finish(d);
	free(d);
	return found;
}

static struct bytes with_words(struct text *t)
{
	struct layers l = { .width = 827, .height = 1169, .dpi = 100 };
	struct binder *b = NULL;
	struct bytes f = { 0 };

	l.ground = made_jpeg(0, 0, 827, 1169, 255);
	eq_int(bind_begin(usual_wish(), &b), ERR_OK);
	eq_int(bind_page(b, &l, t), ERR_OK);
	eq_int(bind_end(b, &f.at, &f.len, NULL), ERR_OK);
	bind_destroy(b);
	layers_finish(&l);
	text_finish(t);
	return f;
}

static void words_are_found(void)
{
	struct text t = made_text(PHRASE, 80, 120, 24);
	struct bytes f = with_words(&t);

	ok(shows(&f, PHRASE));
	free(f.at);
	/* decomposed, with a control character and a mark that turns the direction */
	t = made_text("U\xcc\x89y b\x01"
		      "an\xe2\x80\xae (x)\\ \xf0\x9f\x98\x80",
		      80, 120, 24);
	f = with_words(&t);
	ok(shows(&f, "Ủy ban (x)\\"));
	eq_int(rules_broken(&f, NULL), 0);
	free(f.at);
	/* over 256 characters: the codes' second byte takes all values, also brackets */
	char many[4096] = "";
	size_t used = 0;
	for (unsigned c = 0x4e00; c < 0x4e00 + 600; c++)
		used += (size_t)snprintf(many + used, 4, "%c%c%c", 0xe0 | c >> 12,
					 0x80 | (c >> 6 & 63), 0x80 | (c & 63));
	t = made_text(many, 10, 400, 2);
	for (size_t i = 0; i < t.count; i++)
		t.words[i].len = t.words[i].len > 498 ? 498 : t.words[i].len;
	f = with_words(&t);
	eq_int(rules_broken(&f, NULL), 0);
	free(f.at);
}

/* Boxes that no reader of text gives; they must not make a broken file. */
static void odd_boxes(void)
{
	static const struct word ODD[] = {
		{ -50, -50, 10, 10, -45, 0, 0, 1, 0 },
		{ 800, 1160, 900, 900, 5, 0, 0, 2, 0 },
		{ INT32_MAX, INT32_MIN, -1, -1, 0, 0, 0, 3, 0 },
		{ 10, 10, 0, 0, 10, 0, 0, 3, 0 },
		{ 10, 10, INT32_MAX, INT32_MAX, 3, 0, 0, 4, 0 },
		{ 5, 600, 1, 400, 990, 0, 0, 5, 0 },
		{ 4, 600, 700, 2, 601, 0, 0, 5, 0 },
	};
	struct text t = made_text("một hai ba bốn năm sáu bảy", 80, 120, 24);

	eq_int(t.count, sizeof ODD / sizeof *ODD);
	for (size_t i = 0; i < t.count; i++) {
		struct word w = ODD[i];

		w.at = t.words[i].at;
		w.len = t.words[i].len;
		t.words[i] = w;
	}
	struct bytes f = with_words(&t);
	eq_int(rules_broken(&f, NULL), 0);
	ok(shows(&f, "một"));
	free(f.at);
}

static void refusals(void)
{
	struct text t = made_text("x", 80, 120, 24);
	struct layers l = made_layers(&t), wrong = l;
	struct binder *b = NULL;
	char title[600];

	memset(title, 'x', sizeof title - 1);
	title[512] = '\0';
	eq_int(bind_begin(&(struct bind_wish){ .title = "" }, &b), ERR_BAD_DATA);
	eq_int(bind_begin(&(struct bind_wish){ .title = NULL }, &b), ERR_BAD_DATA);
	eq_int(bind_begin(&(struct bind_wish){ .title = "\xff" }, &b), ERR_BAD_DATA);
	eq_int(bind_begin(&(struct bind_wish){ .title = title }, &b), ERR_BAD_DATA);
	ok(b == NULL);
	title[511] = '\0';
	eq_int(bind_begin(&(struct bind_wish){ .title = title }, &b), ERR_OK);
	eq_int(bind_end(b, &(uint8_t *){ NULL }, &(size_t){ 0 }, NULL), ERR_BAD_DATA);
	wrong.ink.x = 5;
	eq_int(bind_page(b, &wrong, &t), ERR_BAD_DATA);
	wrong = l;
	wrong.stencil.code = CODE_JPEG_GRAY;
	eq_int(bind_page(b, &wrong, &t), ERR_BAD_DATA);
	wrong = l;
	wrong.dpi = 4;
	eq_int(bind_page(b, &wrong, &t), ERR_BAD_DATA);
	wrong = l;
	wrong.ground.w = 0;
	eq_int(bind_page(b, &wrong, &t), ERR_BAD_DATA);
	t.words[0].len = 99;
	eq_int(bind_page(b, &l, &t), ERR_BAD_DATA);
	bind_destroy(b);
	bind_destroy(NULL);
	layers_finish(&l);
	text_finish(&t);
}

static void as_many_as_there_may_be(void)
{
	struct layers l = { .width = 100, .height = 100, .dpi = 100 };
	struct binder *b = NULL;
	struct bytes f = { 0 };
	int bad = 0;

	l.ground = made_jpeg(0, 0, 100, 100, 99);
	eq_int(bind_begin(usual_wish(), &b), ERR_OK);
	for (int i = 0; i < BIND_MAX_PAGES; i++)
		bad += bind_page(b, &l, NULL) != ERR_OK;
	eq_int(bad, 0);
	eq_int(bind_page(b, &l, NULL), ERR_NO_SPACE);
	eq_int(bind_end(b, &f.at, &f.len, NULL), ERR_OK);
	eq_int(rules_broken(&f, NULL), 0);
	bind_destroy(b);
	layers_finish(&l);
	free(f.at);
}

int main(void)
{
	follows_the_rules();
	a_page_costs_little();
	without_a_signature();
	card_at_real_size();
	words_are_found();
	odd_boxes();
	refusals();
	as_many_as_there_may_be();
	return tap_done();
}
