/* The board's small files of NAME=value lines, read by base/facts.h: whole or not at all, also
 * when the power is cut. */
#ifndef BOARD_NOTES_H
#define BOARD_NOTES_H

#include "firmware/base/err.h"
#include "firmware/board/board.h"
#include <stdbool.h>
#include <stddef.h>

/* Replaces the file by `lines`, durably; its folder is there. ERR_IO, ERR_NO_SPACE, ERR_DENIED. */
enum err notes_put(const struct board *b, const char *path, const char *lines);

/* Durably gone; no error when there was none. */
enum err notes_drop(const struct board *b, const char *path);

/* The value of `name`; "" when it cannot be read. */
void notes_get(const struct board *b, const char *path, const char *name, char *ret, size_t size);

/* One more line of what is wrong with the machine (base/board.def), for this start. */
void notes_trouble(const struct board *b, const char *word, const char *words);

bool notes_there(const struct board *b, const char *path);

#endif
