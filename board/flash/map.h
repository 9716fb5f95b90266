/* The block map of an image, as bmaptool writes it (bmap version 2.0,
 * https://github.com/yoctoproject/bmaptool): which blocks hold something, with a SHA-256 of each
 * run of them. Who made it was checked by signature; yet one in another form is refused, not
 * guessed at. */
#ifndef FLASH_MAP_H
#define FLASH_MAP_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define MAP_BLOCK      4096u
#define MAP_MAX_RANGES 65536u

struct map_range {
	uint64_t start, bytes;
	uint8_t sha256[32];
};

struct map {
	uint64_t image_bytes, mapped_bytes;
	size_t count;
	struct map_range *ranges; /* ascending, apart from each other, within the image */
};

/* ERR_BAD_DATA: it is not such a map. The caller ends it with map_finish(). */
enum err map_parse(const char *xml, size_t len, struct map *ret);
void map_finish(struct map *m);

#endif
