#include "firmware/base/landlock.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* The header of Debian 12 ends at version 2; these are from Linux 6.12. */
#define FS_TRUNCATE  (1ull << 14)
#define FS_IOCTL_DEV (1ull << 15)
#define NET_TCP      3ull
#define SCOPE_ALL    3ull
#define FS_VERSION_1 ((1ull << 13) - 1)
#define FS_OF_FILES                                                   \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
	 LANDLOCK_ACCESS_FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

/* struct landlock_ruleset_attr as of version 6; an older kernel takes its beginning. */
struct ruleset {
	uint64_t fs, net, scoped;
};

static long version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

enum err landlock_begin(struct landlock *l, bool no_tcp, bool alone)
{
	long abi = version();
	struct ruleset r = { .fs = FS_VERSION_1,
			     .net = no_tcp ? NET_TCP : 0,
			     .scoped = alone ? SCOPE_ALL : 0 };
	size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;

	*l = (struct landlock){ .fd = -1 };
	if (abi < 1)
		return ERR_OK;
	if (abi >= 2)
		r.fs |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= 3)
		r.fs |= FS_TRUNCATE;
	if (abi >= 5)
		r.fs |= FS_IOCTL_DEV;
	l->fd = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
	l->handled = r.fs;
	return l->fd < 0 ? err_of_errno() : ERR_OK;
}

static uint64_t rights(enum landlock_right right)
{
	uint64_t read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

	if (right == MAY_READ)
		return read;
	if (right == MAY_READ_EXECUTE)
		return read | LANDLOCK_ACCESS_FS_EXECUTE;
	return ~(uint64_t)(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
			   LANDLOCK_ACCESS_FS_MAKE_BLOCK);
}

static enum err fail(struct landlock *l)
{
	enum err e = err_of_errno();

	close(l->fd);
	*l = (struct landlock){ .fd = -1, .handled = ~0ull };
	return e;
}

enum err landlock_allow(struct landlock *l, const char *path, enum landlock_right right)
{
	struct stat st;

	if (l->fd < 0)
		return l->handled ? ERR_IO : ERR_OK;
	AUTO_FD fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
		return ERR_OK;
	if (fd < 0 || fstat(fd, &st) < 0)
		return fail(l);
	struct landlock_path_beneath_attr rule = { .parent_fd = fd,
						   .allowed_access = rights(right) & l->handled };
	if (!S_ISDIR(st.st_mode))
		rule.allowed_access &= FS_OF_FILES;
	if (syscall(SYS_landlock_add_rule, l->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
		return fail(l);
	return ERR_OK;
}

enum err landlock_end(struct landlock *l)
{
	if (l->fd < 0)
		return l->handled ? ERR_IO : ERR_OK;
	AUTO_FD fd = take_fd(&l->fd);
	return syscall(SYS_landlock_restrict_self, fd, 0) < 0 ? err_of_errno() : ERR_OK;
}
