/* Files of the set-up: small, whole or not at all. */
#ifndef SETUP_FILE_H
#define SETUP_FILE_H

#include "firmware/base/err.h"
#include <stddef.h>

/* Writes a temporary file and lets it take the place of `name`, durably (0640). ERR_IO,
 * ERR_NO_SPACE, ERR_DENIED. */
enum err file_put(int dir_fd, const char *name, const void *bytes, size_t len);

/* The whole file, malloc'ed, with a NUL behind. ERR_NOT_FOUND; ERR_BAD_DATA: no plain file, or over
 * `max` bytes; ERR_NO_MEMORY, ERR_IO. */
enum err file_get(int dir_fd, const char *name, size_t max, char **ret_text, size_t *ret_len);

/* No error when it is not there. */
enum err file_drop(int dir_fd, const char *name);

#endif
