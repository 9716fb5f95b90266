#include "firmware/core/pay_row.h"

#include <string.h>

static const char *const STATES[PAY_STATES] = {
	[PAY_MADE] = "made", [PAY_ASKED] = "asked",   [PAY_PENDING] = "pending",
	[PAY_PAID] = "paid", [PAY_FAILED] = "failed", [PAY_EXPIRED] = "expired",
};

const char *pay_state_name(enum pay_state state)
{
	return (unsigned)state < PAY_STATES ? STATES[state] : "?";
}

static enum pay_state state_of(const unsigned char *name)
{
	unsigned i = 0;

	while (i < PAY_STATES && (!name || strcmp(STATES[i], (const char *)name) != 0))
		i++;
	return (enum pay_state)i;
}

/* By name: numbers of errors change from release to release. */
static enum err error_of(const unsigned char *name)
{
	for (int i = 0; i < ERR_COUNT; i++)
		if (name && strcmp(err_name((enum err)i), (const char *)name) == 0)
			return (enum err)i;
	return ERR_IO;
}

bool pay_is_open(enum pay_state state)
{
	return state < PAY_PAID;
}

enum err pay_read_row(struct sqlite3_stmt *st, struct pay_row *ret_row)
{
	struct pay_row r = { 0 };
	struct pay_item *i = &r.item;

	db_copy(st, 0, i->key, sizeof i->key);
	db_copy(st, 1, i->dossier, sizeof i->dossier);
	i->when = (enum pay_when)sqlite3_column_int(st, 2);
	i->amount_vnd = sqlite3_column_int64(st, 3);
	i->state = state_of(sqlite3_column_text(st, 4));
	i->made_s = sqlite3_column_int64(st, 5);
	db_copy(st, 6, i->reference, sizeof i->reference);
	db_copy(st, 7, i->payee.bin, sizeof i->payee.bin);
	db_copy(st, 8, i->payee.account, sizeof i->payee.account);
	db_copy(st, 9, i->payee.name, sizeof i->payee.name);
	db_copy(st, 10, i->payee.purpose, sizeof i->payee.purpose);
	i->expires_s = sqlite3_column_int64(st, 11);
	i->paid_vnd = sqlite3_column_int64(st, 12);
	i->paid_s = sqlite3_column_int64(st, 13);
	i->transfers = (uint32_t)sqlite3_column_int64(st, 14);
	i->tries = (uint32_t)sqlite3_column_int64(st, 15);
	i->trouble = (uint32_t)sqlite3_column_int64(st, 16);
	i->last_error = error_of(sqlite3_column_text(st, 17));
	r.next_ms = sqlite3_column_int64(st, 18);
	r.looks = (uint32_t)sqlite3_column_int64(st, 19);
	if (sqlite3_errcode(sqlite3_db_handle(st)) == SQLITE_NOMEM)
		return ERR_NO_MEMORY;
	if (i->state == PAY_STATES)
		return ERR_BAD_DATA;
	*ret_row = r;
	return ERR_OK;
}

enum err pay_row_get(struct store *s, const char *key, struct pay_row *ret_row)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_PAY_GET, DB_VALUES(db_text(key)), &st);

	return e == ERR_OK ? pay_read_row(st, ret_row) : e;
}
