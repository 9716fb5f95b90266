/* The list of nodes as JSON, for tests, scripts and people: what is on the screen, in reading
 * order, without pixels. */
#ifndef UI_DUMP_H
#define UI_DUMP_H

#include "ui/page.h"

#include <stdio.h>

/* One node a line. Decoration is left out, and so is what lies under a dialog. */
void dump_page(FILE *to, const struct page *p);

#endif
