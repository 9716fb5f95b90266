#include "firmware/core/copy_book.h"

#include "firmware/core/counter.h"
#include "firmware/core/day_code.h"
#include "firmware/core/db.h"

#include <stdio.h>
#include <string.h>

_Static_assert(COPY_NUMBER_CAP == DAY_CODE_CAP, "a number is a code of the day");

#define PREFIX "BS" /* bản sao */

static const char *const STATES[] = { "given", "made", "dropped" };

const char *copy_entry_state_name(enum copy_entry_state s)
{
	return STATES[s <= ENTRY_DROPPED ? s : ENTRY_DROPPED];
}

static enum err next_number(struct store *s, const char *kiosk, uint32_t day, int64_t *ret_seq,
			    char ret_number[COPY_NUMBER_CAP])
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_COPY_LAST, DB_VALUES(db_num(day)), &st);

	if (e != ERR_OK)
		return e;
	*ret_seq = sqlite3_column_int64(st, 0) + 1;
	return day_code_make(PREFIX, kiosk, day, *ret_seq, ret_number);
}

enum err copy_book_give(struct store *s, const char *kiosk, const char *dossier, const char *paper,
			char ret_number[COPY_NUMBER_CAP])
{
	int64_t now_s = clock_now_s(store_clock(s)), seq;
	uint32_t day = local_day(now_s);
	char number[COPY_NUMBER_CAP];
	enum err e = next_number(s, kiosk, day, &seq, number);

	if (e == ERR_OK)
		e = db_run(s, SQL_COPY_GIVE,
			   DB_VALUES(db_num(day), db_num(seq), db_text(number), db_num(now_s),
				     db_text(dossier), db_text(paper)));
	if (e == ERR_OK)
		memcpy(ret_number, number, sizeof number);
	return e;
}

enum err copy_book_made(struct store *s, const struct copy_entry *e)
{
	return db_change(s, SQL_COPY_MADE,
			 DB_VALUES(db_num(e->at_s), db_num(e->pages),
				   db_bytes(e->digest, sizeof e->digest), db_text(e->hint),
				   db_text(e->number)));
}

enum err copy_book_dropped(struct store *s, const char *number)
{
	return db_change(s, SQL_COPY_DROPPED, DB_VALUES(db_text(number)));
}

static void read_entry(struct sqlite3_stmt *st, struct copy_entry *ret)
{
	char state[16];
	const void *digest = sqlite3_column_blob(st, 6);

	*ret = (struct copy_entry){ 0 };
	db_copy(st, 0, ret->number, sizeof ret->number);
	db_copy(st, 1, state, sizeof state);
	while (ret->state < ENTRY_DROPPED && strcmp(state, STATES[ret->state]) != 0)
		ret->state++;
	ret->at_s = sqlite3_column_int64(st, 2);
	db_copy(st, 3, ret->dossier, sizeof ret->dossier);
	db_copy(st, 4, ret->paper, sizeof ret->paper);
	ret->pages = (uint16_t)sqlite3_column_int64(st, 5);
	if (digest && sqlite3_column_bytes(st, 6) == COPY_DIGEST)
		memcpy(ret->digest, digest, COPY_DIGEST);
	db_copy(st, 7, ret->hint, sizeof ret->hint);
}

enum err copy_book_find(struct store *s, const char *number, struct copy_entry *ret)
{
	AUTO_ROWS *st = NULL;
	char tidy[COPY_NUMBER_CAP];
	uint32_t day, seq;
	enum err e = day_code_parse(PREFIX, number, tidy, &day, &seq);

	if (e == ERR_OK)
		e = db_first(s, SQL_COPY_FIND, DB_VALUES(db_text(tidy)), &st);
	if (e == ERR_OK)
		read_entry(st, ret);
	return e;
}

enum err copy_book_leap(struct sqlite3 *db, uint32_t day)
{
	char sql[400];

	(void)snprintf(sql, sizeof sql,
		       "INSERT INTO copy (day, seq, number, state, at_s, dossier, paper)"
		       " SELECT %u, coalesce(max(seq), 0) + 1000, 'BS-' || %u || '-' ||"
		       " (coalesce(max(seq), 0) + 1000), 'dropped', 0, '', ''"
		       " FROM copy WHERE day = %u",
		       day, day, day);
	return db_err(sqlite3_exec(db, sql, NULL, NULL, NULL));
}
