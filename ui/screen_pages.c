/* All pages of all papers, once more: in their order, paper by paper. */
#include "ui/fault.h"
#include "ui/frame.h"
#include "ui/screen.h"
#include "ui/thumb.h"

#include <string.h>

enum { HAVE_NOT = 2, HAVE_STORED = 4 };

#define MAX_LINES  320
#define MAX_PAPERS 64
#define CHIP_SHARE 40 /* percent of the width, beside a paper's name */

/* Thumbnails beside one another, with the name of their paper above when they are its first; or a
 * paper without any. */
struct line {
	size_t first, count; /* in `pages` */
	bool named;
	size_t paper; /* in `papers`; that many: not said */
};

struct lines {
	struct line lines[MAX_LINES];
	size_t count;
};

static struct line *new_line(struct lines *l)
{
	struct line *at = &l->lines[l->count < MAX_LINES ? l->count++ : MAX_LINES - 1];

	*at = (struct line){ 0 };
	return at;
}

static size_t paper_named(const struct view *v, const char *name)
{
	size_t n = view_rows(v, "papers"), i = 0;

	while (i < n && strcmp(view_row_text(v, "papers", i, "name"), name) != 0)
		i++;
	return i;
}

static void group(struct page *p, struct lines *l, const struct view *v)
{
	size_t n = view_rows(v, "pages"), columns = thumb_columns(p);
	const char *before = NULL;
	struct line *line = NULL;

	n = n < THUMBS_MAX ? n : THUMBS_MAX;
	for (size_t i = 0; i < n; i++) {
		const char *paper = view_row_text(v, "pages", i, "paper");
		bool other = !before || strcmp(before, paper) != 0;
		if (other || line->count == columns) {
			line = new_line(l);
			line->first = i;
			line->named = other;
			line->paper = other ? paper_named(v, paper) : 0;
		}
		line->count++;
		before = paper;
	}
	for (size_t i = 0; i < view_rows(v, "papers") && i < MAX_PAPERS; i++)
		if (view_row_num(v, "papers", i, "pages") == 0) {
			line = new_line(l);
			line->named = true;
			line->paper = i;
		}
}

static const char *name_of(struct page *p, const struct view *v, const struct line *l, int width)
{
	const char *name = l->count > 0 ? view_row_text(v, "pages", l->first, "paper")
					: view_row_text(v, "papers", l->paper, "name");

	return shortened(p, TYPE_LABEL, name, width, p->look & LOOK_SIZE ? 1 : 2);
}

/* How far the paper is: all its pages, or why there are none. */
static struct chip progress_of(struct page *p, const struct view *v, const struct line *l)
{
	long pages = (long)view_row_num(v, "papers", l->paper, "pages");
	long ready = (long)view_row_num(v, "papers", l->paper, "ready");
	bool brought = view_row_num(v, "papers", l->paper, "have") != HAVE_NOT;
	struct chip c = { page_format(p, "papers.%zu.state", l->paper), NULL, ICON_CHECK, TONE_OK };

	if (l->count == 0 && view_row_num(v, "papers", l->paper, "have") == HAVE_STORED) {
		c.text = say(p, WORD_PAGES_STORED);
	} else if (l->count == 0) {
		c.text = say(p, brought ? WORD_PAGES_NOT_SCANNED : WORD_PAGES_NOT_BROUGHT);
		c.icon = ICON_WARNING;
		c.tone = TONE_WARN;
	} else if (ready < pages && view_get_num(v, "busy") > 0) {
		c.text = filled_num(p, WORD_PAGES_READY, pages, ready);
		c.icon = ICON_WAIT;
		c.tone = TONE_INFO;
	} else {
		c.text = counted(p, WORD_PAGES_COUNT_ONE, WORD_PAGES_COUNT, pages);
	}
	return c;
}

static int heading_height(struct page *p, const struct view *v, const struct line *l, int width)
{
	int words = width - width * CHIP_SHARE / 100 - mm(p, GAP_MM);
	int name = page_text_height(p, TYPE_LABEL, name_of(p, v, l, words), words), chip = 0;

	if (l->paper < view_rows(v, "papers")) {
		struct chip c = progress_of(p, v, l);
		chip = chips_height(p, &c, 1, width * CHIP_SHARE / 100);
	}
	return name > chip ? name : chip;
}

static void heading(struct page *p, struct rect r, const struct view *v, const struct line *l)
{
	struct rect area = cut_right(&r, r.w * CHIP_SHARE / 100);

	cut_right(&r, mm(p, GAP_MM));
	struct node *n = page_add(p,
				  l->count > 0 ? page_format(p, "paper.%zu", l->first)
					       : page_format(p, "papers.%zu", l->paper),
				  NODE_TEXT, r);
	n->type = TYPE_LABEL;
	n->text = name_of(p, v, l, r.w);
	if (l->paper < view_rows(v, "papers")) {
		struct chip c = progress_of(p, v, l);
		struct node like = { .kind = NODE_CHIP, .icon = c.icon, .text = c.text };
		int wide = page_width(p, &like);
		struct rect chip = cut_right(&area, wide < area.w ? wide : area.w);
		chips_draw(p, &chip, &c, 1);
	}
}

static void draw_line(struct page *p, struct rect r, const struct view *v, const struct line *l)
{
	int gap = mm(p, THUMB_GAP_MM), columns = (int)thumb_columns(p);

	if (l->named) {
		heading(p, cut_top(&r, heading_height(p, v, l, r.w)), v, l);
		cut_top(&r, mm(p, 2));
	}
	for (size_t i = 0; i < l->count; i++)
		thumb_add(p, column(r, columns, gap, (int)i), v, l->first + i);
}

/* The thumbnails of every line are of one height: what the highest of names leaves them. */
static void measure(struct page *p, struct lines *l, const struct view *v, struct rect body,
		    int heights[])
{
	int gap = mm(p, THUMB_GAP_MM), highest = 0, without = 0;
	size_t thumbs = 0;

	for (size_t i = 0; i < l->count; i++) {
		const struct line *at = &l->lines[i];
		heights[i] = at->named ? heading_height(p, v, at, body.w) + mm(p, 2) : 0;
		thumbs += at->count > 0;
		without += at->count == 0 ? heights[i] + gap : 0;
		highest = at->count > 0 && heights[i] > highest ? heights[i] : highest;
	}
	if (thumbs <= 2 && is_portrait(p->metrics))
		body.h -= without; /* then all are on one part */
	int height = thumb_height(p, body, thumbs, highest);
	for (size_t i = 0; i < l->count; i++)
		heights[i] += l->lines[i].count > 0 ? height : 0;
}

static void all_lines(struct page *p, struct rect body, const struct view *v)
{
	struct lines l = { .count = 0 };
	int heights[MAX_LINES], gap = mm(p, THUMB_GAP_MM);

	group(p, &l, v);
	measure(p, &l, v, body, heights);
	struct part part = page_part(p, &body, heights, l.count, gap);
	for (size_t i = part.first; i < part.end; i++) {
		draw_line(p, cut_top(&body, heights[i]), v, &l.lines[i]);
		cut_top(&body, gap);
	}
}

static struct flow told(struct page *p, const struct view *v)
{
	struct flow f = { .gap_mm = GAP_MM };
	long missing = (long)view_get_num(v, "missing"), busy = (long)view_get_num(v, "busy");
	const char *wrong = say_err(p, view_get_num(v, "err"));

	if (view_get_num(v, "left"))
		flow_left(&f, p);
	if (wrong[0])
		flow_banner(&f, "error", TONE_ERROR, ICON_ERROR, wrong, "");
	if (missing > 0)
		flow_banner(&f, "missing", TONE_WARN, ICON_WARNING,
			    counted(p, WORD_PAGES_MISSING_ONE, WORD_PAGES_MISSING, missing),
			    is_portrait(p->metrics) ? say(p, WORD_CHECKLIST_MISSING) : "");
	else if (busy > 0)
		flow_banner(&f, "busy", TONE_INFO, ICON_WAIT,
			    counted(p, WORD_PAGES_BUSY_ONE, WORD_PAGES_BUSY, busy), "");
	if (view_rows(v, "pages") == 0)
		flow_banner(&f, "nothing", TONE_INFO, ICON_INFO, say(p, WORD_PAGES_NONE), "");
	for (size_t i = 0; i < f.count; i++)
		if (thumb_is_flat(p) || !is_portrait(p->metrics))
			f.items[i].like.max = 0;
	if (thumb_is_cramped(p) && f.count > 1)
		f.count = 1;
	return f;
}

static void draw_told(struct page *p, struct rect *body, const struct flow *f)
{
	if (f->count == 0)
		return;
	struct rect r = cut_top(body, flow_height(p, f, body->w));
	flow_draw(p, &r, f);
	skip(p, body, 4);
}

void screen_PAGES(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	const struct way undo = { .key = "undo",
				  .text = view_get_num(v, "undo") ? say(p, WORD_UNDO) : NULL,
				  .icon = ICON_UNDO,
				  .tone = TONE_SECOND,
				  .action = ACTION_UNDO };
	const struct way next = way_next(p, say(p, WORD_PAGES_YES), ACTION_NEXT);
	bool short_of_room =
		!is_portrait(p->metrics) &&
		(!is_spacious(p) || view_get_num(v, "missing") > 0 || view_get_num(v, "busy") > 0);

	if (thumb_large(p, body, v))
		return;
	struct flow f = told(p, v);
	if (!thumb_is_cramped(p) || f.count == 0)
		frame_title(p, &body, say(p, WORD_PAGES_TITLE),
			    short_of_room ? "" : say(p, WORD_PAGES_SUB));
	frame_actions(p, &body, (struct way[]){ way_back(p), undo, next }, 3);
	draw_told(p, &body, &f);
	all_lines(p, body, v);
}
