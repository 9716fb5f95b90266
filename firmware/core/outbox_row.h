/* Rows of the outbox table, for the files of the outbox. */
#ifndef CORE_OUTBOX_ROW_H
#define CORE_OUTBOX_ROW_H

#include "firmware/base/err.h"
#include "firmware/core/db.h"
#include "firmware/core/outbox.h"

struct outbox_row {
	struct outbox_item item;
	int64_t next_ms; /* waits until then; in SENDING: the last sign of life */
	uint32_t permanent;
};

/* OUTBOX_STATES: no such name. */
enum outbox_state outbox_state_of(const unsigned char *name);

/* From the columns of ITEM_COLUMNS. ERR_NO_MEMORY, ERR_BAD_DATA. */
enum err outbox_read_row(struct sqlite3_stmt *st, struct outbox_row *ret_row);

/* The first row of a statement with one text parameter. ERR_NOT_FOUND. */
enum err outbox_row_by(struct store *s, enum statement what, const char *text,
		       struct outbox_row *ret_row);

/* The parts of outbox_add() inside its commit; `what` is the audit line. */
enum err outbox_add_rows(struct store *s, const struct package *p, const struct vault *vault,
			 const char *what);

/* Answered, or held back, and now to be sent again under the same key; inside a commit. */
enum err outbox_again_row(struct store *s, const struct outbox_item *item);

#endif
