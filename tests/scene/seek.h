/* Looks for many texts at once in whatever bytes come, in every way a program may keep them. */
#ifndef SCENE_SEEK_H
#define SCENE_SEEK_H

#include "firmware/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEEK_NONE SIZE_MAX

struct seek;

/* NULL: no memory. NULL may be destroyed. */
struct seek *seek_create(void);
void seek_destroy(struct seek *k);

/* A text, of at least 4 bytes, is found as UTF-8, UTF-16 and UTF-32; up to eight digits only where
 * no further digit stands beside them. `#rrggbb` is some pixels of that colour in a row, as a file
 * or a screen keeps them; `0x...` are bytes. *ret_number counts from 0. ERR_BAD_DATA: too short,
 * or no UTF-8; ERR_NO_SPACE: too many. */
enum err seek_add(struct seek *k, const char *text, size_t *ret_number);

/* It is not looked for any more. */
void seek_skip(struct seek *k, size_t number);
bool seek_is_skipped(const struct seek *k, size_t number);

/* The number of a text that is there, or SEEK_NONE. `first` and `last`: nothing comes before and
 * behind these bytes. In pieces of a longer thing, seek_overlap() bytes are looked at twice. */
size_t seek_in(const struct seek *k, const uint8_t *bytes, size_t len, bool first, bool last);
size_t seek_overlap(const struct seek *k);

/* The same over [from, to) of an open file. */
size_t seek_in_file(const struct seek *k, int fd, uint64_t from, uint64_t to);

#endif
