#include "firmware/parse/page/segment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Rows that lie one below the other are read one after the other, each from left to right: a label
 * and its value, the cells of a table. Two things are read column by column: what stands beside
 * each other without being in line, and a column of centred lines, as the heads and the
 * signatures of official papers are set. */

enum { COLUMN_MAX = 60 };

/* Segments from `from` to before `to` that lie beside each other. */
struct band {
	size_t from, to;
};

struct sorter {
	struct segment *at;
	struct segment *out;
	size_t count, done;
	struct band *bands;
	size_t band_count;
	int32_t gutter;  /* the narrowest white between two columns */
	int32_t centred; /* how far middles may differ */
};

static int by_top(const void *a, const void *b)
{
	const struct segment *p = a, *q = b;

	return p->top != q->top ? (p->top < q->top ? -1 : 1) : (p->x > q->x) - (p->x < q->x);
}

static int by_left(const void *a, const void *b)
{
	const struct segment *p = a, *q = b;

	return p->x != q->x ? (p->x < q->x ? -1 : 1) : (p->top > q->top) - (p->top < q->top);
}

static int32_t shared(const struct segment *a, const struct segment *b)
{
	int32_t top = a->top > b->top ? a->top : b->top;
	int32_t bottom = a->bottom < b->bottom ? a->bottom : b->bottom;

	return bottom - top;
}

static bool in_row(const struct segment *a, const struct segment *b)
{
	return shared(a, b) * 2 >= (a->letter < b->letter ? a->letter : b->letter);
}

static void find_bands(struct sorter *s)
{
	int32_t bottom = 0;

	qsort(s->at, s->count, sizeof *s->at, by_top);
	for (size_t i = 0; i < s->count; i++) {
		const struct segment *t = &s->at[i];
		if (i == 0 || t->top + t->letter / 5 >= bottom) {
			s->bands[s->band_count++] = (struct band){ i, i };
			bottom = 0;
		}
		s->bands[s->band_count - 1].to = i + 1;
		int32_t own = t->bottom - t->letter / 5;
		bottom = own > bottom ? own : bottom;
	}
}

static void emit(struct sorter *s, const struct segment *t)
{
	const struct segment *last = s->done ? &s->out[s->done - 1] : NULL;
	bool on = last && in_row(last, t) && t->x > last->x;

	s->out[s->done] = *t;
	s->out[s->done].line = last ? last->line + !on : 0;
	s->done++;
}

/* The white between what ends left of it and what begins right of it. */
struct gutter {
	int32_t x0, x1;
};

/* Narrows the gutter to what a band leaves of it; false when something crosses it. */
static bool keep_gutter(const struct sorter *s, const struct band *b, struct gutter *g)
{
	struct gutter n = *g;

	for (size_t i = b->from; i < b->to; i++) {
		const struct segment *t = &s->at[i];
		if (t->x >= n.x1 || t->x + t->w <= n.x0)
			continue;
		if (t->x + t->w / 2 < (n.x0 + n.x1) / 2)
			n.x0 = t->x + t->w;
		else
			n.x1 = t->x;
		if (n.x1 - n.x0 < s->gutter)
			return false;
	}
	*g = n;
	return true;
}

/* Lines of different lengths with one middle. */
static bool is_centred(const struct sorter *s, const struct segment *of, size_t count)
{
	int32_t middle = 0, least = INT32_MAX, most = 0;
	size_t good = 0;

	for (size_t i = 0; i < count; i++) {
		if (of[i].w > middle) { /* the longest line is the surest */
			middle = of[i].w;
			least = of[i].x + of[i].w / 2;
		}
	}
	middle = least;
	least = INT32_MAX;
	for (size_t i = 0; i < count; i++) {
		good += abs(of[i].x + of[i].w / 2 - middle) <= s->centred;
		least = of[i].x < least ? of[i].x : least;
		most = of[i].x > most ? of[i].x : most;
	}
	return count >= 2 && good + (count > 3) >= count && most - least > s->centred;
}

/* Bands from `first` on that have one gutter, and centred lines right of it, as many as can be:
 * left column, then right. Returns how many bands that was, 0 when it is not so. */
static size_t emit_columns(struct sorter *s, size_t first, struct gutter g)
{
	struct segment right[COLUMN_MAX];
	size_t n = 0, good_end = first, good_n = 0;
	struct gutter good_g = g;

	for (size_t end = first; end < s->band_count && keep_gutter(s, &s->bands[end], &g); end++) {
		const struct band *b = &s->bands[end];
		if (b->to - b->from > 3 || n + b->to - b->from > COLUMN_MAX)
			break;
		for (size_t i = b->from; i < b->to; i++)
			if (s->at[i].x >= g.x1)
				right[n++] = s->at[i];
		if (!is_centred(s, right, n))
			continue;
		good_end = end + 1;
		good_n = n;
		good_g = g;
	}
	for (size_t i = s->bands[first].from; good_n && i < s->bands[good_end - 1].to; i++)
		if (s->at[i].x < good_g.x1)
			emit(s, &s->at[i]);
	for (size_t i = 0; i < good_n; i++)
		emit(s, &right[i]);
	return good_end - first;
}

/* Handwriting goes up and down in its row: nothing above anything else is one row too. */
static bool one_row(const struct sorter *s, const struct band *b)
{
	for (size_t i = b->from; i < b->to; i++)
		for (size_t k = i + 1; k < b->to; k++) {
			const struct segment *p = &s->at[i], *q = &s->at[k];
			if (p->x < q->x + q->w && q->x < p->x + p->w)
				return false;
		}
	return true;
}

static void emit_row(struct sorter *s, size_t from, size_t to)
{
	qsort(s->at + from, to - from, sizeof *s->at, by_left);
	for (size_t i = from; i < to; i++)
		emit(s, &s->at[i]);
}

/* Can it stand in one row with these? In line with one of them, above or below none. */
static bool joins(const struct segment *row, size_t count, const struct segment *t)
{
	bool in_line = false;

	for (size_t i = 0; i < count; i++) {
		if (row[i].x < t->x + t->w && t->x < row[i].x + row[i].w)
			return false;
		in_line |= in_row(&row[i], t);
	}
	return in_line;
}

static void swap(struct segment *a, struct segment *b)
{
	struct segment keep = *a;

	*a = *b;
	*b = keep;
}

/* Brings the row that begins with the uppermost of them to the front; returns how many it has. */
static size_t gather_row(struct segment *of, size_t count)
{
	size_t n = 1;

	qsort(of, count, sizeof *of, by_top);
	for (size_t i = n; i < count; i++)
		if (joins(of, n, &of[i])) {
			swap(&of[n++], &of[i]);
			i = n - 1;
		}
	return n;
}

/* Rows that touch, as when handwriting is large: most segments have others in line with them. */
static bool many_rows(const struct sorter *s, const struct band *b)
{
	size_t in_line = 0;

	for (size_t i = b->from; i < b->to; i++)
		for (size_t k = b->from; k < b->to; k++)
			if (k != i && in_row(&s->at[i], &s->at[k])) {
				in_line++;
				break;
			}
	return in_line * 3 >= (b->to - b->from) * 2;
}

static void emit_rows(struct sorter *s, const struct band *b)
{
	for (size_t from = b->from; from < b->to;) {
		size_t n = gather_row(s->at + from, b->to - from);
		emit_row(s, from, from + n);
		from += n;
	}
}

/* Side by side, but not in line: each column from top to bottom. */
static void emit_band(struct sorter *s, const struct band *b)
{
	struct segment *of = s->at + b->from;
	size_t count = b->to - b->from, from = 0;
	int32_t right = 0;

	if (one_row(s, b)) {
		emit_row(s, b->from, b->to);
		return;
	}
	if (many_rows(s, b)) {
		emit_rows(s, b);
		return;
	}
	qsort(of, count, sizeof *of, by_left);
	for (size_t i = 0; i <= count; i++) {
		if (i < count && (i == from || of[i].x < right + s->gutter / 2)) {
			right = of[i].x + of[i].w > right ? of[i].x + of[i].w : right;
			continue;
		}
		qsort(of + from, i - from, sizeof *of, by_top);
		for (size_t k = from; k < i; k++)
			emit(s, &of[k]);
		from = i--;
		if (from == count)
			break;
		right = 0;
	}
}

/* Each white in the first band may be the gutter. */
static size_t try_columns(struct sorter *s, size_t first)
{
	const struct band *b = &s->bands[first];

	for (size_t i = b->from; i < b->to; i++) {
		struct gutter g = { s->at[i].x + s->at[i].w, INT32_MAX };
		for (size_t k = b->from; k < b->to; k++)
			if (s->at[k].x > g.x0 && s->at[k].x < g.x1)
				g.x1 = s->at[k].x;
		size_t bands = g.x1 < INT32_MAX && g.x1 - g.x0 >= s->gutter
				       ? emit_columns(s, first, g)
				       : 0;
		if (bands > 0)
			return bands;
	}
	return 0;
}

enum err segments_sort(struct segments *of, int dpi)
{
	struct sorter s = {
		.at = of->at,
		.count = of->count,
		.gutter = dpi * 20 / 254,
		.centred = dpi * 25 / 254,
	};

	s.out = calloc(s.count + 1, sizeof *s.out);
	s.bands = calloc(s.count + 1, sizeof *s.bands);
	if (s.out && s.bands) {
		find_bands(&s);
		for (size_t i = 0; i < s.band_count;) {
			size_t bands = try_columns(&s, i);
			if (bands == 0)
				emit_band(&s, &s.bands[i++]);
			i += bands;
		}
		memcpy(of->at, s.out, s.count * sizeof *s.out);
	}
	enum err e = s.out && s.bands ? ERR_OK : ERR_NO_MEMORY;
	free(s.out);
	free(s.bands);
	return e;
}
