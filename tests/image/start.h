/* Starting the programs that a machine is made of. None outlives this one. */
#ifndef IMAGE_START_H
#define IMAGE_START_H

#include "firmware/base/err.h"

#include <stdbool.h>
#include <sys/types.h>

#define START_WORDS 192
#define START_BYTES 24576
#define START_FD    20
#define START_FDS   20

/* A command line; zero it before first use. */
struct start {
	unsigned count, used;
	bool full; /* something did not fit */
	char *word[START_WORDS + 1];
	char text[START_BYTES];
};

__attribute__((format(printf, 2, 3))) void start_word(struct start *s, const char *format, ...);

/* Words that blanks part. */
void start_words(struct start *s, const char *words);

/* Runs it with nothing to read, standard output and error to the end of the file `log`, and `count`
 * descriptors of `fds` as START_FD and following. ERR_NO_SPACE, ERR_IO. */
enum err start_run(struct start *s, const char *log, const int *fds, unsigned count,
		   pid_t *ret_pid);

#endif
