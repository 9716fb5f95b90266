#include "firmware/core/bundle_row.h"

#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "firmware/core/outbox_row.h"

#include <stdio.h>
#include <string.h>

static enum err draw(struct store *s, uint32_t *ret)
{
	uint32_t n = 0;
	enum err e = db_random(s, &n, sizeof n);

	if (e == ERR_OK)
		*ret = n ? n : 1;
	return e;
}

enum err bundle_row_new(struct store *s, uint32_t *ret_id)
{
	uint32_t id;
	enum err e = draw(s, &id);

	if (e == ERR_OK)
		e = db_run(s, SQL_BUNDLE_NEW,
			   DB_VALUES(db_num(id), db_num(clock_now_s(s->options.clock))));
	if (e == ERR_OK)
		*ret_id = id;
	return e;
}

enum err bundle_row_is_ours(struct store *s, uint32_t id)
{
	AUTO_ROWS *st = NULL;

	return db_first(s, SQL_BUNDLE_GET, DB_VALUES(db_num(id)), &st);
}

static enum err count(struct store *s, uint32_t id, int64_t *ret)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_BUNDLE_COUNT, DB_VALUES(db_num(id)), &st);

	if (e == ERR_OK)
		*ret = sqlite3_column_int64(st, 0);
	return e;
}

/* SQLite draws the names. Two alike are as good as never; then one waits for the next time. */
enum err bundle_row_fill(struct store *s, uint32_t id)
{
	int64_t n = 0;
	enum err e = count(s, id, &n);

	if (e != ERR_OK || n >= BUNDLE_MAX_ROWS)
		return e;
	return db_run(s, SQL_BUNDLE_FILL,
		      DB_VALUES(db_num(id), db_num(id), db_num(BUNDLE_MAX_ROWS - n)));
}

enum err bundle_row_next(struct store *s, uint32_t id, uint32_t after, struct bundle_item *ret)
{
	AUTO_ROWS *st = NULL;
	struct bundle_item i = { 0 };
	enum err e = db_first(s, SQL_BUNDLE_NEXT, DB_VALUES(db_num(id), db_num(after)), &st);

	if (e != ERR_OK)
		return e;
	i.row.name = (uint32_t)sqlite3_column_int64(st, 0);
	db_copy(st, 1, i.row.key, sizeof i.row.key);
	db_copy(st, 2, i.row.sha256, sizeof i.row.sha256);
	i.row.bytes = (uint64_t)sqlite3_column_int64(st, 3);
	i.state = outbox_state_of(sqlite3_column_text(st, 4));
	i.written_s = sqlite3_column_int64(st, 5);
	*ret = i;
	return ERR_OK;
}

enum err bundle_row_settled(struct store *s, uint32_t id, uint32_t *ret_name)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_BUNDLE_SETTLED, DB_VALUES(db_num(id)), &st);

	if (e == ERR_OK)
		*ret_name = (uint32_t)sqlite3_column_int64(st, 0);
	return e;
}

enum err bundle_row_drop(struct store *s, uint32_t id, uint32_t name)
{
	return db_run(s, SQL_BUNDLE_DROP, DB_VALUES(db_num(id), db_num(name)));
}

enum err bundle_row_spoiled(struct store *s, uint32_t id, uint32_t name)
{
	return db_run(s, SQL_BUNDLE_SPOILED, DB_VALUES(db_num(id), db_num(name)));
}

enum err bundle_row_written(struct store *s, uint32_t id, uint32_t count)
{
	char subject[16], detail[16];
	enum err e = db_begin(s);

	if (e != ERR_OK)
		return e;
	(void)snprintf(subject, sizeof subject, "%08x", id);
	(void)snprintf(detail, sizeof detail, "%u", count);
	e = db_run(s, SQL_BUNDLE_WRITTEN,
		   DB_VALUES(db_num(clock_now_s(s->options.clock)), db_num(id)));
	if (e == ERR_OK)
		e = audit_add(s, "bundle.written", subject, detail);
	return db_end(s, e);
}

enum err bundle_row_taken(struct store *s, uint32_t id, const char *key)
{
	char detail[16];

	(void)snprintf(detail, sizeof detail, "%08x", id);
	return audit_add(s, "bundle.taken", key, detail);
}

enum err bundle_row_since(struct store *s, const char *key, int64_t *ret_s)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_BUNDLE_SINCE, DB_VALUES(db_text(key)), &st);

	if (e == ERR_OK)
		*ret_s = sqlite3_column_int64(st, 0);
	return e;
}

enum err bundle_row_end(struct store *s, uint32_t id)
{
	return db_run(s, SQL_BUNDLE_END, DB_VALUES(db_num(id)));
}
