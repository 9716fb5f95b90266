#include "firmware/parse/page/words.h"

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
	enum err e = words_add(t, &w, bytes);
	TessDeleteText(bytes);
	return e;
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
