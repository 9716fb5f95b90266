/* A disk of a machine that is tried: a sparse file of its own, served with a cache that forgets
 * what was not flushed when the power goes (tests/cut/drive.h). */
#ifndef IMAGE_DISK_H
#define IMAGE_DISK_H

#include "firmware/base/err.h"
#include "tests/cut/drive.h"
#include "tests/cut/nbd.h"

#include <stdbool.h>

#define DISK_NAME 24
#define DISK_PATH 512

struct disk {
	char name[DISK_NAME]; /* its serial number, too */
	char path[DISK_PATH];
	bool attached; /* at the next boot */
	struct drive drive;
	struct nbd nbd;
	int sock;        /* while it is served; else -1 */
	uint64_t cut_at; /* the power goes at that request to write; 0: never */
	bool was_cut;
};

/* A copy of the file `from`, holes as holes; NULL: of nothing. At least `bytes` long. */
enum err disk_make(const struct disk *d, const char *from, uint64_t bytes);

/* Its emulator is at the other end of `sock`, which becomes the disk's. */
enum err disk_serve(struct disk *d, int sock);

/* One request. ERR_GONE: no more come, or the power has gone (was_cut). */
enum err disk_answer(struct disk *d);

/* No longer served. Of what was not flushed all is there, or, with a lot, what that says. */
void disk_leave(struct disk *d, struct lot *lot);

/* While it is not served. `part` NULL: of the whole disk. */
enum err disk_part(const struct disk *d, const char *part, uint64_t *ret_at, uint64_t *ret_len);
enum err disk_poke(const struct disk *d, uint64_t at, const uint8_t *bytes, size_t len);

#endif
