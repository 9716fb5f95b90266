#include "firmware/parse/page/text.h"

#include "firmware/parse/page/halftone.h"
#include "firmware/parse/page/leader.h"
#include "firmware/parse/page/segment.h"
#include "firmware/parse/page/words.h"

#include <allheaders.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tesseract/capi.h>

enum {
	/* What the model reads best: lines of 10 to 14 points are then about 36 pixels high, its
	 * own size; and it is a third cheaper than 300. Measured on pages of 200 and 300 dpi. */
	READ_DPI = 240,
	INK_BELOW = 170,
	DOUBTFUL = 75, /* of 100: below, it is worth the time to read a line twice */
	FULL_BLACK = 30,
	FULL_WHITE = 200,
	WARM_WIDTH = 64,
	WARM_HEIGHT = 48,
};

struct text_reader {
	TessBaseAPI *tess;
	char version[64];
};

/* The model's file has its version as text: "4.00.00alpha:vie:synth20170629:[...]". Only the
 * library's own is asked here, which costs nothing; the model's name stands for the rest. */
static void name_version(struct text_reader *r)
{
	snprintf(r->version, sizeof r->version, "tesseract %s, %s", TessVersion(), "vie");
}

static bool set_up(TessBaseAPI *t)
{
	static const char *const SETTINGS[][2] = {
		/* what it has to say goes nowhere: a log has no page contents */
		{ "debug_file", "/dev/null" },
		/* light letters on dark ground are not read; trying costs a second run a line */
		{ "tessedit_do_invert", "0" },
	};
	bool good = true;

	for (size_t i = 0; i < sizeof SETTINGS / sizeof *SETTINGS; i++)
		good = TessBaseAPISetVariable(t, SETTINGS[i][0], SETTINGS[i][1]) && good;
	return good;
}

static void try_out(struct text_reader *r, struct Pix *p, TessPageSegMode mode)
{
	TessBaseAPISetPageSegMode(r->tess, mode);
	TessBaseAPISetImage2(r->tess, p);
	(void)TessBaseAPIRecognize(r->tess, NULL);
	TessBaseAPIClear(r->tess);
}

/* Reads a picture with nothing on it and one with strokes: what is opened once is open then. */
static enum err warm_up(struct text_reader *r)
{
	struct Pix *p = pixCreate(WARM_WIDTH, WARM_HEIGHT, 8);

	if (!p)
		return ERR_NO_MEMORY;
	pixSetAll(p);
	try_out(r, p, PSM_SINGLE_LINE);
	for (int i = 0; i < 5; i++)
		pixRasterop(p, 6 + 10 * i, 14, 4, 18, PIX_CLR, NULL, 0, 0);
	try_out(r, p, PSM_SINGLE_LINE);
	try_out(r, p, PSM_SINGLE_CHAR);
	pixDestroy(&p);
	return ERR_OK;
}

enum err text_reader_create(struct text_reader **ret)
{
	struct text_reader *r = calloc(1, sizeof *r);

	if (!r || !(r->tess = TessBaseAPICreate())) {
		free(r);
		return ERR_NO_MEMORY;
	}
	name_version(r);
	enum err e = ERR_OK;
	if (TessBaseAPIInit2(r->tess, NULL, "vie", OEM_LSTM_ONLY) != 0)
		e = ERR_NOT_FOUND;
	else if (!set_up(r->tess))
		e = ERR_BROKEN;
	if (e == ERR_OK)
		e = warm_up(r);
	if (e == ERR_OK)
		*ret = r;
	else
		text_reader_destroy(r);
	return e;
}

void text_reader_destroy(struct text_reader *r)
{
	if (!r)
		return;
	TessBaseAPIEnd(r->tess);
	TessBaseAPIDelete(r->tess);
	free(r);
}

const char *text_reader_version(const struct text_reader *r)
{
	return r->version;
}

/* What tesseract has found in a picture that lies there. */
static enum err take_words(struct text_reader *r, const struct words_place *at, struct text *ret)
{
	TessResultIterator *it = TessBaseAPIGetIterator(r->tess);
	enum err e = ERR_OK;

	while (it && e == ERR_OK) {
		e = words_take(ret, it, at);
		if (!TessResultIteratorNext(it, RIL_WORD))
			break;
	}
	if (it)
		TessResultIteratorDelete(it);
	return e;
}

static enum err read_as(struct text_reader *r, struct Pix *p, TessPageSegMode mode,
			const struct words_place *at, struct text *ret)
{
	enum err e = ERR_OK;

	TessBaseAPISetPageSegMode(r->tess, mode);
	TessBaseAPISetImage2(r->tess, p);
	TessBaseAPISetSourceResolution(r->tess, READ_DPI);
	if (TessBaseAPIRecognize(r->tess, NULL) == 0)
		e = take_words(r, at, ret);
	TessBaseAPIClear(r->tess);
	return e;
}

/* What was read unsurely is read once more with all its contrast, and the surer reading is kept. */
static enum err read_again(struct text_reader *r, struct Pix *p, const struct words_place *at,
			   size_t first, struct text *ret)
{
	size_t second = ret->count;
	struct Pix *other = pixGammaTRC(NULL, p, 1, FULL_BLACK, FULL_WHITE);
	enum err e = other ? read_as(r, other, PSM_SINGLE_LINE, at, ret) : ERR_NO_MEMORY;

	pixDestroy(&other);
	words_choose(ret, first, second);
	return e;
}

/* What is larger than the page's other letters is a title, or an ornament. */
static enum err read_segment(struct text_reader *r, const struct segment *s, struct Pix *p,
			     const struct words_place *at, struct text *ret)
{
	bool large = s->letter > at->large;
	size_t first = ret->count, len = ret->len;
	enum err e = read_as(r, p, PSM_SINGLE_LINE, at, ret);

	if (e == ERR_OK && words_sift(ret, first, large)) {
		if (words_least(ret, first) < DOUBTFUL)
			e = read_again(r, p, at, first, ret);
		return e;
	}
	if (e != ERR_OK || large || s->w > 2 * s->letter)
		return e;
	/* a digit alone in its cell is no line */
	ret->count = first;
	ret->len = len;
	e = read_as(r, p, PSM_SINGLE_CHAR, at, ret);
	if (e == ERR_OK)
		words_sift(ret, first, large);
	return e;
}

static enum err read_segments(struct text_reader *r, const struct segments *s, struct Pix *gray,
			      double scale, struct text *ret)
{
	int32_t large = segments_letter(s) * 9 / 5;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < s->count; i++) {
		struct words_place at = { .scale = scale, .line = s->at[i].line, .large = large };
		struct Pix *p = segments_picture(s, i, gray, &at.x, &at.y);
		e = p ? read_segment(r, &s->at[i], p, &at, ret) : ERR_NO_MEMORY;
		pixDestroy(&p);
	}
	return e;
}

/* The leaf's picture in the size that is read best. */
static struct Pix *for_reading(const struct leaf *l)
{
	float by = (float)READ_DPI / l->dpi;

	return l->dpi == READ_DPI ? pixCopy(NULL, l->gray) : pixScale(l->gray, by, by);
}

/* What is no text is painted white in `gray`. */
static enum err find_segments(struct Pix *gray, struct segments *ret, struct text *t)
{
	halftone_hide(gray);
	struct Pix *ink = pixThresholdToBinary(gray, INK_BELOW);
	if (!ink)
		return ERR_NO_MEMORY;
	if (leader_hide(ink, gray, READ_DPI))
		t->steps |= 1u << STEP_LEADERS;
	halftone_hide_stamps(ink, gray, READ_DPI);
	enum err e = segments_find(ink, READ_DPI, ret);
	pixDestroy(&ink);
	if (e != ERR_OK)
		return e;
	segments_drop_ornaments(ret, READ_DPI);
	return segments_sort(ret, READ_DPI);
}

static enum err read_picture(struct text_reader *r, struct Pix *gray, double scale,
			     struct text *ret)
{
	struct segments s = { 0 };
	enum err e = find_segments(gray, &s, ret);

	if (e == ERR_OK)
		e = read_segments(r, &s, gray, scale, ret);
	segments_finish(&s);
	return e;
}

/* Letters that are seen but not read count against it: upside down, few words come out at all. */
static double sureness(const struct segments *s, const struct text *t)
{
	uint64_t sum = 0;
	uint32_t seen = 0, len = 0;

	for (size_t i = 0; i < s->count; i++)
		seen += s->at[i].letters;
	for (size_t i = 0; i < t->count; i++) {
		uint32_t letters = words_letters(t, &t->words[i]);
		sum += (uint64_t)t->words[i].confidence * letters;
		len += letters;
	}
	/* a letter of Vietnamese is two bytes and more, or joined with the next one: half is all */
	uint32_t of = len > seen / 2 ? len : seen / 2;
	return of ? (double)sum / of : 0;
}

double text_strip(void *reader, struct Pix *gray)
{
	struct text_reader *r = reader;
	struct Pix *copy = pixCopy(NULL, gray);
	struct segments s = { 0 };
	struct text t = { 0 };
	double sure = 0;

	if (copy && find_segments(copy, &s, &t) == ERR_OK &&
	    read_segments(r, &s, copy, 1, &t) == ERR_OK)
		sure = sureness(&s, &t);
	segments_finish(&s);
	text_finish(&t);
	pixDestroy(&copy);
	return sure;
}

enum err text_read(struct text_reader *r, const struct leaf *l, struct text *ret)
{
	struct text t = { .steps = 1u << STEP_TEXT };

	if (l->blank) {
		*ret = t;
		return ERR_OK;
	}
	struct Pix *p = for_reading(l);
	enum err e = p ? read_picture(r, p, (double)l->dpi / READ_DPI, &t) : ERR_NO_MEMORY;
	pixDestroy(&p);
	if (e == ERR_OK)
		words_settle(&t);
	if (e == ERR_OK)
		*ret = t;
	else
		text_finish(&t);
	return e;
}

void text_finish(struct text *t)
{
	free(t->words);
	free(t->bytes);
	*t = (struct text){ 0 };
}
