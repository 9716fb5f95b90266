/* Room on the data disk. A new visit is refused in time; a running one can always finish, because
 * a reserve file is given up for it. (SQLite cannot even delete rows on a full disk.) */
#ifndef CORE_DISK_H
#define CORE_DISK_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stdint.h>

struct disk_limits {
	uint8_t min_percent; /* of the file system, free, for a new visit */
	uint64_t min_bytes;  /* and this, counted with the reserve */
	uint64_t reserve_bytes;
	uint8_t outbox_percent; /* of the file system, for packages; 0: all of it */
};
#define DISK_LIMITS ((struct disk_limits){ 15, 256u << 20, 64u << 20, 70 })

struct disk {
	int dir_fd;
	struct disk_limits limits;
};

struct disk_state {
	uint64_t total_bytes, free_bytes;
	uint8_t free_percent;
	bool reserve; /* the reserve file is there, whole */
};

/* The store has one (store_disk). Opens the folder and makes the reserve if there is room for
 * it. ERR_IO, ERR_NOT_FOUND. */
enum err disk_init(struct disk *d, const char *dir, const struct disk_limits *limits);
void disk_finish(struct disk *d);

enum err disk_state(const struct disk *d, struct disk_state *ret_state);

/* May a new visit begin? ERR_NO_SPACE: no, tell staff. */
enum err disk_may_begin(const struct disk *d);

/* A running visit wants to write `bytes`: gives up the reserve when that is needed.
 * ERR_NO_SPACE: not even that is enough. */
enum err disk_room(struct disk *d, uint64_t bytes);

/* The same for what a visit can do without: the reserve stays. */
enum err disk_spare(const struct disk *d, uint64_t bytes);

/* Gives up the reserve at once. False: there was none. */
bool disk_give(struct disk *d);

/* Between visits: makes the reserve again when there is room. ERR_NO_SPACE: there is none. */
enum err disk_rest(struct disk *d);

#endif
