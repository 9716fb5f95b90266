#include "ui/receipt.h"

#include "ui/receipt_part.h"
#include "ui/words.h"

#include <stdlib.h>
#include <string.h>

#define MARGIN     16
#define TEXT_BYTES 2600

void receipt_filled(struct slip *s, struct slip_words how, const char *pattern, const char *one)
{
	char buf[TEXT_BYTES];

	slip_text(s, how, words_fill(buf, sizeof buf, pattern, one, NULL));
	explicit_bzero(buf, sizeof buf);
}

void receipt_head(struct slip *s, const struct view *v)
{
	slip_text(s, MIDDLE, view_get_text(v, "agency"));
	slip_text(s, BOLD_TITLE, view_get_text(v, "office"));
	slip_text(s, MIDDLE, view_get_text(v, "place"));
}

/* Number, name and below it how many pages or copies. */
static void paper(struct slip *s, const char *number, const char *name, const char *count)
{
	char buf[TEXT_BYTES];
	struct slip in = *s;

	snprintf(buf, sizeof buf, "%s %s", number, name);
	slip_text(s, PLAIN, buf);
	explicit_bzero(buf, sizeof buf);
	in.left += 28;
	in.width -= 28;
	in.y = s->y;
	slip_text(&in, BOLD, count);
	s->y = in.y + 3;
}

/* What the state has is named by its number and who gave it. */
static void by_reference(char *buf, size_t cap, const struct view *v, size_t i, enum language l)
{
	const char *number = view_row_text(v, "papers", i, "number");
	const char *issuer = view_row_text(v, "papers", i, "issuer");

	words_fill(buf, cap, words(l, number[0] ? WORD_SLIP_STORED : WORD_SLIP_STORED_NO_NUMBER),
		   number[0] ? number : issuer, issuer);
}

static bool any_stored(const struct view *v)
{
	for (size_t i = 0; i < view_rows(v, "papers"); i++)
		if (view_row_num(v, "papers", i, "stored"))
			return true;
	return false;
}

void receipt_papers(struct slip *s, const struct view *v, enum language l)
{
	char count[WORDS_CAP * 4], number[24];
	size_t n = view_rows(v, "papers");

	slip_text(s, BOLD, words(l, any_stored(v) ? WORD_SLIP_PAPERS_ALL : WORD_SLIP_PAPERS));
	slip_gap(s, 4);
	if (n == 0)
		slip_text(s, PLAIN, words(l, WORD_SLIP_NO_PAPERS));
	for (size_t i = 0; i < n; i++) {
		long pages = (long)view_row_num(v, "papers", i, "pages");
		bool stored = view_row_num(v, "papers", i, "stored") != 0;
		if (stored)
			by_reference(count, sizeof count, v, i, l);
		else
			words_fill_num(
				count, sizeof count,
				words(l, pages == 1 ? WORD_PAGES_COUNT_ONE : WORD_PAGES_COUNT),
				pages, 0);
		snprintf(number, sizeof number, "%zu.", i + 1);
		paper(s, number, view_row_text(v, "papers", i, "name"),
		      stored || pages > 0 ? count : words(l, WORD_PAGES_NOT_BROUGHT));
	}
}

void receipt_foot(struct slip *s, const struct view *v, enum language l)
{
	const char *hotline = view_get_text(v, "hotline");

	if (hotline[0])
		receipt_filled(s, MIDDLE, words(l, WORD_SLIP_KEEP), hotline);
	else
		slip_text(s, MIDDLE, words(l, WORD_SLIP_KEEP_PLAIN));
	slip_gap(s, MARGIN);
}

static const char *qr_content(const struct view *v, const char *code)
{
	const char *given = view_get_text(v, "qr");

	return given[0] ? given : code;
}

static void expected(struct slip *s, const struct view *v, enum language l)
{
	const char *day = view_get_text(v, "expected");
	enum word w = view_get_num(v, "sure") ? WORD_SLIP_EXPECTED_DAY : WORD_SLIP_EXPECTED_ABOUT;
	char buf[256];

	if (day[0])
		slip_fact(s, words(l, WORD_SLIP_EXPECTED),
			  words_fill(buf, sizeof buf, words(l, w), day, NULL));
}

static void provisional(struct slip *s, const struct view *v, enum language l)
{
	const char *code = view_get_text(v, "receipt_code");
	char moment[WORDS_CAP];

	words_moment(moment, sizeof moment, l, view_get_num(v, "time_s"));
	receipt_head(s, v);
	slip_rule(s);
	slip_text(s, (struct slip_words){ .size = SLIP_BIG, .bold = true, .centred = true },
		  words(l, WORD_SLIP_TITLE));
	slip_gap(s, 6);
	slip_framed(s, words(l, WORD_SLIP_NOT));
	slip_gap(s, 12);
	slip_text(s, MIDDLE, words(l, WORD_SLIP_CODE));
	slip_text(s, CODE, code);
	slip_rule(s);
	slip_fact(s, words(l, WORD_SLIP_PROCEDURE), view_get_text(v, "procedure"));
	slip_fact(s, words(l, WORD_SLIP_PROCEDURE_CODE), view_get_text(v, "code"));
	slip_fact(s, words(l, WORD_SLIP_FILER), view_get_text(v, "filer"));
	slip_fact(s, words(l, WORD_SLIP_NUMBER), view_get_text(v, "number"));
	if (view_has(v, "time_s"))
		slip_fact(s, words(l, WORD_SLIP_TIME), moment);
	if (view_get_num(v, "unsure"))
		slip_text(s, BOLD, words(l, WORD_SLIP_UNSURE));
	expected(s, v, l);
	slip_rule(s);
	receipt_papers(s, v, l);
	slip_rule(s);
	slip_text(s, PLAIN, words(l, WORD_SLIP_SELF));
	slip_gap(s, 8);
	slip_text(s, BOLD, words(l, WORD_SLIP_IS_NOT));
	slip_qr(s, qr_content(v, code), words(l, WORD_SLIP_QR));
	receipt_foot(s, v, l);
}

/* A payment that was begun is not a payment. */
static void paying(struct slip *s, const struct view *v, enum language l)
{
	char money[WORDS_CAP], line[256];
	int64_t state = view_get_num(v, "paying");

	if (state == 0)
		return;
	slip_gap(s, 8);
	if (state == 1) {
		slip_framed(s, words(l, WORD_SLIP_PAY_PENDING));
		return;
	}
	words_money(money, sizeof money, view_get_num(v, "paid"));
	slip_text(s, BOLD,
		  words_fill(line, sizeof line, words(l, WORD_SLIP_PAY_PAID), money, NULL));
}

static void part(char *buf, size_t cap, int64_t n, enum word w)
{
	size_t len = strlen(buf);

	if (n > 0 && len < cap)
		snprintf(buf + len, cap - len, "%s%d %s", len ? ", " : "", (int)n,
			 words(LANGUAGE_VI, w));
}

static void handed_in(struct slip *s, const struct view *v)
{
	slip_text(s, BOLD, words(LANGUAGE_VI, WORD_FORM01_1));
	slip_gap(s, 4);
	if (view_rows(v, "papers") == 0)
		slip_text(s, PLAIN, words(LANGUAGE_VI, WORD_SLIP_NO_PAPERS));
	for (size_t i = 0; i < view_rows(v, "papers"); i++) {
		char count[WORDS_CAP * 4] = "", number[24];
		long pages = (long)view_row_num(v, "papers", i, "pages");
		part(count, sizeof count, view_row_num(v, "papers", i, "originals"),
		     WORD_FORM01_ORIGINALS);
		part(count, sizeof count, view_row_num(v, "papers", i, "certified"),
		     WORD_FORM01_CERTIFIED);
		part(count, sizeof count, view_row_num(v, "papers", i, "copies"),
		     WORD_FORM01_COPIES);
		size_t len = strlen(count);
		if (pages > 0 && len + 3 < sizeof count) {
			snprintf(count + len, sizeof count - len, "%s", len ? ", " : "");
			len = strlen(count);
			words_fill_num(count + len, sizeof count - len,
				       words(LANGUAGE_VI, WORD_FORM01_SCANNED), pages, 0);
		}
		if (view_row_num(v, "papers", i, "stored"))
			by_reference(count, sizeof count, v, i, LANGUAGE_VI);
		snprintf(number, sizeof number, "1.%zu.", i + 1);
		paper(s, number, view_row_text(v, "papers", i, "name"), count);
	}
}

/* One of the numbered lines; left out when nothing is known. */
static void numbered(struct slip *s, enum word w, const char *value)
{
	if (!value[0])
		return;
	slip_gap(s, 6);
	receipt_filled(s, PLAIN, words(LANGUAGE_VI, w), value);
}

void receipt_nation(struct slip *s, const struct view *v)
{
	char date[WORDS_CAP], line[WORDS_CAP + 256];

	slip_text(s,
		  (struct slip_words){
			  .size = SLIP_BODY, .bold = true, .centred = true, .whole = true },
		  words(LANGUAGE_VI, WORD_FORM01_STATE));
	slip_text(s, (struct slip_words){ .size = SLIP_BODY, .bold = true, .centred = true },
		  words(LANGUAGE_VI, WORD_FORM01_MOTTO));
	slip_gap(s, 10);
	words_formal_date(date, sizeof date, view_get_num(v, "time_s"));
	snprintf(line, sizeof line, "%s%s%s", view_get_text(v, "place"),
		 view_get_text(v, "place")[0] ? ", " : "", date);
	slip_text(s, (struct slip_words){ .size = SLIP_SMALL, .centred = true }, line);
}

static void official_head(struct slip *s, const struct view *v)
{
	receipt_head(s, v);
	slip_rule(s);
	receipt_nation(s, v);
	slip_gap(s, 14);
	slip_text(s, BOLD_TITLE, words(LANGUAGE_VI, WORD_FORM01_TITLE));
	slip_gap(s, 10);
	slip_text(s, MIDDLE, words(LANGUAGE_VI, WORD_FORM01_CODE));
	slip_text(s, CODE, view_get_text(v, "dossier_code"));
	slip_rule(s);
}

static void official_facts(struct slip *s, const struct view *v)
{
	static const struct {
		enum word label;
		const char *key;
	} ROWS[] = {
		{ WORD_FORM01_FILER, "filer" },
		{ WORD_FORM01_NUMBER, "number" },
		{ WORD_FORM01_ADDRESS, "address" },
		{ WORD_FORM01_PHONE, "phone" },
		{ WORD_FORM01_EMAIL, "email" },
		{ WORD_FORM01_WHAT, "procedure" },
		{ WORD_SLIP_PROCEDURE_CODE, "code" },
		{ WORD_FORM01_OWNER, "owner" },
		{ WORD_FORM01_OWNER_ADDRESS, "owner_address" },
		{ WORD_FORM01_FEE, "fee" },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
		slip_fact(s, words(LANGUAGE_VI, ROWS[i].label), view_get_text(v, ROWS[i].key));
}

static void official(struct slip *s, const struct view *v)
{
	const char *titles[] = { words(LANGUAGE_VI, WORD_FORM01_BY),
				 words(LANGUAGE_VI, WORD_FORM01_TO) };
	const char *code = view_get_text(v, "dossier_code");
	const char *earlier = view_get_text(v, "receipt_code");
	int64_t due_s = view_get_num(v, "due_s"), sets = view_get_num(v, "sets");
	char buf[WORDS_CAP];

	official_head(s, v);
	official_facts(s, v);
	slip_rule(s);
	handed_in(s, v);
	snprintf(buf, sizeof buf, "%02d", sets > 0 ? (int)sets : 1);
	numbered(s, WORD_FORM01_2, buf);
	numbered(s, WORD_FORM01_3, view_get_text(v, "limit"));
	numbered(s, WORD_FORM01_4,
		 words_moment(buf, sizeof buf, LANGUAGE_VI, view_get_num(v, "time_s")));
	if (due_s > 0)
		numbered(s, WORD_FORM01_5, words_moment(buf, sizeof buf, LANGUAGE_VI, due_s));
	numbered(s, WORD_FORM01_6, view_get_text(v, "where"));
	paying(s, v, LANGUAGE_VI);
	slip_rule(s);
	slip_sign(s, titles, words(LANGUAGE_VI, WORD_FORM01_SIGN), view_get_text(v, "filer"));
	slip_rule(s);
	slip_qr(s, qr_content(v, code), words(LANGUAGE_VI, WORD_SLIP_QR_OFFICIAL));
	if (earlier[0])
		receipt_filled(s, MIDDLE, words(LANGUAGE_VI, WORD_FORM01_SHORT), earlier);
	receipt_foot(s, v, LANGUAGE_VI);
}

static void content(struct slip *s, const struct view *v, enum language l)
{
	int64_t form = view_get_num(v, "form");

	s->y = MARGIN;

	if (view_get_num(v, "slip"))
		receipt_slip(s, v, l);
	else if (form == 4)
		form04(s, v);
	else if (form == 2 || form == 3 || form == 5)
		form02(s, v, form);
	else if (view_get_text(v, "supplement")[0])
		receipt_supplement(s, v, l);
	else if (view_get_text(v, "dossier_code")[0])
		official(s, v);
	else
		provisional(s, v, l);
}

static void to_bits(cairo_surface_t *gray, struct receipt *r)
{
	const uint8_t *from = cairo_image_surface_get_data(gray);
	size_t stride = (size_t)cairo_image_surface_get_stride(gray), bytes = (r->width + 7u) / 8;

	for (uint32_t y = 0; y < r->height; y++)
		for (uint32_t x = 0; x < r->width; x++)
			if (from[y * stride + x] >= SLIP_BLACK)
				r->bits[y * bytes + x / 8] |= (uint8_t)(0x80 >> x % 8);
}

static enum err draw(struct slip *s, const struct view *v, enum language l, struct receipt *r)
{
	cairo_surface_t *gray =
		cairo_image_surface_create(CAIRO_FORMAT_A8, r->width, (int)r->height);
	enum err e = ERR_NO_MEMORY;

	s->cr = cairo_create(gray);
	r->bits = calloc(r->height, (r->width + 7u) / 8);
	if (r->bits && cairo_status(s->cr) == CAIRO_STATUS_SUCCESS) {
		content(s, v, l);
		cairo_surface_flush(gray);
		to_bits(gray, r);
		explicit_bzero(cairo_image_surface_get_data(gray),
			       (size_t)cairo_image_surface_get_stride(gray) * r->height);
		e = ERR_OK;
	}
	cairo_destroy(s->cr);
	cairo_surface_destroy(gray);
	return e;
}

enum err receipt_draw(struct text *t, const struct view *v, enum language l, struct receipt *ret)
{
	int64_t dots = view_has(v, "dots") ? view_get_num(v, "dots") : 576;
	struct receipt r = { .width = (uint16_t)dots };

	if (dots != 384 && dots != 512 && dots != 576)
		return ERR_BAD_DATA;
	if (!view_get_text(v, "receipt_code")[0] && !view_get_text(v, "dossier_code")[0] &&
	    !view_get_num(v, "slip"))
		return ERR_BAD_DATA;
	struct slip s = { .context = slip_context(t),
			  .dots = (int)dots,
			  .left = MARGIN,
			  .width = (int)dots - 2 * MARGIN };
	content(&s, v, l);
	enum err e = s.y > RECEIPT_MAX_ROWS ? ERR_NO_SPACE : ERR_OK;
	r.height = (uint32_t)s.y;
	if (e == ERR_OK)
		e = draw(&s, v, l, &r);
	g_object_unref(s.context);
	if (e == ERR_OK)
		*ret = r;
	else
		receipt_free(&r);
	return e;
}

size_t receipt_bytes(const struct receipt *r)
{
	return (r->width + 7u) / 8 * (size_t)r->height;
}

void receipt_free(struct receipt *r)
{
	if (r->bits)
		explicit_bzero(r->bits, receipt_bytes(r));
	free(r->bits);
	*r = (struct receipt){ 0 };
}

enum err receipt_png(const struct receipt *r, const char *path)
{
	cairo_surface_t *s =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, r->width, (int)r->height);
	uint8_t *to = cairo_image_surface_get_data(s);
	size_t bytes = (r->width + 7u) / 8, stride = (size_t)cairo_image_surface_get_stride(s);

	if (!to) {
		cairo_surface_destroy(s);
		return ERR_NO_MEMORY;
	}
	cairo_surface_flush(s);
	for (uint32_t y = 0; y < r->height; y++)
		for (uint32_t x = 0; x < r->width; x++)
			memset(to + y * stride + x * 4,
			       r->bits[y * bytes + x / 8] & 0x80 >> x % 8 ? 0 : 255, 4);
	cairo_surface_mark_dirty(s);
	bool good = cairo_surface_write_to_png(s, path) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(s);
	return good ? ERR_OK : ERR_IO;
}
