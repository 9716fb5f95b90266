/* The outbox while something is sent: what is next, what came of it, how long to wait. */
#include "firmware/core/outbox.h"

#include "firmware/base/auto.h"
#include "firmware/core/audit.h"
#include "firmware/core/counter.h"
#include "firmware/core/files.h"
#include "firmware/core/outbox_files.h"
#include "firmware/core/outbox_row.h"

#include <string.h>

static int64_t now_ms(const struct store *s)
{
	return clock_mono_ms(s->options.clock);
}

static enum err first_row(struct store *s, enum statement what, struct outbox_row *ret_row)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, what, DB_NOTHING, &st);

	return e == ERR_OK ? outbox_read_row(st, ret_row) : e;
}

static bool waits(const struct outbox_row *r)
{
	return r->item.state == OUTBOX_SEALED || r->item.state == OUTBOX_SENT;
}

static uint32_t until(int64_t then_ms, int64_t now)
{
	int64_t left = then_ms - now;

	return left <= 0 ? 0 : left >= UINT32_MAX ? UINT32_MAX - 1 : (uint32_t)left;
}

/* The citizen who stands there goes first, and need not wait out the failures of others. */
static enum err preferred(struct store *s, const char *prefer, struct outbox_row *ret_row)
{
	enum err e = outbox_row_by(s, SQL_OUTBOX_GET, prefer, ret_row);

	if (e != ERR_OK)
		return e;
	enum pace_who who = ret_row->item.tries > 0 ? PACE_AGAIN : PACE_FIRST;
	if (!waits(ret_row) || ret_row->next_ms > now_ms(s) ||
	    pace_from_ms(&s->pace, who) > now_ms(s))
		return ERR_NOT_FOUND;
	return ERR_OK;
}

enum err outbox_next(struct store *s, const char *prefer, struct outbox_item *ret_item,
		     uint32_t *ret_wait_ms)
{
	struct outbox_row r;
	enum err e = first_row(s, SQL_OUTBOX_ACTIVE, &r);

	if (e == ERR_OK && now_ms(s) - r.next_ms < OUTBOX_LEASE_MS)
		return ERR_BUSY;
	if (e == ERR_OK) {
		*ret_item = r.item;
		return ERR_TIMEOUT;
	}
	if (e == ERR_NOT_FOUND && prefer)
		e = preferred(s, prefer, &r);
	if (e == ERR_OK) {
		*ret_item = r.item;
		return ERR_OK;
	}
	if (e == ERR_NOT_FOUND)
		e = first_row(s, SQL_OUTBOX_DUE, &r);
	if (e != ERR_OK) {
		if (e == ERR_NOT_FOUND)
			*ret_wait_ms = UINT32_MAX;
		return e;
	}
	int64_t from = pace_from_ms(&s->pace, PACE_BACKLOG);
	uint32_t left = until(r.next_ms > from ? r.next_ms : from, now_ms(s));
	if (left > 0) {
		*ret_wait_ms = left;
		return ERR_NOT_FOUND;
	}
	*ret_item = r.item;
	return ERR_OK;
}

static enum err quarantine(struct store *s, const char *key, const struct outbox_failure *f)
{
	enum err e = db_begin(s);

	if (e != ERR_OK)
		return e;
	e = db_change(s, SQL_OUTBOX_FAILED,
		      DB_VALUES(db_text(outbox_state_name(OUTBOX_QUARANTINED)), db_num(0),
				db_num(OUTBOX_MAX_PERMANENT), db_text(err_name(f->why)),
				db_num(f->http), db_text(f->detail ? f->detail : ""),
				db_text(key)));
	if (e == ERR_OK)
		e = audit_add(s, "outbox.quarantined", key, err_name(f->why));
	return db_end(s, e);
}

/* It is never sent as it is; staff see why it is held back. */
static enum err hold_back(struct store *s, const struct outbox_item *item)
{
	if (item->state >= OUTBOX_ACCEPTED)
		return ERR_OK; /* answered, or held back already */
	return quarantine(s, item->key, &(struct outbox_failure){ .why = ERR_DAMAGED });
}

enum err outbox_open(struct store *s, const char *key, int *ret_fd)
{
	struct outbox_item item;
	AUTO_FD fd = -1;
	enum err e = outbox_get(s, key, &item);

	if (e != ERR_OK)
		return e;
	if (item.state == OUTBOX_PURGED)
		return ERR_DENIED;
	e = outbox_file_open(s, &item, &fd);
	if (e == ERR_OK)
		e = outbox_file_check(&item, fd);
	if (e == ERR_OK) {
		*ret_fd = take_fd(&fd);
		return ERR_OK;
	}
	if (e != ERR_DAMAGED)
		return e;
	e = hold_back(s, &item);
	return e == ERR_OK ? ERR_DAMAGED : e;
}

enum err outbox_damaged(struct store *s, const char *key)
{
	struct outbox_item item;
	enum err e = outbox_get(s, key, &item);

	return e == ERR_OK ? hold_back(s, &item) : e;
}

/* The row, when it is on its way: not answered, not quarantined. */
static enum err underway(struct store *s, const char *key, struct outbox_row *ret_row)
{
	enum err e = outbox_row_by(s, SQL_OUTBOX_GET, key, ret_row);

	return e == ERR_OK && ret_row->item.state > OUTBOX_SENT ? ERR_DENIED : e;
}

enum err outbox_sending(struct store *s, const char *key)
{
	struct outbox_row r;
	enum err e = underway(s, key, &r);

	if (e != ERR_OK || r.item.state == OUTBOX_SENDING)
		return e;
	if (first_row(s, SQL_OUTBOX_ACTIVE, &r) == ERR_OK)
		return ERR_DENIED; /* one at a time */
	return db_change(s, SQL_OUTBOX_SENDING, DB_VALUES(db_num(now_ms(s)), db_text(key)));
}

enum err outbox_upload_at(struct store *s, const char *key, const char *upload)
{
	struct outbox_row r;
	enum err e = underway(s, key, &r);

	if (e != ERR_OK)
		return e;
	if (r.item.state != OUTBOX_SENDING || strlen(upload) >= OUTBOX_UPLOAD_CAP)
		return ERR_DENIED;
	return db_change(s, SQL_OUTBOX_UPLOAD,
			 DB_VALUES(db_text(upload), db_num(now_ms(s)), db_text(key)));
}

enum err outbox_sent(struct store *s, const char *key)
{
	struct outbox_row r;
	enum err e = underway(s, key, &r);

	if (e != ERR_OK || r.item.state == OUTBOX_SENT)
		return e;
	if (r.item.state != OUTBOX_SENDING)
		return ERR_DENIED;
	pace_good(&s->pace);
	/* If its answer comes to nothing, it is asked for again. */
	return db_change(s, SQL_OUTBOX_SENT,
			 DB_VALUES(db_num(now_ms(s) + PACE_CAP_MS), db_text(key)));
}

/* Will this very dossier never be taken as it is? Not when the reason is the way, the server's
 * health, our certificate, or a moment. */
static bool is_permanent(uint16_t http)
{
	static const uint16_t PASSING[] = { 401, 403, 407, 408, 409, 421, 423, 425, 426, 429, 460 };

	for (size_t i = 0; i < sizeof PASSING / sizeof *PASSING; i++)
		if (http == PASSING[i])
			return false;
	return http >= 400 && http < 500;
}

static enum err put_off(struct store *s, const struct outbox_row *r, const struct outbox_failure *f)
{
	uint64_t dice[2];
	bool its_own_fault = is_permanent(f->http);
	/* only a person can help a kiosk that is not wanted */
	const char *words = f->why == ERR_DENIED && f->detail ? f->detail : "";
	enum err e = db_random(s, &dice[0], sizeof dice[0]);

	if (e == ERR_OK)
		e = db_random(s, &dice[1], sizeof dice[1]);
	if (e != ERR_OK)
		return e;
	uint32_t pause = pace_pause_ms(r->item.tries, dice[0]);
	e = db_change(s, SQL_OUTBOX_FAILED,
		      DB_VALUES(db_text(outbox_state_name(OUTBOX_SEALED)),
				db_num(now_ms(s) + pace_asked_ms(f->retry_after_s) + pause),
				db_num(r->permanent + its_own_fault), db_text(err_name(f->why)),
				db_num(f->http), db_text(words), db_text(r->item.key)));
	if (e == ERR_OK && !its_own_fault)
		pace_failed(&s->pace, now_ms(s), f->retry_after_s, dice[1]);
	return e;
}

enum err outbox_failed(struct store *s, const char *key, const struct outbox_failure *f)
{
	struct outbox_row r;
	enum err e = underway(s, key, &r);

	if (e != ERR_OK)
		return e;
	if (is_permanent(f->http) && r.permanent + 1 >= OUTBOX_MAX_PERMANENT)
		return quarantine(s, key, f);
	return put_off(s, &r, f);
}

enum err outbox_yield(struct store *s, const char *key)
{
	struct outbox_row r;
	enum err e = underway(s, key, &r);

	if (e != ERR_OK || r.item.state == OUTBOX_SEALED)
		return e;
	return db_change(s, SQL_OUTBOX_YIELD, DB_VALUES(db_text(key)));
}

enum err outbox_link_up(struct store *s, uint32_t spread_ms)
{
	uint64_t dice;
	enum err e = db_random(s, &dice, sizeof dice);

	if (e != ERR_OK)
		return e;
	pace_link_up(&s->pace, now_ms(s), spread_ms, dice);
	return db_run(s, SQL_OUTBOX_LINK_UP, DB_VALUES(db_num(now_ms(s))));
}
