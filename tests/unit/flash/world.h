/* A small image and small disks in files, for the tests of kiosk-flash. */
#ifndef TESTS_UNIT_FLASH_WORLD_H
#define TESTS_UNIT_FLASH_WORLD_H

#include "board/flash/flash.h"
#include "board/flash/verify.h"

#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#define MIB        (1u << 20)
#define IMAGE_SIZE (14 * MIB)
#define DISK_SIZE  (20 * MIB + 1536) /* no multiple of anything but sectors */

static const struct {
	const char *name;
	unsigned mib;
} PARTS[] = { { "boot-a", 2 }, { "root-a", 2 }, { "boot-b", 2 }, { "root-b", 2 }, { "data", 4 } };

static inline void put_le(uint8_t *at, uint64_t value, int len)
{
	for (int i = 0; i < len; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static inline void world_part(struct gpt *g, unsigned index, const char *name, uint64_t start,
			      uint64_t bytes)
{
	uint8_t *e = g->table + index * GPT_ENTRY_BYTES;

	memset(e, 0, GPT_ENTRY_BYTES);
	memset(e, 0x11, 16);
	memset(e + 16, (int)(0x20 + index), 16);
	put_le(e + 32, start / 512, 8);
	put_le(e + 40, (start + bytes) / 512 - 1, 8);
	for (size_t i = 0; name[i]; i++)
		e[56 + 2 * i] = (uint8_t)name[i];
}

static inline struct gpt world_table(void)
{
	struct gpt g = { .first_usable = 34 };
	uint64_t at = MIB;

	memset(g.guid, 0x77, sizeof(g.guid));
	for (unsigned i = 0; i < 5; i++) {
		world_part(&g, i, PARTS[i].name, at, PARTS[i].mib * (uint64_t)MIB);
		at += PARTS[i].mib * (uint64_t)MIB;
	}
	gpt_fit(&g, IMAGE_SIZE / 512);
	return g;
}

/* What a byte of slot A is, where the map says that something is there. */
static inline uint8_t world_byte(uint64_t at)
{
	return (uint8_t)(at / 4096 * 37 + at % 251 + 1);
}

static inline void world_range(struct image *im, const uint8_t *bytes, uint64_t start, uint64_t len)
{
	struct map_range *r = &im->map.ranges[im->map.count++];

	r->start = start;
	r->bytes = len;
	SHA256(bytes + start, len, r->sha256);
	im->map.mapped_bytes += len;
}

/* The image, unpacked; `im` is as image_open() leaves it. Both ends with image_close() and free. */
static inline uint8_t *world_image(struct image *im)
{
	uint8_t *bytes = calloc(1, IMAGE_SIZE), *packed = malloc(ZSTD_compressBound(IMAGE_SIZE));
	uint8_t tail[GPT_TAIL_BYTES];

	*im = (struct image){ .need_bytes = IMAGE_SIZE,
			      .version = "1.2+gabc",
			      .board = "x86-kiosk",
			      .compatible = "mocua-x86-kiosk",
			      .root_hash = "12ab",
			      .sha256 = "34cd" };
	im->gpt = world_table();
	im->slot_start = MIB;
	im->slot_end = 5 * MIB;
	im->map.image_bytes = IMAGE_SIZE;
	im->map.ranges = calloc(8, sizeof(*im->map.ranges));
	gpt_write(&im->gpt, IMAGE_SIZE / 512, bytes, tail);
	memcpy(bytes + IMAGE_SIZE - GPT_TAIL_BYTES, tail, GPT_TAIL_BYTES);
	for (uint64_t at = MIB; at < 5 * MIB; at++) {
		bool hole = (at >= MIB + 40960 && at < MIB + 81920) ||
			    (at >= 2 * MIB && at < 3 * MIB) || at >= 4 * MIB + 8192;
		bytes[at] = hole ? 0 : world_byte(at);
	}
	world_range(im, bytes, 0, 20480);
	world_range(im, bytes, MIB, 40960);
	world_range(im, bytes, MIB + 81920, MIB - 81920);
	world_range(im, bytes, 3 * MIB, MIB + 8192);
	world_range(im, bytes, IMAGE_SIZE - 20480, 20480);
	size_t len = ZSTD_compress(packed, ZSTD_compressBound(IMAGE_SIZE), bytes, IMAGE_SIZE, 1);
	im->fd = memfd_create("image", MFD_CLOEXEC);
	im->packed_bytes = len;
	if (write(im->fd, packed, len) != (ssize_t)len)
		abort();
	free(packed);
	return bytes;
}

/* A disk in a file of the folder: `fill` everywhere. */
static inline void world_disk(const char *path, uint64_t size, uint8_t fill)
{
	uint8_t *all = malloc(size);
	FILE *f = fopen(path, "w");

	memset(all, fill, size);
	if (!f || fwrite(all, 1, size, f) != size || fclose(f) != 0)
		abort();
	free(all);
}

static inline uint8_t *world_read(const char *path, uint64_t size)
{
	uint8_t *all = malloc(size);
	FILE *f = fopen(path, "r");

	if (!f || fread(all, 1, size, f) != size)
		abort();
	fclose(f);
	return all;
}

static inline void world_tick(void *data, enum say what, uint64_t done, uint64_t total)
{
	(void)data, (void)what, (void)done, (void)total;
}

/* One whole run on a file; *ret_look is what was there. */
static inline enum say world_flash(const char *path, const struct image *im, enum record_data data,
				   struct look *ret_look, struct flash *ret)
{
	struct medium m;
	enum say s = medium_open(path, &m);

	if (s != SAY_OK)
		return s;
	s = look_at(&m, im, ret_look);
	if (s == SAY_OK) {
		*ret = (struct flash){ .image = im,
				       .medium = &m,
				       .look = ret_look,
				       .data = data,
				       .record = { .who = "Lò Thị A", .serial = "S1" },
				       .tick = world_tick };
		s = flash_run(ret);
	}
	medium_close(&m);
	return s;
}

static inline bool all_are(const uint8_t *bytes, uint64_t from, uint64_t to, uint8_t value)
{
	while (from < to && bytes[from] == value)
		from++;
	return from == to;
}

/* A machine would try to start from it: its first sector is there. */
static inline bool world_starts(const uint8_t *disk)
{
	for (uint64_t at = MIB; at < MIB + 512; at++) {
		if (disk[at] != world_byte(at))
			return false;
	}
	return true;
}

#endif
