#include "board/flash/medium.h"

#include "firmware/base/auto.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

static enum say why_not_open(void)
{
	switch (errno) {
	case EBUSY:
		return SAY_BUSY;
	case EROFS:
		return SAY_READ_ONLY;
	case EACCES:
	case EPERM:
		return SAY_DENIED;
	case ENOENT:
		return SAY_NOT_DISK;
	default:
		return SAY_UNREADABLE;
	}
}

static enum say measure(struct medium *m)
{
	struct stat st;
	int sector = 0;

	if (fstat(m->fd, &st) < 0)
		return SAY_UNREADABLE;
	m->block = S_ISBLK(st.st_mode);
	m->bytes = (uint64_t)st.st_size;
	if (m->block &&
	    (ioctl(m->fd, BLKGETSIZE64, &m->bytes) < 0 || ioctl(m->fd, BLKSSZGET, &sector) < 0))
		return SAY_UNREADABLE;
	if (m->block && sector != 512)
		return SAY_SECTOR;
	return m->block || S_ISREG(st.st_mode) ? SAY_OK : SAY_NOT_DISK;
}

enum say medium_open(const char *path, struct medium *ret)
{
	/* without O_CREAT, O_EXCL is Linux's claim on a block device: open(2) */
	AUTO_FD fd = open(path, O_RDWR | O_EXCL | O_CLOEXEC);
	struct medium m = { .fd = fd, .direct = -1 };

	if (fd < 0)
		return why_not_open();
	enum say s = measure(&m);
	if (s != SAY_OK)
		return s;
	m.direct = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	if (m.direct < 0 && !m.block)
		m.direct = open(path, O_RDONLY | O_CLOEXEC);
	if (m.direct < 0)
		return why_not_open();
	*ret = m;
	ret->fd = take_fd(&fd);
	return SAY_OK;
}

enum say medium_look(const char *path, struct medium *ret)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct medium m = { .fd = fd, .direct = -1 };

	if (fd < 0)
		return why_not_open();
	enum say s = measure(&m);
	if (s != SAY_OK)
		return s;
	*ret = m;
	ret->fd = take_fd(&fd);
	return SAY_OK;
}

void medium_close(struct medium *m)
{
	if (m->fd >= 0)
		close(m->fd);
	if (m->direct >= 0)
		close(m->direct);
	m->fd = m->direct = -1;
}

static bool read_whole(int fd, uint64_t at, uint8_t *ret, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = pread(fd, ret + done, len - done, (off_t)(at + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

enum say medium_read(const struct medium *m, uint64_t at, void *ret, size_t len)
{
	return read_whole(m->fd, at, ret, len) ? SAY_OK : SAY_UNREADABLE;
}

enum say medium_write(const struct medium *m, uint64_t at, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;

	for (size_t done = 0; done < len;) {
		ssize_t n = pwrite(m->fd, from + done, len - done, (off_t)(at + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return SAY_WRITE;
		done += (size_t)n;
	}
	/* so that the disk and not the memory sets the pace that is shown */
	if (sync_file_range(m->fd, (off_t)at, (off_t)len,
			    SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
				    SYNC_FILE_RANGE_WAIT_AFTER) < 0 &&
	    errno == EIO)
		return SAY_WRITE;
	return SAY_OK;
}

enum say medium_zero(const struct medium *m, uint64_t at, uint64_t len)
{
	static const uint8_t ZEROS[64u << 10];
	uint64_t range[2] = { at, len };
	enum say s = SAY_OK;

	if (m->block && ioctl(m->fd, BLKZEROOUT, range) == 0)
		return SAY_OK;
	for (uint64_t done = 0; done < len && s == SAY_OK;) {
		size_t n = len - done < sizeof(ZEROS) ? (size_t)(len - done) : sizeof(ZEROS);
		s = medium_write(m, at + done, ZEROS, n);
		done += n;
	}
	return s;
}

void medium_discard(const struct medium *m, uint64_t at, uint64_t len)
{
	uint64_t range[2] = { at, len };

	if (m->block)
		(void)ioctl(m->fd, BLKDISCARD, range);
	else
		(void)fallocate(m->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at,
				(off_t)len);
}

enum say medium_flush(const struct medium *m)
{
	if (fsync(m->fd) < 0)
		return SAY_WRITE;
	if (m->block)
		(void)ioctl(m->fd, BLKFLSBUF, 0);
	(void)posix_fadvise(m->fd, 0, 0, POSIX_FADV_DONTNEED);
	return SAY_OK;
}

enum say medium_read_back(const struct medium *m, uint64_t at, uint8_t *ret, size_t len)
{
	return read_whole(m->direct, at, ret, len) ? SAY_OK : SAY_READ;
}

void medium_tell(const struct medium *m)
{
	if (m->block)
		(void)ioctl(m->fd, BLKRRPART);
}
