/* What is wrong with a page and how it is put right: a wrong picture with a cross, a right one with
 * a check, side by side. Each half is a square of a hundred parts. */
#include "ui/scene.h"

#define BADGE 30

typedef void half_fn(const struct scene *s);

/* Edges as thin as the picture is small. */
static void box(const struct scene *s, struct rect r, int radius, enum colour ground,
		enum colour edge)
{
	unsigned rgb[2] = { pen_rgb(s->c, ground), pen_rgb(s->c, edge) };

	shape_outlined(s->c->shapes, s->c->cr, r, radius * s->at.w / 100, s->at.w / 60 + 1, rgb);
}

/* A title and n lines of text, as wide as `first`, in parts of the scene. */
static void lines_of(const struct scene *s, struct rect first, int n, enum colour ink)
{
	int x = first.x, w = first.w;

	scene_fill(s, scene_part(s, x + w / 5, first.y, w * 3 / 5, 4), ink);
	for (int i = 1; i <= n; i++)
		scene_fill(s, scene_part(s, x, first.y + 4 + i * 9, i == n ? w * 3 / 5 : w, 3),
			   ink);
}

static void lines(const struct scene *s, int x, int y, int n, enum colour ink)
{
	lines_of(s, (struct rect){ x, y, 38, 0 }, n, ink);
}

static void sheet(const struct scene *s, enum colour ground, enum colour ink)
{
	box(s, scene_part(s, 23, 8, 54, 80), 2, ground, COLOUR_PRIMARY);
	lines(s, 31, 18, 6, ink);
}

static void good_sheet(const struct scene *s)
{
	sheet(s, COLOUR_PAPER, COLOUR_PRINT);
}

static void empty_sheet(const struct scene *s)
{
	box(s, scene_part(s, 23, 8, 54, 80), 2, COLOUR_PAPER, COLOUR_PRIMARY);
}

/* The print of the other side shines through. */
static void face_down(const struct scene *s)
{
	sheet(s, COLOUR_PAPER, COLOUR_FAINT);
}

/* With the corner lifted that is to be taken hold of. */
static void turned_over(const struct scene *s)
{
	good_sheet(s);
	pen_icon(s->c, ICON_ROTATE, scene_part(s, 30, 52, 40, 34), s->at.w * 34 / 100,
		 COLOUR_DIM_PRINT);
}

static void blurred(const struct scene *s)
{
	empty_sheet(s);
	for (int i = 0; i < 6; i++) {
		int y = 18 + i * 10;
		scene_fill(s, scene_part(s, 27, y - 1, 46, 8), COLOUR_SKIN);
		scene_fill(s, scene_part(s, 29, y, 42, 6), COLOUR_FAINT);
	}
}

static void dark(const struct scene *s)
{
	sheet(s, COLOUR_DIM, COLOUR_DIM_PRINT);
}

static void glaring(const struct scene *s)
{
	good_sheet(s);
	for (int i = 0; i < 3; i++) {
		int side = 44 - i * 14;
		static const enum colour RINGS[] = { COLOUR_SKIN, COLOUR_LAMP, COLOUR_PAPER };
		struct rect r = scene_part(s, 54 - side / 2, 38 - side / 2, side, side);
		shape_box(s->c->shapes, s->c->cr, r, r.w / 2, pen_rgb(s->c, RINGS[i]));
	}
}

/* The glass, or what the camera sees. */
static void frame(const struct scene *s)
{
	box(s, scene_part(s, 10, 2, 80, 92), 3, COLOUR_GLASS, COLOUR_BORDER);
}

static void within_frame(const struct scene *s)
{
	frame(s);
	good_sheet(s);
}

static void polygon(const struct scene *s, const int (*points)[2], int n, enum colour colour)
{
	double xy[8][2];

	for (int i = 0; i < n; i++) {
		xy[i][0] = s->at.x + points[i][0] * s->at.w / 100.0;
		xy[i][1] = s->at.y + points[i][1] * s->at.w / 100.0;
	}
	shape_polygon(s->c->cr, xy, n, pen_rgb(s->c, colour));
}

/* It reaches out of the frame to the right, where nothing is seen of it. */
static void cut(const struct scene *s)
{
	frame(s);
	box(s, scene_part(s, 44, 24, 46, 70), 2, COLOUR_PAPER, COLOUR_PRIMARY);
	lines_of(s, (struct rect){ 51, 34, 39, 0 }, 5, COLOUR_PRINT);
	scene_fill(s, scene_part(s, 89, 2, 2, 92), COLOUR_ERROR);
}

/* A finger from below. */
static void covered(const struct scene *s)
{
	good_sheet(s);
	box(s, scene_part(s, 32, 46, 22, 54), 11, COLOUR_SKIN, COLOUR_SKIN_EDGE);
	box(s, scene_part(s, 37, 49, 12, 16), 6, COLOUR_PAPER, COLOUR_SKIN_EDGE);
}

static void crooked(const struct scene *s)
{
	static const int EDGE[][2] = { { 34, 4 }, { 88, 24 }, { 64, 92 }, { 10, 72 } };
	static const int SHEET[][2] = { { 35, 7 }, { 85, 25 }, { 63, 89 }, { 13, 71 } };

	frame(s);
	polygon(s, EDGE, 4, COLOUR_PRIMARY);
	polygon(s, SHEET, 4, COLOUR_PAPER);
	for (int i = 0; i < 5; i++) {
		int x = 40 - i * 4, y = 21 + i * 11;
		const int line[][2] = {
			{ x, y }, { x + 34, y + 12 }, { x + 33, y + 15 }, { x - 1, y + 3 }
		};
		polygon(s, line, 4, COLOUR_PRINT);
	}
}

static void coarse(const struct scene *s)
{
	static const char *const ROWS[] = { "110110", "011010", "101101",
					    "010110", "110011", "001101" };

	empty_sheet(s);
	for (int y = 0; y < 6; y++)
		for (int x = 0; x < 6; x++)
			if (ROWS[y][x] == '1')
				scene_fill(s, scene_part(s, 29 + x * 7, 16 + y * 10, 7, 7),
					   COLOUR_PRINT);
}

static void small_sheet(const struct scene *s, int x, int y)
{
	box(s, scene_part(s, x, y, 40, 58), 2, COLOUR_PAPER, COLOUR_PRIMARY);
	lines_of(s, (struct rect){ x + 7, y + 8, 26, 0 }, 4, COLOUR_PRINT);
}

static void twice(const struct scene *s)
{
	small_sheet(s, 8, 18);
	small_sheet(s, 52, 18);
}

static void once(const struct scene *s)
{
	small_sheet(s, 30, 18);
}

/* A picture and a table instead of lines. */
static void other(const struct scene *s)
{
	empty_sheet(s);
	box(s, scene_part(s, 30, 16, 18, 22), 1, COLOUR_SKIN, COLOUR_SKIN_EDGE);
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < 3; k++)
			box(s, scene_part(s, 30 + k * 13, 44 + i * 9, 13, 9), 0, COLOUR_PAPER,
			    COLOUR_SKIN_EDGE);
}

/* The slot of the feeder. */
static void slot(const struct scene *s)
{
	box(s, scene_part(s, 6, 72, 88, 22), 5, COLOUR_HEADER, COLOUR_BORDER);
	scene_fill(s, scene_part(s, 18, 77, 64, 4), COLOUR_LAMP);
}

static void two_at_once(const struct scene *s)
{
	small_sheet(s, 24, 6);
	small_sheet(s, 34, 14);
	slot(s);
}

static void apart(const struct scene *s)
{
	small_sheet(s, 4, 12);
	small_sheet(s, 56, 12);
	slot(s);
}

static void left_in_scanner(const struct scene *s)
{
	box(s, scene_part(s, 4, 44, 92, 48), 6, COLOUR_HEADER, COLOUR_BORDER);
	scene_fill(s, scene_part(s, 16, 50, 68, 4), COLOUR_LAMP);
	box(s, scene_part(s, 24, 16, 52, 38), 2, COLOUR_PAPER, COLOUR_PRIMARY);
	lines(s, 31, 24, 2, COLOUR_PRINT);
}

static void taken_out(const struct scene *s)
{
	box(s, scene_part(s, 4, 62, 92, 32), 6, COLOUR_HEADER, COLOUR_BORDER);
	scene_fill(s, scene_part(s, 16, 68, 68, 4), COLOUR_LAMP);
	small_sheet(s, 22, 0);
	pen_icon(s->c, ICON_ARROW_UP, scene_part(s, 64, 4, 32, 48), s->at.w * 34 / 100,
		 COLOUR_PRIMARY);
}

static void badge(const struct scene *s, enum icon icon, enum colour colour)
{
	struct rect r = scene_part(s, 100 - BADGE, 100 - BADGE, BADGE, BADGE);

	shape_box(s->c->shapes, s->c->cr, r, r.w / 2, pen_rgb(s->c, COLOUR_SURFACE));
	pen_icon(s->c, icon, r, r.w, colour);
}

void scene_fault(const struct canvas *c, struct rect r, enum picture picture)
{
	static half_fn *const HALVES[][2] = {
		[PICTURE_FAULT_BLANK - PICTURE_FAULT_BLANK] = { empty_sheet, turned_over },
		[PICTURE_FAULT_BLURRED - PICTURE_FAULT_BLANK] = { blurred, good_sheet },
		[PICTURE_FAULT_DARK - PICTURE_FAULT_BLANK] = { dark, good_sheet },
		[PICTURE_FAULT_GLARE - PICTURE_FAULT_BLANK] = { glaring, good_sheet },
		[PICTURE_FAULT_CUT - PICTURE_FAULT_BLANK] = { cut, within_frame },
		[PICTURE_FAULT_COVERED - PICTURE_FAULT_BLANK] = { covered, good_sheet },
		[PICTURE_FAULT_CROOKED - PICTURE_FAULT_BLANK] = { crooked, within_frame },
		[PICTURE_FAULT_WRONG_SIDE - PICTURE_FAULT_BLANK] = { face_down, turned_over },
		[PICTURE_FAULT_COARSE - PICTURE_FAULT_BLANK] = { coarse, good_sheet },
		[PICTURE_FAULT_SAME - PICTURE_FAULT_BLANK] = { twice, once },
		[PICTURE_FAULT_OTHER - PICTURE_FAULT_BLANK] = { other, good_sheet },
		[PICTURE_FAULT_TWO_SHEETS - PICTURE_FAULT_BLANK] = { two_at_once, apart },
		[PICTURE_FAULT_LEFT - PICTURE_FAULT_BLANK] = { left_in_scanner, taken_out },
	};
	static const enum icon ICONS[] = { ICON_CANCEL, ICON_CHECK_CIRCLE };
	static const enum colour COLOURS[] = { COLOUR_ERROR, COLOUR_OK };

	if (picture < PICTURE_FAULT_BLANK || picture > PICTURE_FAULT_LEFT)
		return;
	int side = r.w / 2 < r.h ? r.w / 2 : r.h, gap = side / 10;
	struct rect both = centred(r, 2 * side, side);
	for (int i = 0; i < 2; i++) {
		struct rect at = column(both, 2, gap, i);
		struct scene s = { c, centred(at, at.w, at.w) };
		HALVES[picture - PICTURE_FAULT_BLANK][i](&s);
		badge(&s, ICONS[i], COLOURS[i]);
	}
}
