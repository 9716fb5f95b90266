/* One line of remote control (remote.h), carried out on the screen. */
#ifndef UI_COMMAND_H
#define UI_COMMAND_H

#include "ui/app.h"

struct command_answer {
	char text[512]; /* the line, with its newline */
	void *bytes;    /* what follows it; may be NULL */
	size_t len;
};

/* ERR_BUSY: the fact it waits for is not there, or the screen is not painted; ask again later.
 * Anything wrong with the line itself is an answer `error ...`. ERR_NO_MEMORY. */
enum err command_run(struct app *a, const char *line, int64_t now_ms, struct command_answer *ret);
void command_answer_finish(struct command_answer *a);

#endif
