#include "firmware/core/disk.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

static const char RESERVE[] = "reserve";

/* What must be left after a write that was asked for: room for the database's own journal. */
#define MARGIN_BYTES (UINT64_C(4) << 20)

enum err disk_init(struct disk *d, const char *dir, const struct disk_limits *limits)
{
	AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_of_errno();
	*d = (struct disk){ .dir_fd = take_fd(&fd), .limits = limits ? *limits : DISK_LIMITS };
	(void)disk_rest(
		d); /* without a reserve the kiosk serves too, for as long as there is room */
	return ERR_OK;
}

void disk_finish(struct disk *d)
{
	if (d->dir_fd > 0)
		close(d->dir_fd);
	*d = (struct disk){ 0 };
}

static bool has_reserve(const struct disk *d)
{
	struct stat st;

	return d->limits.reserve_bytes > 0 && fstatat(d->dir_fd, RESERVE, &st, 0) == 0 &&
	       (uint64_t)st.st_size == d->limits.reserve_bytes;
}

enum err disk_state(const struct disk *d, struct disk_state *ret_state)
{
	struct statvfs fs;

	if (fstatvfs(d->dir_fd, &fs) < 0)
		return err_of_errno();
	struct disk_state s = {
		.total_bytes = (uint64_t)fs.f_blocks * fs.f_frsize,
		.free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize,
		.reserve = has_reserve(d),
	};
	if (s.total_bytes > 0)
		s.free_percent = (uint8_t)(s.free_bytes / (s.total_bytes / 100 + 1));
	*ret_state = s;
	return ERR_OK;
}

/* What must be free for a new visit; room for the reserve too, when that was given up. */
static uint64_t wanted_bytes(const struct disk *d, const struct disk_state *s)
{
	uint64_t share = s->total_bytes / 100 * d->limits.min_percent;
	uint64_t least = share < d->limits.min_bytes ? share : d->limits.min_bytes;

	return least + (s->reserve ? 0 : d->limits.reserve_bytes);
}

enum err disk_may_begin(const struct disk *d)
{
	struct disk_state s;
	enum err e = disk_state(d, &s);

	if (e != ERR_OK)
		return e;
	return s.free_bytes >= wanted_bytes(d, &s) ? ERR_OK : ERR_NO_SPACE;
}

bool disk_give(struct disk *d)
{
	return unlinkat(d->dir_fd, RESERVE, 0) == 0;
}

enum err disk_room(struct disk *d, uint64_t bytes)
{
	struct disk_state s;
	enum err e = disk_state(d, &s);

	if (e != ERR_OK)
		return e;
	if (s.free_bytes >= bytes + MARGIN_BYTES)
		return ERR_OK;
	if (disk_give(d))
		e = disk_state(d, &s);
	if (e != ERR_OK)
		return e;
	return s.free_bytes >= bytes + MARGIN_BYTES ? ERR_OK : ERR_NO_SPACE;
}

enum err disk_spare(const struct disk *d, uint64_t bytes)
{
	struct disk_state s;
	enum err e = disk_state(d, &s);

	if (e != ERR_OK)
		return e;
	bytes += MARGIN_BYTES + (s.reserve ? 0 : d->limits.reserve_bytes);
	return s.free_bytes >= bytes ? ERR_OK : ERR_NO_SPACE;
}

enum err disk_rest(struct disk *d)
{
	struct disk_state s;
	enum err e = disk_state(d, &s);

	if (e != ERR_OK || s.reserve || d->limits.reserve_bytes == 0)
		return e;
	if (s.free_bytes < wanted_bytes(d, &s))
		return ERR_NO_SPACE;
	AUTO_FD fd = openat(d->dir_fd, RESERVE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_of_errno();
	if (fallocate(fd, 0, 0, (off_t)d->limits.reserve_bytes) == 0)
		return ERR_OK;
	e = err_of_errno();
	(void)unlinkat(d->dir_fd, RESERVE, 0);
	return e;
}
