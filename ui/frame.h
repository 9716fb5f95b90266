/* What all screens have in common: head, steps, actions, accessibility, dialogs. */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include "ui/page.h"

/* Head with office and language button, steps when the screen has a step, and the bar of
 * accessibility buttons at the bottom. Returns what is left between, with margins.
 * Without `v` values the head stays empty. */
struct rect frame_begin(struct page *p, const struct view *v);

/* The same, but the keyboard takes the place of the accessibility bar while it is open. */
struct rect frame_begin_typing(struct page *p, const struct view *v);

/* The buttons at the end of a screen: cut off the bottom of *body. Any may have a NULL text and
 * is then left out. The strongest stands right, or left for the left-handed. */
struct way {
	const char *key;
	const char *text;
	enum icon icon;
	enum tone tone;
	enum action action;
	uint32_t index;
};
void frame_actions(struct page *p, struct rect *body, const struct way *ways, size_t n);

/* Usual ways. */
struct way way_back(const struct page *p);
struct way way_next(const struct page *p, const char *text, enum action action);

/* H1 question and a muted line below it, off the top of *body. `more` may be "". */
void frame_title(struct page *p, struct rect *body, const char *title, const char *more);

/* A dialog in the middle (within reach in low-reach mode) over what was there: scrim, panel,
 * icon, title, text. Returns where its ways go: pass that to frame_actions(). */
struct rect frame_dialog(struct page *p, enum icon icon, enum tone tone, const char *title,
			 const char *text);

/* Icon, title and line on a soft ground, off the top of *body, with a gap below. */
struct node *frame_banner(struct page *p, struct rect *body, const char *key, enum tone tone,
			  enum icon icon, const char *title, const char *more);

#endif
