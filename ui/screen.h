/* Screens: each is a function from a view to nodes, one for every row of screens.def. */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "firmware/base/screens.h"
#include "firmware/base/view.h"
#include "ui/page.h"

typedef void screen_fn(struct page *p, const struct view *v);

#define SCREEN(name, step) \
	__attribute__((weak)) void screen_##name(struct page *p, const struct view *v);
#define ACTION(name)
#include "firmware/base/screens.def"
#undef SCREEN
#undef ACTION

/* Draws screen `s` into p; nothing for a number outside the table. */
void screen_build(enum screen s, struct page *p, const struct view *v);

/* True for a dialog laid over the screen `under` of its view. */
bool screen_is_overlay(enum screen s);

#endif
