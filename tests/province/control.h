/* The control socket DIR/control: unix stream, text lines. Each line is answered by any number
 * of lines of data and then one of `ok`, `ok TEXT` or `error SENTENCE`. The table of commands is
 * command.def, and is what `help` prints. */
#ifndef PROVINCE_CONTROL_H
#define PROVINCE_CONTROL_H

#include "tests/province/world.h"

struct control; /* control_start() makes one */

/* Listens at `path`; an old socket there is replaced. ERR_IO, ERR_NO_SPACE (path too long). */
enum err control_start(struct world *w, const char *path, struct control **ret);
void control_stop(struct control *c); /* NULL is allowed; removes the socket */

/* A dossier has come: answers those who wait for a count. */
void control_changed(struct world *w);

#endif
