/* The face of a panel: pixels out, touches and keys in. A window on a desktop, the panel itself on
 * the board, or a picture in memory for tests. */
#ifndef UI_DISPLAY_H
#define UI_DISPLAY_H

#include "firmware/base/err.h"
#include "ui/layout.h"

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>

struct display;

/* Keys that move or act; everything else comes as text. */
enum display_key {
	KEY_NONE,
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_TAB,
	KEY_BACK_TAB,
	KEY_ENTER,
	KEY_ESCAPE,
	KEY_BACKSPACE,
	KEY_HELP, /* F1: call staff */
};

enum display_event_kind {
	EVENT_DOWN, /* x, y, finger: 0 is the first finger or the mouse */
	EVENT_MOVE,
	EVENT_UP,
	EVENT_LOST,    /* finger: its touch screen is gone, and it was not lifted */
	EVENT_KEY,     /* key */
	EVENT_TEXT,    /* text, UTF-8 */
	EVENT_EXPOSED, /* the pixels are lost: show all again */
	EVENT_CLOSED,  /* the window was closed */
};

struct display_event {
	enum display_event_kind kind;
	int x, y, finger;
	enum display_key key;
	char text[32];
};

enum display_fd {
	DISPLAY_ASK = -1,    /* nothing to wait on: ask every 10 ms */
	DISPLAY_SILENT = -2, /* nobody can touch it: no need to ask */
};

/* What a display does; made by one of the functions below. */
struct display_ops {
	/* Its pixels, CAIRO_FORMAT_RGB24; NULL while there are none. */
	cairo_surface_t *(*surface)(struct display *d);
	/* Brings the changed parts before the person's eyes. */
	void (*show)(struct display *d, const struct rect *damage, size_t n);
	/* False when nothing is waiting. */
	bool (*next)(struct display *d, struct display_event *ret);
	/* To be called once, when the first picture is shown: to open what a hand can touch takes
	 * longer than to draw it. *ret_fd is readable when next() has something, or one of enum
	 * display_fd. ERR_GONE (no way to be touched; the log says why), ERR_NO_MEMORY, ERR_IO. */
	enum err (*hear)(struct display *d, int *ret_fd);
	void (*destroy)(struct display *d);
};

struct display {
	const struct display_ops *ops;
};

/* On a desktop that is smaller than the panel: fewer and larger pixels, so that a window shows
 * all of it, in the same millimetres. No change where there is room, or no real screen. */
void display_fit(struct metrics *m);

/* A window of SDL; `full`: without a frame, over the whole panel. ERR_GONE when there is no
 * screen to open it on; the log says why. */
enum err display_window(int width, int height, bool full, struct display **ret);

/* The panel itself, by kernel mode setting, with touch and keys by evdev; no window system is
 * there. `folder`: of the cards, /dev/dri. `turn`: degrees by which the picture is turned clockwise
 * (turn.h). `matrix`: touch_matrix_of(). ERR_BAD_CONFIG, and those of kms_open(). */
enum err display_kms(const char *folder, long turn, const char *matrix, struct display **ret);

/* Pixels in memory and nothing else. ERR_NO_MEMORY. */
enum err display_memory(int width, int height, struct display **ret);

void display_destroy(struct display *d); /* NULL is allowed */

#endif
