#include "tests/panel/board.h"

#define MARGIN         14.0
#define GAP            8.0
#define TOP            54.0 /* below the title */
#define HEADING_HEIGHT 27.0
#define BUTTON_HEIGHT  46.0
#define ROW            (BUTTON_HEIGHT + 6.0)
#define AFTER_SECTION  5.0

static const struct item ITEMS[] = {
#define SECTION(columns, name, english, count, counted) \
	{ columns, name, english, count, counted, USIM, NULL, NULL, NULL },
#define BUTTON(name, english, to, line, undo, state) \
	{ 0, name, english, NULL, NULL, to, line, undo, state },
#include "tests/panel/buttons.def"
#undef SECTION
#undef BUTTON
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

		if (!ITEMS[i].columns && x >= r.x && x < r.x + r.width && y >= r.y &&
		    y < r.y + r.height)
			return (int)i;
	}
	return -1;
}
