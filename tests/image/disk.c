#include "tests/image/disk.h"

#include "firmware/base/auto.h"
#include "tests/image/gpt.h"

#include <fcntl.h>
#include <sys/stat.h>

static enum err copy_pieces(int from, int to)
{
	off_t at = 0, end, out;

	while ((at = lseek(from, at, SEEK_DATA)) >= 0) {
		end = lseek(from, at, SEEK_HOLE);
		out = at;
		while (at < end) {
			if (copy_file_range(from, &at, to, &out, (size_t)(end - at), 0) <= 0)
				return ERR_IO;
		}
	}
	return errno == ENXIO ? ERR_OK : err_of_errno();
}

enum err disk_make(const struct disk *d, const char *from, uint64_t bytes)
{
	AUTO_FD in = from ? open(from, O_RDONLY | O_CLOEXEC) : -1;
	struct stat st = { 0 };

	(void)unlink(d->path);
	AUTO_FD out = open(d->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (out < 0 || (from && (in < 0 || fstat(in, &st) < 0)))
		return err_of_errno();
	off_t size = (uint64_t)st.st_size > bytes ? st.st_size : (off_t)bytes;
	if (ftruncate(out, size) < 0)
		return err_of_errno();
	return from ? copy_pieces(in, out) : ERR_OK;
}

static enum err serve_read(void *data, uint64_t at, uint32_t len, uint8_t *to)
{
	struct disk *d = data;

	return drive_read(&d->drive, at, len, to);
}

/* The request came too late to be answered. */
static enum err power_gone(struct disk *d)
{
	if (d->cut_at == 0 || d->drive.requests < d->cut_at)
		return ERR_OK;
	d->was_cut = true;
	return ERR_GONE;
}

static enum err serve_write(void *data, uint64_t at, uint32_t len, const uint8_t *bytes)
{
	struct disk *d = data;
	enum err e = drive_write(&d->drive, at, len, bytes);
	enum err gone = power_gone(d);

	return gone == ERR_OK ? e : gone;
}

static enum err serve_flush(void *data)
{
	struct disk *d = data;

	if (d->cut_at && d->drive.requests + 1 >= d->cut_at) {
		d->was_cut = true;
		return ERR_GONE;
	}
	return drive_flush(&d->drive);
}

enum err disk_serve(struct disk *d, int sock)
{
	d->sock = sock;
	d->was_cut = false;
	d->cut_at = 0;
	enum err e = drive_open(&d->drive, d->path);
	const struct nbd_device device = { d->drive.size, serve_read, serve_write, serve_flush, d };
	return e == ERR_OK ? nbd_begin(&d->nbd, sock, &device) : e;
}

enum err disk_answer(struct disk *d)
{
	return nbd_serve(&d->nbd);
}

void disk_leave(struct disk *d, struct lot *lot)
{
	if (d->sock < 0)
		return;
	if (lot)
		drive_cut(&d->drive, lot);
	else
		drive_settle(&d->drive);
	drive_finish(&d->drive);
	nbd_finish(&d->nbd);
	close(take_fd(&d->sock));
}

enum err disk_part(const struct disk *d, const char *part, uint64_t *ret_at, uint64_t *ret_len)
{
	uint8_t head[GPT_BYTES];
	struct stat st;
	AUTO_FD fd = open(d->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_of_errno();
	ssize_t n = pread(fd, head, sizeof head, 0);
	if (part)
		return n < 0 ? err_of_errno() : gpt_find(head, (size_t)n, part, ret_at, ret_len);
	*ret_at = 0;
	*ret_len = (uint64_t)st.st_size;
	return ERR_OK;
}

enum err disk_poke(const struct disk *d, uint64_t at, const uint8_t *bytes, size_t len)
{
	AUTO_FD fd = open(d->path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return err_of_errno();
	return pwrite(fd, bytes, len, (off_t)at) == (ssize_t)len ? ERR_OK : ERR_IO;
}
