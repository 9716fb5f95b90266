/* From fingers to taps: which control is meant, when it counts, and when it does not. */
#ifndef UI_TOUCH_H
#define UI_TOUCH_H

#include "ui/page.h"

/* A tap on what has just changed was meant for what was there before. */
#define TOUCH_SETTLE_MS 300
/* A trembling finger taps twice. */
#define TOUCH_AGAIN_MS 250
/* What is on the glass for so long leans there, or is a drop or dirt: others tap beside it. */
#define TOUCH_REST_MS 5000
#define TOUCH_FINGERS 10

/* A finger: its number (the first free one when it came), and where it is now. */
struct contact {
	int finger, x, y;
	int64_t now_ms;
};

struct touch {
	uint32_t held; /* control where the only finger came down; 0 none, or there are more */
	int holder;    /* that finger */
	bool inside;   /* it is still on the control */
	unsigned down; /* a bit for each finger */
	int64_t since_ms[TOUCH_FINGERS];
	uint32_t last; /* control that was activated last, and when */
	int64_t last_ms;
	int64_t changed_ms; /* when another screen appeared */
	int x, y;           /* where the finger that held a control last came down */
};

/* The control at x, y, or the nearest one that people who miss it low or to the side mean;
 * NULL when there is none. */
const struct node *touch_hit(const struct page *p, int x, int y);

/* A second finger beside one that has just come is a palm: nothing counts until they have gone. */
void touch_down(struct touch *t, const struct page *p, const struct contact *at);
void touch_move(struct touch *t, const struct page *p, const struct contact *at);

/* The control that is activated by this, or NULL. */
const struct node *touch_up(struct touch *t, const struct page *p, const struct contact *at);

/* A finger is not there any more, and nobody has lifted it: its touch screen was unplugged. */
void touch_lost(struct touch *t, int finger);

/* The screen has changed under the finger. */
void touch_changed(struct touch *t, int64_t now_ms);

/* The control to be drawn as pressed; 0 none. */
uint32_t touch_pressed(const struct touch *t);

#endif
