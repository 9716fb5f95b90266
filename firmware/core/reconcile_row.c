/* What reconciliations have found, kept for the report. */
#include "firmware/core/reconcile_row.h"

#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "firmware/core/outbox_row.h"

#include <stdio.h>
#include <string.h>

enum { ONCE, STANDS };

static const struct {
	const char *name, *vi, *en, *done_vi, *done_en;
	int kind;
} FINDS[FIND_COUNT] = {
#define FIND(NAME, name, kind, vi, en, done_vi, done_en) { #name, vi, en, done_vi, done_en, kind },
#include "firmware/core/reconcile.def"
#undef FIND
};

const char *reconcile_find_name(enum reconcile_kind what)
{
	return (unsigned)what < FIND_COUNT ? FINDS[what].name : "?";
}

const char *reconcile_find_words(enum reconcile_kind what, bool english)
{
	if ((unsigned)what >= FIND_COUNT)
		return "?";
	return english ? FINDS[what].en : FINDS[what].vi;
}

const char *reconcile_find_done(enum reconcile_kind what, bool english)
{
	if ((unsigned)what >= FIND_COUNT)
		return "?";
	return english ? FINDS[what].done_en : FINDS[what].done_vi;
}

static enum reconcile_kind kind_of(const unsigned char *name)
{
	unsigned i = 0;

	while (i < FIND_COUNT && (!name || strcmp(FINDS[i].name, (const char *)name) != 0))
		i++;
	return (enum reconcile_kind)i;
}

enum err reconcile_note_day(struct store *s, const struct reconcile_day *d)
{
	enum err e = db_run(s, SQL_DAY_NOTE,
			    DB_VALUES(db_num(d->day), db_num(d->checked_s), db_num(d->ours),
				      db_num(d->theirs), db_num(d->same), db_num(d->again),
				      db_num(d->other)));

	if (e == ERR_OK)
		e = db_run(s, SQL_FIND_OVER,
			   DB_VALUES(db_num(d->checked_s), db_num(d->day), db_num(d->checked_s)));
	return e;
}

static enum err add(struct store *s, const struct reconcile_find *f)
{
	return db_run(s, SQL_FIND_ADD,
		      DB_VALUES(db_text(f->key), db_num(f->day),
				db_text(reconcile_find_name(f->what)), db_num(f->found_s),
				db_num(f->found_s), db_num(f->ended_s), db_text(f->was),
				db_text(f->code)));
}

enum err reconcile_note_find(struct store *s, const struct reconcile_find *f)
{
	enum err e = db_change(s, SQL_FIND_STANDS,
			       DB_VALUES(db_num(f->found_s), db_text(f->key),
					 db_text(reconcile_find_name(f->what))));

	return e == ERR_NOT_FOUND ? add(s, f) : e;
}

static bool is_same(const struct outbox_item *former, const struct outbox_answer *a)
{
	return a->accepted && strcmp(former->dossier_code, a->dossier_code) == 0 &&
	       former->answered_s == a->time_s && former->due_s == a->due_s;
}

/* Nobody had noticed that it was lost: staff had it sent again. */
static enum err note_unlooked(struct store *s, const struct outbox_item *former,
			      const struct outbox_answer *a, enum reconcile_kind what)
{
	struct reconcile_find f = { .day = reconcile_day_of(former->answered_s),
				    .what = what,
				    .found_s = a->time_s,
				    .ended_s = a->time_s };

	if (what == FIND_RETURNED)
		return ERR_OK;
	memcpy(f.key, former->key, sizeof f.key);
	memcpy(f.was, former->dossier_code, sizeof f.was);
	(void)snprintf(f.code, sizeof f.code, "%s", a->accepted ? a->dossier_code : "");
	return add(s, &f);
}

static enum err keep_former(struct store *s, const struct outbox_item *former,
			    const struct outbox_answer *a)
{
	char detail[2 * OUTBOX_CODE_CAP + 16];
	enum err e =
		db_change(s, SQL_FORMER_KEEP, DB_VALUES(db_num(a->time_s), db_text(former->key)));

	(void)snprintf(detail, sizeof detail, "was=%s now=%s", former->dossier_code,
		       a->accepted ? a->dossier_code : "refused");
	return e == ERR_OK ? audit_add(s, "outbox.reanswered", former->key, detail) : e;
}

enum err reconcile_answered(struct store *s, const struct outbox_item *former,
			    const struct outbox_answer *a)
{
	enum reconcile_kind what = !a->accepted         ? FIND_TURNED
				   : is_same(former, a) ? FIND_RETURNED
							: FIND_CHANGED;
	enum err e = what == FIND_RETURNED ? ERR_OK : keep_former(s, former, a);

	if (e == ERR_OK)
		e = db_change(s, SQL_FIND_ANSWERED,
			      DB_VALUES(db_text(reconcile_find_name(what)),
					db_text(a->accepted ? a->dossier_code : ""),
					db_num(a->time_s), db_text(former->key)));
	return e == ERR_NOT_FOUND ? note_unlooked(s, former, a, what) : e;
}

enum err reconcile_former(struct store *s, const char *code, struct outbox_item *ret_item)
{
	AUTO_ROWS *st = NULL;
	char key[STORE_KEY_CAP];
	enum err e =
		*code ? db_first(s, SQL_FORMER_FIND, DB_VALUES(db_text(code)), &st) : ERR_NOT_FOUND;

	if (e != ERR_OK)
		return e;
	db_copy(st, 0, key, sizeof key);
	return outbox_get(s, key, ret_item);
}

static enum err end_run(struct store *s, const struct reconcile_run *r)
{
	char detail[160];
	enum err e =
		db_run(s, SQL_RUN_ADD,
		       DB_VALUES(db_text(r->why), db_num(r->ended_s), db_text(err_name(r->error)),
				 db_text(r->epoch), db_num(r->days), db_num(r->ours),
				 db_num(r->theirs), db_num(r->differ), db_num(r->again)));

	(void)snprintf(detail, sizeof detail, "why=%s days=%u ours=%u theirs=%u differ=%u again=%u",
		       r->why, r->days, r->ours, r->theirs, r->differ, r->again);
	if (e == ERR_OK && r->error == ERR_OK)
		e = audit_add(s, "reconcile.done", r->epoch, detail);
	if (e == ERR_OK)
		e = db_run(s, SQL_RUN_PRUNE, DB_NOTHING);
	if (e == ERR_OK)
		e = db_run(s, SQL_DAY_PRUNE, DB_NOTHING);
	return e == ERR_OK ? db_run(s, SQL_FIND_PRUNE, DB_NOTHING) : e;
}

enum err reconcile_ended(struct store *s, const struct reconcile_run *run)
{
	enum err e = db_begin(s);

	return e == ERR_OK ? db_end(s, end_run(s, run)) : e;
}

static enum err error_of(const unsigned char *name)
{
	for (int i = 0; i < ERR_COUNT; i++)
		if (name && strcmp(err_name((enum err)i), (const char *)name) == 0)
			return (enum err)i;
	return ERR_IO;
}

static enum err run_of(struct store *s, enum statement which, struct reconcile_run *ret)
{
	AUTO_ROWS *st = NULL;
	struct reconcile_run r = { 0 };
	enum err e = db_first(s, which, DB_NOTHING, &st);

	if (e != ERR_OK)
		return e;
	db_copy(st, 0, r.why, sizeof r.why);
	r.ended_s = sqlite3_column_int64(st, 1);
	r.error = error_of(sqlite3_column_text(st, 2));
	db_copy(st, 3, r.epoch, sizeof r.epoch);
	r.days = (uint32_t)sqlite3_column_int64(st, 4);
	r.ours = (uint32_t)sqlite3_column_int64(st, 5);
	r.theirs = (uint32_t)sqlite3_column_int64(st, 6);
	r.differ = (uint32_t)sqlite3_column_int64(st, 7);
	r.again = (uint32_t)sqlite3_column_int64(st, 8);
	*ret = r;
	return ERR_OK;
}

enum err reconcile_last(struct store *s, bool good, struct reconcile_run *ret)
{
	return run_of(s, good ? SQL_RUN_LAST_GOOD : SQL_RUN_LAST, ret);
}

enum err reconcile_last_agreed(struct store *s, struct reconcile_run *ret)
{
	return run_of(s, SQL_RUN_AGREED, ret);
}

enum err reconcile_days(struct store *s, unsigned max, reconcile_day_fn *fn, void *data)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_DAY_LIST, DB_VALUES(db_num(max)), &st);

	for (; e == ERR_OK; e = db_next(s, st)) {
		struct reconcile_day d = { .day = sqlite3_column_int64(st, 0),
					   .checked_s = sqlite3_column_int64(st, 1),
					   .ours = (uint32_t)sqlite3_column_int64(st, 2),
					   .theirs = (uint32_t)sqlite3_column_int64(st, 3),
					   .same = sqlite3_column_int(st, 4) != 0,
					   .again = (uint32_t)sqlite3_column_int64(st, 5),
					   .other = (uint32_t)sqlite3_column_int64(st, 6) };

		if (!fn(data, &d))
			return ERR_OK;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static void read_find(struct sqlite3_stmt *st, struct reconcile_find *f)
{
	f->day = sqlite3_column_int64(st, 0);
	db_copy(st, 1, f->key, sizeof f->key);
	f->what = kind_of(sqlite3_column_text(st, 2));
	f->found_s = sqlite3_column_int64(st, 3);
	f->last_s = sqlite3_column_int64(st, 4);
	f->ended_s = sqlite3_column_int64(st, 5);
	db_copy(st, 6, f->was, sizeof f->was);
	db_copy(st, 7, f->code, sizeof f->code);
	db_copy(st, 8, f->receipt_code, sizeof f->receipt_code);
	f->state = outbox_state_of(sqlite3_column_text(st, 9));
}

static enum err list(struct store *s, enum statement what, unsigned max, reconcile_find_fn *fn,
		     void *data)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, what, DB_VALUES(db_num(max)), &st);

	for (; e == ERR_OK; e = db_next(s, st)) {
		struct reconcile_find f = { 0 };

		read_find(st, &f);
		if (f.what < FIND_COUNT && !fn(data, &f))
			return ERR_OK;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err reconcile_finds(struct store *s, unsigned max, reconcile_find_fn *fn, void *data)
{
	return list(s, SQL_FIND_LIST, max, fn, data);
}

enum err reconcile_open(struct store *s, unsigned max, reconcile_find_fn *fn, void *data)
{
	return list(s, SQL_FIND_OPEN, max, fn, data);
}

enum err reconcile_standing(struct store *s, uint32_t *ret_count)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_FIND_COUNT, DB_NOTHING, &st);

	if (e == ERR_OK)
		*ret_count = (uint32_t)sqlite3_column_int64(st, 0);
	return e;
}
