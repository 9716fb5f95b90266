/* Facts out of usim's status line: {"printer":{"cover":false,...},...}. */
#ifndef TESTS_PANEL_FACT_H
#define TESTS_PANEL_FACT_H

#include <stdbool.h>
#include <stddef.h>

/* `name` is SECTION.KEY. False, 0 or "" when it is not there. */
bool fact_flag(const char *status, const char *name);
long fact_number(const char *status, const char *name);
void fact_text(const char *status, const char *name, char *ret, size_t size);

#endif
