/* What opens the chip: six digits of the card's number, or three lines that stand on it. */
#include "firmware/base/chip.h"
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

#include <string.h>

#define CAN_DIGITS       6
#define BOX_MOST_MM      30
#define KEY_MOST_MM      27
#define PAD_MOST_MM      200 /* width: digits stay close to one another */
#define PAD_TIGHT_MM     90
#define PICTURE_LEAST_MM 34
#define PICTURE_MOST_MM  96
#define BESIDE_GAP_MM    8
#define MAX_LINES        3

/* What a card without an expiry date has in its chip (ICAO 9303-3: 991231). */
#define ENDLESS "31/12/2099"

/* Both designs of the card side by side, with a frame around what is meant. */
struct shown_card {
	enum picture picture;
	enum word say, caption;
};

static const struct shown_card CAN_CARDS[2] = {
	{ PICTURE_OLD_CAN, WORD_CARD_KEY_PICTURE_OLD, WORD_CARD_KEY_OLD },
	{ PICTURE_NEW_CAN, WORD_CARD_KEY_PICTURE_NEW, WORD_CARD_KEY_NEW },
};

/* The three lines, as their fields are called. */
static const struct line {
	const char *key;
	enum word label;
	const char *type;
	int max; /* 0: a date is as long as it is */
	struct shown_card cards[2];
} LINES[MAX_LINES] = {
	{ "number",
	  WORD_CARD_KEY_NUMBER,
	  "digits",
	  12,
	  { { PICTURE_OLD_NUMBER, WORD_CARD_KEY_MRZ_PICTURE_OLD, WORD_CARD_KEY_OLD_FRONT },
	    { PICTURE_NEW_NUMBER, WORD_CARD_KEY_MRZ_PICTURE_NEW, WORD_CARD_KEY_NEW_FRONT } } },
	{ "birth",
	  WORD_CARD_KEY_BIRTH,
	  "date",
	  0,
	  { { PICTURE_OLD_BIRTH, WORD_CARD_KEY_MRZ_PICTURE_OLD, WORD_CARD_KEY_OLD_FRONT },
	    { PICTURE_NEW_BIRTH, WORD_CARD_KEY_MRZ_PICTURE_NEW, WORD_CARD_KEY_NEW_FRONT } } },
	{ "expiry",
	  WORD_CARD_KEY_EXPIRY,
	  "date",
	  0,
	  { { PICTURE_OLD_EXPIRY, WORD_CARD_KEY_MRZ_PICTURE_OLD, WORD_CARD_KEY_OLD_FRONT },
	    { PICTURE_NEW_EXPIRY, WORD_CARD_KEY_MRZ_PICTURE_NEW, WORD_CARD_KEY_NEW_BACK } } },
};

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

/* Height of the captions below the pictures, in columns of this width. */
static int captions_height(const struct page *p, const struct shown_card cards[2], int width)
{
	return larger(page_text_height(p, TYPE_CAPTION, say(p, cards[0].caption), width),
		      page_text_height(p, TYPE_CAPTION, say(p, cards[1].caption), width));
}

/* All of `r`; nothing when that is too little for a picture. */
static void card_pictures(struct page *p, struct rect r, const struct shown_card cards[2])
{
	int gap = mm(p, GAP_MM + 1), words = captions_height(p, cards, (r.w - gap) / 2);

	if (r.h - words < mm(p, PICTURE_LEAST_MM))
		return;
	for (int i = 0; i < 2; i++) {
		struct rect cell = column(r, 2, gap, i), caption = cut_bottom(&cell, words);
		picture_add(p, page_format(p, "picture.%d", i), &cell, cards[i].picture,
			    say(p, cards[i].say));
		struct node *n =
			page_add(p, page_format(p, "picture.%d.name", i), NODE_TEXT, caption);
		n->type = TYPE_CAPTION;
		n->tone = TONE_MUTED;
		n->align = ALIGN_CENTRE;
		n->text = say(p, cards[i].caption);
	}
}

static void other_way(struct flow *f, const char *key, const char *text, enum icon icon,
		      enum action action)
{
	struct node *n = flow_add(f, key, NODE_BUTTON, text, "");

	n->type = TYPE_LABEL;
	n->tone = TONE_SECOND;
	n->icon = icon;
	n->deed.action = action;
}

/* Ways that need other digits, or none. */
static struct flow other_ways(struct page *p, const struct view *v, int columns)
{
	struct flow f = { .gap_mm = GAP_MM, .columns = columns };
	bool can = view_get_num(v, "kind") != CHIP_KEY_MRZ;

	other_way(&f, "other_key", say(p, can ? WORD_CARD_KEY_OTHER_MRZ : WORD_CARD_KEY_OTHER_CAN),
		  can ? ICON_CALENDAR : ICON_NUMBERS, ACTION_OTHER_KEY);
	if (view_get_num(v, "code_reader") == ERR_OK)
		other_way(&f, "code_only", say(p, WORD_CARD_KEY_CODE_ONLY), ICON_QR_SCAN,
			  ACTION_CODE_ONLY);
	else
		f.items[0].columns = 1;
	return f;
}

static void hint(struct flow *f, struct page *p, const struct view *v)
{
	if (view_get_num(v, "code_reader") != ERR_OK)
		return;
	struct node *n = flow_add(f, "scan", NODE_TEXT, say(p, WORD_CARD_KEY_SCAN), "");
	n->icon = ICON_QR_SCAN;
	n->tone = TONE_MUTED;
}

static void key_ways(struct page *p, struct rect *body)
{
	struct way open = way_next(p, say(p, WORD_CARD_KEY_OPEN), ACTION_NEXT);

	open.icon = ICON_CHIP;
	frame_actions(p, body, (struct way[]){ way_back(p), open }, 2);
}

/* What was wrong with the last try, over everything else. */
static void what_was_wrong(struct page *p, struct rect *body, int64_t e, bool can)
{
	bool asks = e == ERR_KEY_KIND; /* nobody did anything wrong */
	/* some cards have six digits of their own; not where large letters need the room */
	bool more = e == ERR_WRONG_KEY && can && !(p->look & LOOK_SIZE);

	if (say_err(p, e)[0])
		frame_banner(p, body, "error", asks ? TONE_INFO : TONE_ERROR,
			     asks ? ICON_INFO : ICON_ERROR, say_err(p, e),
			     more ? say(p, WORD_CARD_KEY_WRONG_MORE) : "");
}

static int boxes_height(const struct page *p, int width)
{
	int gap = mm(p, GAP_MM), side = (width - (CAN_DIGITS - 1) * gap) / CAN_DIGITS;

	return larger(smaller(side, mm(p, BOX_MOST_MM)), mm(p, CONTROL_MM));
}

/* A refused number, until another one is being typed. */
static bool is_wrong(const struct view *v, const char *typed)
{
	bool refused = view_get_num(v, "err") == ERR_WRONG_KEY;
	bool untouched = strcmp(typed, view_row_text(v, "fields", 0, "value")) == 0;

	return untouched && (refused || view_row_num(v, "fields", 0, "err") != 0);
}

/* The six boxes are one field that is always open: keys, a keypad and a script type into it. */
static void boxes(struct page *p, struct rect r, const struct view *v)
{
	struct local *l = p->local;
	const char *value = view_row_text(v, "fields", 0, "value");
	int gap = mm(p, GAP_MM), wide = CAN_DIGITS * (r.h + gap) - gap;
	struct node *n = page_add(p, "field.can", NODE_FIELD, centred(r, wide, r.h));
	const char *typed = page_typed(p, n->id, value);

	if (l->field != n->id) {
		keyboard_open(&l->keyboard, "digits", CAN_DIGITS, typed);
		l->field = n->id;
	}
	l->stays = true;
	n->type = TYPE_BIG;
	n->text = say(p, WORD_CARD_KEY_CAN);
	n->say = filled_num(p, WORD_CARD_KEY_CAN_SPOKEN, (long)strlen(typed), 0);
	n->more = typed;
	n->max = CAN_DIGITS;
	n->state = STATE_MUST | STATE_EDITING | (is_wrong(v, typed) ? STATE_ERROR : 0u);
	n->deed = (struct deed){ ACTION_FIELD, 0, "digits", LOCAL_EDIT, n->id };
}

static int pad_height(const struct page *p, double key_mm)
{
	return 4 * mm(p, key_mm) + 3 * mm(p, GAP_MM);
}

static void pad(struct page *p, struct rect r, double most_mm)
{
	int w = smaller(r.w, mm(p, most_mm));

	keyboard_add_pad(p, centred(r, w, smaller(r.h, pad_height(p, KEY_MOST_MM))));
}

/* Boxes over the pad, in all of r. */
static void boxes_and_pad(struct page *p, struct rect r, const struct view *v)
{
	boxes(p, cut_top(&r, boxes_height(p, r.w)), v);
	skip(p, &r, 4);
	r.h = smaller(r.h, pad_height(p, KEY_MOST_MM));
	pad(p, r, PAD_MOST_MM);
}

/* From top to bottom pictures, boxes and pad, other ways above the last buttons. What room is
 * left goes to the keys first, then to the pictures, then between them. False when there is too
 * little. */
static bool can_standing(struct page *p, struct rect body, const struct view *v)
{
	struct flow rest = { .gap_mm = GAP_MM }, ways = other_ways(p, v, 2);
	int gap = mm(p, 5), entry = boxes_height(p, body.w) + mm(p, 4) + pad_height(p, CONTROL_MM);

	hint(&rest, p, v);
	flow_join(&rest, &ways);
	int told = flow_height(p, &rest, body.w), spare = body.h - entry - told - gap;
	if (spare < 0)
		return false;
	int more = smaller(spare, pad_height(p, KEY_MOST_MM) - pad_height(p, CONTROL_MM));
	int picture = smaller(spare - more - gap, mm(p, PICTURE_MOST_MM));
	bool shown = picture >= mm(p, PICTURE_LEAST_MM + 8);
	int free = (spare - more - (shown ? picture + gap : 0)) / (shown ? 3 : 2);
	struct rect below = cut_bottom(&body, told);
	if (shown) {
		card_pictures(p, cut_top(&body, picture), CAN_CARDS);
		cut_top(&body, gap + smaller(free, gap));
	}
	cut_top(&body, smaller(free, gap));
	boxes_and_pad(p, cut_top(&body, entry + more), v);
	flow_draw(p, &below, &rest);
	return true;
}

/* Boxes and pad beside pictures and other ways. */
static bool can_lying(struct page *p, struct rect body, const struct view *v)
{
	struct flow rest = { .gap_mm = GAP_MM }, ways;
	struct rect left = column(body, 2, mm(p, BESIDE_GAP_MM), 0);
	struct rect right = column(body, 2, mm(p, BESIDE_GAP_MM), 1);

	hint(&rest, p, v);
	ways = other_ways(p, v, 1);
	flow_join(&rest, &ways);
	int told = flow_height(p, &rest, left.w);
	if (boxes_height(p, right.w) + mm(p, 4) + pad_height(p, CONTROL_MM) > right.h ||
	    told > left.h)
		return false;
	struct rect pictures =
		cut_top(&left, smaller(left.h - told - mm(p, 5), mm(p, PICTURE_MOST_MM)));
	card_pictures(p, pictures, CAN_CARDS);
	skip(p, &left, 5);
	flow_draw(p, &left, &rest);
	boxes_and_pad(p, right, v);
	return true;
}

/* Large letters on a small panel: the pad beside boxes and other ways, and nothing else. */
static void can_tight(struct page *p, struct rect body, const struct view *v)
{
	struct flow ways = other_ways(p, v, 1);
	struct rect left = cut_left(&body, mm(p, PAD_TIGHT_MM));

	cut_left(&body, mm(p, 5));
	boxes(p, cut_top(&body, boxes_height(p, body.w)), v);
	skip(p, &body, 4);
	flow_draw(p, &body, &ways);
	pad(p, left, PAD_TIGHT_MM);
}

static void card_key_can(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	int64_t wrong = view_get_num(v, "err");

	if (wrong == ERR_OK)
		wrong = view_row_num(v, "fields", 0, "err");
	frame_title(p, &body, say(p, WORD_CARD_KEY_TITLE),
		    p->look & LOOK_SIZE || wrong != ERR_OK ? "" : say(p, WORD_CARD_KEY_SUB));
	key_ways(p, &body);
	what_was_wrong(p, &body, wrong, true);
	if (!(is_portrait(p->metrics) ? can_standing(p, body, v) : can_lying(p, body, v)))
		can_tight(p, body, v);
}

static const struct line *line_of(const struct view *v, size_t row)
{
	const char *key = view_row_text(v, "fields", row, "key");

	for (size_t i = 0; i < MAX_LINES; i++)
		if (strcmp(LINES[i].key, key) == 0)
			return &LINES[i];
	return NULL;
}

static const char *key_of(struct page *p, const struct line *l)
{
	return page_format(p, "field.%s", l->key);
}

static const char *value_of(struct page *p, const struct view *v, size_t row, const struct line *l)
{
	return page_typed(p, node_id(key_of(p, l)), view_row_text(v, "fields", row, "value"));
}

static bool is_endless(struct page *p, const struct view *v, size_t row, const struct line *l)
{
	return strcmp(l->key, "expiry") == 0 && strcmp(value_of(p, v, row, l), ENDLESS) == 0;
}

static struct field_spec spec_of(struct page *p, const struct view *v, size_t row,
				 const struct line *l)
{
	bool date = strcmp(l->type, "date") == 0;

	return (struct field_spec){ .key = key_of(p, l),
				    .label = say(p, l->label),
				    .value = view_row_text(v, "fields", row, "value"),
				    .type = l->type,
				    .error = say_err(p, view_row_num(v, "fields", row, "err")),
				    .icon = date ? ICON_CALENDAR : ICON_CARD,
				    .must = true,
				    .masked = !date,
				    .max = l->max,
				    .action = ACTION_FIELD,
				    .index = (uint32_t)row };
}

/* Below the expiry date: some cards have none. */
static struct node endless_choice(struct page *p, const struct view *v, size_t row,
				  const struct line *l)
{
	bool on = is_endless(p, v, row, l);
	struct node n = { .kind = NODE_CHOICE,
			  .icon = on ? ICON_BOX_ON : ICON_BOX,
			  .text = say(p, WORD_CARD_KEY_ENDLESS),
			  .more = say(p, WORD_CARD_KEY_ENDLESS_HELP),
			  .state = on ? STATE_SELECTED : 0u };

	n.deed = (struct deed){ .action = ACTION_FIELD,
				.index = (uint32_t)row,
				.text = on ? "" : ENDLESS,
				.field = node_id(key_of(p, l)) };
	return n;
}

static int line_height(struct page *p, const struct view *v, size_t row, int width)
{
	const struct line *l = line_of(v, row);

	if (!l)
		return 0;
	struct field_spec spec = spec_of(p, v, row, l);
	struct node choice = endless_choice(p, v, row, l);
	int own = page_field_height(p, &spec, width);
	if (strcmp(l->key, "expiry") != 0)
		return own;
	int other = page_height(p, &choice, width);
	return is_endless(p, v, row, l)
		       ? page_text_height(p, TYPE_LABEL, spec.label, width) + mm(p, 1) + other
		       : own + mm(p, GAP_MM) + other;
}

static void add_line(struct page *p, struct rect area, const struct view *v, size_t row)
{
	const struct line *l = line_of(v, row);

	if (!l)
		return;
	struct field_spec spec = spec_of(p, v, row, l);
	bool endless = is_endless(p, v, row, l);
	if (endless) {
		page_text(p, page_format(p, "%s.label", spec.key), &area, TYPE_LABEL, spec.label);
		skip(p, &area, 1);
	} else {
		page_field(p, &area, &spec);
		skip(p, &area, GAP_MM);
	}
	if (strcmp(l->key, "expiry") != 0)
		return;
	struct node choice = endless_choice(p, v, row, l);
	struct node *n = page_add(p, "field.expiry.endless", NODE_CHOICE,
				  cut_top(&area, page_height(p, &choice, area.w)));
	n->icon = choice.icon;
	n->text = choice.text;
	n->more = choice.more;
	n->state = choice.state;
	n->deed = choice.deed;
}

/* The row being typed in, or else the first that is empty: what the pictures show. */
static size_t present_row(struct page *p, const struct view *v, size_t n, bool *ret_typing)
{
	size_t empty = n;

	*ret_typing = false;
	for (size_t i = 0; i < n; i++) {
		const struct line *l = line_of(v, i);
		if (!l)
			continue;
		if (node_id(key_of(p, l)) == p->local->field) {
			*ret_typing = true;
			return i;
		}
		if (empty == n && !value_of(p, v, i, l)[0])
			empty = i;
	}
	return empty < n ? empty : 0;
}

/* All lines, or the one that is typed in, off the top of *area. */
static void add_lines(struct page *p, struct rect *area, const struct view *v, size_t from,
		      size_t end)
{
	int heights[MAX_LINES], gap = mm(p, 5);

	for (size_t i = from; i < end; i++)
		heights[i - from] = line_height(p, v, i, area->w);
	struct part part = { 0, end - from };
	if (end - from > 1)
		part = page_part(p, area, heights, end - from, gap);
	for (size_t i = part.first; i < part.end; i++) {
		add_line(p, cut_top(area, heights[i]), v, from + i);
		cut_top(area, gap);
	}
}

static void mrz_body(struct page *p, struct rect body, const struct view *v, bool typing,
		     size_t row)
{
	size_t n = view_rows(v, "fields");
	const struct line *l = line_of(v, row);
	struct rect left = body, *pictures = &body;

	n = n < MAX_LINES ? n : MAX_LINES;
	if (!is_portrait(p->metrics)) {
		left = column(body, 2, mm(p, BESIDE_GAP_MM), 0);
		body = column(body, 2, mm(p, BESIDE_GAP_MM), 1);
	}
	struct rect *fields = is_portrait(p->metrics) ? &body : &left;
	add_lines(p, fields, v, typing ? row : 0, typing ? row + 1 : n);
	if (pictures->h > mm(p, PICTURE_MOST_MM))
		pictures->h = mm(p, PICTURE_MOST_MM);
	if (l)
		card_pictures(p, *pictures, l->cards);
}

static void card_key_mrz(struct page *p, const struct view *v)
{
	bool typing;
	size_t row = present_row(p, v, view_rows(v, "fields"), &typing);

	p->local->stays = false;
	if (!typing)
		p->local->field = 0;
	struct rect body = frame_begin_typing(p, v);
	if (!typing || is_portrait(p->metrics))
		frame_title(p, &body, say(p, WORD_CARD_KEY_MRZ_TITLE),
			    typing || p->look & LOOK_SIZE ? "" : say(p, WORD_CARD_KEY_MRZ_SUB));
	if (typing) {
		mrz_body(p, body, v, typing, row);
		return;
	}
	struct flow ways = other_ways(p, v, 2);
	key_ways(p, &body);
	struct rect r = cut_bottom(&body, flow_height(p, &ways, body.w));
	cut_bottom(&body, mm(p, 5));
	what_was_wrong(p, &body, view_get_num(v, "err"), false);
	mrz_body(p, body, v, typing, row);
	p->zone += ZONE_PARTS - ZONE_BODY; /* read after the lines and the way to the next part */
	flow_draw(p, &r, &ways);
	p->zone -= ZONE_PARTS - ZONE_BODY;
}

void screen_CARD_KEY(struct page *p, const struct view *v)
{
	if (view_get_num(v, "kind") == CHIP_KEY_MRZ)
		card_key_mrz(p, v);
	else
		card_key_can(p, v);
}
