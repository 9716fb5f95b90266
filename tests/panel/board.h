/* What is on the panel: headings and buttons, where they are, what they say. */
#ifndef TESTS_PANEL_BOARD_H
#define TESTS_PANEL_BOARD_H

#include <stdbool.h>
#include <stddef.h>

#define BOARD_WIDTH  420
#define BOARD_HEIGHT 900

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
};

/* The i-th item, or NULL. */
const struct item *board_item(size_t i);
struct rect board_place(size_t i);

/* What is left below for the newest receipt. */
struct rect board_receipt(void);

/* The button at that point, or -1. */
int board_hit(double x, double y);

#endif
