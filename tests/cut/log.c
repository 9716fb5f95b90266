#include "tests/cut/log.h"

#include "firmware/base/buf.h"

#include <string.h>

#define MAGIC     0x6a736677736872u
#define VERSION   1
#define SECTOR    512
#define MAX_BYTES (32u << 20) /* of one write */
#define OWN_MARK  "dm-log-writes-end"

enum { FLUSH = 1, FUA = 2, DISCARD = 4, MARK = 8 };

struct entry {
	uint64_t sector, sectors, flags;
	const uint8_t *bytes, *mark; /* NULL: it has none */
};

struct reading {
	const struct log *log;
	struct tape *tape;
	struct drive_writes writes; /* of which none is durable yet */
	size_t marks;
};

static bool get_entry(struct reader *r, struct entry *e)
{
	struct reader head = get_part(r, SECTOR);

	e->sector = get_u64le(&head);
	e->sectors = get_u64le(&head);
	e->flags = get_u64le(&head);
	uint64_t mark_len = get_u64le(&head);
	e->mark = e->flags & MARK ? get_bytes(&head, (size_t)mark_len) : NULL;
	bool has_bytes = e->sectors > 0 && !(e->flags & (DISCARD | MARK));
	if (has_bytes && e->sectors > MAX_BYTES / SECTOR)
		return false;
	e->bytes = has_bytes ? get_bytes(r, (size_t)e->sectors * SECTOR) : NULL;
	return !head.bad && !r->bad;
}

/* What was written so far outlives a cut. */
static enum err make_durable(struct reading *r)
{
	size_t n = r->marks ? r->log->promises[r->marks - 1] : 0;

	return r->log->deaf || r->writes.count == 0 ? ERR_OK : tape_add(r->tape, &r->writes, n);
}

static enum err take_mark(struct reading *r, const struct entry *e)
{
	if (strncmp((const char *)e->mark, OWN_MARK, strlen(OWN_MARK)) == 0)
		return ERR_OK;
	return ++r->marks <= r->log->marks ? ERR_OK : ERR_BAD_DATA;
}

static enum err take_write(struct reading *r, const struct entry *e)
{
	uint64_t disk = r->log->disk_bytes / SECTOR;

	if (e->sector > disk || e->sectors > disk - e->sector)
		return ERR_BAD_DATA;
	return drive_writes_add(&r->writes, e->sector * SECTOR, (uint32_t)e->sectors * SECTOR,
				e->bytes);
}

static enum err take(struct reading *r, const struct entry *e)
{
	enum err err = ERR_OK;

	if (e->mark)
		return take_mark(r, e);
	if (e->flags & FLUSH)
		err = make_durable(r);
	if (err == ERR_OK && e->bytes)
		err = take_write(r, e);
	if (err == ERR_OK && e->flags & FUA)
		err = make_durable(r);
	return err;
}

/* What was promised when all was written; a deaf drive had nothing of it. */
static enum err end(struct reading *r)
{
	if (r->marks != r->log->marks)
		return ERR_BAD_DATA;
	r->tape->promises = r->marks ? r->log->promises[r->marks - 1] : 0;
	return r->log->deaf ? tape_add(r->tape, &r->writes, r->tape->promises) : ERR_OK;
}

enum err log_read(const struct log *l, struct tape *t)
{
	struct reader in = reader_of(l->bytes, l->len), head = get_part(&in, SECTOR);
	struct reading r = { .log = l, .tape = t };
	bool is_log = get_u64le(&head) == MAGIC && get_u64le(&head) == VERSION;
	uint64_t left = get_u64le(&head);
	enum err e = is_log && get_u32le(&head) == SECTOR ? ERR_OK : ERR_BAD_DATA;

	for (struct entry one; left > 0 && e == ERR_OK; left--)
		e = get_entry(&in, &one) ? take(&r, &one) : ERR_BAD_DATA;
	if (e == ERR_OK)
		e = end(&r);
	drive_writes_finish(&r.writes);
	return e;
}
