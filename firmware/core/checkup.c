#include "firmware/core/checkup.h"

#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "firmware/core/files.h"
#include "firmware/core/outbox_files.h"
#include "firmware/core/outbox_row.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_BYTES (64u << 10)

static void close_file(struct checkup *c)
{
	EVP_MD_CTX_free(c->md);
	c->md = NULL;
	if (c->open)
		close(c->fd);
	c->open = false;
}

void checkup_finish(struct store *s)
{
	close_file(&s->checkup);
	s->checkup = (struct checkup){ 0 };
}

void checkup_begin(struct store *s)
{
	checkup_finish(s);
	s->checkup.state.phase = CHECKUP_TABLES;
	s->checkup.files = true;
}

void checkup_begin_rest(struct store *s)
{
	checkup_finish(s);
	s->checkup.state.phase = CHECKUP_TABLES;
}

struct checkup_state checkup_state(const struct store *s)
{
	return s->checkup.state;
}

enum err checkup_note(struct store *s, const char *what, const struct checkup_result *r)
{
	return db_run(s, SQL_CHECKUP_NOTE,
		      DB_VALUES(db_text(what), db_num(r->ended_s), db_num((int64_t)r->seen),
				db_num((int64_t)r->bad)));
}

enum err checkup_last(struct store *s, const char *what, struct checkup_result *ret_result)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_CHECKUP_LAST, DB_VALUES(db_text(what)), &st);

	if (e == ERR_OK)
		*ret_result = (struct checkup_result){
			.ended_s = sqlite3_column_int64(st, 0),
			.seen = (uint64_t)sqlite3_column_int64(st, 1),
			.bad = (uint64_t)sqlite3_column_int64(st, 2),
		};
	return e;
}

bool checkup_calls_staff(struct store *s)
{
	struct checkup_result r;

	return checkup_last(s, CHECKUP_MENDED, &r) == ERR_OK ||
	       checkup_last(s, CHECKUP_DISK, &r) == ERR_OK ||
	       (checkup_last(s, CHECKUP_FILE, &r) == ERR_OK && r.bad > 0);
}

enum err checkup_seen(struct store *s)
{
	return db_run(s, SQL_CHECKUP_SEEN, DB_NOTHING);
}

/* The table after the one at work. ERR_NOT_FOUND: that was the last. */
static enum err next_table(struct store *s, struct checkup *c)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_TABLE_AFTER, DB_VALUES(db_text(c->table)), &st);

	if (e == ERR_OK)
		db_copy(st, 0, c->table, sizeof c->table);
	return e;
}

static enum err begin_table(struct store *s, struct checkup *c)
{
	enum err e = next_table(s, c);

	if (e == ERR_NOT_FOUND) {
		c->state.phase = CHECKUP_KEYS;
		return ERR_BUSY;
	}
	c->walking = e == ERR_OK;
	c->row = INT64_MIN;
	return e == ERR_OK ? ERR_BUSY : e;
}

static enum err walk(struct store *s, struct checkup *c)
{
	enum err e = db_walk_table(s->db, c->table, CHECKUP_ROWS, &c->row);

	c->state.slices++;
	c->walking = e == ERR_OK;
	return e == ERR_OK || e == ERR_NOT_FOUND ? ERR_BUSY : e;
}

static enum err tables(struct store *s, struct checkup *c, uint32_t budget_ms)
{
	int64_t end_ms = clock_mono_ms(s->options.clock) + budget_ms;
	enum err e;

	do
		e = c->walking ? walk(s, c) : begin_table(s, c);
	while (e == ERR_BUSY && c->state.phase == CHECKUP_TABLES &&
	       clock_mono_ms(s->options.clock) < end_ms);
	return e;
}

static enum err keys(struct store *s, struct checkup *c)
{
	struct checkup_result r = { .ended_s = clock_now_s(s->options.clock) };
	enum err e = db_check_keys(s->db);

	if (e == ERR_OK)
		e = db_pages(s, &r.seen);
	if (e == ERR_OK)
		e = checkup_note(s, CHECKUP_DATABASE, &r);
	if (e != ERR_OK)
		return e;
	c->state.phase = c->files ? CHECKUP_FILES : CHECKUP_REST;
	c->row = 0;
	return c->files ? ERR_BUSY : ERR_OK;
}

static enum err begin_file(struct store *s, struct checkup *c)
{
	AUTO_ROWS *st = NULL;
	struct outbox_row r;
	enum err e = db_first(s, SQL_OUTBOX_AFTER, DB_VALUES(db_num(c->row)), &st);

	if (e == ERR_OK)
		e = outbox_read_row(st, &r);
	if (e != ERR_OK)
		return e;
	int64_t id = sqlite3_column_int64(st, 19);
	e = outbox_file_open(s, &r.item, &c->fd);
	if (e != ERR_OK && e != ERR_DAMAGED)
		return e;
	c->row = id;
	c->item = r.item;
	c->at = 0;
	c->open = e == ERR_OK;
	if (!c->open)
		return ERR_DAMAGED;
	/* What is in memory says nothing about the disk. */
	(void)posix_fadvise(c->fd, 0, 0, POSIX_FADV_DONTNEED);
	c->md = EVP_MD_CTX_new();
	return c->md && EVP_DigestInit_ex(c->md, EVP_sha256(), NULL) == 1 ? ERR_OK : ERR_NO_MEMORY;
}

static enum err compare(const struct checkup *c)
{
	uint8_t hash[FILES_HASH_BYTES];
	char hex[PACKAGE_HASH_CAP];

	if (EVP_DigestFinal_ex(c->md, hash, NULL) != 1)
		return ERR_NO_MEMORY;
	hex_of(hash, sizeof hash, hex);
	return c->at == c->item.bytes && strcmp(hex, c->item.sha256) == 0 ? ERR_OK : ERR_DAMAGED;
}

/* ERR_BUSY: the file has more. */
static enum err read_chunk(struct checkup *c)
{
	uint8_t chunk[CHUNK_BYTES];
	ssize_t n = pread(c->fd, chunk, sizeof chunk, (off_t)c->at);

	if (n < 0)
		return errno == EINTR ? ERR_BUSY : ERR_DAMAGED;
	if (n == 0)
		return compare(c);
	c->at += (uint64_t)n;
	if (c->at > c->item.bytes)
		return ERR_DAMAGED;
	return EVP_DigestUpdate(c->md, chunk, (size_t)n) == 1 ? ERR_BUSY : ERR_NO_MEMORY;
}

static enum err end_file(struct store *s, struct checkup *c, bool damaged)
{
	if (c->open)
		(void)posix_fadvise(c->fd, 0, 0, POSIX_FADV_DONTNEED);
	close_file(c);
	c->state.seen++;
	if (!damaged)
		return ERR_OK;
	/* It may have been answered and purged while it was read. */
	struct outbox_item now;
	enum err e = outbox_get(s, c->item.key, &now);
	if (e != ERR_OK || now.state == OUTBOX_PURGED)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	c->state.bad++;
	memcpy(c->state.bad_key, c->item.key, sizeof c->state.bad_key);
	return outbox_damaged(s, c->item.key);
}

static enum err files_done(struct store *s, struct checkup *c)
{
	struct checkup_result r = { .ended_s = clock_now_s(s->options.clock),
				    .seen = c->state.seen,
				    .bad = c->state.bad };
	char detail[80];

	(void)snprintf(detail, sizeof detail, "files=%ju damaged=%ju", (uintmax_t)r.seen,
		       (uintmax_t)r.bad);
	c->state.phase = CHECKUP_REST;
	enum err e = db_begin(s);
	if (e != ERR_OK)
		return e;
	e = checkup_note(s, CHECKUP_FILE, &r);
	if (e == ERR_OK)
		e = audit_add(s, "store.checked", "", detail);
	return db_end(s, e);
}

static enum err files(struct store *s, struct checkup *c, uint32_t budget_ms)
{
	int64_t end_ms = clock_mono_ms(s->options.clock) + budget_ms;

	do {
		enum err e = c->open ? ERR_OK : begin_file(s, c);

		if (e == ERR_NOT_FOUND)
			return files_done(s, c);
		if (e == ERR_OK)
			e = read_chunk(c);
		if (e == ERR_OK || e == ERR_DAMAGED)
			e = end_file(s, c, e == ERR_DAMAGED);
		if (e != ERR_OK && e != ERR_BUSY) {
			close_file(c);
			return e;
		}
	} while (clock_mono_ms(s->options.clock) < end_ms);
	return ERR_BUSY;
}

static enum err step(struct store *s, uint32_t budget_ms)
{
	struct checkup *c = &s->checkup;

	switch (c->state.phase) {
	case CHECKUP_REST:
		return ERR_OK;
	case CHECKUP_TABLES:
		return tables(s, c, budget_ms);
	case CHECKUP_KEYS:
		return keys(s, c);
	case CHECKUP_FILES:
		return files(s, c, budget_ms);
	}
	return ERR_IO;
}

enum err checkup_step(struct store *s, uint32_t budget_ms)
{
	if (s->failed)
		return ERR_IO;
	enum err e = step(s, budget_ms);
	if (e == ERR_BAD_DATA)
		(void)db_result(s, SQLITE_CORRUPT);
	return e;
}
