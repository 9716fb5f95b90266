/* Reconciliation, the storing half: what this side has of a day, and what is done about a day that
 * differs. */
#include "firmware/core/reconcile.h"

#include "firmware/base/auto.h"
#include "firmware/core/db.h"
#include "firmware/core/files.h"
#include "firmware/core/outbox_row.h"
#include "firmware/core/reconcile_row.h"

#include <openssl/evp.h>
#include <string.h>
#include <time.h>

#define ZONE_S    25200 /* UTC+7 */
#define DAY_S     86400
#define MAX_FINDS 1000u /* of a day, that are listed; the rest is counted */

int64_t reconcile_day_of(int64_t time_s)
{
	return (time_s + ZONE_S) / DAY_S;
}

static int64_t begin_of(int64_t day)
{
	return day * DAY_S - ZONE_S;
}

static enum err one_number(struct store *s, enum statement what, int64_t *ret_n)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, what, DB_NOTHING, &st);

	if (e == ERR_OK)
		*ret_n = sqlite3_column_int64(st, 0);
	return e;
}

enum err reconcile_mark(struct store *s, int64_t *ret_mark)
{
	return one_number(s, SQL_RECONCILE_MARK, ret_mark);
}

static enum err append(struct reconcile_keys *k, const char *key)
{
	if (k->count == k->cap) {
		size_t cap = k->cap ? 2 * k->cap : 64;
		void *more = realloc(k->keys, cap * sizeof *k->keys);

		if (!more)
			return ERR_NO_MEMORY;
		k->keys = more;
		k->cap = cap;
	}
	memcpy(k->keys[k->count++], key, STORE_KEY_CAP);
	return ERR_OK;
}

static enum err load_ours(struct store *s, int64_t day, int64_t mark, struct reconcile_keys *k)
{
	AUTO_ROWS *st = NULL;
	char key[STORE_KEY_CAP];
	enum err e = db_first(
		s, SQL_RECONCILE_KEYS,
		DB_VALUES(db_num(begin_of(day)), db_num(begin_of(day + 1)), db_num(mark)), &st);

	while (e == ERR_OK) {
		db_copy(st, 0, key, sizeof key);
		e = append(k, key);
		if (e == ERR_OK)
			e = db_next(s, st);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err digest(const struct reconcile_keys *k, char ret_hex[65])
{
	uint8_t hash[32];
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool good = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1;

	for (size_t i = 0; good && i < k->count; i++)
		good = (i == 0 || EVP_DigestUpdate(md, "\n", 1) == 1) &&
		       EVP_DigestUpdate(md, k->keys[i], STORE_KEY_CAP - 1) == 1;
	good = good && EVP_DigestFinal_ex(md, hash, NULL) == 1;
	EVP_MD_CTX_free(md);
	if (good)
		hex_of(hash, sizeof hash, ret_hex);
	return good ? ERR_OK : ERR_NO_MEMORY;
}

enum err reconcile_ours(struct store *s, int64_t day, int64_t mark, struct reconcile_digest *ret)
{
	struct reconcile_digest d = { .day = day };
	struct reconcile_keys k = { 0 };
	enum err e = load_ours(s, day, mark, &k);

	d.count = (uint32_t)k.count;
	if (e == ERR_OK)
		e = digest(&k, d.sha256);
	free(k.keys);
	if (e == ERR_OK)
		*ret = d;
	return e;
}

enum err reconcile_needed(struct store *s, bool *ret_needed)
{
	int64_t newest = 0;
	enum err e = one_number(s, SQL_RECONCILE_NEWEST, &newest);

	if (e == ERR_OK)
		*ret_needed = newest > 0;
	return e;
}

enum err reconcile_window(struct store *s, uint32_t days, uint32_t *ret_days)
{
	int64_t unseen = 0, newest = 0, far = days;
	enum err e = one_number(s, SQL_RECONCILE_NEWEST, &newest);

	if (e == ERR_OK)
		e = one_number(s, SQL_RECONCILE_UNSEEN, &unseen);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	if (clock_now_s(s->options.clock) > newest)
		newest = clock_now_s(s->options.clock);
	if (unseen > 0 && newest > unseen && (newest - unseen) / DAY_S + 2 > far)
		far = (newest - unseen) / DAY_S + 2;
	*ret_days = far < 1 ? 1 : far > RECONCILE_MAX_DAYS ? RECONCILE_MAX_DAYS : (uint32_t)far;
	return ERR_OK;
}

/* A moment after the last look at this day, whatever the province's clock says: what was met at
 * this look is told apart from what was met before. */
static enum err moment_of(struct store *s, int64_t day, int64_t *time_s)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_DAY_CHECKED, DB_VALUES(db_num(day)), &st);

	if (e == ERR_OK && *time_s <= sqlite3_column_int64(st, 0))
		*time_s = sqlite3_column_int64(st, 0) + 1;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err agree(struct store *s, const struct reconcile_digest *both, int64_t mark,
		      int64_t time_s)
{
	enum err e = moment_of(s, both->day, &time_s);
	struct reconcile_day day = { .day = both->day,
				     .checked_s = time_s,
				     .ours = both->count,
				     .theirs = both->count,
				     .same = true };

	if (e == ERR_OK)
		e = db_run(s, SQL_RECONCILE_SEE_DAY,
			   DB_VALUES(db_num(time_s), db_num(begin_of(both->day)),
				     db_num(begin_of(both->day + 1)), db_num(mark)));
	return e == ERR_OK ? reconcile_note_day(s, &day) : e;
}

enum err reconcile_agreed(struct store *s, const struct reconcile_digest *both, int64_t mark,
			  int64_t time_s)
{
	enum err e = db_begin(s);

	return e == ERR_OK ? db_end(s, agree(s, both, mark, time_s)) : e;
}

/* A finding about a day has the day in place of a key. */
static enum err note_unclear(struct store *s, const struct reconcile_digest *theirs, int64_t mark,
			     int64_t time_s)
{
	struct reconcile_digest ours = { 0 };
	struct reconcile_find f = { .day = theirs->day, .what = FIND_UNCLEAR };
	time_t begin = (time_t)(theirs->day * DAY_S);
	struct tm tm = { 0 };
	enum err e = moment_of(s, theirs->day, &time_s);

	if (e == ERR_OK)
		e = reconcile_ours(s, theirs->day, mark, &ours);
	struct reconcile_day day = { .day = theirs->day,
				     .checked_s = time_s,
				     .ours = ours.count,
				     .theirs = theirs->count,
				     .other = 1 };
	if (!gmtime_r(&begin, &tm) || strftime(f.key, sizeof f.key, "%Y-%m-%d", &tm) == 0)
		return ERR_BAD_DATA;
	f.found_s = time_s;
	if (e == ERR_OK)
		e = reconcile_note_find(s, &f);
	return e == ERR_OK ? reconcile_note_day(s, &day) : e;
}

enum err reconcile_unclear(struct store *s, const struct reconcile_digest *theirs, int64_t mark,
			   int64_t time_s)
{
	enum err e = db_begin(s);

	return e == ERR_OK ? db_end(s, note_unclear(s, theirs, mark, time_s)) : e;
}

void reconcile_check_begin(int64_t day, int64_t mark, struct reconcile_check *check)
{
	reconcile_check_free(check);
	check->day = day;
	check->mark = mark;
}

static bool is_key(const char *key)
{
	for (size_t i = 0; i < STORE_KEY_CAP - 1; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? key[i] != '-' : !key[i] || !strchr("0123456789abcdef", key[i]))
			return false;
	}
	return key[STORE_KEY_CAP - 1] == '\0';
}

enum err reconcile_check_add(struct reconcile_check *check, const char *key)
{
	struct reconcile_keys *k = &check->theirs;

	if (strlen(key) != STORE_KEY_CAP - 1 || !is_key(key) || k->count >= RECONCILE_MAX_KEYS ||
	    (k->count > 0 && strcmp(k->keys[k->count - 1], key) >= 0))
		return ERR_BAD_DATA;
	return append(k, key);
}

static enum err found(struct store *s, struct reconcile_check *c, enum reconcile_kind what,
		      const struct outbox_item *item)
{
	struct reconcile_find f = { .day = c->day, .what = what, .found_s = c->time_s };

	if (what == FIND_AGAIN)
		c->again++;
	else if (++c->other > MAX_FINDS)
		return ERR_OK;
	memcpy(f.key, item->key, sizeof f.key);
	memcpy(f.was, item->dossier_code, sizeof f.was);
	return reconcile_note_find(s, &f);
}

static enum err see(struct store *s, const struct reconcile_check *c, const char *key)
{
	return db_run(s, SQL_RECONCILE_SEE, DB_VALUES(db_num(c->time_s), db_text(key)));
}

/* We have it, the province does not. A refusal is not undone behind the citizen's back: who was
 * told "refused" may have filed anew. It was looked for, so that its package need not stay. */
static enum err missing(struct store *s, struct reconcile_check *c, const char *key)
{
	struct outbox_item item;
	enum err e = outbox_get(s, key, &item);

	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	if (item.state == OUTBOX_PURGED)
		return found(s, c, FIND_PURGED, &item);
	if (item.state == OUTBOX_REFUSED) {
		e = see(s, c, key);
		return e == ERR_OK ? found(s, c, FIND_UNREFUSED, &item) : e;
	}
	if (item.state != OUTBOX_ACCEPTED)
		return ERR_OK; /* on its way again since */
	e = outbox_again_row(s, &item);
	return e == ERR_OK ? found(s, c, FIND_AGAIN, &item) : e;
}

/* The province has it, and of this day we do not. One whose answer is not here yet is no
 * difference. */
static enum err extra(struct store *s, struct reconcile_check *c, const char *key)
{
	struct outbox_item item = { 0 };
	enum err e = outbox_get(s, key, &item);

	if (e == ERR_NOT_FOUND) {
		memcpy(item.key, key, sizeof item.key);
		return found(s, c, FIND_UNKNOWN, &item);
	}
	if (e != ERR_OK || item.state < OUTBOX_ACCEPTED)
		return e;
	if (item.state == OUTBOX_QUARANTINED)
		return found(s, c, FIND_HELD, &item);
	return reconcile_day_of(item.answered_s) == c->day ? ERR_OK
							   : found(s, c, FIND_MOVED, &item);
}

enum err reconcile_check_counted(const struct reconcile_check *check,
				 const struct reconcile_digest *theirs, bool *ret_counted)
{
	char hex[65];
	enum err e = digest(&check->theirs, hex);

	if (e == ERR_OK)
		*ret_counted = check->theirs.count == theirs->count &&
			       (theirs->count == 0 || strcmp(hex, theirs->sha256) == 0);
	return e;
}

static bool is_done(const struct reconcile_check *c)
{
	return c->at_ours == c->ours.count && c->at_theirs == c->theirs.count;
}

static enum err judge(struct store *s, struct reconcile_check *c)
{
	const char *o = c->at_ours < c->ours.count ? c->ours.keys[c->at_ours] : NULL;
	const char *t = c->at_theirs < c->theirs.count ? c->theirs.keys[c->at_theirs] : NULL;
	int order = !o ? 1 : !t ? -1 : strcmp(o, t);

	c->at_ours += order <= 0;
	c->at_theirs += order >= 0;
	return order == 0 ? see(s, c, o) : order < 0 ? missing(s, c, o) : extra(s, c, t);
}

static enum err note(struct store *s, const struct reconcile_check *c)
{
	struct reconcile_day day = { .day = c->day,
				     .checked_s = c->time_s,
				     .ours = (uint32_t)c->ours.count,
				     .theirs = (uint32_t)c->theirs.count,
				     .again = c->again,
				     .other = c->other,
				     .same = c->again == 0 && c->other == 0 };
	return reconcile_note_day(s, &day);
}

static enum err step(struct store *s, struct reconcile_check *c, unsigned most)
{
	enum err e = ERR_OK;

	if (!c->begun) {
		c->ours.count = 0;
		e = load_ours(s, c->day, c->mark, &c->ours);
		if (e == ERR_OK)
			e = moment_of(s, c->day, &c->time_s);
		c->begun = e == ERR_OK;
	}
	for (; e == ERR_OK && most > 0 && !is_done(c); most--)
		e = judge(s, c);
	return e == ERR_OK && is_done(c) ? note(s, c) : e;
}

enum err reconcile_check_step(struct store *s, struct reconcile_check *check, unsigned most)
{
	struct reconcile_check before = *check;
	enum err e = db_begin(s);

	if (e != ERR_OK)
		return e;
	e = db_end(s, step(s, check, most));
	if (e == ERR_OK)
		return is_done(check) ? ERR_OK : ERR_BUSY;
	check->at_ours = before.at_ours; /* nothing of this portion stands */
	check->at_theirs = before.at_theirs;
	check->again = before.again;
	check->other = before.other;
	return e;
}

void reconcile_check_free(struct reconcile_check *check)
{
	free(check->ours.keys);
	free(check->theirs.keys);
	*check = (struct reconcile_check){ 0 };
}
