/* Rows of the table of fees, for the files of pay.h. */
#ifndef CORE_PAY_ROW_H
#define CORE_PAY_ROW_H

#include "firmware/base/err.h"
#include "firmware/core/db.h"
#include "firmware/core/pay.h"

struct pay_row {
	struct pay_item item;
	int64_t next_ms; /* asked about then; -1: not any more */
	uint32_t looks;  /* at what is closed */
};

/* From the columns of PAY_COLUMNS. ERR_NO_MEMORY, ERR_BAD_DATA. */
enum err pay_read_row(struct sqlite3_stmt *st, struct pay_row *ret_row);

/* ERR_NOT_FOUND. */
enum err pay_row_get(struct store *s, const char *key, struct pay_row *ret_row);

/* When only the province's word could still change it. */
bool pay_is_open(enum pay_state state);

#endif
