/* What .truth says of a page is so in its picture. */
#include "tests/corpus/worn.h"
#include "tests/tap.h"

#include <math.h>
#include <string.h>

enum { DPI = 60 };

struct taken {
	struct page page;
	struct shot shot;
};

static void take(struct taken *t, const struct which *which, enum set set)
{
	struct wear w = wear_of(which, set);

	w.camera_px = 1000;
	if (set == SET_CAMERA)
		take_camera(&t->shot, &t->page, which, &w);
	else
		take_flat(&t->shot, &t->page, which, DPI, &w);
}

static void drop(struct taken *t)
{
	picture_finish(&t->shot.picture);
	page_finish(&t->page);
}

static size_t bytes(const struct taken *t)
{
	return (size_t)t->shot.picture.width * (size_t)t->shot.picture.height * 3;
}

static bool same_picture(const struct taken *a, const struct taken *b)
{
	return bytes(a) == bytes(b) &&
	       memcmp(a->shot.picture.rgb, b->shot.picture.rgb, bytes(a)) == 0;
}

static bool same_words(const struct taken *a, const struct taken *b)
{
	const GPtrArray *x = a->page.truth.lines, *y = b->page.truth.lines;

	if (x->len != y->len)
		return false;
	for (guint i = 0; i < x->len; i++)
		if (strcmp(x->pdata[i], y->pdata[i]) != 0)
			return false;
	return true;
}

static void repeats(void)
{
	const struct which one = { KIND_RECEIPT, 3, 0, 0 }, other = { KIND_RECEIPT, 4, 0, 0 };
	const struct which worn = { KIND_RECEIPT, 3, 1u << WORN_FOLDED, 0 };
	struct taken a, b, c, d;

	take(&a, &one, SET_FLAT300);
	take(&b, &one, SET_FLAT300);
	take(&c, &other, SET_FLAT300);
	take(&d, &worn, SET_FLAT300);
	ok(same_picture(&a, &b));
	ok(same_words(&a, &b));
	ok(!same_words(&a, &c));
	ok(same_words(&a, &d));
	ok(!same_picture(&a, &d));
	drop(&a);
	drop(&b);
	drop(&c);
	drop(&d);
}

/* Mean brightness of a disc. */
static double bright(const struct shot *s, const double at[2], int r)
{
	double sum = 0;
	int n = 0;

	for (int y = (int)at[1] - r; y <= (int)at[1] + r; y++)
		for (int x = (int)at[0] - r; x <= (int)at[0] + r; x++)
			if (x >= 0 && y >= 0 && x < s->picture.width && y < s->picture.height) {
				sum += s->picture.rgb[((size_t)y * (size_t)s->picture.width +
						       (size_t)x) *
							      3 +
						      1];
				n++;
			}
	return n ? sum / n : -1;
}

/* A place beside the middle of each edge is table outside, paper inside. */
static void edges(const struct taken *t, double in_mm)
{
	const double w = t->page.width, h = t->page.height;
	const double mid[4][2] = { { w / 2, 0 }, { w, h / 2 }, { w / 2, h }, { 0, h / 2 } };
	const double to[4][2] = { { 0, 1 }, { -1, 0 }, { 0, -1 }, { 1, 0 } };

	for (int i = 0; i < 4; i++) {
		double in[2], out[2];

		shot_point(&t->shot, mid[i][0] + to[i][0] * in_mm, mid[i][1] + to[i][1] * in_mm,
			   in);
		shot_point(&t->shot, mid[i][0] - to[i][0] * in_mm, mid[i][1] - to[i][1] * in_mm,
			   out);
		ok(bright(&t->shot, in, 3) > bright(&t->shot, out, 3) + 25);
	}
}

/* The code is where the truth says: half of it is ink. */
static void code(const struct taken *t)
{
	for (int i = 0; i < t->page.truth.mark_count; i++) {
		const struct mark *m = &t->page.truth.marks[i];
		double at[2], beside[2];

		if (strcmp(m->what, "code") != 0)
			continue;
		shot_point(&t->shot, m->x + m->width / 2, m->y + m->height / 2, at);
		shot_point(&t->shot, m->x + m->width / 2, m->y - m->height * 0.15, beside);
		double light = bright(&t->shot, beside, 3), dark = bright(&t->shot, at, 12);
		ok(dark > light * 0.3 && dark < light * 0.75);
		return;
	}
	ok(!"there is a code");
}

static void camera(void)
{
	const struct which which = { KIND_RECEIPT, 1, 0, 0 };
	struct taken t;

	take(&t, &which, SET_CAMERA);
	edges(&t, 3);
	code(&t);
	for (int i = 0; i < 4; i++) {
		double corner[2];

		shot_point(&t.shot, i == 1 || i == 2 ? t.page.width : 0, i > 1 ? t.page.height : 0,
			   corner);
		ok(hypot(corner[0] - t.shot.quad[i][0], corner[1] - t.shot.quad[i][1]) < 0.01);
	}
	drop(&t);
}

/* turned_deg and tilt_deg are the angle of the sheet's upper edge, clockwise. */
static void angle(enum kind k, uint64_t seed)
{
	const struct which which = { k, seed, 0, 0 };
	struct wear w = wear_of(&which, SET_FLAT200);
	struct taken t;

	take(&t, &which, SET_FLAT200);
	double dx = t.shot.quad[1][0] - t.shot.quad[0][0];
	double dy = t.shot.quad[1][1] - t.shot.quad[0][1];
	double lies = atan2(dy, dx) * 180 / M_PI, off = lies - w.turned - w.tilt;
	ok(fabs(remainder(off, 360)) < 0.001);
	drop(&t);
}

static void blank(void)
{
	const struct which which = { KIND_BLANK, 2, 0, 0 };
	struct taken t;

	take(&t, &which, SET_FLAT200);
	eq_int(t.page.truth.lines->len, 0);
	drop(&t);
}

int main(void)
{
	repeats();
	camera();
	angle(KIND_TABLE, 1);
	angle(KIND_LEDGER, 1);
	angle(KIND_DIPLOMA, 1);
	angle(KIND_LAND, 9);
	blank();
	return tap_done();
}
