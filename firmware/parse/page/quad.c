#include "firmware/parse/page/quad.h"

#include "firmware/base/auto.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Looked at so small that print is gone and a desk's grain with it. */
enum {
	SMALL_SIDE = 440,
	CLOSE = 3,       /* pixels each way: takes print off the paper, about 5 mm */
	WIDE = 3,        /* pixels each side of an edge that are compared */
	SLOPES = 57,     /* up to 30 degrees, about one each */
	PEAKS = 6,       /* candidates a side, and the picture's own edge */
	LEAST_STEP = 8,  /* of brightness */
	CLEAR_STEP = 30, /* an edge that high counts in full */
};

#define SLOPE_STEP  0.0205
#define LEAST_AREA  0.10 /* of the picture */
#define LEAST_CLEAR 0.45 /* of a side */
#define FRAME_WORTH 0.40 /* what the picture's own edge counts as a side */
#define BEYOND      14.0 /* pixels outside of a side there is still desk */
#define AREA_WORTH  0.5
#define LEAST_SCORE 0.62

/* A line x = at + slope * (y - middle) for a side that runs down, the same with x and y exchanged
 * for one that runs across. */
struct candidate {
	double at, slope, worth;
	bool is_frame;
};

struct search {
	struct plane small;
	int16_t *step[2]; /* how much brighter it gets rightwards, downwards */
	struct candidate side[QUAD_SIDES][PEAKS + 1];
	size_t count[QUAD_SIDES];
};

/* Paper is bright in every colour; a desk is dark in one at least. */
static void darkest_channel(const struct view *v, struct plane *out)
{
	for (size_t i = 0; i < (size_t)v->width * v->height; i++) {
		const uint8_t *p = v->pixels + i * v->channels;
		uint8_t low = p[0];

		for (int k = 1; k < v->channels; k++)
			low = p[k] < low ? p[k] : low;
		out->at[i] = low;
	}
}

/* The greatest (or least) of each pixel's neighbours in a row of `n`, `stride` bytes apart. */
static void extreme(const uint8_t *from, uint8_t *to, int n, size_t stride, bool greatest)
{
	for (int i = 0; i < n; i++) {
		uint8_t best = from[(size_t)i * stride];

		for (int k = i > CLOSE ? i - CLOSE : 0; k <= i + CLOSE && k < n; k++) {
			uint8_t v = from[(size_t)k * stride];

			best = (v > best) == greatest ? v : best;
		}
		to[(size_t)i * stride] = best;
	}
}

static void close_print(struct plane *p, uint8_t *spare)
{
	int w = (int)p->width, h = (int)p->height;

	for (int pass = 0; pass < 2; pass++) {
		for (int y = 0; y < h; y++)
			extreme(p->at + (size_t)y * p->stride, spare + (size_t)y * p->stride, w, 1,
				pass == 0);
		for (int x = 0; x < w; x++)
			extreme(spare + x, p->at + x, h, p->stride, pass == 0);
	}
}

/* Differences between boxes on both sides; 0 near the picture's edge. */
static void find_steps(struct search *s)
{
	int w = (int)s->small.width, h = (int)s->small.height, stride = (int)s->small.stride;

	for (int y = WIDE; y + WIDE < h; y++)
		for (int x = WIDE; x + WIDE < w; x++) {
			const uint8_t *at = s->small.at + y * stride + x;
			int across = 0, down = 0;

			for (int k = -1; k <= 1; k++)
				for (int d = 1; d <= WIDE; d++) {
					across += at[k * stride + d] - at[k * stride - d];
					down += at[d * stride + k] - at[-d * stride + k];
				}
			s->step[0][y * w + x] = (int16_t)(across / (3 * WIDE));
			s->step[1][y * w + x] = (int16_t)(down / (3 * WIDE));
		}
}

/* A side of the sheet seen along itself: what changes across it, and in which direction. */
struct aspect {
	const int16_t *step;
	int length, room, along, across; /* pixels along and across it, and their strides */
	int sign;                        /* +1: brightness rises */
};

static struct aspect aspect_of(const struct search *s, int side)
{
	int w = (int)s->small.width, h = (int)s->small.height;
	bool runs_down = side == QUAD_LEFT || side == QUAD_RIGHT;

	return (struct aspect){
		.step = s->step[runs_down ? 0 : 1],
		.length = runs_down ? h : w,
		.room = runs_down ? w : h,
		.along = runs_down ? w : 1,
		.across = runs_down ? 1 : w,
		.sign = side == QUAD_LEFT || side == QUAD_TOP ? 1 : -1,
	};
}

static int step_at(const struct aspect *a, int t, int u)
{
	if (t < 0 || u < 0 || t >= a->length || u >= a->room)
		return 0;
	return a->sign * a->step[t * a->along + u * a->across];
}

/* Every pixel where brightness changes most votes for the lines through it. */
static void vote(const struct aspect *a, uint32_t *votes)
{
	for (int t = 0; t < a->length; t++)
		for (int u = 1; u + 1 < a->room; u++) {
			int step = step_at(a, t, u);

			if (step < LEAST_STEP || step < step_at(a, t, u - 1) ||
			    step <= step_at(a, t, u + 1))
				continue;
			for (int k = 0; k < SLOPES; k++) {
				double slope = (k - SLOPES / 2) * SLOPE_STEP;
				int at = (int)lround(u - slope * (t - a->length / 2.0));

				if (at >= 0 && at < a->room)
					votes[k * a->room + at] +=
						(uint32_t)(step < CLEAR_STEP ? step : CLEAR_STEP);
			}
		}
}

static void take_peaks(struct search *s, int side, const struct aspect *a, uint32_t *votes)
{
	for (size_t n = 0; n < PEAKS; n++) {
		int best = 0;

		for (int i = 1; i < SLOPES * a->room; i++)
			best = votes[i] > votes[best] ? i : best;
		if (votes[best] < (uint32_t)(a->length * CLEAR_STEP / 8))
			break;
		int at = best % a->room, slope = best / a->room;
		s->side[side][s->count[side]++] =
			(struct candidate){ at + 0.5, (slope - SLOPES / 2) * SLOPE_STEP,
					    votes[best], false };
		for (int k = slope - 4; k <= slope + 4; k++)
			for (int u = at - 6; u <= at + 6; u++)
				if (k >= 0 && k < SLOPES && u >= 0 && u < a->room)
					votes[k * a->room + u] = 0;
	}
	bool near = side == QUAD_LEFT || side == QUAD_TOP;
	s->side[side][s->count[side]++] = (struct candidate){ near ? 0 : a->room, 0, 0, true };
}

static enum err find_candidates(struct search *s)
{
	uint32_t longer = s->small.width > s->small.height ? s->small.width : s->small.height;
	AUTO_FREE uint32_t *votes = malloc(sizeof *votes * SLOPES * longer);

	if (!votes)
		return ERR_NO_MEMORY;
	for (int side = 0; side < QUAD_SIDES; side++) {
		struct aspect a = aspect_of(s, side);

		memset(votes, 0, sizeof *votes * SLOPES * longer);
		vote(&a, votes);
		take_peaks(s, side, &a, votes);
	}
	return ERR_OK;
}

/* Where a line down and a line across meet. */
static struct point meet(const struct search *s, const struct candidate *down,
			 const struct candidate *across)
{
	double mid_x = s->small.width / 2.0, mid_y = s->small.height / 2.0;
	/* x = a + b (y - my), y = c + d (x - mx) */
	double x = (down->at + down->slope * (across->at - across->slope * mid_x - mid_y)) /
		   (1 - down->slope * across->slope);

	return (struct point){ x, across->at + across->slope * (x - mid_x) };
}

static int level_at(const struct search *s, double x, double y)
{
	if (x < 0 || y < 0 || x >= s->small.width || y >= s->small.height)
		return -1;
	return s->small.at[(size_t)y * s->small.stride + (size_t)x];
}

/* How clearly the side from a to b is an edge: bright inside, and not only a line before paper that
 * goes on beyond it. */
static double clearness(const struct search *s, int side, struct point a, struct point b)
{
	struct aspect as = aspect_of(s, side);
	double length = point_distance(a, b), sum = 0, n = 0;
	struct point in = { -(b.y - a.y) / length, (b.x - a.x) / length };

	for (double t = 3; t < length - 3; t += 3) {
		double x = a.x + (b.x - a.x) * t / length, y = a.y + (b.y - a.y) * t / length;
		bool runs_down = side == QUAD_LEFT || side == QUAD_RIGHT;
		int along = (int)(runs_down ? y : x), across = (int)(runs_down ? x : y), step = 0;

		if (level_at(s, x, y) < 0)
			continue;
		for (int k = -2; k <= 2; k++) {
			int one = step_at(&as, along, across + k);

			step = one > step ? one : step;
		}
		int far = level_at(s, x - BEYOND * in.x, y - BEYOND * in.y);
		int inside = level_at(s, x + 5 * in.x, y + 5 * in.y);
		bool same = far >= 0 && inside >= 0 && far > inside - LEAST_STEP;
		sum += same ? 0 : fmin(step, CLEAR_STEP) / CLEAR_STEP;
		n++;
	}
	return n > 0 ? sum / n : 0;
}

static bool has_form(const struct search *s, const struct point c[4])
{
	struct outline o = { 4, { c[0], c[1], c[2], c[3] } };
	double w = s->small.width, h = s->small.height;

	for (int k = 0; k < 4; k++) {
		struct point a = c[(k + 3) % 4], b = c[k], d = c[(k + 1) % 4];
		double la = point_distance(a, b), ld = point_distance(b, d);
		double cosine =
			((a.x - b.x) * (d.x - b.x) + (a.y - b.y) * (d.y - b.y)) / (la * ld + 1e-9);

		if (fabs(cosine) > 0.35 || la < 20 || b.x < -0.1 * w || b.x > 1.1 * w ||
		    b.y < -0.1 * h || b.y > 1.1 * h)
			return false;
	}
	return outline_area(&o) > LEAST_AREA * w * h;
}

/* 0: not a sheet. */
static double score(const struct search *s, const size_t pick[QUAD_SIDES], struct quad *ret)
{
	const struct candidate *side[QUAD_SIDES];
	double sum = 0;
	int frames = 0;

	for (int k = 0; k < QUAD_SIDES; k++) {
		side[k] = &s->side[k][pick[k]];
		frames += side[k]->is_frame;
	}
	if (frames > 2)
		return 0;
	ret->corner[0] = meet(s, side[QUAD_LEFT], side[QUAD_TOP]);
	ret->corner[1] = meet(s, side[QUAD_RIGHT], side[QUAD_TOP]);
	ret->corner[2] = meet(s, side[QUAD_RIGHT], side[QUAD_BOTTOM]);
	ret->corner[3] = meet(s, side[QUAD_LEFT], side[QUAD_BOTTOM]);
	if (!has_form(s, ret->corner))
		return 0;
	for (int k = 0; k < QUAD_SIDES; k++) {
		ret->at_frame[k] = side[k]->is_frame;
		ret->clear[k] = side[k]->is_frame
					? FRAME_WORTH
					: clearness(s, k, ret->corner[k], ret->corner[(k + 1) % 4]);
		if (!side[k]->is_frame && ret->clear[k] < LEAST_CLEAR)
			return 0;
		sum += ret->clear[k];
	}
	struct outline o = { 4,
			     { ret->corner[0], ret->corner[1], ret->corner[2], ret->corner[3] } };
	return sum / 4 + AREA_WORTH * outline_area(&o) / (s->small.width * s->small.height);
}

static double best_quad(const struct search *s, struct quad *ret)
{
	size_t pick[QUAD_SIDES] = { 0 };
	double best = 0;

	for (;;) {
		struct quad q = { 0 };
		double sc = score(s, pick, &q);
		int k = 0;

		if (sc > best) {
			best = sc;
			*ret = q;
		}
		while (k < QUAD_SIDES && ++pick[k] == s->count[k])
			pick[k++] = 0;
		if (k == QUAD_SIDES)
			return best;
	}
}

static void search_finish(struct search *s)
{
	free(s->small.at);
	free(s->step[0]);
	free(s->step[1]);
}

static enum err search_begin(const struct view *v, const struct plane *dark, struct search *s)
{
	uint32_t longer = v->width > v->height ? v->width : v->height;
	struct image i = { v->width, v->height, 0, 1, dark->at };
	struct view small = { 0 };
	enum err e = view_of(&i, (longer + SMALL_SIDE / 2) / SMALL_SIDE, &small);

	if (e != ERR_OK)
		return e;
	s->small = small.gray;
	size_t n = (size_t)small.width * small.height;
	AUTO_FREE uint8_t *spare = malloc(n);
	s->step[0] = calloc(n, sizeof *s->step[0]);
	s->step[1] = calloc(n, sizeof *s->step[1]);
	if (!spare || !s->step[0] || !s->step[1])
		return ERR_NO_MEMORY;
	close_print(&s->small, spare);
	find_steps(s);
	return find_candidates(s);
}

enum err quad_find(const struct view *v, bool *ret_seen, struct quad *ret)
{
	AUTO_FREE uint8_t *darkest = malloc((size_t)v->width * v->height);
	struct plane dark = { v->width, v->height, v->width, darkest };
	struct search s = { 0 };
	struct quad q = { 0 };

	if (!darkest)
		return ERR_NO_MEMORY;
	darkest_channel(v, &dark);
	enum err e = search_begin(v, &dark, &s);
	bool seen = e == ERR_OK && best_quad(&s, &q) >= LEAST_SCORE;
	if (seen) {
		double by = (double)v->width / s.small.width;

		for (int k = 0; k < 4; k++) {
			q.corner[k].x *= by;
			q.corner[k].y *= (double)v->height / s.small.height;
		}
		quad_refine(&dark, 2.5 * by, &q);
		*ret = q;
	}
	search_finish(&s);
	if (e == ERR_OK)
		*ret_seen = seen;
	return e;
}
