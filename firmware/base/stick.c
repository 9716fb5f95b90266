#include "firmware/base/stick.h"

#include "firmware/base/auto.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define ALIGN 4096

/* A stick that is pulled out gives any of these. */
static enum err why(void)
{
	switch (errno) {
	case EROFS:
		return ERR_DENIED;
	case EIO:
	case ENXIO:
	case ENODEV:
	case ENOTCONN:
	case ESTALE:
	case ENOENT:
		return ERR_GONE;
	default:
		return err_of_errno();
	}
}

static int open_folder(int dir_fd, const char *name)
{
	return openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void close_dir(DIR **d)
{
	if (*d)
		closedir(*d);
}

enum err stick_each(int dir_fd, stick_fn *fn, void *data)
{
	int fd = open_folder(dir_fd, ".");
	__attribute__((cleanup(close_dir))) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;
	int n = 0;

	if (!d) {
		enum err why_not = why();

		if (fd >= 0)
			close(fd);
		return why_not;
	}
	while (n++ < STICK_MAX_NAMES && (e = readdir(d)))
		if (!fn(data, e->d_name))
			break;
	return ERR_OK;
}

struct only {
	int dir_fd;
	unsigned found;
	char name[STICK_NAME_CAP];
};

static bool note_folder(void *data, const char *name)
{
	struct only *o = data;
	struct stat st;

	if (name[0] == '.' || strlen(name) >= sizeof o->name ||
	    fstatat(o->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode))
		return true;
	memcpy(o->name, name, strlen(name) + 1);
	return ++o->found < 2;
}

/* The only folder there. */
static enum err only_one(int dir_fd, char ret_name[STICK_NAME_CAP])
{
	struct only o = { .dir_fd = dir_fd };
	enum err e = stick_each(dir_fd, note_folder, &o);

	if (e != ERR_OK || o.found != 1)
		return e != ERR_OK ? e : o.found ? ERR_FIELD_CHOICE : ERR_NOT_FOUND;
	memcpy(ret_name, o.name, sizeof o.name);
	return ERR_OK;
}

enum err stick_pick(const char *dir, const char *name, int *ret_fd, char ret_name[STICK_NAME_CAP])
{
	char picked[STICK_NAME_CAP] = "";
	AUTO_FD root = dir[0] ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (!dir[0])
		return ERR_GONE;
	if (root < 0 || strlen(name) >= sizeof picked || strchr(name, '/') || name[0] == '.')
		return ERR_NOT_FOUND;
	memcpy(picked, name, strlen(name) + 1);
	enum err e = name[0] ? ERR_OK : only_one(root, picked);
	int fd = e == ERR_OK ? open_folder(root, picked) : -1;
	if (e != ERR_OK || fd < 0)
		return e == ERR_OK ? ERR_NOT_FOUND : e;
	memcpy(ret_name, picked, sizeof picked);
	*ret_fd = fd;
	return ERR_OK;
}

enum err stick_wish(const char *dir, bool to_write)
{
	const char *words = to_write ? "write\n" : "keep\n";
	AUTO_FD root = dir[0] ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	AUTO_FD fd =
		root < 0 ? -1
			 : openat(root, STICK_WISH, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return root < 0 || errno == ENOENT ? ERR_NOT_FOUND : err_of_errno();
	return write(fd, words, strlen(words)) == (ssize_t)strlen(words) ? ERR_OK : err_of_errno();
}

bool stick_is_locked(int dir_fd)
{
	struct statvfs v;

	return fstatvfs(dir_fd, &v) == 0 && (v.f_flag & ST_RDONLY);
}

enum err stick_folder(int dir_fd, const char *name, bool make, int *ret_fd)
{
	if (make && mkdirat(dir_fd, name, 0700) < 0 && errno != EEXIST)
		return why();
	int fd = open_folder(dir_fd, name);
	if (fd < 0)
		return errno == ENOENT && !make             ? ERR_NOT_FOUND
		       : errno == ENOTDIR || errno == ELOOP ? ERR_BAD_DATA
							    : why();
	*ret_fd = fd;
	return ERR_OK;
}

enum err stick_sync_names(int dir_fd)
{
	return fsync(dir_fd) < 0 ? why() : ERR_OK;
}

enum err stick_sync_all(int fd)
{
	return syncfs(fd) < 0 ? why() : ERR_OK;
}

enum err stick_remove(int dir_fd, const char *name)
{
	return unlinkat(dir_fd, name, 0) < 0 && errno != ENOENT ? why() : ERR_OK;
}

enum err stick_begin(int dir_fd, const char *name, struct stick_out *ret)
{
	struct stick_out o = { .dir_fd = dir_fd, .fd = -1 };
	size_t stem = strcspn(name, ".");

	if (strlen(name) >= sizeof o.name)
		return ERR_BAD_DATA;
	memcpy(o.name, name, strlen(name) + 1);
	(void)snprintf(o.half, sizeof o.half, "%.*s.tmp", (int)stem, name);
	enum err e = stick_remove(dir_fd, o.half);
	if (e != ERR_OK)
		return e;
	o.fd = openat(dir_fd, o.half, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (o.fd < 0)
		return why();
	*ret = o;
	return ERR_OK;
}

/* On the stick before the next step, so that the last one does not take minutes. */
static enum err write_through(struct stick_out *o, size_t len)
{
	const unsigned how =
		SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;

	if (sync_file_range(o->fd, (off_t)o->len, (off_t)len, how) == 0)
		return ERR_OK;
	return errno == ESPIPE || errno == EINVAL || errno == ENOSYS ? ERR_OK : why();
}

enum err stick_write(struct stick_out *o, const void *bytes, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = write(o->fd, (const uint8_t *)bytes + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? why() : ERR_IO;
		done += (size_t)n;
	}
	enum err e = write_through(o, len);
	o->len += len;
	return e;
}

enum err stick_end(struct stick_out *o)
{
	enum err e = fsync(o->fd) < 0 ? why() : ERR_OK;

	if (close(take_fd(&o->fd)) < 0 && e == ERR_OK)
		e = why();
	if (e == ERR_OK && renameat(o->dir_fd, o->half, o->dir_fd, o->name) < 0)
		e = errno == EISDIR ? ERR_BAD_DATA : why();
	if (e != ERR_OK)
		(void)unlinkat(o->dir_fd, o->half, 0);
	return e;
}

void stick_drop(struct stick_out *o)
{
	if (o->fd < 0)
		return;
	close(take_fd(&o->fd));
	(void)unlinkat(o->dir_fd, o->half, 0);
}

enum err stick_put(int dir_fd, const char *name, const void *bytes, size_t len)
{
	struct stick_out o = { .fd = -1 };
	enum err e = stick_begin(dir_fd, name, &o);

	if (e == ERR_OK)
		e = stick_write(&o, bytes, len);
	if (e == ERR_OK)
		e = stick_end(&o);
	stick_drop(&o);
	return e;
}

/* Opening a node that is no file may already do something: it is looked at before. */
static enum err is_plain(int dir_fd, const char *name)
{
	struct stat st;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : why();
	return S_ISREG(st.st_mode) ? ERR_OK : ERR_BAD_DATA;
}

/* O_DIRECT where the file system has it; else what the kernel remembers is dropped first. */
static int open_past_cache(int dir_fd, const char *name, bool *ret_direct)
{
	const int how = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	int fd = openat(dir_fd, name, how | O_DIRECT);

	*ret_direct = fd >= 0;
	if (fd < 0 && errno == EINVAL)
		fd = openat(dir_fd, name, how);
	if (fd >= 0)
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	return fd;
}

enum err stick_in_open(int dir_fd, const char *name, uint64_t max, struct stick_in *ret)
{
	struct stick_in i = { 0 };
	struct stat st;
	void *chunk = NULL;
	enum err e = is_plain(dir_fd, name);
	AUTO_FD fd = e == ERR_OK ? open_past_cache(dir_fd, name, &i.direct) : -1;

	if (e != ERR_OK || fd < 0)
		return e != ERR_OK ? e : why();
	if (fstat(fd, &st) < 0)
		return why();
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > max)
		return ERR_BAD_DATA;
	if (posix_memalign(&chunk, ALIGN, STICK_CHUNK) != 0)
		return ERR_NO_MEMORY;
	i.bytes = (uint64_t)st.st_size;
	i.chunk = chunk;
	i.fd = take_fd(&fd);
	*ret = i;
	return ERR_OK;
}

static bool without_direct(struct stick_in *i)
{
	int how = fcntl(i->fd, F_GETFL);

	if (!i->direct || how < 0 || fcntl(i->fd, F_SETFL, how & ~O_DIRECT) < 0)
		return false;
	i->direct = false;
	return true;
}

enum err stick_in_next(struct stick_in *i, const uint8_t **ret_bytes, size_t *ret_len)
{
	ssize_t n;

	do
		n = pread(i->fd, i->chunk, STICK_CHUNK, (off_t)i->at);
	while (n < 0 && (errno == EINTR || (errno == EINVAL && without_direct(i))));
	if (n < 0)
		return why();
	if ((uint64_t)n > i->bytes - i->at)
		n = (ssize_t)(i->bytes - i->at); /* it grows under our eyes */
	if (n == 0 && i->at < i->bytes)
		return ERR_BAD_DATA;
	i->at += (uint64_t)n;
	*ret_bytes = i->chunk;
	*ret_len = (size_t)n;
	return ERR_OK;
}

void stick_in_close(struct stick_in *i)
{
	if (i->chunk)
		close(i->fd);
	free(i->chunk);
	*i = (struct stick_in){ .fd = -1 };
}

static enum err get_all(struct stick_in *i, uint8_t *bytes)
{
	const uint8_t *part;
	size_t at = 0, len = 1;
	enum err e = ERR_OK;

	while (e == ERR_OK && len > 0) {
		e = stick_in_next(i, &part, &len);
		if (e == ERR_OK)
			memcpy(bytes + at, part, len);
		at += e == ERR_OK ? len : 0;
	}
	return e;
}

enum err stick_get(int dir_fd, const char *name, size_t max, uint8_t **ret_bytes, size_t *ret_len)
{
	struct stick_in i = { .fd = -1 };
	enum err e = stick_in_open(dir_fd, name, max, &i);

	if (e != ERR_OK)
		return e;
	AUTO_FREE uint8_t *bytes = malloc(i.bytes + 1);
	size_t len = (size_t)i.bytes;
	e = bytes ? get_all(&i, bytes) : ERR_NO_MEMORY;
	stick_in_close(&i);
	if (e != ERR_OK)
		return e;
	*ret_bytes = bytes;
	*ret_len = len;
	bytes = NULL;
	return ERR_OK;
}

enum err stick_room(int fd, uint64_t *ret_bytes, uint64_t *ret_cluster_bytes)
{
	struct statvfs v;

	if (fstatvfs(fd, &v) < 0)
		return why();
	*ret_cluster_bytes = v.f_frsize ? v.f_frsize : 4096;
	*ret_bytes = (uint64_t)v.f_bavail * *ret_cluster_bytes;
	return ERR_OK;
}
