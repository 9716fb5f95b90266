#include "firmware/core/files.h"

#include "firmware/base/auto.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NAME_CAP 256

enum err files_sync(int dir_fd)
{
	return fsync(dir_fd) < 0 ? err_of_errno() : ERR_OK;
}

enum err files_folder(int dir_fd, const char *name, int *ret_fd)
{
	if (mkdirat(dir_fd, name, 0700) == 0) {
		enum err e = files_sync(dir_fd);

		if (e != ERR_OK)
			return e;
	} else if (errno != EEXIST) {
		return err_of_errno();
	}
	const int how = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
	struct stat st;
	AUTO_FD fd = openat(dir_fd, name, how);
	bool mine = fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & 0700) == 0700;
	if (!mine && fchmodat(dir_fd, name, 0700, 0) == 0 && fd < 0)
		fd = openat(dir_fd, name, how);
	if (fd < 0)
		return err_of_errno();
	*ret_fd = take_fd(&fd);
	return ERR_OK;
}

enum err files_usable(int dir_fd, const char *name)
{
	const int how = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	struct stat st;
	AUTO_FD fd = openat(dir_fd, name, how);

	if (fd < 0 && (errno == EACCES || errno == EPERM) && fchmodat(dir_fd, name, 0600, 0) == 0)
		fd = openat(dir_fd, name, how);
	if (fd >= 0 && fstat(fd, &st) == 0)
		return S_ISREG(st.st_mode) ? ERR_OK : ERR_BAD_DATA;
	switch (errno) {
	case ENOENT:
		return ERR_OK;
	case EACCES:
	case EPERM:
	case EISDIR:
	case ELOOP:
	case ENXIO:
		return ERR_BAD_DATA;
	}
	return err_of_errno();
}

static enum err write_all(int fd, const struct iovec *part)
{
	const uint8_t *at = part->iov_base;
	size_t left = part->iov_len;

	while (left > 0) {
		ssize_t n = write(fd, at, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? err_of_errno() : ERR_IO;
		at += n;
		left -= (size_t)n;
	}
	return ERR_OK;
}

enum err files_write(int dir_fd, const char *name, const struct iovec *parts, size_t count)
{
	const int how = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	enum err e = ERR_OK;

	(void)unlinkat(dir_fd, name, 0); /* left over from before a cut */
	AUTO_FD fd = openat(dir_fd, name, how, 0600);
	if (fd < 0)
		return err_of_errno();
	for (size_t i = 0; i < count && e == ERR_OK; i++)
		e = write_all(fd, &parts[i]);
	if (e == ERR_OK && fdatasync(fd) < 0)
		e = err_of_errno();
	if (e != ERR_OK)
		(void)unlinkat(dir_fd, name, 0);
	return e;
}

enum err files_replace(int dir_fd, const char *name, const struct iovec *parts, size_t count)
{
	char tmp[NAME_CAP];

	if (snprintf(tmp, sizeof tmp, ".%s.new", name) >= (int)sizeof tmp)
		return ERR_BAD_DATA;
	enum err e = files_write(dir_fd, tmp, parts, count);
	if (e != ERR_OK)
		return e;
	if (renameat(dir_fd, tmp, dir_fd, name) < 0) {
		e = err_of_errno();
		(void)unlinkat(dir_fd, tmp, 0);
		return e;
	}
	return files_sync(dir_fd);
}

static enum err read_all(int fd, uint8_t *bytes, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = read(fd, bytes + at, len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? err_of_errno() : ERR_BAD_DATA;
		at += (size_t)n;
	}
	return ERR_OK;
}

enum err files_read(int dir_fd, const char *name, size_t max, uint8_t **ret_bytes, size_t *ret_len)
{
	struct stat st;

	AUTO_FD fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_of_errno();
	if (fstat(fd, &st) < 0)
		return err_of_errno();
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > max)
		return ERR_BAD_DATA;
	size_t len = (size_t)st.st_size;
	AUTO_FREE uint8_t *bytes = malloc(len ? len : 1);
	if (!bytes)
		return ERR_NO_MEMORY;
	enum err e = read_all(fd, bytes, len);
	if (e != ERR_OK)
		return e;
	*ret_bytes = bytes;
	*ret_len = len;
	bytes = NULL;
	return ERR_OK;
}

static enum err hash_all(int fd, EVP_MD_CTX *md, uint64_t *ret_bytes)
{
	uint8_t chunk[16384];
	uint64_t sum = 0;

	for (;;) {
		ssize_t n = pread(fd, chunk, sizeof chunk, (off_t)sum);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_of_errno();
		if (n == 0)
			break;
		if (EVP_DigestUpdate(md, chunk, (size_t)n) != 1)
			return ERR_NO_MEMORY;
		sum += (uint64_t)n;
	}
	*ret_bytes = sum;
	return ERR_OK;
}

enum err files_hash(int fd, uint8_t ret_hash[FILES_HASH_BYTES], uint64_t *ret_bytes)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	enum err e = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 ? ERR_OK : ERR_NO_MEMORY;
	uint64_t bytes = 0;

	if (e == ERR_OK)
		e = hash_all(fd, md, &bytes);
	if (e == ERR_OK && EVP_DigestFinal_ex(md, ret_hash, NULL) != 1)
		e = ERR_NO_MEMORY;
	EVP_MD_CTX_free(md);
	if (e == ERR_OK)
		*ret_bytes = bytes;
	return e;
}

enum err files_each(int dir_fd, files_fn *fn, void *data)
{
	enum err e = ERR_OK;
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		e = err_of_errno();
		if (fd >= 0)
			close(fd);
		return e;
	}
	for (struct dirent *d = readdir(dir); d && e == ERR_OK; d = readdir(dir))
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			e = fn(data, d->d_name);
	closedir(dir);
	return e;
}

static enum err remove_file(void *data, const char *name)
{
	const int *dir_fd = data;

	return unlinkat(*dir_fd, name, 0) < 0 && errno != ENOENT ? err_of_errno() : ERR_OK;
}

enum err files_remove_folder(int dir_fd, const char *name)
{
	AUTO_FD fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return errno == ENOENT ? ERR_OK : err_of_errno();
	enum err e = files_each(fd, remove_file, &fd);
	if (e == ERR_OK && unlinkat(dir_fd, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		e = err_of_errno();
	return e;
}

struct sweep {
	int dir_fd;
	uint32_t *count;
};

static enum err sweep_one(void *data, const char *name)
{
	const struct sweep *w = data;
	size_t len = strlen(name), tail = strlen(".new");

	if (name[0] != '.' || len <= tail || strcmp(name + len - tail, ".new") != 0)
		return ERR_OK;
	if (unlinkat(w->dir_fd, name, 0) < 0)
		return errno == ENOENT || errno == EISDIR ? ERR_OK : err_of_errno();
	++*w->count;
	return ERR_OK;
}

enum err files_sweep(int dir_fd, uint32_t *count)
{
	struct sweep w = { dir_fd, count };

	return files_each(dir_fd, sweep_one, &w);
}

void hex_of(const uint8_t *bytes, size_t len, char *ret_text)
{
	static const char DIGITS[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*ret_text++ = DIGITS[bytes[i] >> 4];
		*ret_text++ = DIGITS[bytes[i] & 15];
	}
	*ret_text = '\0';
}

bool hex_ok(const char *text, size_t digits)
{
	return strspn(text, "0123456789abcdef") == digits && text[digits] == '\0';
}
