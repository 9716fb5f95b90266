/* Sentences made from grammar.def. The same stream of numbers says the same. */
#ifndef TESTS_CORPUS_SAY_H
#define TESTS_CORPUS_SAY_H

#include "tests/pen/rng.h"

#include <stddef.h>

struct say {
	struct rng rng;
	char *kept; /* all that was said; own */
	size_t len;
};

void say_init(struct say *s, struct rng rng);
void say_finish(struct say *s);

/* `pattern` with its holes filled. Lives as long as `s`. A list that is not in the grammar is a
 * mistake of ours, and ends the program. */
const char *say(struct say *s, const char *pattern);

/* printf into the same place. */
__attribute__((format(printf, 2, 3))) const char *say_text(struct say *s, const char *format, ...);

#endif
