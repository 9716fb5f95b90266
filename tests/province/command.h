/* The commands of the control socket, from command.def. */
#ifndef PROVINCE_COMMAND_H
#define PROVINCE_COMMAND_H

#include "tests/province/world.h"
#include <stdio.h>

/* Does one line and writes the answer: lines of data, then `ok`, `ok TEXT` or `error SENTENCE`. */
void command_do(struct world *w, const char *line, FILE *out);

/* How many dossiers a `wait` line waits for; 0 when it is not one, or is malformed. */
int64_t command_wait(const char *line);

#endif
