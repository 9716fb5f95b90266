/* The kernel's log of writes: what is durable together, and what had been promised by then. */
#include "tests/cut/log.h"
#include "tests/tap.h"

#include <endian.h>
#include <string.h>

#define SECTOR 512
#define DISK   (64 * SECTOR)

enum { FLUSH = 1, FUA = 2, DISCARD = 4, MARK = 8 };

/* A log as the kernel writes it (drivers/md/dm-log-writes.c). */
struct made {
	uint8_t bytes[64 * SECTOR];
	size_t len;
	uint64_t entries;
};

static void put(uint8_t *at, uint64_t n)
{
	n = htole64(n);
	memcpy(at, &n, sizeof n);
}

static void begin(struct made *m)
{
	memset(m, 0, sizeof *m);
	m->len = SECTOR;
	put(m->bytes, 0x6a736677736872);
	put(m->bytes + 8, 1);
	put(m->bytes + 24, SECTOR);
}

static uint8_t *entry(struct made *m, uint64_t sector, uint64_t sectors, uint64_t flags)
{
	uint8_t *at = m->bytes + m->len;

	put(at, sector);
	put(at + 8, sectors);
	put(at + 16, flags);
	m->len += SECTOR;
	put(m->bytes + 16, ++m->entries);
	return at;
}

static void write_at(struct made *m, uint64_t sector, char what, uint64_t flags)
{
	(void)entry(m, sector, 1, flags);
	memset(m->bytes + m->len, what, SECTOR);
	m->len += SECTOR;
}

static void mark(struct made *m, const char *text)
{
	uint8_t *at = entry(m, 0, 0, MARK);

	put(at + 24, strlen(text));
	memcpy(at + 32, text, strlen(text));
}

static struct log log_of(const struct made *m)
{
	return (struct log){ .bytes = m->bytes, .len = m->len, .disk_bytes = DISK };
}

/* Two writes and a flush; one by itself; a promise; two more, a flush. */
static void usual(struct made *m)
{
	begin(m);
	write_at(m, 1, 'a', 0);
	write_at(m, 2, 'b', 0);
	(void)entry(m, 0, 0, FLUSH);
	write_at(m, 3, 'c', FUA);
	mark(m, "promised");
	write_at(m, 1, 'd', 0);
	(void)entry(m, 8, 8, DISCARD);
	(void)entry(m, 0, 0, FLUSH);
	(void)entry(m, 0, 0, FLUSH);
	mark(m, "promised");
	mark(m, "dm-log-writes-end");
}

static void what_is_durable_together(void)
{
	struct made m;
	struct tape t = { 0 };

	usual(&m);
	struct log l = log_of(&m);
	l.promises[l.marks++] = 2;
	l.promises[l.marks++] = 5;
	eq_int(log_read(&l, &t), ERR_OK);
	eq_int(t.count, 3);
	eq_int(t.parts[0].writes.count, 2);
	eq_int(t.parts[0].promises, 0);
	eq_int(t.parts[0].writes.all[1].at, 2 * SECTOR);
	eq_int(t.parts[0].writes.all[1].bytes[SECTOR - 1], 'b');
	eq_int(t.parts[1].writes.count, 1);
	eq_int(t.parts[1].promises, 0);
	eq_int(t.parts[2].promises, 2);
	eq_int(t.promises, 5);
	tape_finish(&t);
}

/* By one bio: flush what was before, write, and only that is durable by itself. */
static void flush_and_write_in_one(void)
{
	struct made m;
	struct tape t = { 0 };

	begin(&m);
	write_at(&m, 1, 'a', 0);
	write_at(&m, 2, 'b', FLUSH | FUA);
	write_at(&m, 3, 'c', 0);
	struct log l = log_of(&m);
	eq_int(log_read(&l, &t), ERR_OK);
	eq_int(t.count, 2); /* the last one was never flushed */
	eq_int(t.parts[0].writes.count, 1);
	eq_int(t.parts[1].writes.all[0].bytes[0], 'b');
	tape_finish(&t);
}

static void a_deaf_drive_has_nothing_for_sure(void)
{
	struct made m;
	struct tape t = { 0 };

	usual(&m);
	struct log l = log_of(&m);
	l.deaf = true;
	l.promises[l.marks++] = 2;
	l.promises[l.marks++] = 5;
	eq_int(log_read(&l, &t), ERR_OK);
	eq_int(t.count, 1);
	eq_int(t.parts[0].writes.count, 4);
	eq_int(t.parts[0].promises, 5);
	tape_finish(&t);
}

static enum err refused(const struct made *m, size_t len, size_t marks)
{
	struct tape t = { 0 };
	struct log l = log_of(m);

	l.len = len;
	l.marks = marks;
	enum err e = log_read(&l, &t);
	tape_finish(&t);
	return e;
}

static void what_is_no_log(void)
{
	struct made m;

	usual(&m);
	eq_int(refused(&m, m.len, 2), ERR_OK);
	eq_int(refused(&m, m.len, 1), ERR_BAD_DATA);
	eq_int(refused(&m, m.len, 3), ERR_BAD_DATA);
	for (size_t len = 0; len < m.len; len += SECTOR / 2)
		eq_int(refused(&m, len, 2), ERR_BAD_DATA);
	m.bytes[0]++;
	eq_int(refused(&m, m.len, 2), ERR_BAD_DATA);
	begin(&m);
	write_at(&m, DISK / SECTOR, 'x', 0); /* behind the end of the disk */
	eq_int(refused(&m, m.len, 0), ERR_BAD_DATA);
	begin(&m);
	(void)entry(&m, 1, UINT64_MAX, 0);
	eq_int(refused(&m, m.len, 0), ERR_BAD_DATA);
	begin(&m);
	put(entry(&m, 0, 0, MARK) + 24, UINT64_MAX);
	eq_int(refused(&m, m.len, 1), ERR_BAD_DATA);
}

int main(void)
{
	what_is_durable_together();
	flush_and_write_in_one();
	a_deaf_drive_has_nothing_for_sure();
	what_is_no_log();
	return tap_done();
}
