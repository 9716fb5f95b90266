/* Small files of sysfs. */
#ifndef GUARD_SYSFS_H
#define GUARD_SYSFS_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define SYSFS_PATH 512

/* All of a file, not more than `size` bytes. ERR_NOT_FOUND, ERR_IO, ERR_NO_SPACE: it is longer. */
enum err sysfs_bytes(const char *dir, const char *name, uint8_t *ret, size_t size, size_t *ret_len);

/* The same as text, without the end of its line. */
enum err sysfs_text(const char *dir, const char *name, char *ret, size_t size);

/* Writes a word. ERR_NOT_FOUND, ERR_IO, ERR_DENIED. */
enum err sysfs_set(const char *dir, const char *name, const char *word);

#endif
