#include "tests/province/days.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HANOI_S (7 * 60 * 60)
#define DAY_S   (24 * 60 * 60)

int64_t days_of(int64_t at_s)
{
	return (at_s + HANOI_S) / DAY_S;
}

enum err days_keys(struct world *w, const char *kiosk, int64_t day, const char *after, days_fn *fn,
		   void *data)
{
	sqlite3_stmt *st = NULL;
	bool more = true;
	int rc = sqlite3_prepare_v2(store_db(w->store),
				    "SELECT key FROM dossiers WHERE kiosk = ?1 AND key > ?2"
				    " AND (received_at + 25200) / 86400 = ?3 ORDER BY key",
				    -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(st, 1, kiosk, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(st, 2, after, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(st, 3, day);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	for (; rc == SQLITE_ROW && more; rc = more ? sqlite3_step(st) : SQLITE_DONE)
		more = fn(data, (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	return rc == SQLITE_DONE ? ERR_OK : ERR_IO;
}

static enum err copy(sqlite3 *from, sqlite3 *to)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int rc = b ? sqlite3_backup_step(b, -1) : SQLITE_ERROR;

	if (b)
		(void)sqlite3_backup_finish(b);
	return rc == SQLITE_DONE ? ERR_OK : ERR_IO;
}

static enum err open_copy(struct world *w, bool fresh, sqlite3 **ret)
{
	char path[PATH_MAX];
	int how = SQLITE_OPEN_READWRITE | (fresh ? SQLITE_OPEN_CREATE : 0);

	if (snprintf(path, sizeof path, "%s/backup.db", w->dir) >= (int)sizeof path)
		return ERR_NO_SPACE;
	if (fresh)
		(void)unlink(path);
	if (sqlite3_open_v2(path, ret, how, NULL) == SQLITE_OK)
		return ERR_OK;
	sqlite3_close(*ret);
	*ret = NULL;
	return ERR_NOT_FOUND;
}

enum err days_backup(struct world *w)
{
	sqlite3 *to = NULL;
	enum err e = open_copy(w, true, &to);

	if (e == ERR_OK)
		e = copy(store_db(w->store), to);
	sqlite3_close(to);
	return e;
}

enum err days_restore(struct world *w)
{
	static const char NEW_LIFE[] = "UPDATE life SET epoch = lower(hex(randomblob(8)))";
	sqlite3 *from = NULL, *db = store_db(w->store);
	enum err e = open_copy(w, false, &from);

	if (e == ERR_OK)
		e = copy(from, db);
	sqlite3_close(from);
	if (e == ERR_OK && sqlite3_exec(db, NEW_LIFE, NULL, NULL, NULL) != SQLITE_OK)
		e = ERR_IO;
	return e;
}

enum err days_forget(struct world *w, const char *key)
{
	sqlite3 *db = store_db(w->store);
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, "DELETE FROM dossiers WHERE key = ?1", -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	sqlite3_finalize(st);
	if (rc != SQLITE_DONE)
		return ERR_IO;
	return sqlite3_changes(db) == 1 ? ERR_OK : ERR_NOT_FOUND;
}

bool days_fault(struct world *w, const char *word)
{
	static const char *const WORDS[] = {
		[DAYS_GOOD] = "good",   [DAYS_WRONG] = "wrong", [DAYS_INVENT] = "invent",
		[DAYS_SHIFT] = "shift", [DAYS_MANY] = "many",   [DAYS_ENDLESS] = "endless",
		[DAYS_TWICE] = "twice", [DAYS_EMPTY] = "empty", [DAYS_OUTSIDE] = "outside",
		[DAYS_STUCK] = "stuck"
	};

	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
		if (strcmp(word, WORDS[i]) != 0)
			continue;
		w->fault.days = (enum days_fault)i;
		return true;
	}
	return false;
}
