/* Running the store's statements. */
#include "firmware/core/db.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define STATEMENT(name, text) text,
static const char *const TEXTS[] = {
#include "firmware/core/statements.def"
};
#undef STATEMENT

/* Leaves a note for the next start. When even that fails, the check at start has a budget and the
 * night's check has none. */
static void leave_note(const struct store *s, const char *name)
{
	AUTO_FD fd = openat(s->dir_fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0)
		(void)fsync(s->dir_fd);
}

/* From here on nothing is taken on any more. */
static void fail(struct store *s)
{
	if (!s->failed && !s->met_damage)
		leave_note(s, DB_LET_DOWN);
	s->failed = true;
}

enum err db_result(struct store *s, int rc)
{
	enum err e = db_err(rc);

	if (e == ERR_BAD_DATA) {
		s->met_damage = true;
		leave_note(s, DB_SUSPECT);
	}
	if (e == ERR_BAD_DATA || e == ERR_IO) {
		fail(s);
		return ERR_IO;
	}
	return e;
}

enum err db_wrote(struct store *s, enum err e)
{
	if (e == ERR_IO)
		fail(s);
	return e;
}

enum err db_forget(struct store *s)
{
	enum err e = db_wrote(s, db_checkpoint(s->db));

	return e == ERR_BAD_DATA ? db_result(s, SQLITE_CORRUPT) : e;
}

#define CHECKPOINT_PAGES 1000

/* The commit stands already, whatever is found here. */
static int on_commit(void *data, struct sqlite3 *db, const char *name, int pages)
{
	struct store *s = data;

	if (pages < CHECKPOINT_PAGES)
		return SQLITE_OK;
	int rc = sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	enum err e = db_result(s, rc);
	(void)e; /* a full disk is met again, a failed one is noted */
	return SQLITE_OK;
}

void db_watch(struct store *s)
{
	(void)sqlite3_wal_hook(s->db, on_commit, s);
}

enum err db_prepare(struct store *s)
{
	for (int i = 0; i < SQL_COUNT; i++) {
		int rc = sqlite3_prepare_v3(s->db, TEXTS[i], -1, SQLITE_PREPARE_PERSISTENT,
					    &s->statements[i], NULL);

		if (rc == SQLITE_ERROR) /* a table or column is missing */
			return ERR_BAD_DATA;
		if (rc != SQLITE_OK)
			return db_err(rc);
	}
	return ERR_OK;
}

void db_close(struct store *s)
{
	for (int i = 0; i < SQL_COUNT; i++) {
		sqlite3_finalize(s->statements[i]);
		s->statements[i] = NULL;
	}
	/* After a failed write nothing more is written: the next start looks first. */
	if (s->db && s->failed)
		(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(s->db);
	s->db = NULL;
}

static int bind(struct sqlite3_stmt *st, int at, const struct db_value *v)
{
	switch (v->kind) {
	case DB_NUM:
		return sqlite3_bind_int64(st, at, v->num);
	case DB_TEXT:
		return sqlite3_bind_text(st, at, v->at ? v->at : "", -1, SQLITE_STATIC);
	case DB_BYTES:
		return sqlite3_bind_blob64(st, at, v->at, v->len, SQLITE_STATIC);
	case DB_NULL:
		return sqlite3_bind_null(st, at);
	case DB_END:
		break;
	}
	return SQLITE_MISUSE;
}

void db_rows_end(struct sqlite3_stmt **st)
{
	if (!*st)
		return;
	sqlite3_reset(*st); /* says again what the last step said */
	sqlite3_clear_bindings(*st);
	*st = NULL;
}

/* What a small commit takes with its journal. The reserve is given up for it; if there is no room
 * then, SQLite finds out too. */
#define COMMIT_BYTES (UINT64_C(1) << 20)

static void make_room(struct store *s)
{
	(void)disk_room(&s->disk, COMMIT_BYTES);
}

static enum err start(struct store *s, enum statement what, const struct db_value *values,
		      struct sqlite3_stmt **ret_st)
{
	AUTO_ROWS *st = s->statements[what];
	int n = 0;

	if (s->failed || !st)
		return ERR_IO;
	if (sqlite3_get_autocommit(s->db) && !sqlite3_stmt_readonly(st))
		make_room(s);
	for (; values[n].kind != DB_END; n++) {
		int rc = bind(st, n + 1, &values[n]);

		if (rc != SQLITE_OK)
			return db_result(s, rc);
	}
	if (n != sqlite3_bind_parameter_count(st))
		return ERR_IO;
	*ret_st = st;
	st = NULL;
	return ERR_OK;
}

enum err db_run(struct store *s, enum statement what, const struct db_value *values)
{
	AUTO_ROWS *st = NULL;
	enum err e = start(s, what, values, &st);

	return e == ERR_OK ? db_result(s, sqlite3_step(st)) : e;
}

enum err db_change(struct store *s, enum statement what, const struct db_value *values)
{
	enum err e = db_run(s, what, values);

	return e == ERR_OK && sqlite3_changes(s->db) == 0 ? ERR_NOT_FOUND : e;
}

enum err db_next(struct store *s, struct sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);

	return rc == SQLITE_DONE ? ERR_NOT_FOUND : db_result(s, rc);
}

enum err db_first(struct store *s, enum statement what, const struct db_value *values,
		  struct sqlite3_stmt **ret_st)
{
	AUTO_ROWS *st = NULL;
	enum err e = start(s, what, values, &st);

	if (e == ERR_OK)
		e = db_next(s, st);
	if (e == ERR_OK) {
		*ret_st = st;
		st = NULL;
	}
	return e;
}

void db_copy(struct sqlite3_stmt *st, int column, char *ret_text, size_t cap)
{
	const char *text = (const char *)sqlite3_column_text(st, column);

	(void)snprintf(ret_text, cap, "%s", text ? text : "");
}

static enum err exec(struct store *s, const char *sql)
{
	return db_result(s, sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}

enum err db_pages(struct store *s, uint64_t *ret_pages)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_PAGES, DB_NOTHING, &st);

	if (e == ERR_OK)
		*ret_pages = (uint64_t)sqlite3_column_int64(st, 0);
	return e;
}

enum err db_begin(struct store *s)
{
	if (s->failed)
		return ERR_IO;
	make_room(s);
	return exec(s, "BEGIN IMMEDIATE");
}

enum err db_end(struct store *s, enum err e)
{
	if (e == ERR_OK)
		e = exec(s, "COMMIT");
	/* A rollback only forgets pages in memory; if it cannot, the connection is no use. */
	if (e != ERR_OK && !sqlite3_get_autocommit(s->db) && exec(s, "ROLLBACK") != ERR_OK)
		s->failed = true;
	return e;
}

enum err db_random(struct store *s, void *bytes, size_t len)
{
	if (s->options.random)
		return s->options.random(s->options.random_data, bytes, len);
	uint8_t *at = bytes;
	while (len > 0) {
		ssize_t n = getrandom(at, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_of_errno();
		at += n;
		len -= (size_t)n;
	}
	return ERR_OK;
}
