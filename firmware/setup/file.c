#include "firmware/setup/file.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

static enum err write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n <= 0)
			return n < 0 ? err_of_errno() : ERR_NO_SPACE;
		bytes += n;
		len -= (size_t)n;
	}
	return fsync(fd) < 0 ? err_of_errno() : ERR_OK;
}

enum err file_put(int dir_fd, const char *name, const void *bytes, size_t len)
{
	char part[128];

	if (snprintf(part, sizeof part, "%s.new", name) >= (int)sizeof part)
		return ERR_NO_SPACE;
	AUTO_FD fd =
		openat(dir_fd, part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (fd < 0)
		return err_of_errno();
	enum err e = write_all(fd, bytes, len);
	if (e == ERR_OK && renameat(dir_fd, part, dir_fd, name) < 0)
		e = err_of_errno();
	if (e != ERR_OK) {
		(void)unlinkat(dir_fd, part, 0); /* the caller hears about e */
		return e;
	}
	return fsync(dir_fd) < 0 ? err_of_errno() : ERR_OK;
}

enum err file_get(int dir_fd, const char *name, size_t max, char **ret_text, size_t *ret_len)
{
	AUTO_FD fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0 || fstat(fd, &st) < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_of_errno();
	if (!S_ISREG(st.st_mode) || st.st_size < 0 || (size_t)st.st_size > max)
		return ERR_BAD_DATA;
	AUTO_FREE char *text = malloc((size_t)st.st_size + 1);
	if (!text)
		return ERR_NO_MEMORY;
	while (n > 0 && len < (size_t)st.st_size) {
		n = read(fd, text + len, (size_t)st.st_size - len);
		len += n > 0 ? (size_t)n : 0;
	}
	if (n < 0)
		return err_of_errno();
	text[len] = '\0';
	*ret_text = text;
	*ret_len = len;
	text = NULL;
	return ERR_OK;
}

enum err file_drop(int dir_fd, const char *name)
{
	return unlinkat(dir_fd, name, 0) < 0 && errno != ENOENT ? err_of_errno() : ERR_OK;
}
