/* Cost of drawing, for people and for callgrind. */
#ifndef UI_BENCH_H
#define UI_BENCH_H

#include "ui/app.h"

/* Prints the least time of: building and comparing the page, drawing all of it, a press on its
 * first control, a key of the keyboard when one is open. */
void bench_run(struct app *a);

#endif
