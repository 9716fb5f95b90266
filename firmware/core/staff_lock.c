#include "firmware/core/staff_lock.h"

#include "firmware/core/db.h"

#include <string.h>

#define BOOT_CAP 40

struct lock {
	int64_t wrong, until_ms;
	char boot[BOOT_CAP];
};

static enum err read_lock(struct store *s, struct lock *ret)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_STAFF_LOCK_GET, DB_NOTHING, &st);

	*ret = (struct lock){ 0 };
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	ret->wrong = sqlite3_column_int64(st, 0);
	db_copy(st, 1, ret->boot, sizeof ret->boot);
	ret->until_ms = sqlite3_column_int64(st, 2);
	return ERR_OK;
}

static enum err write_lock(struct store *s, int64_t wrong, const char *boot)
{
	int64_t until_ms = clock_mono_ms(store_clock(s)) + STAFF_LOCK_MS;

	return db_run(s, SQL_STAFF_LOCK_PUT,
		      DB_VALUES(db_num(wrong), db_text(boot), db_num(until_ms)));
}

enum err staff_lock_open(struct store *s, const char *boot)
{
	struct lock l;
	enum err e = read_lock(s, &l);

	if (e != ERR_OK || l.wrong == 0 || strcmp(l.boot, boot) == 0)
		return e;
	return write_lock(s, l.wrong, boot);
}

static bool is_over(struct store *s, const struct lock *l, const char *boot)
{
	int64_t left_ms = l->until_ms - clock_mono_ms(store_clock(s));

	return strcmp(l->boot, boot) == 0 && left_ms <= 0;
}

enum err staff_lock_take(struct store *s, const char *boot, uint8_t *ret_left)
{
	struct lock l;
	enum err e = read_lock(s, &l);

	if (e == ERR_OK && l.wrong >= STAFF_LOCK_TRIES) {
		if (!is_over(s, &l, boot))
			return ERR_WAIT_PIN;
		l.wrong = 0;
	}
	if (e == ERR_OK)
		e = write_lock(s, l.wrong + 1, boot);
	if (e == ERR_OK)
		*ret_left = (uint8_t)(STAFF_LOCK_TRIES - l.wrong - 1);
	return e;
}

enum err staff_lock_right(struct store *s, const char *boot)
{
	return write_lock(s, 0, boot);
}
