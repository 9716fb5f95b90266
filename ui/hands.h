/* Touch, keys and absolute mice of a panel without a window system, by SDL's evdev driver. */
#ifndef UI_HANDS_H
#define UI_HANDS_H

#include "ui/display.h"
#include "ui/turn.h"

struct hands;

/* width, height: of the panel. ERR_GONE (SDL has no evdev), ERR_NO_MEMORY, ERR_IO. */
enum err hands_create(int width, int height, const struct touch_matrix *m, struct hands **ret);
void hands_destroy(struct hands *h); /* NULL is allowed */

/* Readable when a hand has done something, and once a second: then devices that were plugged in
 * are looked for. */
int hands_fd(const struct hands *h);

/* True once for each time the second was over: time to look at the panel's cable too. */
bool hands_ticked(struct hands *h);

/* False when nothing is waiting. Places are pixels of the panel. */
bool hands_next(struct hands *h, struct display_event *ret);

#endif
