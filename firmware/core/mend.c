#include "firmware/core/mend.h"

#include "firmware/core/copy_book.h"
#include "firmware/core/counter.h"
#include "firmware/core/db.h"
#include "firmware/core/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW_FILE      DB_FILE ".new"
#define SWAP          "swap"
#define SET_ASIDE_MAX 5
#define ASIDE_CAP     32
#define PATH_BYTES    4096

static bool exists(const struct store *s, const char *name)
{
	struct stat st;

	return fstatat(s->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static enum err swap(struct store *s)
{
	(void)unlinkat(s->dir_fd, DB_WAL, 0); /* the old database's; it was set aside too */
	if (renameat(s->dir_fd, NEW_FILE, s->dir_fd, DB_FILE) < 0)
		return err_of_errno();
	return files_sync(s->dir_fd);
}

enum err mend_resume(struct store *s)
{
	if (!exists(s, SWAP))
		return ERR_OK;
	s->report.damaged = true;
	return exists(s, NEW_FILE) ? swap(s) : ERR_OK;
}

enum err mend_done(struct store *s)
{
	(void)unlinkat(s->dir_fd, DB_SUSPECT, 0);
	if (unlinkat(s->dir_fd, SWAP, 0) < 0 && errno != ENOENT)
		return err_of_errno();
	return files_sync(s->dir_fd);
}

static void aside_name(const struct store *s, const char *ending, char ret[ASIDE_CAP])
{
	(void)snprintf(ret, ASIDE_CAP, "%s%s", s->report.set_aside, ending);
}

/* In the same folder: the sandbox allows no link from one to another. */
static enum err second_name(struct store *s, const char *name, const char *ending)
{
	char to[ASIDE_CAP];

	aside_name(s, ending, to);
	(void)unlinkat(s->dir_fd, to, 0);
	if (linkat(s->dir_fd, name, s->dir_fd, to, 0) == 0 || errno == ENOENT)
		return ERR_OK;
	/* Somebody else's, or a folder: it can only be moved. The note says that there was one. */
	enum err e = files_write(s->dir_fd, DB_SUSPECT, NULL, 0);
	if (e == ERR_OK)
		e = files_sync(s->dir_fd);
	if (e == ERR_OK && renameat(s->dir_fd, name, s->dir_fd, to) < 0)
		e = err_of_errno();
	return e;
}

/* The first ones tell a technician most; a series does not fill the disk. */
static enum err set_aside(struct store *s)
{
	char db[ASIDE_CAP], wal[ASIDE_CAP];

	for (int n = 1; n <= SET_ASIDE_MAX; n++) {
		(void)snprintf(s->report.set_aside, sizeof s->report.set_aside, "damaged-%d", n);
		aside_name(s, ".db", db);
		aside_name(s, ".db-wal", wal);
		if (!exists(s, db) && !exists(s, wal))
			break;
	}
	/* A journal that cannot be read would keep SQLite from the database too. */
	bool readable = files_usable(s->dir_fd, DB_WAL) == ERR_OK;
	enum err e = second_name(s, DB_FILE, ".db");
	if (e == ERR_OK)
		e = second_name(s, DB_WAL, readable ? ".db-wal" : ".wal");
	return e == ERR_OK ? files_sync(s->dir_fd) : e;
}

unsigned mend_drop_aside(struct store *s, int keep)
{
	static const char *const ENDINGS[] = { ".db", ".db-wal", ".wal" };
	unsigned dropped = 0;
	char name[ASIDE_CAP];

	for (int n = 1; n <= SET_ASIDE_MAX; n++) {
		bool any = false;

		for (size_t i = 0; i < 3 && n != keep; i++) {
			(void)snprintf(name, sizeof name, "damaged-%d%s", n, ENDINGS[i]);
			any |= unlinkat(s->dir_fd, name, 0) == 0;
		}
		dropped += any;
	}
	return dropped;
}

static uint64_t size_of(const struct store *s, const char *name)
{
	struct stat st;

	return fstatat(s->dir_fd, name, &st, 0) == 0 ? (uint64_t)st.st_size : 0;
}

/* The new database may become as large as the old one. Serving on is worth more than what was set
 * aside earlier; if there is no room then, SQLite finds out too. */
static void make_room(struct store *s)
{
	uint64_t bytes = 2 * (size_of(s, DB_FILE) + size_of(s, DB_WAL));
	int present = 0;

	if (disk_room(&s->disk, bytes) == ERR_OK)
		return;
	if (sscanf(s->report.set_aside, "damaged-%d", &present) == 1)
		(void)mend_drop_aside(s, present);
}

/* "INSERT OR IGNORE INTO t (a, b) VALUES (?, ?)" for the columns the old table has. */
static enum err insert_like(struct sqlite3 *to, const char *table, struct sqlite3_stmt *rows,
			    struct sqlite3_stmt **ret_st)
{
	struct sqlite3_str *sql = sqlite3_str_new(to);
	int columns = sqlite3_column_count(rows);

	sqlite3_str_appendf(sql, "INSERT OR IGNORE INTO %w (", table);
	for (int i = 0; i < columns; i++)
		sqlite3_str_appendf(sql, "%s\"%w\"", i ? ", " : "", sqlite3_column_name(rows, i));
	sqlite3_str_appendall(sql, ") VALUES (");
	for (int i = 0; i < columns; i++)
		sqlite3_str_appendall(sql, i ? ", ?" : "?");
	sqlite3_str_appendchar(sql, 1, ')');
	char *text = sqlite3_str_finish(sql);
	if (!text)
		return ERR_NO_MEMORY;
	int rc = sqlite3_prepare_v2(to, text, -1, ret_st, NULL);
	sqlite3_free(text);
	return db_err(rc);
}

/* What the old database gives of one row goes into the new one; a row that the new one's rules
 * do not allow is damage and is left. Only our own disk's errors are returned. */
static enum err copy_row(struct sqlite3 *to, struct sqlite3_stmt *from, struct sqlite3_stmt *into,
			 uint32_t *count)
{
	int rc = SQLITE_OK;

	for (int i = 0; i < sqlite3_column_count(from) && rc == SQLITE_OK; i++)
		rc = sqlite3_bind_value(into, i + 1, sqlite3_column_value(from, i));
	if (rc == SQLITE_OK)
		rc = sqlite3_step(into);
	if (rc == SQLITE_DONE && sqlite3_changes(to) > 0)
		(*count)++;
	(void)sqlite3_reset(into);
	enum err e = db_err(rc);
	return e == ERR_DENIED ? ERR_OK : e;
}

/* Reads a table from one end until it ends or breaks. */
static enum err copy_rows(struct sqlite3 *from, struct sqlite3 *to, const char *select,
			  const char *table, uint32_t *count)
{
	struct sqlite3_stmt *rows = NULL, *into = NULL;
	enum err e = ERR_OK;

	if (sqlite3_prepare_v2(from, select, -1, &rows, NULL) != SQLITE_OK)
		return ERR_OK; /* nothing of this table can be read */
	int rc = sqlite3_step(rows);
	if (rc == SQLITE_ROW)
		e = insert_like(to, table, rows, &into);
	while (rc == SQLITE_ROW && e == ERR_OK) {
		e = copy_row(to, rows, into, count);
		rc = sqlite3_step(rows);
	}
	sqlite3_finalize(into);
	sqlite3_finalize(rows);
	return e;
}

/* From both ends: a broken page in the middle costs its own rows only. */
static enum err copy_table(struct sqlite3 *from, struct sqlite3 *to, const char *table,
			   uint32_t *count)
{
	static const char *const WAYS[] = { "ASC", "DESC" };
	enum err e = ERR_OK;

	for (size_t i = 0; i < 2 && e == ERR_OK; i++) {
		char *select =
			sqlite3_mprintf("SELECT * FROM \"%w\" ORDER BY rowid %s", table, WAYS[i]);

		e = select ? copy_rows(from, to, select, table, count) : ERR_NO_MEMORY;
		sqlite3_free(select);
	}
	return e;
}

/* All tables that the new database has, in the order they came. What it made itself stays: a row
 * that is there already is not replaced. */
static enum err copy_tables(struct sqlite3 *from, struct sqlite3 *to, uint32_t *count)
{
	struct sqlite3_stmt *tables;
	enum err e = db_err(sqlite3_prepare_v2(
		to, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid", -1,
		&tables, NULL));

	if (e != ERR_OK)
		return e;
	int rc = sqlite3_step(tables);
	for (; rc == SQLITE_ROW && e == ERR_OK; rc = sqlite3_step(tables)) {
		const char *name = (const char *)sqlite3_column_text(tables, 0);

		e = name ? copy_table(from, to, name, count) : ERR_NO_MEMORY;
	}
	sqlite3_finalize(tables);
	return e == ERR_OK ? db_err(rc) : e;
}

/* NULL when there is nothing to open. SQLite deletes the WAL of an empty database. */
static struct sqlite3 *open_damaged(const struct store *s)
{
	char path[PATH_BYTES];
	struct sqlite3 *from = NULL;
	struct stat st;

	(void)snprintf(path, sizeof path, "%s/%s.db", s->dir, s->report.set_aside);
	if (stat(path, &st) < 0 || st.st_size == 0)
		return NULL;
	if (sqlite3_open_v2(path, &from, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK) {
		sqlite3_close(from);
		return NULL;
	}
	/* The WAL's index in our memory, and the damaged file left as it was found. */
	(void)sqlite3_exec(from, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL);
	(void)sqlite3_db_config(from, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	(void)sqlite3_exec(from, "PRAGMA writable_schema = ON", NULL, NULL, NULL);
	return from;
}

static enum err recover_into(struct store *s, struct sqlite3 *to)
{
	struct sqlite3 *from = open_damaged(s);
	enum err e = ERR_OK;

	if (!from)
		return ERR_OK;
	e = db_err(sqlite3_exec(to, "BEGIN IMMEDIATE", NULL, NULL, NULL));
	if (e == ERR_OK)
		e = copy_tables(from, to, &s->report.recovered);
	if (e == ERR_OK)
		e = db_err(sqlite3_exec(to, "COMMIT", NULL, NULL, NULL));
	sqlite3_close(from);
	return e;
}

static enum err make_new(struct store *s)
{
	char path[PATH_BYTES];
	struct sqlite3 *to = NULL;

	(void)unlinkat(s->dir_fd, NEW_FILE, 0);
	(void)unlinkat(s->dir_fd, NEW_FILE "-wal", 0);
	(void)snprintf(path, sizeof path, "%s/%s", s->dir, NEW_FILE);
	enum err e = db_open(path, s->options.max_bytes, &to);
	if (e == ERR_OK)
		e = db_migrate(to);
	if (e == ERR_OK)
		e = recover_into(s, to);
	if (e == ERR_OK)
		e = copy_book_leap(to, local_day(clock_now_s(s->options.clock)));
	if (e == ERR_OK)
		e = db_checkpoint(to); /* its WAL is empty now, and goes when it is closed */
	sqlite3_close(to);
	return e;
}

/* A mark of an earlier mending would have a half-made database swapped in. */
static enum err clear_mark(struct store *s)
{
	if (!exists(s, SWAP))
		return ERR_OK;
	enum err e = files_write(s->dir_fd, DB_SUSPECT, NULL, 0);
	if (e != ERR_OK)
		return e;
	if (unlinkat(s->dir_fd, SWAP, 0) < 0)
		return err_of_errno();
	return files_sync(s->dir_fd);
}

enum err mend_damaged(struct store *s)
{
	s->report.damaged = true;
	enum err e = clear_mark(s);
	if (e == ERR_OK)
		e = set_aside(s);
	make_room(s);
	if (e == ERR_OK)
		e = make_new(s);
	if (e == ERR_OK)
		e = files_write(s->dir_fd, SWAP, NULL, 0);
	if (e == ERR_OK)
		e = files_sync(s->dir_fd);
	return e == ERR_OK ? swap(s) : e;
}
