/* A control socket: one line to it, one line back. */
#ifndef TESTS_PANEL_LINK_H
#define TESTS_PANEL_LINK_H

#include <stdbool.h>
#include <stddef.h>

struct link {
	const char *path; /* NULL: there is none */
	int fd;           /* -1: not connected now; tried again at each line */
};

/* The answer without its line end, "ok ..." or "error ...". False, with a reason in `ret`, when
 * nobody answered within a second. */
bool link_ask(struct link *l, const char *line, char *ret, size_t size);
void link_close(struct link *l);

#endif
