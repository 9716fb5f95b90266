/* What is on the panel: headings and buttons, where they are, what they say. */
#ifndef TESTS_PANEL_BOARD_H
#define TESTS_PANEL_BOARD_H

#include <stdbool.h>
#include <stddef.h>

#define BOARD_WIDTH  420
#define BOARD_HEIGHT 990

enum board_to { USIM, PROVINCE };

struct rect {
	double x, y, width, height;
};

struct item {
	int columns; /* of a heading: how many buttons stand side by side; 0: a button */
	const char *name, *english;
	const char *count,
		*counted; /* heading: a number of the status line and its noun; or NULL */
	enum board_to to; /* button */
	const char *line, *undo, *state;
	double height; /* of the identity card's place, where one is chosen; else 0 */
};

/* The i-th item, or NULL. */
const struct item *board_item(size_t i);
struct rect board_place(size_t i);

/* In the identity card's place: the card itself, which is turned over by a press, and the two
 * arrows by which another one is chosen. */
enum board_part { BOARD_NOTHING, BOARD_TURN, BOARD_BEFORE, BOARD_NEXT };
struct rect board_card(enum board_part part);
enum board_part board_card_hit(double x, double y);

/* What is left below for the newest receipt. */
struct rect board_receipt(void);

/* The button at that point, or -1. */
int board_hit(double x, double y);

#endif
