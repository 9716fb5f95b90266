/* Fields being typed in: the text lives here until kiosk-core has shown it back. */
#ifndef UI_TYPING_H
#define UI_TYPING_H

#include "ui/app.h"

/* Opens the keyboard on a field node. */
void typing_open(struct app *a, const struct node *field);
void typing_close(struct app *a);

/* A key of the on-screen keyboard, or text of a real one. */
void typing_key(struct app *a, uint32_t key);
void typing_text(struct app *a, const char *typed);

/* Remembers the value of a field that is chosen, not typed. */
void typing_choose(struct app *a, const struct node *choice);

/* What was typed there no longer counts: kiosk-core has another value. */
void typing_forget(struct app *a, uint32_t field);

/* After kiosk-core has shown a screen again: what it missed is sent once more; what it changes
 * a second time counts. */
void typing_settle(struct app *a);

#endif
