/* Writes a tar (POSIX ustar): regular files only, every header field fixed, so that the same
 * files give the same bytes. Short names only: those a package has. */
#ifndef CORE_TAR_H
#define CORE_TAR_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

struct tar {
	uint8_t *bytes;
	size_t len, cap;
};

/* Room for `files` files of `bytes` bytes in all. ERR_NO_MEMORY. */
enum err tar_init(struct tar *t, size_t files, size_t bytes);
void tar_finish(struct tar *t); /* wipes; a zeroed one is allowed */

/* ERR_NO_SPACE: more than tar_init was told, or a name over 99 bytes. */
enum err tar_add(struct tar *t, const char *name, const void *bytes, size_t len);

/* The two empty blocks at the end. */
enum err tar_end(struct tar *t);

#endif
