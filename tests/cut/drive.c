#include "tests/cut/drive.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum err drive_writes_add(struct drive_writes *w, uint64_t at, uint32_t len, const uint8_t *bytes)
{
	if (w->count == w->cap) {
		size_t cap = w->cap ? 2 * w->cap : 64;
		struct drive_write *more = realloc(w->all, cap * sizeof *more);

		if (!more)
			return ERR_NO_MEMORY;
		w->all = more;
		w->cap = cap;
	}
	uint8_t *copy = malloc(len ? len : 1);
	if (!copy)
		return ERR_NO_MEMORY;
	memcpy(copy, bytes, len);
	w->all[w->count++] = (struct drive_write){ at, len, copy };
	w->bytes += len;
	return ERR_OK;
}

void drive_writes_finish(struct drive_writes *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->all[i].bytes);
	free(w->all);
	*w = (struct drive_writes){ 0 };
}

/* Memory that is only there where it was written. */
static uint8_t *room(uint64_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

/* The file is mostly holes. */
static enum err read_pieces(struct drive *d, int fd)
{
	off_t at = 0, end;

	while ((at = lseek(fd, at, SEEK_DATA)) >= 0) {
		end = lseek(fd, at, SEEK_HOLE);
		for (ssize_t n; at < end; at += n) {
			n = pread(fd, d->safe + at, (size_t)(end - at), at);
			if (n <= 0)
				return ERR_IO;
			memcpy(d->now + at, d->safe + at, (size_t)n);
		}
	}
	return errno == ENXIO ? ERR_OK : err_of_errno();
}

enum err drive_load(struct drive *d, const char *path)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	*d = (struct drive){ 0 };
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_of_errno();
	d->size = (uint64_t)st.st_size;
	d->safe = room(d->size);
	d->now = room(d->size);
	return d->safe && d->now ? read_pieces(d, fd) : ERR_NO_MEMORY;
}

/* A page of the second is that of the first until it was written to. */
enum err drive_open(struct drive *d, const char *path)
{
	AUTO_FD fd = open(path, O_RDWR | O_CLOEXEC);
	struct stat st;

	*d = (struct drive){ 0 };
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_of_errno();
	d->size = (uint64_t)st.st_size;
	void *safe = mmap(NULL, d->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	void *now = mmap(NULL, d->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
	d->safe = safe == MAP_FAILED ? NULL : safe;
	d->now = now == MAP_FAILED ? NULL : now;
	return d->safe && d->now ? ERR_OK : ERR_NO_MEMORY;
}

void drive_finish(struct drive *d)
{
	drive_writes_finish(&d->unsafe);
	if (d->safe)
		munmap(d->safe, d->size);
	if (d->now)
		munmap(d->now, d->size);
	*d = (struct drive){ 0 };
}

static bool outside(const struct drive *d, uint64_t at, uint32_t len)
{
	return at > d->size || len > d->size - at;
}

static bool fails(struct drive *d)
{
	uint64_t n = ++d->requests;

	return n >= d->fail_from && n < d->fail_until;
}

enum err drive_read(struct drive *d, uint64_t at, uint32_t len, uint8_t *to)
{
	if (outside(d, at, len))
		return ERR_NO_SPACE;
	memcpy(to, d->now + at, len);
	return ERR_OK;
}

enum err drive_write(struct drive *d, uint64_t at, uint32_t len, const uint8_t *bytes)
{
	if (outside(d, at, len))
		return ERR_NO_SPACE;
	if (fails(d))
		return ERR_IO;
	enum err e = drive_writes_add(&d->unsafe, at, len, bytes);
	if (e != ERR_OK)
		return e;
	memcpy(d->now + at, bytes, len);
	d->written_bytes += len;
	return ERR_OK;
}

void drive_apply(uint8_t *medium, const struct drive_write *w, struct lot *lot)
{
	for (uint32_t at = 0; at < w->len; at += DRIVE_ATOM) {
		uint32_t n = w->len - at < DRIVE_ATOM ? w->len - at : DRIVE_ATOM;

		if (!lot || lot_draw(lot, 2))
			memcpy(medium + w->at + at, w->bytes + at, n);
	}
}

void drive_settle(struct drive *d)
{
	for (size_t i = 0; i < d->unsafe.count; i++)
		drive_apply(d->safe, &d->unsafe.all[i], NULL);
	drive_writes_finish(&d->unsafe);
}

void drive_forget(struct drive *d)
{
	for (size_t i = 0; i < d->unsafe.count; i++) {
		const struct drive_write *w = &d->unsafe.all[i];

		memcpy(d->now + w->at, d->safe + w->at, w->len);
	}
	drive_writes_finish(&d->unsafe);
}

enum err drive_flush(struct drive *d)
{
	if (fails(d))
		return ERR_IO;
	d->flushes++;
	if (!d->deaf)
		drive_settle(d);
	return ERR_OK;
}

/* How what was not flushed may meet its end. */
enum end { END_LOST, END_FIRST_KEPT, END_WRITES_BY_LOT, END_BLOCKS_BY_LOT, END_COUNT };

static void keep_some(struct drive *d, enum end end, struct lot *lot)
{
	const struct drive_writes *w = &d->unsafe;
	size_t first = w->count ? lot_draw(lot, w->count + 1) : 0;

	for (size_t i = 0; i < w->count && end != END_LOST; i++) {
		if (end == END_BLOCKS_BY_LOT || (end == END_FIRST_KEPT && i + 1 == first))
			drive_apply(d->safe, &w->all[i], lot); /* the last one is torn */
		else if (end == END_FIRST_KEPT ? i < first : lot_draw(lot, 2))
			drive_apply(d->safe, &w->all[i], NULL);
	}
}

void drive_cut(struct drive *d, struct lot *lot)
{
	keep_some(d, (enum end)lot_draw(lot, END_COUNT), lot);
	drive_forget(d);
}
