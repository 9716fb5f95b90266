/* Reading a tar archive in memory: POSIX ustar, with pax headers for long paths and sizes
 * (IEEE Std 1003.1-2017, pax, "ustar Interchange Format"). Plain files only. */
#ifndef PROVINCE_TAR_H
#define PROVINCE_TAR_H

#include "firmware/base/buf.h"
#include "firmware/base/err.h"

struct tar_entry {
	char path[256];
	const uint8_t *bytes; /* in the archive */
	size_t len;
};

/* The next plain file. ERR_NOT_FOUND at the end of the archive; ERR_BAD_DATA for a wrong
 * checksum or size, a path that is not plain (tar_path_ok), or anything that is not a file. */
enum err tar_next(struct reader *r, struct tar_entry *ret);

/* Relative, no "..", no empty part, no control characters: may become a file of ours. */
bool tar_path_ok(const char *path);

#endif
