#include "firmware/parse/page/words.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tesseract/capi.h>

enum { FIRST_WORDS = 256, FIRST_BYTES = 4096 };

/* Room for `more` beyond `used` in an array whose size is always a doubling of `first`. */
static enum err grow(void **at, size_t used, size_t more, size_t first, size_t each)
{
	size_t has = used ? first : 0;

	while (has < used)
		has *= 2;
	size_t wants = has ? has : first;
	while (wants < used + more)
		wants *= 2;
	if (wants == has)
		return ERR_OK;
	void *larger = realloc(*at, wants * each);
	if (!larger)
		return ERR_NO_MEMORY;
	*at = larger;
	return ERR_OK;
}

enum err words_add(struct text *t, const struct word *w, const char *bytes)
{
	size_t len = strlen(bytes);
	void *words = t->words, *all = t->bytes;
	enum err e = grow(&words, t->count, 1, FIRST_WORDS, sizeof *t->words);

	t->words = words;
	if (e == ERR_OK)
		e = grow(&all, t->len, len + 1, FIRST_BYTES, 1);
	t->bytes = all;
	if (e != ERR_OK)
		return e;
	t->words[t->count] = *w;
	t->words[t->count].at = (uint32_t)t->len;
	t->words[t->count++].len = (uint32_t)len;
	memcpy(t->bytes + t->len, bytes, len + 1);
	t->len += len + 1;
	return ERR_OK;
}

static int32_t scaled(int n, double scale)
{
	return (int32_t)lround(n * scale);
}

/* The model has two slashes, and mixes them in dates: "11⁄/10" is 11/10. */
static void plain_slashes(char *bytes)
{
	static const char FRACTION[] = "\xe2\x81\x84";
	char *to = bytes;

	for (char *at = bytes; *at;) {
		bool fraction = strncmp(at, FRACTION, 3) == 0;
		char c = fraction ? '/' : *at;
		if (c != '/' || to == bytes || to[-1] != '/')
			*to++ = c;
		at += fraction ? 3 : 1;
	}
	*to = '\0';
}

enum err words_take(struct text *t, struct TessResultIterator *it, const struct words_place *place)
{
	const TessPageIterator *at = TessResultIteratorGetPageIteratorConst(it);
	int x0, y0, x1, y1, bx0, by0, bx1, by1;

	if (!TessPageIteratorBoundingBox(at, RIL_WORD, &x0, &y0, &x1, &y1))
		return ERR_OK;
	char *bytes = TessResultIteratorGetUTF8Text(it, RIL_WORD);
	if (!bytes)
		return ERR_OK;
	if (!TessPageIteratorBaseline(at, RIL_WORD, &bx0, &by0, &bx1, &by1))
		by0 = by1 = y1;
	float sure = TessResultIteratorConfidence(it, RIL_WORD);
	struct word w = {
		.x = scaled(place->x + x0, place->scale),
		.y = scaled(place->y + y0, place->scale),
		.w = scaled(x1 - x0, place->scale),
		.h = scaled(y1 - y0, place->scale),
		.base_y = scaled(place->y + (by0 + by1) / 2, place->scale),
		.line = place->line,
		.confidence = (uint8_t)(sure < 0     ? 0
					: sure > 100 ? 100
						     : sure),
	};
	plain_slashes(bytes);
	enum err e = words_add(t, &w, bytes);
	TessDeleteText(bytes);
	return e;
}

uint32_t words_letters(const struct text *t, const struct word *w)
{
	const unsigned char *at = (const unsigned char *)t->bytes + w->at;
	uint32_t n = 0;

	for (uint32_t i = 0; i < w->len; i++)
		n += isalnum(at[i]) || (at[i] >= 0xc3 && at[i] < 0xe2 && at[i] != 0xcb);
	return n;
}

static bool is_scrap(const struct text *t, const struct word *w)
{
	return w->confidence < 50 && words_letters(t, w) == 0;
}

/* Digits with what stands between digits: a date, a sum, a number. */
static bool is_number(const struct text *t, const struct word *w)
{
	const char *at = t->bytes + w->at;
	size_t digits = 0;

	for (uint32_t i = 0; i < w->len; i++)
		digits += isdigit((unsigned char)at[i]) != 0;
	return digits >= 3 && strspn(at, "0123456789./-,:") == w->len;
}

/* The lines of letters and < on cards and passports. */
static bool is_machine_line(const struct text *t, const struct word *w)
{
	return w->len > 15 && strstr(t->bytes + w->at, "<<");
}

/* What makes words believable, all together. */
struct sum {
	uint32_t count, letters, len, best, sure;
	bool plain; /* numbers look like nothing else, though they may be read unsurely */
};

static struct sum sum_of(const struct text *t, size_t first)
{
	struct sum s = { 0 };

	for (size_t i = first; i < t->count; i++) {
		const struct word *w = &t->words[i];
		uint32_t own = words_letters(t, w);
		s.count++;
		s.letters += own;
		s.sure += w->confidence * w->len;
		s.len += w->len;
		s.plain |= is_number(t, w) || is_machine_line(t, w);
		if (own > 0 && w->confidence > s.best)
			s.best = w->confidence;
	}
	return s;
}

static bool is_sure_text(const struct sum *s)
{
	uint32_t least = s->letters < 3 ? 85 : 55;

	if (s->letters < 3 && s->letters < s->len)
		return false;
	return (s->letters > 0 && s->best >= least && s->sure >= 40 * s->len &&
		s->letters * 2 >= s->len) ||
	       s->plain;
}

static bool is_sure_title(const struct sum *s)
{
	return s->letters > 0 && s->best >= (s->letters < 4 ? 92 : 75) && s->sure >= 65 * s->len &&
	       s->letters * 2 >= s->len;
}

bool words_sift(struct text *t, size_t first, bool large)
{
	while (t->count > first && is_scrap(t, &t->words[t->count - 1]))
		t->count--;
	while (t->count > first && is_scrap(t, &t->words[first])) {
		t->count--;
		memmove(t->words + first, t->words + first + 1,
			(t->count - first) * sizeof *t->words);
	}
	struct sum s = sum_of(t, first);
	if (s.count == 1 && s.len > 1 && s.letters == 1 && !isascii(t->bytes[t->words[first].at]))
		s.letters =
			0; /* a letter with diacritics is no word but a few, and these not alone */
	bool text = large ? is_sure_title(&s) : is_sure_text(&s);
	if (!text)
		t->count = first;
	return text;
}

uint8_t words_least(const struct text *t, size_t first)
{
	uint8_t least = 100;

	for (size_t i = first; i < t->count; i++)
		if (words_letters(t, &t->words[i]) > 0 && t->words[i].confidence < least)
			least = t->words[i].confidence;
	return least;
}

/* By length, so that a reading does not win by losing what is hard to read. */
static double mean(const struct text *t, size_t from, size_t to, uint32_t *ret_len)
{
	uint64_t sum = 0;
	uint32_t len = 0;

	for (size_t i = from; i < to; i++) {
		sum += (uint64_t)t->words[i].confidence * t->words[i].len;
		len += t->words[i].len;
	}
	*ret_len = len;
	return len ? (double)sum / len : 0;
}

void words_choose(struct text *t, size_t first, size_t second)
{
	uint32_t len_1, len_2;
	double sure_1 = mean(t, first, second, &len_1), sure_2 = mean(t, second, t->count, &len_2);

	if (len_2 * 10 >= len_1 * 9 && sure_2 > sure_1 + 1) {
		size_t n = t->count - second;
		memmove(t->words + first, t->words + second, n * sizeof *t->words);
		t->count = first + n;
	} else {
		t->count = second;
	}
}

static bool is_word(const struct text *t, const struct word *w)
{
	const char *at = t->bytes + w->at;

	return w->len > 0 && !(w->len == 1 && *at == ' ') && w->w > 0 && w->h > 0;
}

void words_settle(struct text *t)
{
	size_t kept = 0;
	uint32_t line = 0, was = 0;
	uint64_t sum = 0;

	for (size_t i = 0; i < t->count; i++) {
		struct word w = t->words[i];

		if (!is_word(t, &w))
			continue;
		if (kept > 0 && w.line != was)
			line++;
		was = w.line;
		w.line = line;
		sum += w.confidence;
		t->words[kept++] = w;
	}
	t->count = kept;
	t->confidence = kept ? (uint8_t)(sum / kept) : 0;
}
