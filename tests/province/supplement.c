#include "tests/province/supplement.h"

#include "tests/province/due.h"
#include "tests/province/query.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MAX_WAITS 16
#define AT_WORK   4

#define COLUMNS "dossier, id, note, papers, asked_at, brought_at, due_at, closed"

static void end_statement(sqlite3_stmt **st)
{
	sqlite3_finalize(*st);
}
#define AUTO_STATEMENT __attribute__((cleanup(end_statement))) sqlite3_stmt *

/* `text` is ?1. NULL when SQLite refuses. */
static sqlite3_stmt *prepare(struct store *s, const char *sql, const char *text)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(store_db(s), sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_bind_text(st, 1, text, -1, SQLITE_TRANSIENT) == SQLITE_OK)
		return st;
	sqlite3_finalize(st);
	return NULL;
}

static enum err do_it(sqlite3_stmt *st)
{
	return st && sqlite3_step(st) == SQLITE_DONE ? ERR_OK : ERR_IO;
}

static void take_text(sqlite3_stmt *st, int at, char *ret, size_t cap)
{
	snprintf(ret, cap, "%s", (const char *)sqlite3_column_text(st, at));
}

static void take_row(sqlite3_stmt *st, struct supplement *ret)
{
	take_text(st, 0, ret->dossier, sizeof ret->dossier);
	take_text(st, 1, ret->id, sizeof ret->id);
	take_text(st, 2, ret->note, sizeof ret->note);
	take_text(st, 3, ret->papers, sizeof ret->papers);
	ret->asked_at = sqlite3_column_int64(st, 4);
	ret->brought_at = sqlite3_column_int64(st, 5);
	ret->due_at = sqlite3_column_int64(st, 6);
	ret->closed = sqlite3_column_int(st, 7);
}

enum err supplement_close(struct store *s, const char *dossier)
{
	AUTO_STATEMENT st =
		prepare(s, "UPDATE supplements SET closed = 1 WHERE dossier = ?1", dossier);

	return do_it(st);
}

/* How many the dossier has; -1 when the database fails. */
static int64_t count(struct store *s, const char *dossier)
{
	AUTO_STATEMENT st =
		prepare(s, "SELECT count(*) FROM supplements WHERE dossier = ?1", dossier);

	return st && sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : -1;
}

enum err supplement_ask(struct store *s, const struct supplement *what)
{
	int64_t n = count(s, what->dossier);
	enum err e = n < 0 ? ERR_IO : supplement_close(s, what->dossier);
	char id[32];

	if (e != ERR_OK)
		return e;
	AUTO_STATEMENT st = prepare(
		s, "INSERT INTO supplements(" COLUMNS ") VALUES(?1, ?2, ?3, ?4, ?5, 0, 0, 0)",
		what->dossier);
	snprintf(id, sizeof id, "BS-%" PRId64 "-%" PRId64, what->asked_at, n + 1);
	if (!st || sqlite3_bind_text(st, 2, id, -1, SQLITE_TRANSIENT) != SQLITE_OK ||
	    sqlite3_bind_text(st, 3, what->note, -1, SQLITE_TRANSIENT) != SQLITE_OK ||
	    sqlite3_bind_text(st, 4, what->papers, -1, SQLITE_TRANSIENT) != SQLITE_OK ||
	    sqlite3_bind_int64(st, 5, what->asked_at) != SQLITE_OK)
		return ERR_IO;
	return do_it(st);
}

/* The request of that id; without one, the one that is open. "" of an id: none. */
static enum err find(struct store *s, const char *dossier, const char *id, struct supplement *ret)
{
	AUTO_STATEMENT st = prepare(s,
				    "SELECT " COLUMNS " FROM supplements WHERE dossier = ?1"
				    " AND (id = ?2 OR (?2 = '' AND closed = 0))"
				    " ORDER BY n DESC LIMIT 1",
				    dossier);

	if (!st || sqlite3_bind_text(st, 2, id, -1, SQLITE_TRANSIENT) != SQLITE_OK)
		return ERR_IO;
	int rc = sqlite3_step(st);
	if (rc != SQLITE_ROW)
		return rc == SQLITE_DONE ? ERR_NOT_FOUND : ERR_IO;
	take_row(st, ret);
	return ERR_OK;
}

static bool is_theirs(const struct dossier *d, const char *person)
{
	return *person && (strcmp(d->filer, person) == 0 || strcmp(d->number, person) == 0);
}

static enum err find_dossier(struct store *s, const char *code, struct dossier *ret)
{
	enum err e = store_find_any(s, code, ret);

	return e == ERR_OK && (!ret->accepted || ret->supplement[0]) ? ERR_NOT_FOUND : e;
}

const char *supplement_judge(struct store *s, const struct manifest *m, struct dossier *ret_of,
			     struct supplement *ret)
{
	enum err e = find_dossier(s, m->dossier, ret_of);

	if (e == ERR_NOT_FOUND)
		return "Tỉnh không có hồ sơ mang mã này. Quý vị xem lại mã trên phiếu.";
	if (e != ERR_OK)
		return NULL;
	if (!is_theirs(ret_of, m->filer)) /* and nothing of it is told */
		return "Hồ sơ này của người khác. Người đã nộp hoặc chủ hồ sơ mới bổ sung được.";
	e = find(s, ret_of->key, m->request, ret);
	if (e == ERR_NOT_FOUND)
		return m->request[0] ? "Hồ sơ này không có yêu cầu bổ sung như vậy."
				     : "Hồ sơ này hiện không có yêu cầu bổ sung nào.";
	if (e != ERR_OK)
		return NULL;
	return ret->closed ? "Yêu cầu bổ sung này đã đóng." : "";
}

/* All times that the dossier waited for its citizen, and this one. */
static size_t waits_of(struct store *s, const struct supplement *now, int64_t at_s,
		       struct due_wait waits[MAX_WAITS])
{
	AUTO_STATEMENT st = prepare(s,
				    "SELECT asked_at, brought_at FROM supplements WHERE"
				    " dossier = ?1 AND brought_at > 0 ORDER BY n LIMIT 15",
				    now->dossier);
	size_t n = 0;

	while (st && n < MAX_WAITS - 1 && sqlite3_step(st) == SQLITE_ROW)
		waits[n++] = (struct due_wait){ sqlite3_column_int64(st, 0),
						sqlite3_column_int64(st, 1) };
	waits[n++] = (struct due_wait){ now->asked_at, at_s };
	return n;
}

/* The officers go on. */
static enum err go_on(struct store *s, const char *dossier)
{
	struct progress p;
	enum err e = store_progress(s, dossier, &p);

	p.state = AT_WORK;
	p.note[0] = '\0';
	p.due_at = 0; /* of the time before */
	return e == ERR_OK ? store_progress_set(s, dossier, &p) : e;
}

enum err supplement_bring(struct store *s, const struct dossier *of, struct supplement *what,
			  int64_t at_s)
{
	struct due_wait waits[MAX_WAITS];
	struct due_term term = due_term(of->procedure);
	size_t n = waits_of(s, what, at_s, waits);
	bool hours = term.unit == DUE_HOURS; /* they begin anew */

	what->brought_at = at_s;
	what->due_at =
		hours ? due_at(at_s, term, NULL, 0) : due_at(of->received_at, term, waits, n);
	AUTO_STATEMENT st = prepare(
		s, "UPDATE supplements SET brought_at = ?2, due_at = ?3, closed = 1 WHERE id = ?1",
		what->id);
	if (!st || sqlite3_bind_int64(st, 2, what->brought_at) != SQLITE_OK ||
	    sqlite3_bind_int64(st, 3, what->due_at) != SQLITE_OK)
		return ERR_IO;
	enum err e = do_it(st);
	return e == ERR_OK ? go_on(s, of->key) : e;
}

int64_t supplement_due(struct store *s, const char *dossier)
{
	AUTO_STATEMENT st = prepare(s,
				    "SELECT due_at FROM supplements WHERE dossier = ?1"
				    " AND due_at > 0 ORDER BY n DESC LIMIT 1",
				    dossier);

	return st && sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
}

static void put(struct json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static void put_moment(struct json_object *o, const char *name, int64_t s)
{
	char text[15];

	query_write_moment(s, text);
	put(o, name, text);
}

static struct json_object *row_of(const struct supplement *p)
{
	struct json_object *o = json_object_new_object();

	put(o, "HoSoBoSungId", p->id);
	put(o, "NoiDungBoSung", p->note);
	put_moment(o, "NgayBoSung", p->asked_at);
	put_moment(o, "NgayTiepNhanBoSung", p->brought_at);
	put(o, "TrangThaiBoSung", p->closed ? "1" : "0");
	put(o, "DanhSachGiayToBoSung", p->papers);
	put_moment(o, "NgayHenTraMoi", p->due_at);
	return o;
}

struct json_object *supplement_list(struct store *s, const char *dossier)
{
	AUTO_STATEMENT st = prepare(
		s, "SELECT " COLUMNS " FROM supplements WHERE dossier = ?1 ORDER BY n", dossier);
	struct json_object *all = json_object_new_array();

	while (st && sqlite3_step(st) == SQLITE_ROW) {
		struct supplement p = { 0 };

		take_row(st, &p);
		json_object_array_add(all, row_of(&p));
	}
	return all;
}
