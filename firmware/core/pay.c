/* Fees: beginning, what to ask next, looking at them. What the answers do: pay_said.c. */
#include "firmware/core/pay.h"

#include "firmware/core/audit.h"
#include "firmware/core/pay_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int64_t now_ms(const struct store *s)
{
	return clock_mono_ms(s->options.clock);
}

enum err pay_get(struct store *s, const char *key, struct pay_item *ret_item)
{
	struct pay_row r;
	enum err e = pay_row_get(s, key, &r);

	if (e == ERR_OK)
		*ret_item = r.item;
	return e;
}

enum err pay_of(struct store *s, const char *dossier, enum pay_when when, struct pay_item *ret_item)
{
	AUTO_ROWS *st = NULL;
	struct pay_row r;
	enum err e = db_first(s, SQL_PAY_OF, DB_VALUES(db_text(dossier), db_num(when)), &st);

	if (e == ERR_OK)
		e = pay_read_row(st, &r);
	if (e == ERR_OK)
		*ret_item = r.item;
	return e;
}

static enum err add(struct store *s, const char *key, const struct pay_item *i)
{
	char detail[48];

	snprintf(detail, sizeof detail, "vnd=%" PRId64, i->amount_vnd);
	enum err e = db_begin(s);
	if (e != ERR_OK)
		return e;
	e = db_run(s, SQL_PAY_ADD,
		   DB_VALUES(db_text(key), db_text(i->dossier), db_num(i->when),
			     db_num(i->amount_vnd), db_num(clock_now_s(s->options.clock))));
	if (e == ERR_OK)
		e = audit_add(s, "pay.begun", key, detail);
	return db_end(s, e);
}

enum err pay_begin(struct store *s, const char *dossier, enum pay_when when, int64_t amount_vnd,
		   struct pay_item *ret_item)
{
	struct pay_item i = { .when = when, .amount_vnd = amount_vnd }, had;
	char key[STORE_KEY_CAP];
	size_t len = strlen(dossier);

	if (amount_vnd < 1 || amount_vnd > PAY_MAX_VND)
		return ERR_FIELD_RANGE;
	if (len == 0 || len >= sizeof i.dossier)
		return ERR_BAD_DATA;
	memcpy(i.dossier, dossier, len + 1);
	enum err e = pay_of(s, dossier, when, &had);
	if (e == ERR_OK && had.state <= PAY_PAID) {
		if (had.amount_vnd != amount_vnd)
			return ERR_DENIED;
		*ret_item = had;
		return ERR_OK;
	}
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	e = store_new_key(s, key);
	if (e == ERR_OK)
		e = add(s, key, &i);
	return e == ERR_OK ? pay_get(s, key, ret_item) : e;
}

enum err pay_asking(struct store *s, const char *key)
{
	struct pay_row r;
	enum err e = pay_row_get(s, key, &r);

	if (e == ERR_OK && r.item.state > PAY_ASKED)
		e = ERR_DENIED;
	if (e != ERR_OK)
		return e;
	return db_change(s, SQL_PAY_ASKING,
			 DB_VALUES(db_num(now_ms(s) + PAY_POLL_MS), db_text(key)));
}

/* Whoever stands there is told sooner; after a failure the pause is everybody's. */
static int64_t due_ms(const struct pay_row *r, bool watched)
{
	bool soon = watched && r->item.state == PAY_PENDING && r->item.tries == 0;

	return r->next_ms - (soon ? PAY_POLL_MS - PAY_WATCHED_MS : 0);
}

static enum err first_due(struct store *s, struct pay_row *ret_row)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_PAY_DUE, DB_NOTHING, &st);

	return e == ERR_OK ? pay_read_row(st, ret_row) : e;
}

static void take(const struct pay_row *r, struct pay_item *ret_item, enum pay_ask *ret_ask)
{
	*ret_item = r->item;
	*ret_ask = r->item.state == PAY_MADE ? PAY_START : PAY_POLL;
}

enum err pay_next(struct store *s, const char *watched, struct pay_item *ret_item,
		  enum pay_ask *ret_ask, uint32_t *ret_wait_ms)
{
	int64_t now = now_ms(s), wait_ms = UINT32_MAX;
	struct pay_row r;

	for (int turn = watched ? 0 : 1; turn < 2; turn++) {
		enum err e = turn == 0 ? pay_row_get(s, watched, &r) : first_due(s, &r);

		if (e == ERR_NOT_FOUND || (e == ERR_OK && r.next_ms < 0))
			continue;
		if (e != ERR_OK)
			return e;
		int64_t left_ms = due_ms(&r, turn == 0) - now;
		if (left_ms <= 0) {
			take(&r, ret_item, ret_ask);
			return ERR_OK;
		}
		wait_ms = left_ms < wait_ms ? left_ms : wait_ms;
	}
	*ret_wait_ms = (uint32_t)wait_ms;
	return ERR_NOT_FOUND;
}

enum err pay_resume(struct store *s)
{
	return db_run(s, SQL_PAY_RESUME, DB_VALUES(db_num(now_ms(s) + PAY_POLL_MS)));
}

enum err pay_troubles(struct store *s, unsigned max, pay_fn *fn, void *data)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_PAY_TROUBLES, DB_VALUES(db_num(max)), &st);

	for (; e == ERR_OK; e = db_next(s, st)) {
		struct pay_row r;

		e = pay_read_row(st, &r);
		if (e != ERR_OK || !fn(data, &r.item))
			return e;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err pay_purge(struct store *s, int64_t retention_s)
{
	int64_t keep_s = retention_s > PAY_OPEN_S ? retention_s : PAY_OPEN_S;

	return db_run(s, SQL_PAY_PURGE, DB_VALUES(db_num(clock_now_s(s->options.clock) - keep_s)));
}
