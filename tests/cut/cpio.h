/* The first file system of a machine, as the kernel reads it (Documentation/driver-api/early-
 * userspace/buffer-format: cpio, "newc"). */
#ifndef CUT_CPIO_H
#define CUT_CPIO_H

#include "firmware/base/err.h"

/* Writes the archive `out` from words NAME=PATH; its folders come of themselves. A name that ends
 * with a slash is an empty folder, and needs no path. */
enum err cpio_pack(const char *out, char *const words[], int count);

#endif
