#include "firmware/core/db.h"

#include <stdio.h>
#include <string.h>

struct step {
	int number;
	const char *sql;
};

#define STEP(number, sql) { number, sql },
static const struct step STEPS[] = {
#include "firmware/core/schema.def"
};
#undef STEP
#define STEP_COUNT ((int)(sizeof STEPS / sizeof *STEPS))

/* locking_mode comes before the first look at the WAL: then its index is in our memory and not
 * in a shared file. */
static const char SETTINGS[] = "PRAGMA locking_mode = EXCLUSIVE;"
			       "PRAGMA journal_mode = WAL;"
			       "PRAGMA synchronous = FULL;"
			       "PRAGMA secure_delete = ON;"
			       "PRAGMA foreign_keys = ON;"
			       "PRAGMA trusted_schema = OFF;"
			       "PRAGMA cell_size_check = ON;"
			       "PRAGMA temp_store = MEMORY;"
			       "PRAGMA mmap_size = 0;"
			       "PRAGMA wal_autocheckpoint = 1000;"
			       "PRAGMA journal_size_limit = 4194304;";

enum err db_err(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return ERR_OK;
	case SQLITE_FULL:
		return ERR_NO_SPACE;
	case SQLITE_NOMEM:
		return ERR_NO_MEMORY;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_CONSTRAINT:
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return ERR_DENIED;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ERR_BAD_DATA;
	case SQLITE_INTERRUPT:
		return ERR_TIMEOUT;
	}
	switch (rc) {
	case SQLITE_IOERR_NOMEM:
		return ERR_NO_MEMORY;
	case SQLITE_IOERR_READ:
	case SQLITE_IOERR_SHORT_READ:
	case SQLITE_IOERR_CORRUPTFS:
		return ERR_BAD_DATA;
	}
	return ERR_IO;
}

static enum err exec(struct sqlite3 *db, const char *sql)
{
	return db_err(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static enum err pragma_num(struct sqlite3 *db, const char *sql, int64_t *ret_n)
{
	struct sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	if (rc != SQLITE_OK)
		return db_err(rc);
	rc = sqlite3_step(st);
	int64_t n = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	sqlite3_finalize(st);
	if (rc == SQLITE_ROW)
		*ret_n = n;
	return rc == SQLITE_DONE ? ERR_BAD_DATA : db_err(rc);
}

static enum err set_size_limit(struct sqlite3 *db, uint64_t max_bytes)
{
	char sql[64];
	int64_t page;
	enum err e = pragma_num(db, "PRAGMA page_size", &page);

	if (e != ERR_OK || page <= 0)
		return e == ERR_OK ? ERR_BAD_DATA : e;
	(void)snprintf(sql, sizeof sql, "PRAGMA max_page_count = %lld",
		       (long long)(max_bytes / (uint64_t)page));
	return exec(db, sql);
}

/* A header that asks for another format, or says that nothing may be written, is a damaged one: the
 * file itself was found writable. */
static enum err settle_in(struct sqlite3 *db)
{
	int rc = sqlite3_exec(db, SETTINGS, NULL, NULL, NULL);

	if ((rc & 0xff) == SQLITE_ERROR || (rc & 0xff) == SQLITE_READONLY)
		return ERR_BAD_DATA;
	if (rc == SQLITE_OK && sqlite3_db_readonly(db, "main") == 1)
		return ERR_BAD_DATA;
	return db_err(rc);
}

enum err db_open(const char *path, uint64_t max_bytes, struct sqlite3 **ret_db)
{
	const int how = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
			SQLITE_OPEN_EXRESCODE;
	struct sqlite3 *db = NULL;
	enum err e = db_err(sqlite3_open_v2(path, &db, how, NULL));

	if (e == ERR_OK)
		e = settle_in(db);
	if (e == ERR_OK)
		e = set_size_limit(db, max_bytes ? max_bytes : UINT64_C(1) << 30);
	if (e != ERR_OK) {
		sqlite3_close(db);
		return e;
	}
	*ret_db = db;
	return ERR_OK;
}

/* More steps than there will ever be: such a number was not written by a release. */
#define MAX_STEP 9999

enum err db_step(struct sqlite3 *db, int64_t *ret_step)
{
	return pragma_num(db, "PRAGMA user_version", ret_step);
}

int db_newest_step(void)
{
	return STEPS[STEP_COUNT - 1].number;
}

enum err db_check_version(struct sqlite3 *db)
{
	int64_t have;
	enum err e = db_step(db, &have);

	if (e != ERR_OK || (have >= 0 && have <= db_newest_step()))
		return e;
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return have > 0 && have <= MAX_STEP ? ERR_NEWER : ERR_BAD_DATA;
}

/* A table that is there before its step, or none where one should be. */
static enum err run_step(struct sqlite3 *db, const char *sql)
{
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return rc == SQLITE_ERROR || rc == SQLITE_CONSTRAINT ? ERR_BAD_DATA : db_err(rc);
}

static enum err apply(struct sqlite3 *db, const struct step *step)
{
	char number[48];

	(void)snprintf(number, sizeof number, "PRAGMA user_version = %d", step->number);
	enum err e = exec(db, "BEGIN IMMEDIATE");
	if (e != ERR_OK)
		return e;
	e = run_step(db, step->sql);
	if (e == ERR_OK)
		e = exec(db, number);
	if (e == ERR_OK)
		e = exec(db, "COMMIT");
	if (e != ERR_OK && !sqlite3_get_autocommit(db))
		(void)exec(db, "ROLLBACK");
	return e;
}

enum err db_migrate(struct sqlite3 *db)
{
	int64_t have;
	enum err e = db_step(db, &have);

	for (int i = 0; i < STEP_COUNT && e == ERR_OK; i++)
		if (STEPS[i].number > have)
			e = apply(db, &STEPS[i]);
	return e;
}

struct budget {
	const struct clock *clock;
	int64_t end_ms;
};

static int over_budget(void *data)
{
	const struct budget *b = data;

	return clock_mono_ms(b->clock) >= b->end_ms;
}

static enum err check_says(struct sqlite3 *db, const char *sql)
{
	struct sqlite3_stmt *st;
	enum err e = db_err(sqlite3_prepare_v2(db, sql, -1, &st, NULL));

	if (e != ERR_OK)
		return e;
	int rc = sqlite3_step(st);
	const char *says = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : NULL;
	if (rc == SQLITE_ROW)
		e = !says ? ERR_NO_MEMORY : strcmp(says, "ok") == 0 ? ERR_OK : ERR_BAD_DATA;
	else
		e = rc == SQLITE_DONE ? ERR_BAD_DATA : db_err(rc);
	sqlite3_finalize(st);
	return e;
}

static enum err check_within(struct sqlite3 *db, const struct clock *clock, uint32_t budget_ms,
			     const char *sql)
{
	struct budget b = { clock, clock_mono_ms(clock) + budget_ms };

	if (budget_ms > 0)
		sqlite3_progress_handler(db, 1000, over_budget, &b);
	enum err e = check_says(db, sql);
	sqlite3_progress_handler(db, 0, NULL, NULL);
	return e;
}

enum err db_check(struct sqlite3 *db, const struct clock *clock, uint32_t budget_ms, bool whole)
{
	return check_within(db, clock, budget_ms,
			    whole ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)");
}

enum err db_check_keys(struct sqlite3 *db)
{
	struct sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(db, "PRAGMA foreign_key_check", -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	sqlite3_finalize(st);
	return rc == SQLITE_ROW ? ERR_BAD_DATA : db_err(rc);
}

enum err db_checkpoint(struct sqlite3 *db)
{
	return db_err(sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}
