/* kiosk-ui without its wires: what is shown now, what a touch or key does to it, what has to be
 * drawn again. Actions for kiosk-core go out through a callback. */
#ifndef UI_APP_H
#define UI_APP_H

#include "firmware/base/msg.h"
#include "ui/damage.h"
#include "ui/display.h"
#include "ui/draw.h"
#include "ui/screen.h"
#include "ui/touch.h"

/* A screen being shown: the base, or a dialog over it. */
struct layer {
	bool present;
	enum screen screen;
	struct view view;
	struct local local;
};

struct app {
	struct metrics metrics;
	struct display *display; /* not owned */
	struct text *text;
	struct shapes *shapes;
	struct page *now, *before;
	struct layer base, over;
	uint32_t turn;
	enum language language;
	unsigned look;
	struct touch touch;
	uint32_t waiting; /* control whose action kiosk-core has not answered: stays pressed */
	int tick;
	struct damage damage;
	void (*act)(void *data, const struct msg_act *m); /* may be NULL */
	void (*beep)(void *data, int what);               /* enum sound; may be NULL */
	void *data;
};

/* Loads fonts; shows nothing yet. ERR_NOT_FOUND (a font), ERR_NO_MEMORY. */
enum err app_init(struct app *a, struct display *d, const struct metrics *m);
void app_finish(struct app *a); /* wipes; accepts a zeroed app */

/* Draws what comes first, with nothing of it on the panel yet: its letters are then at hand. To be
 * called before the first app_show(). */
void app_warm(struct app *a);

/* What kiosk-core wants shown. `v` is taken over and zeroed. What the person typed stays when it
 * is the same screen; when it is ATTRACT, all that was there before is wiped. */
struct shown {
	uint32_t turn;
	enum screen screen;
	enum language language;
	unsigned look;
};
void app_show(struct app *a, const struct shown *s, struct view *v, int64_t now_ms);

/* kiosk-core is not there: wipes all that was shown and says that the machine has paused.
 * ERR_NO_MEMORY: nothing is changed. */
enum err app_pause(struct app *a, const char *hotline, int64_t now_ms);

/* A touch or key. */
void app_event(struct app *a, const struct display_event *e, int64_t now_ms);

/* Does what a tap on this node of the present page does. */
void app_activate(struct app *a, const struct node *n);

/* Builds the page anew after a change of a->base.local and the like. */
void app_rebuild(struct app *a);

/* True when something on the page moves by itself; then app_tick() moves it one step. */
bool app_moves(const struct app *a);
void app_tick(struct app *a);

/* Draws what has changed, and nothing else. False when nothing had. */
bool app_paint(struct app *a);

/* Draws everything. */
void app_paint_all(struct app *a);

#endif
