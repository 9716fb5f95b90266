/* What was just scanned for one paper: one page as large as it goes, several as thumbnails. */
#include "ui/fault.h"
#include "ui/frame.h"
#include "ui/large.h"
#include "ui/screen.h"
#include "ui/thumb.h"

static struct way undo_way(const struct page *p, const struct view *v)
{
	return (struct way){ .key = "undo",
			     .text = view_get_num(v, "undo") ? say(p, WORD_UNDO) : NULL,
			     .icon = ICON_UNDO,
			     .tone = TONE_SECOND,
			     .action = ACTION_UNDO };
}

/* What is wrong makes scanning again the strong way; a page scanned twice may go. */
static void one_page_ways(struct page *p, struct rect *body, const struct view *v, int64_t err)
{
	bool doubt = err != ERR_OK && !fault_is_hint(err);
	bool twice = err == ERR_SAME_PAGE && view_rows(v, "pages") > 0;
	const struct way drop = { .key = "pages.0.drop",
				  .text = twice ? say(p, WORD_PAGES_DROP_SHORT) : NULL,
				  .icon = ICON_DELETE,
				  .tone = TONE_DANGER,
				  .action = ACTION_DROP };
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
	const struct way undo = undo_way(p, v);

	if (doubt)
		frame_actions(p, body, (struct way[]){ undo, more, last, retake }, 4);
	else
		frame_actions(p, body, (struct way[]){ undo, drop, retake, more, last }, 5);
}

static void many_pages_ways(struct page *p, struct rect *body, const struct view *v)
{
	const struct way more = { .key = "keep",
				  .text = say(p, WORD_PAGE_MORE),
				  .icon = ICON_PLUS,
				  .tone = TONE_SECOND,
				  .action = ACTION_KEEP };
	const struct way last = { .key = "keep_last",
				  .text = say(p, WORD_PAGE_ALL),
				  .icon = ICON_CHECK,
				  .tone = TONE_PRIMARY,
				  .action = ACTION_KEEP_LAST };

	frame_actions(p, body, (struct way[]){ undo_way(p, v), more, last }, 3);
}

/* What is wrong with the last action, and what was left in the scanner. */
static void troubles(struct flow *f, struct page *p, const struct view *v, bool has_rows)
{
	int64_t e = view_get_num(v, "err");

	if (view_get_num(v, "left"))
		flow_left(f, p);
	if (has_rows && say_err(p, e)[0])
		flow_banner(f, "error", TONE_ERROR, ICON_ERROR, say_err(p, e), "");
}

/* The pictures take less room where the page needs it. */
static void draw_told(struct page *p, struct rect *area, struct flow *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (thumb_is_flat(p))
			f->items[i].like.max = 0;
	if (f->count == 0)
		return;
	int most = flow_height(p, f, area->w);
	struct rect r = cut_top(area, most < area->h ? most : area->h);
	flow_draw(p, &r, f);
	skip(p, area, 4);
}

static void one_page(struct page *p, struct rect body, const struct view *v)
{
	bool has_row = view_rows(v, "pages") > 0;
	struct thumb t = thumb_of(v, 0);
	int64_t err = has_row ? t.err : view_get_num(v, "err");
	long number = has_row ? t.number : (long)view_get_num(v, "page");
	struct flow told = { .gap_mm = GAP_MM };
	struct rect image;
	size_t len;
	const uint8_t *rgb = view_get_bytes(v, "image", &len);

	frame_title(p, &body, say(p, WORD_PAGE_TITLE),
		    shortened(p, TYPE_BODY,
			      filled(p, WORD_PAGE_SUB, page_format(p, "%ld", number),
				     view_get_text(v, "paper")),
			      body.w, thumb_is_flat(p) ? 1 : 2));
	one_page_ways(p, &body, v, err);
	troubles(&told, p, v, has_row);
	if (err != ERR_OK)
		flow_fault(&told, p, "verdict", "", err);
	else
		flow_banner(&told, "verdict", TONE_OK, ICON_CHECK_CIRCLE, say(p, WORD_PAGE_GOOD),
			    "");
	if (has_row && t.err2 != ERR_OK && !thumb_is_flat(p))
		flow_banner(&told, "verdict2", TONE_WARN, ICON_WARNING, say_err(p, t.err2), "");
	if (is_portrait(p->metrics) || thumb_is_flat(p)) {
		draw_told(p, &body, &told);
		image = body;
	} else {
		image = cut_left(&body, body.w * 62 / 100);
		cut_left(&body, mm(p, 8));
		draw_told(p, &body, &told);
	}
	struct node *n = page_image(p, "image", image, rgb, len, (int)view_get_num(v, "width"),
				    (int)view_get_num(v, "height"));
	n->say = say(p, WORD_PAGE_PICTURE);
	if (n->image.rgb && image.h >= mm(p, CONTROL_MM))
		n->deed = large_deed(1);
}

/* The first page that has something wrong with it, in full. */
static void first_fault(struct flow *f, struct page *p, const struct view *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct thumb t = thumb_of(v, i);
		if (t.aside || t.err == ERR_OK)
			continue;
		flow_fault(f, p, "verdict", filled_num(p, WORD_PAGE_FAULTY, t.number, 0), t.err);
		return;
	}
}

static const char *of_which(struct page *p, const struct view *v, size_t n, int width)
{
	return shortened(
		p, TYPE_BODY,
		filled(p, WORD_PAGE_SUB_MANY, page_format(p, "%zu", n), view_get_text(v, "paper")),
		width, 1);
}

static void many_pages(struct page *p, struct rect body, const struct view *v, size_t n)
{
	struct flow told = { .gap_mm = GAP_MM };
	int heights[THUMBS_MAX], gap = mm(p, THUMB_GAP_MM);
	size_t columns = thumb_columns(p), lines = (n + columns - 1) / columns;
	bool room = is_portrait(p->metrics) && !(p->look & LOOK_SIZE);

	troubles(&told, p, v, true);
	if (told.count == 0)
		first_fault(&told, p, v, n);
	if (told.count == 0 && room)
		flow_add(&told, "touch", NODE_TEXT, say(p, WORD_PAGE_TOUCH), "")->tone = TONE_MUTED;
	if (thumb_is_cramped(p) && told.count > 1)
		told = (struct flow){ .items = { told.items[told.count - 1] }, .count = 1 };
	if (!thumb_is_cramped(p) || told.count == 0)
		frame_title(p, &body, say(p, WORD_PAGE_TITLE_MANY),
			    thumb_is_flat(p) ? "" : of_which(p, v, n, body.w));
	many_pages_ways(p, &body, v);
	draw_told(p, &body, &told);
	for (size_t i = 0; i < lines; i++)
		heights[i] = thumb_height(p, body, lines, 0);
	struct part part = page_part(p, &body, heights, lines, gap);
	for (size_t i = part.first; i < part.end; i++) {
		struct rect line = cut_top(&body, heights[i]);
		for (size_t c = 0; c < columns && i * columns + c < n; c++)
			thumb_add(p, column(line, (int)columns, gap, (int)c), v, i * columns + c);
		cut_top(&body, gap);
	}
}

void screen_PAGE(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	size_t n = view_rows(v, "pages");

	if (thumb_large(p, body, v))
		return;
	if (n > 1)
		many_pages(p, body, v, n < THUMBS_MAX ? n : THUMBS_MAX);
	else
		one_page(p, body, v);
}
