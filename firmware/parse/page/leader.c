#include "firmware/parse/page/leader.h"

#include "firmware/base/auto.h"

#include <allheaders.h>
#include <math.h>
#include <stdlib.h>

enum {
	MAX_MARKS = 20000,
	MIN_TEETH = 6, /* an ellipsis has three */
	MIN_SEEN = 4,  /* of a comb whose pitch is known and whose other teeth are written over */
	MAX_PITCHES = 8,
};

/* A dot or dash of what may be a leader. */
struct mark {
	int32_t x, y, w, h;
	int32_t next; /* in the row it may belong to, or -1 */
};

struct comb {
	struct Pix *ink, *gray, *gone;
	struct mark *marks;
	int32_t count;
	double mm; /* pixels */
	struct pitch {
		double step;
		struct mark tooth;
	} pitches[MAX_PITCHES]; /* of the combs that were found */
	int pitch_count;
};

/* Ink in long straight runs: never a letter. */
static struct Pix *rules_of(struct Pix *ink, double mm)
{
	struct Pix *across = pixOpenBrick(NULL, ink, (int)(8 * mm), 1);
	struct Pix *down = pixOpenBrick(NULL, ink, 1, (int)(10 * mm));

	if (across && down)
		pixOr(across, across, down);
	pixDestroy(&down);
	return across;
}

static bool hide(struct Pix *ink, struct Pix *gray, struct Pix *what)
{
	struct Pix *wide = what ? pixDilateBrick(NULL, what, 3, 3) : NULL;
	l_int32 none = 1;

	if (wide)
		pixZero(wide, &none);
	if (!none) {
		pixSubtract(ink, ink, wide);
		pixSetMasked(gray, wide, 255);
	}
	pixDestroy(&wide);
	return !none;
}

static int by_left(const void *a, const void *b)
{
	const struct mark *p = a, *q = b;

	return p->x != q->x ? (p->x < q->x ? -1 : 1) : (p->y > q->y) - (p->y < q->y);
}

static bool is_mark(const struct mark *m, double mm)
{
	return m->h <= 0.65 * mm && m->w <= 2.4 * mm && m->w + m->h >= 0.3 * mm;
}

static bool take_marks(struct comb *c)
{
	struct Boxa *boxes = pixConnCompBB(c->ink, 8);
	int32_t n = boxes ? boxaGetCount(boxes) : 0;

	c->marks = calloc((size_t)(n < MAX_MARKS ? n : MAX_MARKS) + 1, sizeof *c->marks);
	for (int32_t i = 0; c->marks && i < n && c->count < MAX_MARKS; i++) {
		struct mark m = { .next = -1 };
		boxaGetBoxGeometry(boxes, i, &m.x, &m.y, &m.w, &m.h);
		if (is_mark(&m, c->mm))
			c->marks[c->count++] = m;
	}
	boxaDestroy(&boxes);
	if (c->marks)
		qsort(c->marks, (size_t)c->count, sizeof *c->marks, by_left);
	return c->marks && c->count >= MIN_TEETH;
}

static double mid_x(const struct mark *m)
{
	return m->x + m->w / 2.0;
}

static double mid_y(const struct mark *m)
{
	return m->y + m->h / 2.0;
}

static bool alike(const struct mark *a, const struct mark *b, double mm)
{
	return fabs(mid_y(a) - mid_y(b)) <= 0.2 * mm && abs(a->w - b->w) <= 1 + a->w / 3 &&
	       abs(a->h - b->h) <= 1 + a->h / 2;
}

/* The nearest to the right that looks the same, at most a dash and its gap away. */
static void link_marks(struct comb *c)
{
	for (int32_t i = 0; i < c->count; i++)
		for (int32_t k = i + 1; k < c->count; k++) {
			double away = mid_x(&c->marks[k]) - mid_x(&c->marks[i]);
			if (away > 4.5 * c->mm)
				break;
			if (away > c->marks[i].w && alike(&c->marks[i], &c->marks[k], c->mm)) {
				c->marks[i].next = k;
				break;
			}
		}
}

/* How many marks from `first` on stand at one distance from each other; *ret_last, *ret_pitch. */
static int32_t teeth(const struct comb *c, int32_t first, int32_t *ret_last, double *ret_pitch)
{
	int32_t count = 1, last = first;
	double pitch = 0;

	for (int32_t next = c->marks[first].next; next >= 0; next = c->marks[next].next) {
		double step = mid_x(&c->marks[next]) - mid_x(&c->marks[last]);
		if (count > 1 && fabs(step - pitch) > 1.2 + 0.06 * pitch)
			break;
		pitch = (pitch * (count - 1) + step) / count;
		last = next;
		count++;
	}
	*ret_last = last;
	*ret_pitch = pitch;
	return count;
}

static bool is_ink(const struct comb *c, int x, int y)
{
	l_uint32 bit = 0;

	return pixGetPixel(c->ink, x, y, &bit) == 0 && bit;
}

/* Rows of ink without a gap at x, from y up (by -1) or down. */
static int reach(const struct comb *c, int x, int y, int by_x, int by_y, int most)
{
	int n = 0;

	while (n < most && is_ink(c, x + (n + 1) * by_x, y + (n + 1) * by_y))
		n++;
	return n;
}

/* Takes a tooth away, but no stroke of a letter that stands on it: a column with ink above the
 * tooth, or a run of ink that goes on beside it, stays. */
static void pull(struct comb *c, int x, int y, int w, int h)
{
	int half = h / 2 + 1, most = 2 * w + 4;
	int left = reach(c, x, y, -1, 0, most), right = reach(c, x, y, 1, 0, most);

	if (left + right + 1 > w + w / 2 + 2)
		return;
	for (int at = x - w / 2 - 1; at <= x + w / 2 + 1; at++) {
		if (is_ink(c, at, y - half - 1) && is_ink(c, at, y - half))
			continue;
		for (int row = y - half; row <= y + half; row++)
			pixSetPixel(c->gone, at, row, 1);
	}
}

static bool tooth_near(const struct comb *c, double *x, double *y)
{
	int sum = 0, sum_x = 0, sum_y = 0;

	for (int dy = -1; dy <= 1; dy++)
		for (int dx = -1; dx <= 1; dx++)
			if (is_ink(c, (int)lround(*x) + dx, (int)lround(*y) + dy)) {
				sum++;
				sum_x += dx;
				sum_y += dy;
			}
	if (sum < 4)
		return false;
	*x += 0.3 * sum_x / sum;
	*y += 0.15 * sum_y / sum;
	return true;
}

/* On from the last free tooth, under what was written there, as far as each place has ink. */
static void walk(struct comb *c, const struct mark *from, double step)
{
	double x = mid_x(from), y = mid_y(from);

	for (x += step; x > 0 && tooth_near(c, &x, &y); x += step)
		pull(c, (int)lround(x - 0.5), (int)lround(y - 0.5), from->w, from->h);
}

static void wipe(struct comb *c, const struct mark *m)
{
	pixRasterop(c->gone, m->x - 1, m->y - 1, m->w + 2, m->h + 2, PIX_SET, NULL, 0, 0);
}

static void learn_pitch(struct comb *c, double step, const struct mark *tooth)
{
	for (int i = 0; i < c->pitch_count; i++)
		if (fabs(c->pitches[i].step - step) < 0.03 * step)
			return;
	if (c->pitch_count < MAX_PITCHES)
		c->pitches[c->pitch_count++] = (struct pitch){ step, *tooth };
}

/* Marks right of it that stand where teeth of this pitch would; measured off from one to the next,
 * because a pitch is known to a few hundredths only. */
static int on_pitch(const struct comb *c, int32_t first, double step)
{
	const struct mark *last = &c->marks[first];
	int n = 1;

	for (int32_t k = first + 1; k < c->count; k++) {
		const struct mark *m = &c->marks[k];
		double steps = (mid_x(m) - mid_x(last)) / step, off = steps - round(steps);
		if (steps > 12)
			break;
		if (steps < 0.5 || !alike(last, m, c->mm) || fabs(off) * step > 1.2)
			continue;
		last = m;
		n++;
	}
	return n;
}

/* Combs of which so little is free that only their pitch gives them away. */
static void pull_hidden_combs(struct comb *c)
{
	for (int32_t i = 0; i < c->count; i++)
		for (int p = 0; p < c->pitch_count; p++) {
			const struct mark *m = &c->marks[i];
			l_uint32 done = 0;
			pixGetPixel(c->gone, (int)mid_x(m), (int)mid_y(m), &done);
			if (done || abs(m->w - c->pitches[p].tooth.w) > 2 ||
			    abs(m->h - c->pitches[p].tooth.h) > 2 ||
			    on_pitch(c, i, c->pitches[p].step) < MIN_SEEN)
				continue;
			wipe(c, m);
			walk(c, m, -c->pitches[p].step);
			walk(c, m, c->pitches[p].step);
		}
}

static void pull_combs(struct comb *c)
{
	for (int32_t i = 0; i < c->count; i++) {
		int32_t last;
		double pitch;
		int32_t count = teeth(c, i, &last, &pitch);

		if (count < MIN_TEETH)
			continue;
		for (int32_t k = i;; k = c->marks[k].next) {
			wipe(c, &c->marks[k]);
			if (k == last)
				break;
		}
		learn_pitch(c, pitch, &c->marks[i]);
		walk(c, &c->marks[i], -pitch);
		walk(c, &c->marks[last], pitch);
		/* the next comb begins at the last tooth at the earliest */
		for (int32_t k = i, next; k != last; k = next) {
			next = c->marks[k].next;
			c->marks[k].next = -1;
		}
	}
}

bool leader_hide(struct Pix *ink, struct Pix *gray, int dpi)
{
	struct comb c = { .ink = ink, .gray = gray, .mm = dpi / 25.4 };
	struct Pix *rules = rules_of(ink, c.mm);
	bool any = hide(ink, gray, rules);

	pixDestroy(&rules);
	c.gone = pixCreateTemplate(ink);
	if (c.gone && take_marks(&c)) {
		link_marks(&c);
		pull_combs(&c);
		pull_hidden_combs(&c);
		l_int32 none = 1;
		pixZero(c.gone, &none);
		if (!none) {
			pixSubtract(ink, ink, c.gone);
			pixSetMasked(gray, c.gone, 255);
			any = true;
		}
	}
	free(c.marks);
	pixDestroy(&c.gone);
	return any;
}
