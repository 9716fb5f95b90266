#include "tests/province/store.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct store {
	sqlite3 *db;
};

static const char SCHEMA[] =
	"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	"CREATE TABLE IF NOT EXISTS dossiers(n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,"
	" package_sha256 TEXT NOT NULL, manifest_sha256 TEXT NOT NULL, code TEXT UNIQUE,"
	" kiosk TEXT NOT NULL, receipt TEXT NOT NULL, procedure TEXT NOT NULL,"
	" procedure_name TEXT NOT NULL, name TEXT NOT NULL, handed_in TEXT NOT NULL,"
	" folder TEXT NOT NULL UNIQUE, reason TEXT NOT NULL, number TEXT NOT NULL,"
	" filer TEXT NOT NULL, supplement TEXT NOT NULL, papers INTEGER NOT NULL,"
	" bytes INTEGER NOT NULL, received_at INTEGER NOT NULL, due_at INTEGER NOT NULL,"
	" accepted INTEGER NOT NULL, answer BLOB NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS counters(agency TEXT, day TEXT, n INTEGER NOT NULL,"
	" PRIMARY KEY(agency, day)) STRICT;"
	"CREATE TABLE IF NOT EXISTS uploads(id TEXT PRIMARY KEY, key TEXT NOT NULL,"
	" sha256 TEXT NOT NULL, size INTEGER NOT NULL, committed INTEGER NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS fees(n INTEGER PRIMARY KEY, reference TEXT NOT NULL UNIQUE,"
	" dossier TEXT NOT NULL, amount INTEGER NOT NULL, begun_at INTEGER NOT NULL,"
	" expires_at INTEGER NOT NULL, paid INTEGER NOT NULL, paid_at INTEGER NOT NULL,"
	" times INTEGER NOT NULL, failed INTEGER NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS heads(n INTEGER PRIMARY KEY, kiosk TEXT NOT NULL,"
	" sha256 TEXT NOT NULL, source TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,"
	" UNIQUE(kiosk, seq)) STRICT;"
	"CREATE TABLE IF NOT EXISTS progress(key TEXT PRIMARY KEY, note TEXT NOT NULL,"
	" sorry TEXT NOT NULL, state INTEGER NOT NULL, fee INTEGER NOT NULL,"
	" due_at INTEGER NOT NULL, new_due_at INTEGER NOT NULL, sorry_at INTEGER NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS supplements(n INTEGER PRIMARY KEY, dossier TEXT NOT NULL,"
	" id TEXT NOT NULL UNIQUE, note TEXT NOT NULL, papers TEXT NOT NULL,"
	" asked_at INTEGER NOT NULL, brought_at INTEGER NOT NULL, due_at INTEGER NOT NULL,"
	" closed INTEGER NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS life(n INTEGER PRIMARY KEY CHECK (n = 1),"
	" epoch TEXT NOT NULL) STRICT;"
	"INSERT OR IGNORE INTO life VALUES(1, lower(hex(randomblob(8))));";

#define DOSSIER_COLUMNS                                                                        \
	"key, package_sha256, manifest_sha256, code, kiosk, receipt, procedure, "              \
	"procedure_name, name, handed_in, folder, reason, number, filer, supplement, papers, " \
	"bytes, received_at, due_at, accepted"

/* Where the text columns above are kept, in their order. */
static const struct {
	size_t at, cap;
} TEXTS[] = {
#define TEXT(name) { offsetof(struct dossier, name), sizeof((struct dossier *)0)->name },
	TEXT(key) TEXT(package_sha256) TEXT(manifest_sha256) TEXT(code) TEXT(kiosk) TEXT(receipt)
		TEXT(procedure) TEXT(procedure_name) TEXT(name) TEXT(handed_in) TEXT(folder)
			TEXT(reason) TEXT(number) TEXT(filer) TEXT(supplement)
#undef TEXT
};
#define TEXT_COUNT (int)(sizeof TEXTS / sizeof *TEXTS)

enum err store_open(const char *dir, struct store **ret)
{
	char path[PATH_MAX];
	struct store *s = calloc(1, sizeof *s);
	int n = snprintf(path, sizeof path, "%s/province.db", dir);

	if (!s)
		return ERR_NO_MEMORY;
	if (n < 0 || (size_t)n >= sizeof path || sqlite3_open(path, &s->db) != SQLITE_OK ||
	    sqlite3_exec(s->db, SCHEMA, NULL, NULL, NULL) != SQLITE_OK) {
		store_close(s);
		return ERR_IO;
	}
	*ret = s;
	return ERR_OK;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	sqlite3_close(s->db);
	free(s);
}

struct sqlite3 *store_db(struct store *s)
{
	return s->db;
}

static void end_statement(sqlite3_stmt **st)
{
	sqlite3_finalize(*st);
}
#define AUTO_STATEMENT __attribute__((cleanup(end_statement))) sqlite3_stmt *

/* Binds `texts`, up to the first NULL, to ?1, ?2, ... NULL when SQLite refuses. */
static sqlite3_stmt *prepare(struct store *s, const char *sql, const char *const *texts)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);

	for (int i = 0; rc == SQLITE_OK && texts && texts[i]; i++)
		rc = sqlite3_bind_text(st, i + 1, texts[i], -1, SQLITE_TRANSIENT);
	if (rc == SQLITE_OK)
		return st;
	sqlite3_finalize(st);
	return NULL;
}

static enum err do_it(sqlite3_stmt *st)
{
	return st && sqlite3_step(st) == SQLITE_DONE ? ERR_OK : ERR_IO;
}

enum err store_epoch(struct store *s, char ret[17])
{
	AUTO_STATEMENT st = prepare(s, "SELECT epoch FROM life", NULL);

	if (!st || sqlite3_step(st) != SQLITE_ROW)
		return ERR_IO;
	snprintf(ret, 17, "%s", (const char *)sqlite3_column_text(st, 0));
	return ERR_OK;
}

enum err store_begin(struct store *s)
{
	return sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK ? ERR_OK
										     : ERR_IO;
}

enum err store_end(struct store *s, bool keep)
{
	const char *how = keep ? "COMMIT" : "ROLLBACK";

	return sqlite3_exec(s->db, how, NULL, NULL, NULL) == SQLITE_OK ? ERR_OK : ERR_IO;
}

enum err store_count_up(struct store *s, const char *agency, const char *day, int64_t *ret_n)
{
	AUTO_STATEMENT st = prepare(s,
				    "INSERT INTO counters VALUES(?1, ?2, 1) ON CONFLICT DO UPDATE"
				    " SET n = n + 1 RETURNING n",
				    (const char *[]){ agency, day, NULL });

	if (!st || sqlite3_step(st) != SQLITE_ROW)
		return ERR_IO;
	*ret_n = sqlite3_column_int64(st, 0);
	return do_it(st);
}

enum err store_add(struct store *s, const struct dossier *d, const void *answer, size_t answer_len)
{
	AUTO_STATEMENT st = prepare(s,
				    "INSERT INTO dossiers(" DOSSIER_COLUMNS ", answer) VALUES"
				    "(?,?,?,nullif(?,''),?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
				    NULL);
	const int64_t numbers[] = { d->papers, d->bytes, d->received_at, d->due_at, d->accepted };
	int at = 0;

	if (!st || answer_len > INT_MAX)
		return ERR_IO;
	for (int i = 0; i < TEXT_COUNT; i++)
		sqlite3_bind_text(st, ++at, (const char *)d + TEXTS[i].at, -1, SQLITE_TRANSIENT);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		sqlite3_bind_int64(st, ++at, numbers[i]);
	sqlite3_bind_blob(st, ++at, answer, (int)answer_len, SQLITE_TRANSIENT);
	int rc = sqlite3_step(st);
	return rc == SQLITE_DONE ? ERR_OK : rc == SQLITE_CONSTRAINT ? ERR_BUSY : ERR_IO;
}

enum err store_answer(struct store *s, const char *key, uint8_t **ret_answer, size_t *ret_len)
{
	AUTO_STATEMENT st = prepare(s, "SELECT answer FROM dossiers WHERE key = ?1",
				    (const char *[]){ key, NULL });
	int rc = st ? sqlite3_step(st) : SQLITE_ERROR;

	if (rc != SQLITE_ROW)
		return rc == SQLITE_DONE ? ERR_NOT_FOUND : ERR_IO;
	size_t len = (size_t)sqlite3_column_bytes(st, 0);
	uint8_t *copy = len > 0 ? malloc(len) : NULL;
	if (!copy)
		return ERR_NO_MEMORY;
	memcpy(copy, sqlite3_column_blob(st, 0), len);
	*ret_answer = copy;
	*ret_len = len;
	return ERR_OK;
}

static void take_row(sqlite3_stmt *st, struct dossier *ret)
{
	for (int i = 0; i < TEXT_COUNT; i++) {
		const char *text = (const char *)sqlite3_column_text(st, i);

		snprintf((char *)ret + TEXTS[i].at, TEXTS[i].cap, "%s", text ? text : "");
	}
	ret->papers = sqlite3_column_int64(st, TEXT_COUNT);
	ret->bytes = sqlite3_column_int64(st, TEXT_COUNT + 1);
	ret->received_at = sqlite3_column_int64(st, TEXT_COUNT + 2);
	ret->due_at = sqlite3_column_int64(st, TEXT_COUNT + 3);
	ret->accepted = sqlite3_column_int64(st, TEXT_COUNT + 4);
}

static enum err find(struct store *s, const char *sql, const char *what, struct dossier *ret)
{
	AUTO_STATEMENT st = prepare(s, sql, (const char *[]){ what, NULL });
	int rc = st ? sqlite3_step(st) : SQLITE_ERROR;

	if (rc != SQLITE_ROW)
		return rc == SQLITE_DONE ? ERR_NOT_FOUND : ERR_IO;
	take_row(st, ret);
	return ERR_OK;
}

enum err store_find(struct store *s, const char *key, struct dossier *ret)
{
	return find(s, "SELECT " DOSSIER_COLUMNS " FROM dossiers WHERE key = ?1", key, ret);
}

enum err store_find_code(struct store *s, const char *code, struct dossier *ret)
{
	return find(s, "SELECT " DOSSIER_COLUMNS " FROM dossiers WHERE code = upper(?1)", code,
		    ret);
}

enum err store_find_receipt(struct store *s, const char *receipt, struct dossier *ret)
{
	return find(s, "SELECT " DOSSIER_COLUMNS " FROM dossiers WHERE receipt = upper(?1)",
		    receipt, ret);
}

enum err store_find_any(struct store *s, const char *code, struct dossier *ret)
{
	enum err e = store_find_code(s, code, ret);

	if (e == ERR_NOT_FOUND)
		e = store_find_receipt(s, code, ret);
	return e == ERR_NOT_FOUND ? store_find(s, code, ret) : e;
}

enum err store_each(struct store *s, store_fn *fn, void *data)
{
	AUTO_STATEMENT st = prepare(s, "SELECT " DOSSIER_COLUMNS " FROM dossiers ORDER BY n", NULL);
	struct dossier d;
	int rc = SQLITE_ERROR;

	while (st && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		take_row(st, &d);
		fn(data, &d);
	}
	return rc == SQLITE_DONE ? ERR_OK : ERR_IO;
}

int64_t store_count(struct store *s)
{
	AUTO_STATEMENT st = prepare(s, "SELECT count(*) FROM dossiers", NULL);

	return st && sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : -1;
}

static enum err put_fee(sqlite3_stmt *st, const struct fee *f)
{
	const int64_t numbers[] = { f->amount,  f->begun_at, f->expires_at, f->paid,
				    f->paid_at, f->times,    f->failed };

	for (int i = 0; st && i < 7; i++)
		if (sqlite3_bind_int64(st, i + 3, numbers[i]) != SQLITE_OK)
			return ERR_IO;
	return do_it(st);
}

enum err store_fee_add(struct store *s, const struct fee *f)
{
	struct fee had;

	if (store_fee_find(s, f->reference, &had) == ERR_OK)
		return ERR_BUSY;
	AUTO_STATEMENT st = prepare(
		s,
		"INSERT INTO fees(reference, dossier, amount, begun_at, expires_at, paid, paid_at,"
		" times, failed) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		(const char *[]){ f->reference, f->dossier, NULL });

	return put_fee(st, f);
}

enum err store_fee_set(struct store *s, const struct fee *f)
{
	AUTO_STATEMENT st =
		prepare(s,
			"UPDATE fees SET dossier = ?2, amount = ?3, begun_at = ?4, expires_at = ?5,"
			" paid = ?6, paid_at = ?7, times = ?8, failed = ?9 WHERE reference = ?1",
			(const char *[]){ f->reference, f->dossier, NULL });

	return put_fee(st, f);
}

#define FEE_COLUMNS                                                                              \
	"SELECT reference, dossier, amount, begun_at, expires_at, paid, paid_at, times, failed " \
	"FROM fees"

static enum err read_fee(sqlite3_stmt *st, struct fee *ret)
{
	int64_t *const numbers[] = { &ret->amount, &ret->begun_at, &ret->expires_at,
				     &ret->paid,   &ret->paid_at,  &ret->times };
	int rc = st ? sqlite3_step(st) : SQLITE_ERROR;

	if (rc != SQLITE_ROW)
		return rc == SQLITE_DONE ? ERR_NOT_FOUND : ERR_IO;
	snprintf(ret->reference, sizeof ret->reference, "%s", sqlite3_column_text(st, 0));
	snprintf(ret->dossier, sizeof ret->dossier, "%s", sqlite3_column_text(st, 1));
	for (int i = 0; i < 6; i++)
		*numbers[i] = sqlite3_column_int64(st, i + 2);
	ret->failed = sqlite3_column_int(st, 8);
	return ERR_OK;
}

enum err store_fee_find(struct store *s, const char *reference, struct fee *ret)
{
	AUTO_STATEMENT st = prepare(s, FEE_COLUMNS " WHERE reference = ?1",
				    (const char *[]){ reference, NULL });

	return read_fee(st, ret);
}

enum err store_fee_newest(struct store *s, struct fee *ret)
{
	AUTO_STATEMENT st = prepare(s, FEE_COLUMNS " ORDER BY n DESC LIMIT 1", NULL);

	return read_fee(st, ret);
}

bool store_fee_paid(struct store *s, const struct dossier *d)
{
	AUTO_STATEMENT st = prepare(s,
				    "SELECT 1 FROM fees WHERE dossier IN (?1, ?2) AND dossier <> ''"
				    " AND paid >= amount",
				    (const char *[]){ d->key, d->code, NULL });

	return st && sqlite3_step(st) == SQLITE_ROW;
}

#define PROGRESS_NUMBERS 5

enum err store_progress(struct store *s, const char *key, struct progress *ret)
{
	AUTO_STATEMENT st = prepare(s,
				    "SELECT note, sorry, state, fee, due_at, new_due_at, sorry_at"
				    " FROM progress WHERE key = ?1",
				    (const char *[]){ key, NULL });
	int rc = st ? sqlite3_step(st) : SQLITE_ERROR;
	struct progress p = { 0 };
	int64_t *const numbers[PROGRESS_NUMBERS] = { &p.state, &p.fee, &p.due_at, &p.new_due_at,
						     &p.sorry_at };

	if (rc == SQLITE_ROW) {
		snprintf(p.note, sizeof p.note, "%s", sqlite3_column_text(st, 0));
		snprintf(p.sorry, sizeof p.sorry, "%s", sqlite3_column_text(st, 1));
		for (int i = 0; i < PROGRESS_NUMBERS; i++)
			*numbers[i] = sqlite3_column_int64(st, 2 + i);
	}
	*ret = p;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? ERR_OK : ERR_IO;
}

enum err store_progress_set(struct store *s, const char *key, const struct progress *p)
{
	const int64_t numbers[PROGRESS_NUMBERS] = { p->state, p->fee, p->due_at, p->new_due_at,
						    p->sorry_at };
	AUTO_STATEMENT st =
		prepare(s, "INSERT OR REPLACE INTO progress VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
			(const char *[]){ key, p->note, p->sorry, NULL });

	for (int i = 0; st && i < PROGRESS_NUMBERS; i++)
		if (sqlite3_bind_int64(st, 4 + i, numbers[i]) != SQLITE_OK)
			return ERR_IO;
	return do_it(st);
}

enum err store_upload_add(struct store *s, const struct upload *u)
{
	AUTO_STATEMENT st = prepare(s, "INSERT INTO uploads VALUES(?1, ?2, ?3, ?4, 0)",
				    (const char *[]){ u->id, u->key, u->sha256, NULL });

	if (st)
		sqlite3_bind_int64(st, 4, u->size);
	return do_it(st);
}

enum err store_upload_find(struct store *s, const char *id, struct upload *ret)
{
	AUTO_STATEMENT st =
		prepare(s, "SELECT key, sha256, size, committed FROM uploads WHERE id = ?1",
			(const char *[]){ id, NULL });
	int rc = st ? sqlite3_step(st) : SQLITE_ERROR;

	if (rc != SQLITE_ROW)
		return rc == SQLITE_DONE ? ERR_NOT_FOUND : ERR_IO;
	*ret = (struct upload){ .size = sqlite3_column_int64(st, 2),
				.committed = sqlite3_column_int64(st, 3) };
	snprintf(ret->id, sizeof ret->id, "%s", id);
	snprintf(ret->key, sizeof ret->key, "%s", (const char *)sqlite3_column_text(st, 0));
	snprintf(ret->sha256, sizeof ret->sha256, "%s", (const char *)sqlite3_column_text(st, 1));
	return ERR_OK;
}

enum err store_upload_done(struct store *s, const char *id)
{
	AUTO_STATEMENT st = prepare(s, "UPDATE uploads SET committed = 1 WHERE id = ?1",
				    (const char *[]){ id, NULL });

	return do_it(st);
}

enum err store_upload_delete(struct store *s, const char *id)
{
	AUTO_STATEMENT st =
		prepare(s, "DELETE FROM uploads WHERE id = ?1", (const char *[]){ id, NULL });

	return do_it(st);
}

enum err store_upload_delete_open(struct store *s)
{
	AUTO_STATEMENT st = prepare(s, "DELETE FROM uploads WHERE committed = 0", NULL);

	return do_it(st);
}

enum err store_head_add(struct store *s, const struct head *h)
{
	AUTO_STATEMENT st = prepare(
		s,
		"INSERT INTO heads(kiosk, sha256, source, seq, at) SELECT ?1, ?2, ?3, ?4, ?5"
		" WHERE ?4 > (SELECT coalesce(max(seq), 0) FROM heads WHERE kiosk = ?1)",
		(const char *[]){ h->kiosk, h->sha256, h->source, NULL });

	if (!st || sqlite3_bind_int64(st, 4, h->seq) != SQLITE_OK ||
	    sqlite3_bind_int64(st, 5, h->at) != SQLITE_OK)
		return ERR_IO;
	return do_it(st);
}

#define HEAD_COLUMNS "kiosk, sha256, source, seq, at"

static void take_head(sqlite3_stmt *st, struct head *h)
{
	snprintf(h->kiosk, sizeof h->kiosk, "%s", (const char *)sqlite3_column_text(st, 0));
	snprintf(h->sha256, sizeof h->sha256, "%s", (const char *)sqlite3_column_text(st, 1));
	snprintf(h->source, sizeof h->source, "%s", (const char *)sqlite3_column_text(st, 2));
	h->seq = sqlite3_column_int64(st, 3);
	h->at = sqlite3_column_int64(st, 4);
}

enum err store_head_newest(struct store *s, const char *kiosk, struct head *ret)
{
	AUTO_STATEMENT st = prepare(s,
				    "SELECT " HEAD_COLUMNS " FROM heads WHERE kiosk = ?1"
				    " ORDER BY seq DESC LIMIT 1",
				    (const char *[]){ kiosk, NULL });
	int rc = st ? sqlite3_step(st) : SQLITE_ERROR;

	if (rc != SQLITE_ROW)
		return rc == SQLITE_DONE ? ERR_NOT_FOUND : ERR_IO;
	take_head(st, ret);
	return ERR_OK;
}

enum err store_head_each(struct store *s, store_head_fn *fn, void *data)
{
	AUTO_STATEMENT st = prepare(s, "SELECT " HEAD_COLUMNS " FROM heads ORDER BY n", NULL);
	struct head h;
	int rc = SQLITE_ERROR;

	while (st && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		take_head(st, &h);
		fn(data, &h);
	}
	return rc == SQLITE_DONE ? ERR_OK : ERR_IO;
}
