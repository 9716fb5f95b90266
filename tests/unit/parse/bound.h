/* Pages made of a few rectangles and words, and files bound of them, for the tests of PDF. */
#ifndef TESTS_PARSE_BOUND_H
#define TESTS_PARSE_BOUND_H

#include "firmware/parse/page/jbig2.h"
#include "firmware/parse/page/layer_jpeg.h"
#include "firmware/parse/pdf/bind.h"
#include "firmware/parse/pdf/value.h"
#include "tests/pdfa/pdfa.h"
#include "tests/tap.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

#define PHRASE "Ủy ban nhân dân phường Mẫu"

struct bytes {
	uint8_t *at;
	size_t len;
};

/* One colour. */
static inline struct layer made_jpeg(int32_t x, int32_t y, int32_t w, int32_t h, uint8_t level)
{
	struct canvas c = { 0 };
	struct layer l = { x, y, w, h, (uint32_t)w / 4, (uint32_t)h / 4, CODE_JPEG_RGB, NULL, 0 };

	eq_int(canvas_create(l.width, l.height, 3, &c), ERR_OK);
	memset(c.at, level, (size_t)c.width * c.height * 3);
	eq_int(layer_jpeg_write(&c, 50, CHROMA_HALF, &l.bytes, &l.len), ERR_OK);
	canvas_finish(&c);
	return l;
}

/* A black bar a word. */
static inline struct layer made_stencil(const struct layers *l, const struct text *t)
{
	struct Pix *bits = pixCreate((int)l->width, (int)l->height, 1);
	struct layer s = { 0,        0,         (int32_t)l->width, (int32_t)l->height,
			   l->width, l->height, CODE_JBIG2,        NULL,
			   0 };

	for (size_t i = 0; i < t->count; i++)
		pixRasterop(bits, t->words[i].x, t->words[i].y, t->words[i].w, t->words[i].h,
			    PIX_SET, NULL, 0, 0);
	eq_int(jbig2_write(bits, &s.bytes, &s.len), ERR_OK);
	pixDestroy(&bits);
	return s;
}

/* `text` in lines of its own, a word after each blank; letters of 0.5 em. */
static inline struct text made_text(const char *text, int32_t x, int32_t y, int32_t size)
{
	struct text t = { .bytes = strdup(text), .len = strlen(text) + 1 };
	int32_t at = x;
	uint32_t line = 0;

	t.words = calloc(t.len, sizeof *t.words);
	for (char *c = t.bytes, *from = c;; c++) {
		if (*c && *c != ' ' && *c != '\n')
			continue;
		char end = *c;
		size_t n = 0;

		*c = '\0';
		for (const char *k = from; *k; k++)
			n += (*k & 0xc0) != 0x80;
		if (n > 0)
			t.words[t.count++] = (struct word){ at,
							    y - size * 7 / 10,
							    (int32_t)n * size / 2,
							    size * 9 / 10,
							    y,
							    (uint32_t)(from - t.bytes),
							    (uint32_t)strlen(from),
							    line,
							    90 };
		at = end == '\n' ? x : at + (int32_t)n * size / 2 + size / 4;
		y += end == '\n' ? size * 3 / 2 : 0;
		line += end == '\n';
		from = c + 1;
		if (!end)
			return t;
	}
}

/* A4 at 100 dpi with ground, a region, and words in ink. */
static inline struct layers made_layers(const struct text *t)
{
	struct layers l = { .width = 827, .height = 1169, .dpi = 100, .region_count = 1 };

	l.ground = made_jpeg(0, 0, 827, 1169, 240);
	l.regions[0] = made_jpeg(500, 800, 200, 160, 160);
	l.stencil = made_stencil(&l, t);
	l.ink = made_jpeg(0, 0, 827, 1169, 20);
	return l;
}

static inline const struct bind_wish *usual_wish(void)
{
	static const struct bind_wish WISH = { .title = "Đơn <đề nghị> & bản sao",
					       .signer = "Kiosk Một Cửa số 1",
					       .reason = "Niêm phong bản quét",
					       .place = "Phường Mẫu",
					       .time_s = 1790000000 };
	return &WISH;
}

/* `pages` times the same page. */
static inline struct bytes made_file(const struct bind_wish *wish, int pages,
				     struct pdf_gap *ret_gap)
{
	struct text t = made_text("CỘNG HÒA XÃ HỘI\n" PHRASE "\nĐộc lập - Tự do", 80, 120, 24);
	struct layers l = made_layers(&t);
	struct binder *b = NULL;
	struct bytes f = { 0 };

	eq_int(bind_begin(wish, &b), ERR_OK);
	for (int i = 0; i < pages; i++)
		eq_int(bind_page(b, &l, &t), ERR_OK);
	eq_int(bind_end(b, &f.at, &f.len, ret_gap), ERR_OK);
	bind_destroy(b);
	layers_finish(&l);
	text_finish(&t);
	return f;
}

/* How many rules are broken, and which is told. */
static inline size_t rules_broken(const struct bytes *f, char clause[16])
{
	struct doc *d = calloc(1, sizeof *d);

	pdfa_check(d, f->at, f->len);
	size_t n = d->fault_count;
	for (size_t i = 0; i < n && !clause; i++)
		printf("# %s: %s\n", d->faults[i].clause, d->faults[i].what);
	if (clause)
		snprintf(clause, 16, "%s", n > 0 ? d->faults[0].clause : "");
	doc_finish(d);
	free(d);
	return n;
}

static inline const uint8_t *find_in(const struct bytes *f, const char *what)
{
	return memmem(f->at, f->len, what, strlen(what));
}

#endif
