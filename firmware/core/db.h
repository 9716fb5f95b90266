/* The database under the store, and how the storing half runs its statements. Nobody else
 * includes this.
 *
 *     enum err e = db_begin(s);
 *     if (e == ERR_OK)
 *             e = db_run(s, SQL_OUTBOX_SENT, DB_VALUES(db_num(now), db_text(key)));
 *     return db_end(s, e);
 */
#ifndef CORE_DB_H
#define CORE_DB_H

#include "firmware/base/err.h"
#include "firmware/base/log.h"
#include "firmware/core/checkup_run.h"
#include "firmware/core/pace.h"
#include "firmware/core/store.h"
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATEMENT(name, text) SQL_##name,
enum statement {
#include "firmware/core/statements.def"
	SQL_COUNT
};
#undef STATEMENT
#undef ITEM_COLUMNS
#undef ANCHOR_COLUMNS
#undef PAY_COLUMNS
#undef OF_DAY

#define DB_FILE    "kiosk.db"
#define DB_WAL     DB_FILE "-wal"
#define DB_SUSPECT "suspect" /* there while the next start must look at every page */

#define DB_LET_DOWN "let-down" /* there until a start has told of a disk that refused something */

struct store {
	struct store_options options;
	struct store_report report;
	struct sqlite3 *db;
	struct sqlite3_stmt *statements[SQL_COUNT];
	struct disk disk;
	struct secret device;
	char dir[4096 - 256];
	int dir_fd, lock_fd, outbox_fd, vault_fd;
	char boot[STORE_BOOT_CAP];
	bool failed, met_damage; /* met_damage: that is why it failed */

	struct pace pace; /* while the province or the way to it fails, all wait */

	struct vault *vaults; /* those in use (vault.c) */
	struct checkup checkup;
};

/* One parameter of a statement; texts and bytes are borrowed until the statement is done. */
struct db_value {
	enum { DB_END, DB_NUM, DB_TEXT, DB_BYTES, DB_NULL } kind;
	int64_t num;
	const void *at;
	size_t len;
};

#define DB_VALUES(...) ((const struct db_value[]){ __VA_ARGS__, { .kind = DB_END } })
#define DB_NOTHING     ((const struct db_value[]){ { .kind = DB_END } })

static inline struct db_value db_num(int64_t n)
{
	return (struct db_value){ .kind = DB_NUM, .num = n };
}

static inline struct db_value db_text(const char *text)
{
	return (struct db_value){ .kind = DB_TEXT, .at = text };
}

static inline struct db_value db_bytes(const void *bytes, size_t len)
{
	return (struct db_value){ .kind = bytes ? DB_BYTES : DB_NULL, .at = bytes, .len = len };
}

/* Opens DIR/name with the settings of queue.md §2. ERR_BAD_DATA: that is no sound database. */
enum err db_open(const char *path, uint64_t max_bytes, struct sqlite3 **ret_db);

/* Before anything is written: ERR_NEWER for a database of a newer release, which then stays as it
 * is to the last byte; ERR_BAD_DATA for a number no release ever had. */
enum err db_check_version(struct sqlite3 *db);

/* The step that a database is at; and the newest there is in this release. */
enum err db_step(struct sqlite3 *db, int64_t *ret_step);
int db_newest_step(void);

/* Brings the schema to the newest step. ERR_BAD_DATA: it is not at the step it says it is. */
enum err db_migrate(struct sqlite3 *db);

/* SQLite's own check, until the budget is used up (0: none; ERR_TIMEOUT). `whole` compares the
 * indexes too. ERR_BAD_DATA: damaged. */
enum err db_check(struct sqlite3 *db, const struct clock *clock, uint32_t budget_ms, bool whole);

/* Reads the next rows of a table behind *row, at most so many, and looks whether each of its
 * indexes has them. *row: the last that was looked at. ERR_NOT_FOUND: there are no more;
 * ERR_BAD_DATA: damaged. */
enum err db_walk_table(struct sqlite3 *db, const char *table, unsigned most, int64_t *row);

/* Does every row that names another have it? ERR_BAD_DATA: no. */
enum err db_check_keys(struct sqlite3 *db);

/* Everything in the database file, the journal empty, both synced. */
enum err db_checkpoint(struct sqlite3 *db);

/* What a result code of SQLite is to us. */
enum err db_err(int rc);

/* db_err(), and the store is failed when the disk let it down or damage was met. */
enum err db_result(struct store *s, int rc);

/* What was deleted from rows is not on the disk any more: secure_delete overwrites it in the
 * database file, but the journal still has its old page, and is emptied. ERR_IO, ERR_NO_SPACE. */
enum err db_forget(struct store *s);

/* What came of writing, syncing or renaming a file: after ERR_IO the store is failed, for a second
 * sync would say that all is well when it is not. Gives e back. */
enum err db_wrote(struct store *s, enum err e);

/* Puts the journal into the database file from time to time, as SQLite would by itself; but when
 * that fails it is seen. After db_open() and for as long as the store is open. */
void db_watch(struct store *s);

/* Of the database, with those that are free for use. */
enum err db_pages(struct store *s, uint64_t *ret_pages);

/* Prepares every statement. ERR_BAD_DATA: the schema is not ours. */
enum err db_prepare(struct store *s);
void db_close(struct store *s);

/* Runs a statement that gives no rows. ERR_DENIED: a constraint stands against it. */
enum err db_run(struct store *s, enum statement what, const struct db_value *values);

/* The same for exactly one row; ERR_NOT_FOUND: none was changed. */
enum err db_change(struct store *s, enum statement what, const struct db_value *values);

/* Starts a statement that gives rows; *ret_st is its first row. ERR_NOT_FOUND: there is none. Not
 * again while the first use is open. */
enum err db_first(struct store *s, enum statement what, const struct db_value *values,
		  struct sqlite3_stmt **ret_st);
enum err db_next(struct store *s, struct sqlite3_stmt *st); /* ERR_NOT_FOUND: that was the last */

/* Ends the use of a statement at the end of the block. Initialise with NULL. */
void db_rows_end(struct sqlite3_stmt **st);
#define AUTO_ROWS __attribute__((cleanup(db_rows_end))) struct sqlite3_stmt

/* A text column, "" when NULL; cut to cap. */
void db_copy(struct sqlite3_stmt *st, int column, char *ret_text, size_t cap);

/* One commit around several statements. db_end() commits when e is ERR_OK, else takes everything
 * back; it returns what came of it. */
enum err db_begin(struct store *s);
enum err db_end(struct store *s, enum err e);

/* Random bytes by the store's options. */
enum err db_random(struct store *s, void *bytes, size_t len);

#endif
