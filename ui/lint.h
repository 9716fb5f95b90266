/* What a screen must keep to be usable by everybody (ui.md 2.1, 2.2), checked on its nodes. */
#ifndef UI_LINT_H
#define UI_LINT_H

#include "ui/page.h"

/* Called with one sentence for each fault: "home.file: 18.2 mm high, least is 20.0". */
typedef void lint_fn(void *data, const char *fault);

/* Checks a finished page: sides and gaps of controls, names (there, and unique), words that do
 * not fit or have unknown letters, things outside the panel or out of reach in low-reach mode,
 * words over words, reading order. Returns the number of faults. */
size_t lint_page(const struct page *p, lint_fn *found, void *data);

/* Checks the colours of both themes: every tone's text on its ground 7:1, borders of controls
 * 3:1. Returns the number of faults. */
size_t lint_theme(lint_fn *found, void *data);

#endif
