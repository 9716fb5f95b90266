/* The control socket: text lines in, for each of them one line out, `ok ...` or `error ...`.
 * `help` answers with the table in lines.def. */
#ifndef TESTS_USIM_CONTROL_H
#define TESTS_USIM_CONTROL_H

#include "tests/usim/world.h"

struct control;

/* What a line is answered with. */
struct answer {
	bool error;
	char text[16384]; /* after "ok " or "error " */
	/* A line that waits: asked again after every change, until it gives true or the time is
	 * over. */
	bool (*wait)(const struct world *w, long argument);
	long argument;
	uint32_t wait_ms;
};

__attribute__((format(printf, 2, 3))) void answer_ok(struct answer *a, const char *format, ...);
__attribute__((format(printf, 2, 3))) void answer_error(struct answer *a, const char *format, ...);

/* Listens at `path`, a unix socket; an old one is removed. Takes over w->on_change. ERR_IO. */
enum err control_open(struct world *w, const char *path, struct control **ret_control);
void control_close(struct control *c); /* NULL is allowed */

/* Does one line, without its end. Takes the world's lock itself. */
void control_line(struct world *w, const char *line, struct answer *ret);

#endif
