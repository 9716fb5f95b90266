/* Small files that the kernel and systemd tell by. */
#ifndef BOARD_SYSFS_H
#define BOARD_SYSFS_H

#include "firmware/base/err.h"
#include "firmware/board/board.h"
#include <stdbool.h>
#include <stddef.h>

/* The first line of DIR/NAME without its end, cut at `size`; "" when there is none. True: it could
 * be read. */
bool sysfs_line(const struct board *b, const char *dir, const char *name, char *ret, size_t size);

/* Names in a folder, sorted as people do; at most SYSFS_NAMES of them, and none that is longer than
 * SYSFS_NAME. ERR_NOT_FOUND: it is not there. */
#define SYSFS_NAMES 128
#define SYSFS_NAME  64
struct sysfs_names {
	char name[SYSFS_NAMES][SYSFS_NAME];
	size_t count;
};
enum err sysfs_names(const struct board *b, const char *dir, struct sysfs_names *ret);

/* Where a link leads, as it says itself; "" when it is none. */
void sysfs_link(const struct board *b, const char *dir, const char *name, char ret[PATH_MAX]);

#endif
