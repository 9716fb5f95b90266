#include "tests/panel/board.h"

#define MARGIN         14.0
#define GAP            8.0
#define TOP            54.0 /* below the title */
#define HEADING_HEIGHT 27.0
#define BUTTON_HEIGHT  44.0
#define ROW            (BUTTON_HEIGHT + 6.0)
#define AFTER_SECTION  5.0

static const struct item ITEMS[] = {
#define SECTION(columns, name, english, count, counted) \
	{ columns, name, english, count, counted, USIM, NULL, NULL, NULL, 0 },
#define BUTTON(name, english, to, line, undo, state) \
	{ 0, name, english, NULL, NULL, to, line, undo, state, 0 },
#define CARD_PLACE(height) { 0, "", "", NULL, NULL, USIM, NULL, NULL, NULL, height },
#include "tests/panel/buttons.def"
#undef SECTION
#undef BUTTON
#undef CARD_PLACE
};

#define ITEM_COUNT (sizeof ITEMS / sizeof ITEMS[0])

const struct item *board_item(size_t i)
{
	return i < ITEM_COUNT ? &ITEMS[i] : NULL;
}

/* A walk from the top: where each item goes follows from those before it. */
struct walk {
	double y;
	int columns, column;
};

static struct rect step(struct walk *w, const struct item *i)
{
	const double inner = BOARD_WIDTH - 2 * MARGIN;

	if (i->columns) {
		if (w->columns)
			w->y += AFTER_SECTION + (w->column ? ROW : 0);
		*w = (struct walk){ w->y + HEADING_HEIGHT, i->columns, 0 };
		return (struct rect){ MARGIN, w->y - HEADING_HEIGHT, inner, HEADING_HEIGHT };
	}
	if (i->height) {
		struct rect r = { MARGIN, w->y, inner, i->height };
		w->y += i->height + 6;
		return r;
	}
	double width = (inner - (w->columns - 1) * GAP) / w->columns;
	struct rect r = { MARGIN + w->column * (width + GAP), w->y, width, BUTTON_HEIGHT };
	if (++w->column == w->columns) {
		w->column = 0;
		w->y += ROW;
	}
	return r;
}

struct rect board_place(size_t i)
{
	struct walk w = { .y = TOP };
	struct rect r = { 0 };

	for (size_t k = 0; k <= i && k < ITEM_COUNT; k++)
		r = step(&w, &ITEMS[k]);
	return r;
}

static struct rect card_place(void)
{
	for (size_t i = 0; i < ITEM_COUNT; i++)
		if (ITEMS[i].height)
			return board_place(i);
	return (struct rect){ 0 };
}

struct rect board_card(enum board_part part)
{
	struct rect all = card_place(), r = all;
	double card_width = all.height * 1.586; /* ISO 7810 ID-1 */
	double beside = all.width - card_width - GAP;

	if (part == BOARD_TURN) {
		r.width = card_width;
		return r;
	}
	r.height = 40;
	r.y += all.height - r.height;
	r.width = (beside - GAP) / 2;
	r.x += card_width + GAP + (part == BOARD_NEXT ? r.width + GAP : 0);
	return r;
}

static bool is_in(const struct rect *r, double x, double y)
{
	return x >= r->x && x < r->x + r->width && y >= r->y && y < r->y + r->height;
}

enum board_part board_card_hit(double x, double y)
{
	for (enum board_part p = BOARD_TURN; p <= BOARD_NEXT; p++) {
		struct rect r = board_card(p);

		if (is_in(&r, x, y))
			return p;
	}
	return BOARD_NOTHING;
}

struct rect board_receipt(void)
{
	struct rect last = board_place(ITEM_COUNT - 1);
	double y = last.y + last.height + 12;

	return (struct rect){ MARGIN, y, BOARD_WIDTH - 2 * MARGIN, BOARD_HEIGHT - y - MARGIN };
}

int board_hit(double x, double y)
{
	for (size_t i = 0; i < ITEM_COUNT; i++) {
		struct rect r = board_place(i);

		if (!ITEMS[i].columns && is_in(&r, x, y))
			return (int)i;
	}
	return -1;
}
