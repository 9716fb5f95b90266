#include "firmware/board/sysfs.h"

#include "firmware/base/auto.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static bool path_of(const struct board *b, const char *dir, const char *name, char ret[PATH_MAX])
{
	int n = snprintf(ret, PATH_MAX, "%s%s/%s", b->root, dir, name);

	return n > 0 && n < PATH_MAX;
}

bool sysfs_line(const struct board *b, const char *dir, const char *name, char *ret, size_t size)
{
	char path[PATH_MAX];

	ret[0] = '\0';
	if (!path_of(b, dir, name, path))
		return false;
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, size - 1);
	ret[n > 0 ? n : 0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	return n >= 0;
}

static int is_name(const struct dirent *d)
{
	return d->d_name[0] != '.' && strlen(d->d_name) < SYSFS_NAME;
}

enum err sysfs_names(const struct board *b, const char *dir, struct sysfs_names *ret)
{
	struct dirent **all = NULL;
	char path[PATH_MAX];
	int n = path_of(b, dir, "", path) ? scandir(path, &all, is_name, versionsort) : -1;

	ret->count = 0;
	if (n < 0)
		return ERR_NOT_FOUND;
	for (int i = 0; i < n; i++) {
		if (ret->count < SYSFS_NAMES)
			snprintf(ret->name[ret->count++], SYSFS_NAME, "%.*s", SYSFS_NAME - 1,
				 all[i]->d_name);
		free(all[i]);
	}
	free(all);
	return ERR_OK;
}

void sysfs_link(const struct board *b, const char *dir, const char *name, char ret[PATH_MAX])
{
	char path[PATH_MAX];
	ssize_t n = path_of(b, dir, name, path) ? readlink(path, ret, PATH_MAX - 1) : -1;

	ret[n > 0 ? n : 0] = '\0';
}
