/* Paper becomes pages: put it in, look at it, look at all of them. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/picture.h"
#include "ui/screen.h"

#include <stdio.h>

enum { STATE_PUT_IN, STATE_SCANNING, STATE_CHECKING };
enum { HAVE_NOT = 2 };

#define MAX_PAGES 200

/* "Paper 1 of 3 · page 2" above, the paper's own name below. */
static void which_paper(struct page *p, struct rect *body, const struct view *v)
{
	const char *paper = filled_num(p, WORD_SCAN_PAPER, (long)view_get_num(v, "index") + 1,
				       (long)view_get_num(v, "total"));
	const char *page = filled_num(p, WORD_SCAN_NEXT_PAGE, (long)view_get_num(v, "page"), 0);

	frame_banner(p, body, "paper", TONE_INFO, ICON_PAGE,
		     shortened(p, TYPE_LABEL, view_get_text(v, "paper"), body->w * 80 / 100, 3),
		     page_format(p, "%s · %s", paper, page));
}

static void how_to_put_it_in(struct page *p, struct rect *area)
{
	struct flow f = { .gap_mm = GAP_MM };
	static const enum word HOW[] = { WORD_SCAN_HOW_1, WORD_SCAN_HOW_2, WORD_SCAN_HOW_3 };
	static const enum icon ICONS[] = { ICON_PAGES, ICON_SCANNER, ICON_TOUCH };

	for (size_t i = 0; i < sizeof HOW / sizeof HOW[0]; i++) {
		struct node *n = flow_add(&f, page_format(p, "how.%zu", i + 1), NODE_ROW,
					  page_format(p, "%zu. %s", i + 1, say(p, HOW[i])), NULL);
		n->icon = ICONS[i];
		n->tone = TONE_BLUE;
	}
	flow_draw(p, area, &f);
}

static void at_work(struct page *p, struct rect *body, const struct view *v)
{
	bool checking = view_get_num(v, "state") == STATE_CHECKING;
	int percent = (int)view_get_num(v, "percent");

	skip(p, body, 8);
	page_text(p, "work", body, TYPE_H2,
		  say(p, checking ? WORD_SCAN_CHECKING : WORD_SCAN_WORKING));
	skip(p, body, 5);
	struct node *n = page_add(p, "progress", NODE_PROGRESS, cut_top(body, mm(p, 10)));
	n->value = checking ? -1 : percent;
	n->text = checking ? say(p, WORD_SCAN_CHECKING)
			   : filled_num(p, WORD_SCAN_PERCENT, percent, 0);
	skip(p, body, 8);
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
	struct rect body = frame_begin(p, v), part[2];
	const char *wrong = say_err(p, view_get_num(v, "err"));
	bool waiting = view_get_num(v, "state") == STATE_PUT_IN;

	frame_title(p, &body, say(p, WORD_SCAN_TITLE), "");
	scan_ways(p, &body, v);
	which_paper(p, &body, v);
	if (wrong[0])
		frame_banner(p, &body, "error", TONE_ERROR, ICON_ERROR, wrong, "");
	if (!waiting)
		at_work(p, &body, v);
	halves(p, body, waiting ? 48 : 70, part);
	picture_add(p, "picture", &part[0], PICTURE_SHEET_INTO_SCANNER, say(p, WORD_SCAN_PICTURE));
	if (waiting)
		how_to_put_it_in(p, &part[1]);
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

static void thumbnail_ways(struct page *p, struct rect r, size_t i)
{
	bool sure = p->local->chosen == (int)i + 1;
	struct node *n = page_button(p, page_format(p, "pages.%zu.retake", i),
				     column(r, 2, mm(p, GAP_MM), 0), TONE_SECOND, ICON_NONE,
				     say(p, WORD_PAGE_RETAKE), ACTION_RETAKE);

	n->type = TYPE_LABEL;
	n->deed.index = (uint32_t)i;
	n->say = page_format(p, "%s %zu", say(p, WORD_PAGES_RETAKE), i + 1);
	n = page_button(p, page_format(p, "pages.%zu.drop", i), column(r, 2, mm(p, GAP_MM), 1),
			TONE_DANGER, ICON_NONE,
			say(p, sure ? WORD_PAGES_DROP_SURE : WORD_PAGES_DROP_SHORT),
			sure ? ACTION_DROP : ACTION_NONE);
	n->type = TYPE_LABEL;
	n->deed.local = sure ? LOCAL_NONE : LOCAL_CHOOSE;
	n->deed.index = sure ? (uint32_t)i : (uint32_t)i + 1;
	n->say = page_format(p, "%s %zu", say(p, sure ? WORD_PAGES_DROP_SURE : WORD_PAGES_DROP),
			     i + 1);
}

/* Picture, what it is, and what can be done with it. */
static void thumbnail(struct page *p, struct rect r, const struct view *v, size_t i)
{
	size_t len;
	const uint8_t *rgb = view_row_bytes(v, "pages", i, "image", &len);
	char number[24];

	page_add(p, page_format(p, "pages.%zu.sheet", i), NODE_SHEET, r);
	r = inset(r, mm(p, 4), mm(p, 4));
	struct node like = { .kind = NODE_BUTTON,
			     .type = TYPE_LABEL,
			     .text = say(p, WORD_PAGES_DROP_SURE) };
	struct rect ways = cut_bottom(&r, page_height(p, &like, (r.w - mm(p, GAP_MM)) / 2));
	snprintf(number, sizeof number, "%d", (int)view_row_num(v, "pages", i, "page"));
	const char *name = filled(p, WORD_PAGE_SUB, number, view_row_text(v, "pages", i, "paper"));
	name = shortened(p, TYPE_CAPTION, name, r.w, 2);
	cut_bottom(&r, mm(p, 2));
	struct rect words = cut_bottom(&r, page_text_height(p, TYPE_CAPTION, name, r.w));
	cut_bottom(&r, mm(p, 2));
	page_image(p, page_format(p, "pages.%zu.image", i), r, rgb, len,
		   (int)view_row_num(v, "pages", i, "width"),
		   (int)view_row_num(v, "pages", i, "height"))
		->say = name;
	struct node *n = page_add(p, page_format(p, "pages.%zu.name", i), NODE_LABEL, words);
	n->type = TYPE_CAPTION;
	n->text = name;
	thumbnail_ways(p, ways, i);
}

static void thumbnails(struct page *p, struct rect body, const struct view *v)
{
	int heights[MAX_PAGES], gap = mm(p, 5);
	size_t n = view_rows(v, "pages");
	size_t columns = is_portrait(p->metrics) ? 2 : (p->look & LOOK_SIZE) > 1 ? 2 : 4;

	n = n < MAX_PAGES ? n : MAX_PAGES;
	size_t lines = (n + columns - 1) / columns;
	int height = mm(p, is_portrait(p->metrics) ? 122 : 105);
	for (size_t i = 0; i < lines; i++)
		heights[i] = height < body.h ? height : body.h;
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
			     filled_num(p, WORD_PAGES_MISSING, missing, 0),
			     say(p, WORD_CHECKLIST_MISSING));
	if (view_rows(v, "pages") == 0)
		frame_banner(p, body, "nothing", TONE_INFO, ICON_INFO, say(p, WORD_PAGES_NONE), "");
}

void screen_PAGES(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	const struct way ways[] = { way_back(p), way_next(p, say(p, WORD_PAGES_YES), ACTION_NEXT) };

	frame_title(p, &body, say(p, WORD_PAGES_TITLE), say(p, WORD_PAGES_SUB));
	frame_actions(p, &body, ways, 2);
	missing_papers(p, &body, v);
	thumbnails(p, body, v);
}
