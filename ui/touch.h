/* From fingers to taps: which control is meant, when it counts, and when it does not. */
#ifndef UI_TOUCH_H
#define UI_TOUCH_H

#include "ui/page.h"

/* A tap on what has just changed was meant for what was there before. */
#define TOUCH_SETTLE_MS 300
/* A trembling finger taps twice. */
#define TOUCH_AGAIN_MS 250

struct touch {
	uint32_t held; /* control where the finger came down; 0 none */
	bool inside;   /* the finger is still on it */
	bool palm;     /* more than one finger: nothing counts until all have gone */
	int fingers;
	uint32_t last; /* control that was activated last, and when */
	int64_t last_ms;
	int64_t changed_ms; /* when another screen appeared */
};

/* The control at x, y, or the nearest one that people who miss it low or to the side mean;
 * NULL when there is none. */
const struct node *touch_hit(const struct page *p, int x, int y);

void touch_down(struct touch *t, const struct page *p, int x, int y, int64_t now_ms);
void touch_move(struct touch *t, const struct page *p, int x, int y);

/* The control that is activated by this, or NULL. */
const struct node *touch_up(struct touch *t, const struct page *p, int x, int y, int64_t now_ms);

/* The screen has changed under the finger. */
void touch_changed(struct touch *t, int64_t now_ms);

/* The control to be drawn as pressed; 0 none. */
uint32_t touch_pressed(const struct touch *t);

#endif
