/* Paper becomes pages: put it in, look at it, look at all of them. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/picture.h"
#include "ui/screen.h"

#include <stdio.h>

enum { STATE_PUT_IN, STATE_SCANNING, STATE_CHECKING };
enum { HAVE_NOT = 2 };

#define MAX_PAGES 200

/* The paper's own name; below it "Paper 1 of 3 · page 2". */
static void which_paper(struct flow *f, struct page *p, const struct view *v, int width)
{
	const char *paper = filled_num(p, WORD_SCAN_PAPER, (long)view_get_num(v, "index"),
				       (long)view_get_num(v, "total"));
	const char *page = filled_num(p, WORD_SCAN_NEXT_PAGE, (long)view_get_num(v, "page"), 0);

	flow_banner(f, "paper", TONE_INFO, ICON_PAGE,
		    shortened(p, TYPE_LABEL, view_get_text(v, "paper"), width * 40 / 100, 4),
		    page_format(p, "%s · %s", paper, page));
}

static void how_to_put_it_in(struct flow *f, struct page *p)
{
	static const enum word HOW[] = { WORD_SCAN_HOW_1, WORD_SCAN_HOW_2, WORD_SCAN_HOW_3 };
	static const enum icon ICONS[] = { ICON_PAGES, ICON_SCANNER, ICON_TOUCH };

	for (size_t i = 0; i < sizeof HOW / sizeof HOW[0]; i++)
		flow_row(f, page_format(p, "how.%zu", i + 1), TONE_BLUE, ICONS[i],
			 page_format(p, "%zu. %s", i + 1, say(p, HOW[i])));
}

static void at_work(struct flow *f, struct page *p, const struct view *v)
{
	bool checking = view_get_num(v, "state") == STATE_CHECKING;
	int percent = (int)view_get_num(v, "percent");
	struct node *n;

	flow_heading(f, "work", say(p, checking ? WORD_SCAN_CHECKING : WORD_SCAN_WORKING));
	f->least_mm = 10;
	n = flow_add(f, "progress", NODE_PROGRESS,
		     checking ? say(p, WORD_SCAN_CHECKING)
			      : filled_num(p, WORD_SCAN_PERCENT, percent, 0),
		     NULL);
	n->value = checking ? -1 : percent;
	f->least_mm = 0;
}

static void scan_ways(struct page *p, struct rect *body, const struct view *v)
{
	bool first = view_get_num(v, "page") <= 1;
	const struct way skip_it = { .key = "skip",
				     .text = say(p, first ? WORD_SCAN_SKIP : WORD_SCAN_ENOUGH),
				     .tone = TONE_SECOND,
				     .action = first ? ACTION_SKIP : ACTION_NEXT };
	const struct way scan = { .key = "scan",
				  .text = say(p, WORD_SCAN_START),
				  .icon = ICON_SCAN,
				  .tone = TONE_PRIMARY,
				  .action = ACTION_SCAN };

	if (view_get_num(v, "state") == STATE_PUT_IN)
		frame_actions(p, body, (struct way[]){ way_back(p), skip_it, scan }, 3);
	else
		frame_actions(p, body, (struct way[]){ way_back(p) }, 1);
}

void screen_SCAN(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow now = { .gap_mm = GAP_MM },
		    how = { .gap_mm = GAP_MM, .least_mm = roomy_mm(p), .spread = true };
	const char *wrong = say_err(p, view_get_num(v, "err"));

	frame_title(p, &body, say(p, WORD_SCAN_TITLE), "");
	scan_ways(p, &body, v);
	which_paper(&now, p, v, body.w);
	if (wrong[0])
		flow_banner(&now, "error", TONE_ERROR, ICON_ERROR, wrong, "");
	if (view_get_num(v, "state") == STATE_PUT_IN)
		how_to_put_it_in(&how, p);
	else
		at_work(&now, p, v);
	flow_around(p, &body, &now, PICTURE_SHEET_INTO_SCANNER, say(p, WORD_SCAN_PICTURE), &how);
}

static void page_ways(struct page *p, struct rect *body, bool doubt)
{
	const struct way retake = { .key = "retake",
				    .text = say(p, WORD_PAGE_RETAKE),
				    .icon = ICON_RETRY,
				    .tone = doubt ? TONE_PRIMARY : TONE_SECOND,
				    .action = ACTION_RETAKE };
	const struct way more = { .key = "keep",
				  .text = say(p, WORD_PAGE_KEEP),
				  .icon = ICON_PLUS,
				  .tone = TONE_SECOND,
				  .action = ACTION_KEEP };
	const struct way last = { .key = "keep_last",
				  .text = say(p, WORD_PAGE_KEEP_LAST),
				  .icon = ICON_CHECK,
				  .tone = doubt ? TONE_SECOND : TONE_PRIMARY,
				  .action = ACTION_KEEP_LAST };

	if (doubt)
		frame_actions(p, body, (struct way[]){ more, last, retake }, 3);
	else
		frame_actions(p, body, (struct way[]){ retake, more, last }, 3);
}

void screen_PAGE(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v), image;
	const char *doubt = say_err(p, view_get_num(v, "err"));
	char number[24];
	size_t len;
	const uint8_t *rgb = view_get_bytes(v, "image", &len);

	snprintf(number, sizeof number, "%d", (int)view_get_num(v, "page"));
	frame_title(p, &body, say(p, WORD_PAGE_TITLE),
		    shortened(p, TYPE_BODY,
			      filled(p, WORD_PAGE_SUB, number, view_get_text(v, "paper")), body.w,
			      2));
	page_ways(p, &body, doubt[0]);
	if (is_portrait(p->metrics)) {
		frame_banner(p, &body, "verdict", doubt[0] ? TONE_WARN : TONE_OK,
			     doubt[0] ? ICON_WARNING : ICON_CHECK_CIRCLE,
			     doubt[0] ? doubt : say(p, WORD_PAGE_GOOD), "");
		image = body;
	} else {
		image = cut_left(&body, body.w * 62 / 100);
		cut_left(&body, mm(p, 8));
		frame_banner(p, &body, "verdict", doubt[0] ? TONE_WARN : TONE_OK,
			     doubt[0] ? ICON_WARNING : ICON_CHECK_CIRCLE,
			     doubt[0] ? doubt : say(p, WORD_PAGE_GOOD), "");
	}
	page_image(p, "image", image, rgb, len, (int)view_get_num(v, "width"),
		   (int)view_get_num(v, "height"))
		->say = say(p, WORD_PAGE_PICTURE);
}

static void thumbnail_way(struct page *p, struct rect r, size_t i, bool drop)
{
	bool sure = drop && p->local->chosen == (int)i + 1;
	enum word shown = sure   ? WORD_PAGES_DROP_SURE
			  : drop ? WORD_PAGES_DROP_SHORT
				 : WORD_PAGE_RETAKE;
	enum word spoken = sure   ? WORD_PAGES_DROP_SURE_SPOKEN
			   : drop ? WORD_PAGES_DROP
				  : WORD_PAGES_RETAKE;
	struct node *n = page_button(p, page_format(p, "pages.%zu.%s", i, drop ? "drop" : "retake"),
				     r, drop ? TONE_DANGER : TONE_SECOND, ICON_NONE, say(p, shown),
				     !drop  ? ACTION_RETAKE
				     : sure ? ACTION_DROP
					    : ACTION_NONE);

	n->type = TYPE_LABEL;
	n->say = page_format(p, "%s %zu", say(p, spoken), i + 1);
	n->deed.index = (uint32_t)i;
	if (drop && !sure) {
		n->deed.local = LOCAL_CHOOSE;
		n->deed.index = (uint32_t)i + 1;
	}
}

static bool is_low_and_large(const struct page *p)
{
	return !is_portrait(p->metrics) && !is_spacious(p);
}

/* "Page 2 · name of the paper", in two lines at most. */
static const char *thumbnail_name(struct page *p, const struct view *v, size_t i, int width)
{
	char number[24];

	snprintf(number, sizeof number, "%d", (int)view_row_num(v, "pages", i, "page"));
	return shortened(p, TYPE_CAPTION,
			 filled(p, WORD_PAGE_SUB, number, view_row_text(v, "pages", i, "paper")),
			 width, is_low_and_large(p) ? 1 : 2);
}

/* What the longest of their words needs. */
static int way_height(const struct page *p, int width)
{
	static const enum word WORDS[] = { WORD_PAGE_RETAKE, WORD_PAGES_DROP_SHORT,
					   WORD_PAGES_DROP_SURE };
	int highest = 0;

	for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
		struct node like = { .kind = NODE_BUTTON,
				     .type = TYPE_LABEL,
				     .text = say(p, WORDS[i]) };
		int h = page_height(p, &like, width);
		highest = h > highest ? h : highest;
	}
	return highest;
}

/* Below the picture what it is and what can be done with it; or beside it, when the screen is
 * low and the letters large. */
static void thumbnail(struct page *p, struct rect r, const struct view *v, size_t i)
{
	bool beside = is_low_and_large(p), stacked = beside && r.h > mm(p, 78);
	size_t len;
	const uint8_t *rgb = view_row_bytes(v, "pages", i, "image", &len);

	page_add(p, page_format(p, "pages.%zu.sheet", i), NODE_SHEET, r);
	r = inset(r, mm(p, 4), mm(p, 4));
	struct rect words = beside ? cut_right(&r, r.w * 60 / 100) : r;
	cut_right(&r, beside ? mm(p, 4) : 0);
	const char *name = thumbnail_name(p, v, i, words.w);
	int way_h = way_height(p, stacked ? words.w : (words.w - mm(p, GAP_MM)) / 2);
	struct rect *from = beside ? &words : &r;
	struct rect ways = cut_bottom(from, stacked ? 2 * way_h + mm(p, GAP_MM) : way_h);
	cut_bottom(from, mm(p, 2));
	words = cut_bottom(from, page_text_height(p, TYPE_CAPTION, name, from->w));
	cut_bottom(from, mm(p, 2));
	page_image(p, page_format(p, "pages.%zu.image", i), r, rgb, len,
		   (int)view_row_num(v, "pages", i, "width"),
		   (int)view_row_num(v, "pages", i, "height"))
		->say = name;
	if (words.h >= page_line(p, TYPE_CAPTION)) {
		struct node *n =
			page_add(p, page_format(p, "pages.%zu.name", i), NODE_LABEL, words);
		n->type = TYPE_CAPTION;
		n->text = name;
	}
	for (int w = 0; w < 2; w++)
		thumbnail_way(p,
			      stacked ? row(ways, 2, mm(p, GAP_MM), w)
				      : column(ways, 2, mm(p, GAP_MM), w),
			      i, w == 1);
}

/* One or two lines of them fill a panel that stands; more are paged through. */
static int thumbnail_height(const struct page *p, int room, int lines, int gap)
{
	bool portrait = is_portrait(p->metrics);
	bool usual = !(p->look & LOOK_SIZE), few = portrait && usual && lines > 0 && lines <= 2;
	int most = room - (lines > 1 ? page_control_height(p, TYPE_LABEL, 1) + gap : 0);
	int height = mm(p, !portrait ? 105 : (p->look & LOOK_SIZE) > 1 ? 140 : 122);

	if (few) {
		most = (room - gap * (lines - 1)) / lines;
		height = mm(p, 205);
	}
	return height < most ? height : most;
}

static void thumbnails(struct page *p, struct rect body, const struct view *v)
{
	int heights[MAX_PAGES], gap = mm(p, 5);
	size_t n = view_rows(v, "pages");
	size_t columns = is_portrait(p->metrics) || is_low_and_large(p) ? 2 : 4;

	n = n < MAX_PAGES ? n : MAX_PAGES;
	size_t lines = (n + columns - 1) / columns;
	int height = thumbnail_height(p, body.h, (int)lines, gap);
	for (size_t i = 0; i < lines; i++)
		heights[i] = height;
	struct part part = page_part(p, &body, heights, lines, gap);
	for (size_t i = part.first; i < part.end; i++) {
		struct rect line = cut_top(&body, heights[i]);
		for (size_t c = 0; c < columns && i * columns + c < n; c++)
			thumbnail(p, column(line, (int)columns, gap, (int)c), v, i * columns + c);
		cut_top(&body, gap);
	}
}

static void missing_papers(struct page *p, struct rect *body, const struct view *v)
{
	long missing = (long)view_get_num(v, "missing");

	if (missing > 0)
		frame_banner(p, body, "missing", TONE_WARN, ICON_WARNING,
			     counted(p, WORD_PAGES_MISSING_ONE, WORD_PAGES_MISSING, missing),
			     is_portrait(p->metrics) ? say(p, WORD_CHECKLIST_MISSING) : "");
	if (view_rows(v, "pages") == 0)
		frame_banner(p, body, "nothing", TONE_INFO, ICON_INFO, say(p, WORD_PAGES_NONE), "");
}

void screen_PAGES(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	const struct way ways[] = { way_back(p), way_next(p, say(p, WORD_PAGES_YES), ACTION_NEXT) };
	bool short_of_room =
		!is_portrait(p->metrics) && (is_low_and_large(p) || view_get_num(v, "missing") > 0);

	frame_title(p, &body, say(p, WORD_PAGES_TITLE),
		    short_of_room ? "" : say(p, WORD_PAGES_SUB));
	frame_actions(p, &body, ways, 2);
	missing_papers(p, &body, v);
	thumbnails(p, body, v);
}
