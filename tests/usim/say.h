/* Asking a running usim by hand. */
#ifndef TESTS_USIM_SAY_H
#define TESTS_USIM_SAY_H

/* Sends each line and prints its answer. The exit status: 0 when all were ok. `lines` ends
 * with NULL. */
int say_lines(const char *socket_path, char *const *lines);

#endif
