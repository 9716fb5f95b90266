/* A root shell on one of a machine's lines: commands, what they say, and how they end. */
#ifndef IMAGE_SHELL_H
#define IMAGE_SHELL_H

#include "tests/image/machine.h"

/* Waits until a shell answers there. */
enum err shell_meet(struct machine *m, enum port port, struct budget *b);

/* Carries out one line. *ret_said is the caller's; *ret_status as the shell tells it. ERR_TIMEOUT,
 * ERR_GONE, ERR_NO_MEMORY. */
enum err shell_do(struct machine *m, enum port port, const char *command, struct budget *b,
		  char **ret_said, int *ret_status);

/* Types a line, and waits for nothing. ERR_BUSY: too much is typed that nobody has read. */
enum err shell_type(struct machine *m, enum port port, const char *line);

#endif
