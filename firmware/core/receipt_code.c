#include "firmware/core/receipt_code.h"

#include "firmware/core/counter.h"
#include "firmware/core/day_code.h"
#include "firmware/core/db.h"

_Static_assert(RECEIPT_CODE_CAP == DAY_CODE_CAP, "a code is one of a day");

#define PREFIX "TAM"

enum err receipt_code_next(struct store *s, const char *kiosk, char ret_code[RECEIPT_CODE_CAP])
{
	uint32_t day = local_day(clock_now_s(store_clock(s)));
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_RECEIPT_LAST, DB_VALUES(db_num(day)), &st);

	if (e != ERR_OK)
		return e;
	return day_code_make(PREFIX, kiosk, day, sqlite3_column_int64(st, 0) + 1, ret_code);
}

enum err receipt_code_parse(const char *code, uint32_t *ret_day, uint32_t *ret_seq)
{
	char tidy[DAY_CODE_CAP];

	return day_code_parse(PREFIX, code, tidy, ret_day, ret_seq);
}

bool receipt_code_ok(const char *code)
{
	uint32_t day, seq;

	return receipt_code_parse(code, &day, &seq) == ERR_OK;
}
