/* Paper becomes pages: where to put it, and what has come so far. */
#include "firmware/base/page.h"
#include "ui/fault.h"
#include "ui/frame.h"
#include "ui/picture.h"
#include "ui/screen.h"

#include <string.h>

enum { STATE_PUT_IN, STATE_SCANNING, STATE_CHECKING };
enum { LOADED_NOT, LOADED, LOADED_UNKNOWN };

#define STEPS         3
#define LIVE_LEAST_MM 90 /* a sheet is recognised */

/* What to do with the hands, for each place a paper can go. */
static const struct place {
	enum word title, how[STEPS], said;
	enum picture picture;
} FEEDER_WAY = { WORD_SCAN_TITLE,
		 { WORD_SCAN_HOW_1, WORD_SCAN_HOW_2, WORD_SCAN_HOW_3 },
		 WORD_SCAN_PICTURE,
		 PICTURE_SHEET_INTO_SCANNER },
  LOADED_WAY = { WORD_SCAN_TITLE_LOADED,
		 { WORD_SCAN_LOADED_1, WORD_SCAN_LOADED_2, WORD_SCAN_HOW_3 },
		 WORD_SCAN_PICTURE,
		 PICTURE_SHEET_INTO_SCANNER },
  GLASS_WAY = { WORD_SCAN_TITLE_GLASS,
		{ WORD_SCAN_GLASS_1, WORD_SCAN_GLASS_2, WORD_SCAN_HOW_3 },
		WORD_SCAN_PICTURE_GLASS,
		PICTURE_SHEET_ON_GLASS },
  CAMERA_WAY = { WORD_SCAN_TITLE_CAMERA,
		 { WORD_SCAN_CAMERA_1, WORD_SCAN_CAMERA_2, WORD_SCAN_CAMERA_3 },
		 WORD_SCAN_PICTURE_CAMERA,
		 PICTURE_SHEET_UNDER_CAMERA },
  CARD_WAY = { WORD_SCAN_TITLE_CARD,
	       { WORD_SCAN_CARD_1, WORD_SCAN_CARD_2, WORD_SCAN_HOW_3 },
	       WORD_SCAN_PICTURE_CARD,
	       PICTURE_CARD_ON_GLASS };

/* Papers that do not go through a feeder. */
static bool wants_glass(const struct view *v)
{
	static const char *const HINTS[] = { "book", "small", "thin", "photo", "frame" };
	const char *hint = view_get_text(v, "hint");

	for (size_t i = 0; i < sizeof HINTS / sizeof HINTS[0]; i++)
		if (strcmp(hint, HINTS[i]) == 0)
			return true;
	return false;
}

static const struct place *place_of(const struct view *v)
{
	int64_t source = view_get_num(v, "source");

	if (source == SOURCE_CAMERA)
		return &CAMERA_WAY;
	if (view_get_num(v, "card"))
		return &CARD_WAY;
	if (source == SOURCE_GLASS || (source == SOURCE_ANY && wants_glass(v)))
		return &GLASS_WAY;
	return view_get_num(v, "loaded") == LOADED ? &LOADED_WAY : &FEEDER_WAY;
}

/* The side of a card that comes next, or the number of the page. */
static const char *which_page(struct page *p, const struct view *v)
{
	long page = (long)view_get_num(v, "page");

	if (view_get_num(v, "card") && page <= 2)
		return say(p, page <= 1 ? WORD_SCAN_FRONT : WORD_SCAN_BACK);
	return filled_num(p, WORD_SCAN_NEXT_PAGE, page, 0);
}

/* The paper's own name; below it "Paper 1 of 3 · page 2". */
static void which_paper(struct flow *f, struct page *p, const struct view *v, int width)
{
	const char *paper = filled_num(p, WORD_SCAN_PAPER, (long)view_get_num(v, "index"),
				       (long)view_get_num(v, "total"));

	flow_banner(f, "paper", TONE_INFO, ICON_PAGE,
		    shortened(p, TYPE_LABEL, view_get_text(v, "paper"), width * 40 / 100, 4),
		    page_format(p, "%s · %s", paper, which_page(p, v)));
}

/* What is special about this kind of paper. */
static void hint(struct flow *f, struct page *p, const struct view *v)
{
	static const struct {
		const char *name;
		enum word word;
	} HINTS[] = { { "book", WORD_HINT_BOOK },   { "folded", WORD_HINT_FOLDED },
		      { "small", WORD_HINT_SMALL }, { "thin", WORD_HINT_THIN },
		      { "photo", WORD_HINT_PHOTO }, { "frame", WORD_HINT_FRAME } };
	const char *name = view_get_text(v, "hint");

	for (size_t i = 0; i < sizeof HINTS / sizeof HINTS[0]; i++)
		if (strcmp(name, HINTS[i].name) == 0)
			flow_banner(f, "hint", TONE_INFO, ICON_INFO, say(p, HINTS[i].word), "");
}

static void how_to_put_it_in(struct flow *f, struct page *p, const struct place *place)
{
	const enum icon ICONS[] = { ICON_PAGES, place == &CAMERA_WAY ? ICON_CAMERA : ICON_SCANNER,
				    ICON_TOUCH };

	for (size_t i = 0; i < STEPS; i++)
		flow_row(f, page_format(p, "how.%zu", i + 1), TONE_BLUE, ICONS[i],
			 page_format(p, "%zu. %s", i + 1, say(p, place->how[i])));
}

/* Where the paper goes: under which thing, shown by its picture; where both stand there. */
static void sources(struct flow *f, struct page *p, const struct view *v)
{
	static const struct {
		enum page_source source;
		enum word word;
		enum icon icon;
	} WAYS[] = { { SOURCE_ANY, WORD_SOURCE_SCANNER, ICON_SCANNER },
		     { SOURCE_CAMERA, WORD_SOURCE_CAMERA, ICON_CAMERA } };
	bool camera = view_get_num(v, "source") == SOURCE_CAMERA;

	if (!view_get_num(v, "cameras"))
		return;
	f->columns = 2;
	for (size_t i = 0; i < 2; i++) {
		struct node *n = flow_add(f, page_format(p, "source.%d", (int)WAYS[i].source),
					  NODE_CHOICE, say(p, WAYS[i].word), "");
		n->icon = WAYS[i].icon;
		n->state = camera == (WAYS[i].source == SOURCE_CAMERA) ? STATE_SELECTED : 0;
		n->deed.action = ACTION_SOURCE;
		n->deed.index = WAYS[i].source;
	}
	f->columns = 1;
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
	bool camera = view_get_num(v, "source") == SOURCE_CAMERA;
	const struct way skip_it = { .key = "skip",
				     .text = say(p, first ? WORD_SCAN_SKIP : WORD_SCAN_ENOUGH),
				     .tone = TONE_SECOND,
				     .action = first ? ACTION_SKIP : ACTION_NEXT };
	const struct way scan = { .key = "scan",
				  .text = say(p, camera ? WORD_SCAN_SHOOT : WORD_SCAN_START),
				  .icon = camera ? ICON_CAMERA : ICON_SCAN,
				  .tone = TONE_PRIMARY,
				  .action = ACTION_SCAN };

	if (view_get_num(v, "state") == STATE_PUT_IN)
		frame_actions(p, body, (struct way[]){ way_back(p), skip_it, scan }, 3);
	else
		frame_actions(p, body, (struct way[]){ way_back(p) }, 1);
}

/* What was wrong with this go: with a picture of what to do, if there is one. */
static void what_was_wrong(struct flow *f, struct page *p, int64_t e)
{
	if (fault_picture(e))
		flow_fault(f, p, "error", "", e);
	else if (say_err(p, e)[0])
		flow_banner(f, "error", TONE_ERROR, ICON_ERROR, say_err(p, e), "");
}

/* The camera that was chosen has gone: the scanner is the way. */
static void camera_lost(struct flow *f, struct page *p, const struct view *v)
{
	if (view_get_num(v, "camera") != ERR_OK)
		flow_banner(f, "camera", TONE_WARN, ICON_WARNING, say(p, WORD_CAMERA_LOST),
			    say(p, WORD_CAMERA_LOST_MORE));
	else
		what_was_wrong(f, p, view_get_num(v, "err"));
}

static struct chip live_chip(const struct page *p, const struct view *v)
{
	static const struct {
		enum err doubt;
		enum word word;
	} CHIPS[] = {
		{ ERR_NOT_FOUND, WORD_LIVE_NONE }, { ERR_BUSY, WORD_LIVE_MOVES },
		{ ERR_DARK_PAGE, WORD_LIVE_DARK }, { ERR_GLARE, WORD_LIVE_GLARE },
		{ ERR_CUT_PAGE, WORD_LIVE_CUT },
	};
	int64_t doubt = view_get_num(v, "live_doubt");

	for (size_t i = 0; i < sizeof CHIPS / sizeof CHIPS[0]; i++)
		if (doubt == CHIPS[i].doubt)
			return (struct chip){ "live.doubt", say(p, CHIPS[i].word), ICON_WARNING,
					      TONE_WARN };
	return (struct chip){ "live.doubt", say(p, WORD_LIVE_GOOD), ICON_CHECK, TONE_OK };
}

/* What the camera sees, with a word about it. */
static void live_picture(struct page *p, struct rect area, const struct view *v)
{
	struct chip chip = live_chip(p, v);
	struct rect top = cut_top(&area, chips_height(p, &chip, 1, area.w));
	size_t len;
	const uint8_t *rgb = view_get_bytes(v, "live", &len);

	chips_draw(p, &top, &chip, 1);
	skip(p, &area, 3);
	if (area.h > 0)
		page_image(p, "live", area, rgb, len, (int)view_get_num(v, "live_width"),
			   (int)view_get_num(v, "live_height"))
			->say = say(p, WORD_LIVE_PICTURE);
}

/* The picture takes what the words leave; with little room the words go that say how. */
static void put_under_camera(struct page *p, struct rect body, const struct view *v,
			     struct flow now[static 2])
{
	int gap = mm(p, 5), least = mm(p, LIVE_LEAST_MM);
	struct rect part = body;

	if (is_portrait(p->metrics)) {
		int how = flow_height(p, &now[1], body.w);

		part = cut_top(&body, flow_height(p, &now[0], body.w));
		cut_top(&body, gap);
		flow_draw(p, &part, &now[0]);
		if (body.h - how - gap >= least) {
			part = cut_bottom(&body, how);
			cut_bottom(&body, gap);
			flow_draw(p, &part, &now[1]);
		}
	} else {
		part = cut_left(&body, body.w * 46 / 100);
		cut_left(&body, mm(p, 8));
		flow_join(&now[0], &now[1]);
		flow_draw(p, &part, &now[0]);
	}
	live_picture(p, body, v);
}

static void put_in(struct page *p, struct rect body, const struct view *v)
{
	struct flow now = { .gap_mm = GAP_MM },
		    how = { .gap_mm = GAP_MM, .least_mm = roomy_mm(p), .spread = true };
	const struct place *place = place_of(v);

	frame_title(p, &body, say(p, place->title), "");
	scan_ways(p, &body, v);
	which_paper(&now, p, v, body.w);
	if (view_get_num(v, "stored"))
		flow_banner(&now, "stored", TONE_OK, ICON_CHECK_CIRCLE, say(p, WORD_STORED_SCAN),
			    "");
	if (view_get_num(v, "left"))
		flow_left(&now, p);
	camera_lost(&now, p, v);
	hint(&now, p, v);
	sources(&now, p, v);
	how_to_put_it_in(&how, p, place);
	if (place == &CAMERA_WAY && view_has(v, "live")) {
		struct flow flows[2] = { now, how };
		put_under_camera(p, body, v, flows);
		return;
	}
	flow_around(p, &body, &now, place->picture, say(p, place->said), &how);
}

/* How many have come, and what is wrong with the last. */
static void last_page_chips(struct page *p, struct rect *area, const struct view *v)
{
	struct chip chips[2];
	size_t n = 0;
	int64_t doubt = view_get_num(v, "doubt");

	chips[n++] = (struct chip){ "sheets",
				    counted(p, WORD_SCAN_SHEETS_ONE, WORD_SCAN_SHEETS,
					    (long)view_get_num(v, "sheets")),
				    ICON_PAGES, TONE_INFO };
	chips[n++] = doubt == ERR_OK ? (struct chip){ "doubt", say(p, WORD_SCAN_LAST_CLEAR),
						      ICON_CHECK, TONE_OK }
				     : (struct chip){ "doubt", fault_word(p, doubt), ICON_WARNING,
						      TONE_WARN };
	struct rect r = cut_top(area, chips_height(p, chips, n, area->w));
	chips_draw(p, &r, chips, n);
	skip(p, area, 3);
}

static void last_page(struct page *p, struct rect area, const struct view *v)
{
	size_t len;
	const uint8_t *rgb = view_get_bytes(v, "image", &len);

	last_page_chips(p, &area, v);
	if (area.h > 0)
		page_image(p, "image", area, rgb, len, (int)view_get_num(v, "width"),
			   (int)view_get_num(v, "height"))
			->say = say(p, WORD_PAGE_PICTURE);
}

/* What has come is in sight while the rest comes. */
static void scanning(struct page *p, struct rect body, const struct view *v)
{
	struct flow now = { .gap_mm = GAP_MM };
	bool came = view_get_num(v, "sheets") > 0 && view_has(v, "image");

	frame_title(p, &body, say(p, WORD_SCAN_TITLE_WORKING), "");
	scan_ways(p, &body, v);
	which_paper(&now, p, v, body.w);
	at_work(&now, p, v);
	if (!came) {
		struct flow none = { .count = 0 };
		const struct place *place = place_of(v);
		flow_around(p, &body, &now, place->picture, say(p, place->said), &none);
		return;
	}
	if (is_portrait(p->metrics)) {
		struct rect top = cut_top(&body, flow_height(p, &now, body.w));
		flow_draw(p, &top, &now);
		skip(p, &body, 5);
		last_page(p, body, v);
		return;
	}
	struct rect left = cut_left(&body, body.w * 46 / 100);
	cut_left(&body, mm(p, 8));
	flow_draw(p, &left, &now);
	last_page(p, body, v);
}

void screen_SCAN(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);

	if (view_get_num(v, "state") == STATE_PUT_IN)
		put_in(p, body, v);
	else
		scanning(p, body, v);
}
