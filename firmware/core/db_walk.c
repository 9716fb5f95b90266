/* SQLite's own check of everything is one call, in which nobody is answered. This one goes from row
 * to row: each is read whole, and must be found by every index of its table. What it does not see
 * are free pages, and what an index has too much: the first hold nothing, the second are met when
 * the index is used. */
#include "firmware/core/db.h"

#include <string.h>

struct slice {
	const char *table;
	int64_t from, to; /* rows behind the first, up to and with the second */
};

/* Every byte of the row is fetched from its pages. */
static int read_row(struct sqlite3_stmt *st)
{
	for (int i = 0; i < sqlite3_column_count(st); i++)
		if (sqlite3_column_type(st, i) != SQLITE_NULL && !sqlite3_column_blob(st, i) &&
		    sqlite3_column_bytes(st, i) > 0)
			return SQLITE_NOMEM;
	return SQLITE_ROW;
}

/* ERR_NOT_FOUND: there is no row behind slice::from. */
static enum err read_rows(struct sqlite3 *db, struct slice *s, unsigned most)
{
	struct sqlite3_stmt *st = NULL;
	char *sql = sqlite3_mprintf("SELECT rowid, * FROM \"%w\" NOT INDEXED WHERE rowid > ?"
				    " ORDER BY rowid LIMIT ?",
				    s->table);
	int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &st, NULL) : SQLITE_NOMEM;
	bool any = false;

	sqlite3_free(sql);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 1, s->from);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 2, most);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	while (rc == SQLITE_ROW) {
		any = true;
		s->to = sqlite3_column_int64(st, 0);
		rc = read_row(st);
		if (rc == SQLITE_ROW)
			rc = sqlite3_step(st);
	}
	sqlite3_finalize(st);
	return rc == SQLITE_DONE && !any ? ERR_NOT_FOUND : db_err(rc);
}

/* "AND b.c IS a.c" for each column of the index. */
static int add_columns(struct sqlite3 *db, struct sqlite3_str *sql, const char *index)
{
	struct sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT name FROM pragma_index_info(?)", -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(st, 1, index, -1, SQLITE_STATIC);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(st);
		if (rc == SQLITE_ROW)
			sqlite3_str_appendf(sql, " AND b.\"%w\" IS a.\"%w\"",
					    sqlite3_column_text(st, 0), sqlite3_column_text(st, 0));
	}
	sqlite3_finalize(st);
	return rc;
}

/* How many rows of the slice that the index should have it has not. `made_by` is the statement that
 * made it; NULL for one that SQLite made by itself. */
static char *question_for(struct sqlite3 *db, const char *table, const char *index,
			  const char *made_by)
{
	const char *where = made_by ? strstr(made_by, " WHERE ") : NULL;
	const char *which = where ? where + strlen(" WHERE ") : "1";
	struct sqlite3_str *sql = sqlite3_str_new(db);

	sqlite3_str_appendf(sql,
			    "SELECT count(*) FROM \"%w\" AS a NOT INDEXED"
			    " WHERE a.rowid > ? AND a.rowid <= ? AND (%s) AND NOT EXISTS"
			    " (SELECT 1 FROM \"%w\" AS b INDEXED BY \"%w\""
			    " WHERE (%s) AND b.rowid = a.rowid",
			    table, which, table, index, which);
	int rc = add_columns(db, sql, index);
	sqlite3_str_appendall(sql, ")");
	char *text = sqlite3_str_finish(sql);
	if (rc == SQLITE_DONE)
		return text;
	sqlite3_free(text);
	return NULL;
}

static int ask(struct sqlite3 *db, const char *question, const struct slice *s)
{
	struct sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, question, -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 1, s->from);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 2, s->to);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		rc = sqlite3_column_int64(st, 0) == 0 ? SQLITE_DONE : SQLITE_CORRUPT;
	sqlite3_finalize(st);
	return rc;
}

static int ask_index(struct sqlite3 *db, struct sqlite3_stmt *index, const struct slice *s)
{
	const char *name = (const char *)sqlite3_column_text(index, 0);
	const char *made_by = (const char *)sqlite3_column_text(index, 1);
	char *question = name ? question_for(db, s->table, name, made_by) : NULL;
	int rc = question ? ask(db, question, s) : SQLITE_NOMEM;

	sqlite3_free(question);
	return rc == SQLITE_DONE ? SQLITE_ROW : rc;
}

static enum err ask_indexes(struct sqlite3 *db, const struct slice *s)
{
	static const char SQL[] = "SELECT name, sql FROM sqlite_schema"
				  " WHERE type = 'index' AND tbl_name = ?";
	struct sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, SQL, -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(st, 1, s->table, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	while (rc == SQLITE_ROW) {
		rc = ask_index(db, st, s);
		if (rc == SQLITE_ROW)
			rc = sqlite3_step(st);
	}
	sqlite3_finalize(st);
	return db_err(rc);
}

enum err db_walk_table(struct sqlite3 *db, const char *table, unsigned most, int64_t *row)
{
	struct slice s = { .table = table, .from = *row };
	enum err e = read_rows(db, &s, most);

	if (e == ERR_OK)
		e = ask_indexes(db, &s);
	if (e == ERR_OK)
		*row = s.to;
	return e;
}
