#include "firmware/board/efi.h"

#include "firmware/base/auto.h"
#include "firmware/base/buf.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#define ATTRIBUTES 7u /* non-volatile, for boot and run time */

static enum err path_of(const struct board *b, const char *name, char ret[PATH_MAX])
{
	int n = snprintf(ret, PATH_MAX, "%s%s/%s", b->root, EFI_VARS, name);

	return n > 0 && n < PATH_MAX ? ERR_OK : ERR_NO_SPACE;
}

enum err efi_read(const struct board *b, const char *name, uint8_t *ret, size_t size,
		  size_t *ret_len)
{
	uint8_t bytes[4 + EFI_MAX + 1];
	char path[PATH_MAX];
	enum err e = path_of(b, name, path);
	AUTO_FD fd = e == ERR_OK ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (e != ERR_OK)
		return e;
	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_of_errno();
	ssize_t n = read(fd, bytes, sizeof bytes); /* at once, or firmware may change it between */
	if (n < 0)
		return err_of_errno();
	if (n < 4) /* none: it was made, and never written */
		return n == 0 ? ERR_NOT_FOUND : ERR_BAD_DATA;
	if ((size_t)n - 4 > size || n == sizeof bytes)
		return ERR_NO_SPACE;
	memcpy(ret, bytes + 4, (size_t)n - 4);
	*ret_len = (size_t)n - 4;
	return ERR_OK;
}

/* The kernel guards variables it does not know against an `rm -rf` by this flag. */
static void make_mutable(const char *path)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	int flags = 0;

	if (fd < 0 || ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0 || !(flags & FS_IMMUTABLE_FL))
		return;
	flags &= ~FS_IMMUTABLE_FL;
	(void)ioctl(fd, FS_IOC_SETFLAGS, &flags); /* then the write says why not */
}

enum err efi_write(const struct board *b, const char *name, const uint8_t *bytes, size_t len)
{
	uint8_t all[4 + EFI_MAX] = { ATTRIBUTES };
	char path[PATH_MAX];
	struct stat st;
	enum err e = len <= EFI_MAX ? path_of(b, name, path) : ERR_NO_SPACE;

	if (e != ERR_OK)
		return e;
	memcpy(all + 4, bytes, len);
	make_mutable(path);
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_of_errno();
	if (write(fd, all, 4 + len) != (ssize_t)(4 + len) || fstat(fd, &st) < 0)
		return err_of_errno();
	/* of a plain file, in tests, the old end would be left */
	if (st.st_size > (off_t)(4 + len) && ftruncate(fd, (off_t)(4 + len)) < 0)
		return err_of_errno();
	return ERR_OK;
}

enum err efi_remove(const struct board *b, const char *name)
{
	char path[PATH_MAX];
	enum err e = path_of(b, name, path);

	if (e != ERR_OK)
		return e;
	make_mutable(path);
	return unlink(path) == 0 || errno == ENOENT ? ERR_OK : err_of_errno();
}

enum err efi_numbers(const struct board *b, const char *name, uint16_t *ret, size_t *ret_count)
{
	uint8_t bytes[2 * EFI_ENTRIES];
	size_t len = 0;
	enum err e = efi_read(b, name, bytes, sizeof bytes, &len);
	struct reader r = reader_of(bytes, len);

	if (e != ERR_OK)
		return e;
	if (len % 2 != 0)
		return ERR_BAD_DATA;
	for (size_t i = 0; i < len / 2; i++)
		ret[i] = get_u16le(&r);
	*ret_count = len / 2;
	return ERR_OK;
}

enum err efi_put_numbers(const struct board *b, const char *name, const uint16_t *numbers,
			 size_t count)
{
	uint8_t bytes[2 * EFI_ENTRIES];

	if (count > EFI_ENTRIES)
		return ERR_NO_SPACE;
	for (size_t i = 0; i < count; i++) {
		bytes[2 * i] = (uint8_t)numbers[i];
		bytes[2 * i + 1] = (uint8_t)(numbers[i] >> 8);
	}
	return efi_write(b, name, bytes, 2 * count);
}
