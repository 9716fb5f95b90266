/* A line of a script as words: blanks part them, "quotes" keep them together, $NAME is looked up,
 * `#` after a blank ends the line. */
#ifndef IMAGE_WORDS_H
#define IMAGE_WORDS_H

#include "firmware/base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define WORDS_MAX   24
#define WORDS_BYTES 4096

struct words {
	unsigned count;
	const char *word[WORDS_MAX]; /* in `text` */
	char text[WORDS_BYTES];
};

/* What $NAME stands for; NULL: nobody knows. */
typedef const char *words_fn(void *data, const char *name);

/* ERR_BAD_DATA: a quote without its end, or a name that nobody knows. ERR_NO_SPACE. */
enum err words_split(struct words *w, const char *line, words_fn *look_up, void *data);

/* Takes "N s" off the end and returns N; else `otherwise`. */
uint32_t words_seconds(struct words *w, uint32_t otherwise);

/* The words from `first` on, with one blank between, in `cap` bytes. */
void words_join(const struct words *w, unsigned first, char *out, unsigned cap);

/* A number of bytes: 4096, 64K, 64M, 8G. */
bool words_bytes(const char *word, uint64_t *ret_bytes);

#endif
