#include "firmware/guard/sysfs.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static int open_in(const char *dir, const char *name, int flags)
{
	char path[SYSFS_PATH + 64];
	int n = snprintf(path, sizeof path, "%s/%s", dir, name);

	if (n < 0 || (size_t)n >= sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, flags | O_CLOEXEC | O_NOFOLLOW);
}

enum err sysfs_bytes(const char *dir, const char *name, uint8_t *ret, size_t size, size_t *ret_len)
{
	AUTO_FD fd = open_in(dir, name, O_RDONLY);
	size_t len = 0;

	if (fd < 0)
		return err_of_errno();
	for (;;) {
		uint8_t more;
		ssize_t n = len < size ? read(fd, ret + len, size - len) : read(fd, &more, 1);

		if (n < 0)
			return err_of_errno();
		if (n == 0)
			break;
		if (len == size)
			return ERR_NO_SPACE;
		len += (size_t)n;
	}
	*ret_len = len;
	return ERR_OK;
}

enum err sysfs_text(const char *dir, const char *name, char *ret, size_t size)
{
	size_t len;
	enum err e = sysfs_bytes(dir, name, (uint8_t *)ret, size - 1, &len);

	if (e != ERR_OK)
		return e;
	ret[len] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	return ERR_OK;
}

enum err sysfs_set(const char *dir, const char *name, const char *word)
{
	AUTO_FD fd = open_in(dir, name, O_WRONLY);
	size_t len = strlen(word);

	if (fd < 0 || write(fd, word, len) != (ssize_t)len)
		return err_of_errno();
	return ERR_OK;
}
