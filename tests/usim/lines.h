/* The table of control lines, lines.def, as code. */
#ifndef TESTS_USIM_LINES_H
#define TESTS_USIM_LINES_H

#include "tests/usim/control.h"

/* `args` is the rest of the line, "" when there is none. */
typedef void line_fn(struct world *w, const char *args, struct answer *ret);

#define LINE(word, args, fn, what) line_fn fn;
#include "tests/usim/lines.def"
#undef LINE

/* A number 0..max and nothing else. */
bool line_number(const char *text, long max, long *ret);

#endif
