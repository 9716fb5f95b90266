/* What lies on a USB stick: names of files only. Their bytes are opened elsewhere. */
#include "firmware/core/stick.h"

#include "firmware/base/auto.h"
#include "firmware/base/msg.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_NAMES 4096 /* of one folder: a stick may hold anything */

static bool is_pdf(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && name[0] != '.' && strcasecmp(name + len - 4, ".pdf") == 0 &&
	       utf8_ok(name, len);
}

static void put(struct stick *s, const char *path, uint64_t bytes)
{
	size_t at = s->count;

	while (at > 0 && strcmp(s->files[at - 1].path, path) > 0)
		at--;
	s->more += s->count == STICK_FILES;
	if (at == STICK_FILES)
		return;
	s->count -= s->count == STICK_FILES;
	memmove(&s->files[at + 1], &s->files[at], (s->count - at) * sizeof s->files[0]);
	snprintf(s->files[at].path, STICK_PATH_CAP, "%s", path);
	s->files[at].bytes = bytes;
	s->count++;
}

static void close_folder(DIR **d)
{
	if (*d)
		closedir(*d);
}

static DIR *open_folder(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	return d;
}

/* One step down: sticks are mounted below the folder, or the folder is one. */
static void look_into(int at, const char *folder, const char *prefix, struct stick *s)
{
	__attribute__((cleanup(close_folder))) DIR *d = open_folder(at, folder);
	const struct dirent *e;

	for (int n = 0; d && n < MOST_NAMES && (e = readdir(d)); n++) {
		char path[STICK_PATH_CAP];
		struct stat st;

		if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		int len = snprintf(path, sizeof path, "%s%s%s", prefix, prefix[0] ? "/" : "",
				   e->d_name);
		if (len < 0 || (size_t)len >= sizeof path)
			continue;
		if (S_ISDIR(st.st_mode) && !prefix[0])
			look_into(dirfd(d), e->d_name, e->d_name, s);
		else if (S_ISREG(st.st_mode) && st.st_size > 0 && is_pdf(e->d_name))
			put(s, path, (uint64_t)st.st_size);
	}
}

enum err stick_list(const char *dir, struct stick *ret)
{
	memset(ret, 0, sizeof *ret);
	if (!dir[0])
		return ERR_GONE;
	look_into(AT_FDCWD, dir, "", ret);
	return ret->count > 0 ? ERR_OK : ERR_NOT_FOUND;
}

/* Nowhere on the way a link, nor out of the folder; a file that became a pipe meanwhile must not
 * keep us waiting. */
static int open_beneath(int root, const char *path)
{
	struct open_how how = { .flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };

	return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

enum err stick_open(const char *dir, const struct stick_file *f, int *ret_fd)
{
	AUTO_FD root = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD fd = root < 0 ? -1 : open_beneath(root, f->path);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return ERR_GONE;
	if (!S_ISREG(st.st_mode))
		return ERR_BAD_DATA;
	if (st.st_size > STICK_MAX_BYTES)
		return ERR_NO_SPACE;
	*ret_fd = take_fd(&fd);
	return ERR_OK;
}
