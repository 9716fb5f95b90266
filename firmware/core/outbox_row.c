#include "firmware/core/outbox_row.h"

#include <string.h>

static const char *const STATES[OUTBOX_STATES] = {
	[OUTBOX_SEALED] = "sealed",   [OUTBOX_SENDING] = "sending",
	[OUTBOX_SENT] = "sent",       [OUTBOX_ACCEPTED] = "accepted",
	[OUTBOX_REFUSED] = "refused", [OUTBOX_QUARANTINED] = "quarantined",
	[OUTBOX_PURGED] = "purged",
};

const char *outbox_state_name(enum outbox_state state)
{
	return (unsigned)state < OUTBOX_STATES ? STATES[state] : "?";
}

enum outbox_state outbox_state_of(const unsigned char *name)
{
	unsigned i = 0;

	while (i < OUTBOX_STATES && (!name || strcmp(STATES[i], (const char *)name) != 0))
		i++;
	return (enum outbox_state)i;
}

/* By name: numbers of errors change from release to release. */
static enum err error_of(const unsigned char *name)
{
	for (int i = 0; i < ERR_COUNT; i++)
		if (name && strcmp(err_name((enum err)i), (const char *)name) == 0)
			return (enum err)i;
	return ERR_IO;
}

enum err outbox_read_row(struct sqlite3_stmt *st, struct outbox_row *ret_row)
{
	struct outbox_row r = { 0 };
	struct outbox_item *i = &r.item;

	db_copy(st, 0, i->key, sizeof i->key);
	db_copy(st, 1, i->receipt_code, sizeof i->receipt_code);
	db_copy(st, 2, i->procedure, sizeof i->procedure);
	db_copy(st, 3, i->manifest, sizeof i->manifest);
	db_copy(st, 4, i->sha256, sizeof i->sha256);
	i->bytes = (uint64_t)sqlite3_column_int64(st, 5);
	i->state = outbox_state_of(sqlite3_column_text(st, 6));
	i->added_s = sqlite3_column_int64(st, 7);
	i->answered_s = sqlite3_column_int64(st, 8);
	i->due_s = sqlite3_column_int64(st, 9);
	i->tries = (uint32_t)sqlite3_column_int64(st, 10);
	i->last_error = error_of(sqlite3_column_text(st, 11));
	i->last_http = (uint16_t)sqlite3_column_int(st, 12);
	db_copy(st, 13, i->upload, sizeof i->upload);
	db_copy(st, 14, i->dossier_code, sizeof i->dossier_code);
	db_copy(st, 15, i->reason, sizeof i->reason);
	r.next_ms = sqlite3_column_int64(st, 16);
	r.permanent = (uint32_t)sqlite3_column_int64(st, 17);
	db_copy(st, 18, i->supplement, sizeof i->supplement);
	if (sqlite3_errcode(sqlite3_db_handle(st)) == SQLITE_NOMEM)
		return ERR_NO_MEMORY;
	if (i->state == OUTBOX_STATES)
		return ERR_BAD_DATA;
	*ret_row = r;
	return ERR_OK;
}

enum err outbox_row_by(struct store *s, enum statement what, const char *text,
		       struct outbox_row *ret_row)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, what, DB_VALUES(db_text(text)), &st);

	return e == ERR_OK ? outbox_read_row(st, ret_row) : e;
}
