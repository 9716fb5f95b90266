/* Small files of NAME=value lines: what the image says of itself (version.h), and what the board's
 * own programs tell below /run/kiosk-board and /data/board. A value ends with its line and may be
 * empty; other lines are passed over, and of two of one name the first counts. */
#ifndef BASE_FACTS_H
#define BASE_FACTS_H

#include "firmware/base/err.h"
#include <stddef.h>

#define FACTS_MAX_BYTES 16384

/* The value of `name`, with an end mark. ERR_NOT_FOUND; ERR_BAD_DATA: it does not fit into `size`,
 * or has a control character in it. */
enum err facts_in(const char *text, size_t len, const char *name, char *ret_value, size_t size);

/* The same of a file; ERR_NOT_FOUND also when there is none. ERR_BAD_DATA: longer than
 * FACTS_MAX_BYTES. ERR_IO. */
enum err facts_get(const char *path, const char *name, char *ret_value, size_t size);

#endif
