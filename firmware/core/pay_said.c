/* What the province's answers make of a fee. */
#include "firmware/core/audit.h"
#include "firmware/core/counter.h"
#include "firmware/core/pay_row.h"
#include "firmware/core/vietqr.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int64_t now_ms(const struct store *s)
{
	return clock_mono_ms(s->options.clock);
}

/* The line an audit keeps of a change. */
static enum err note(struct store *s, const struct pay_item *i)
{
	char what[24], detail[80];

	snprintf(what, sizeof what, "pay.%s", pay_state_name(i->state));
	snprintf(detail, sizeof detail, "vnd=%" PRId64 " transfers=%u trouble=%u", i->paid_vnd,
		 i->transfers, i->trouble);
	return audit_add(s, what, i->key, detail);
}

static enum err make_code(const struct pay_payee *p, int64_t amount_vnd, char *ret_text, size_t cap)
{
	struct vietqr q = { .bin = p->bin,
			    .account = p->account,
			    .amount_vnd = amount_vnd,
			    .name = p->name,
			    .purpose = p->purpose };

	return vietqr_make(&q, ret_text, cap);
}

enum err pay_code(const struct pay_item *i, char *ret_text, size_t cap)
{
	if (i->state != PAY_PENDING || i->paid_vnd > 0 || i->trouble & PAY_TROUBLE_STRANGE)
		return ERR_DENIED;
	return make_code(&i->payee, i->amount_vnd, ret_text, cap);
}

/* Whether a code can be made of it, in the words the payer's bank will see. */
static bool is_payable(const struct pay_started *a)
{
	char text[VIETQR_CAP];

	return a->reference[0] && strlen(a->reference) < PAY_TEXT_CAP && a->amount_vnd > 0 &&
	       a->expires_s >= 0 && make_code(a->payee, a->amount_vnd, text, sizeof text) == ERR_OK;
}

static enum err keep_start(struct store *s, const struct pay_item *i, const struct pay_started *a)
{
	const struct pay_payee *p = a->payee;
	struct pay_item is = *i;
	enum err e = db_begin(s);

	if (e != ERR_OK)
		return e;
	is.state = PAY_PENDING;
	e = db_change(s, SQL_PAY_STARTED,
		      DB_VALUES(db_text(a->reference), db_text(p->bin), db_text(p->account),
				db_text(p->name), db_text(p->purpose), db_num(a->expires_s),
				db_num(is.trouble), db_num(now_ms(s) + PAY_POLL_MS),
				db_text(i->key)));
	if (e == ERR_OK)
		e = note(s, &is);
	return db_end(s, e);
}

enum err pay_started(struct store *s, const char *key, const struct pay_started *a)
{
	struct pay_row r;
	enum err e = pay_row_get(s, key, &r);

	if (e != ERR_OK)
		return e;
	if (!is_payable(a))
		return ERR_BAD_DATA;
	if (!pay_is_open(r.item.state))
		return ERR_OK; /* an answer that was under way while a later one came */
	if (a->amount_vnd != r.item.amount_vnd ||
	    (r.item.reference[0] && strcmp(r.item.reference, a->reference) != 0))
		r.item.trouble |= PAY_TROUBLE_STRANGE;
	return keep_start(s, &r.item, a);
}

static bool is_sound(const struct pay_polled *a)
{
	if (a->paid_vnd < 0 || a->paid_s < 0 || (a->paid_vnd > 0) != (a->transfers > 0))
		return false;
	switch (a->word) {
	case PAY_SAYS_PAID:
		return a->paid_vnd > 0;
	case PAY_SAYS_UNKNOWN:
		return a->paid_vnd == 0;
	case PAY_SAYS_PENDING:
	case PAY_SAYS_FAILED:
	case PAY_SAYS_EXPIRED:
		return true;
	}
	return false;
}

/* An open row that the province does not know, or whose START was answered to nobody, is started
 * once more by the same key: that gives what the first time gave. */
static enum pay_state open_after(const struct pay_item *i, enum pay_word word)
{
	if (i->paid_vnd >= i->amount_vnd)
		return PAY_PAID;
	switch (word) {
	case PAY_SAYS_UNKNOWN:
		return PAY_MADE;
	case PAY_SAYS_FAILED:
		return PAY_FAILED;
	case PAY_SAYS_EXPIRED:
		return PAY_EXPIRED;
	case PAY_SAYS_PAID: /* a part of it */
	case PAY_SAYS_PENDING:
		break;
	}
	return i->state == PAY_PENDING ? PAY_PENDING : PAY_MADE;
}

/* What came stays come, in whatever order answers tell of it. */
static void take_money(struct pay_item *i, const struct pay_polled *a)
{
	if (a->paid_vnd < i->paid_vnd)
		return;
	i->paid_vnd = a->paid_vnd;
	i->transfers = a->transfers > i->transfers ? a->transfers : i->transfers;
	i->paid_s = a->paid_s;
}

static void judge(struct pay_item *i, enum pay_state was, enum pay_word word, bool others)
{
	bool enough = i->paid_vnd >= i->amount_vnd;

	i->trouble &= ~(uint32_t)PAY_TROUBLE_SHORT;
	if (i->paid_vnd > 0 && !enough)
		i->trouble |= PAY_TROUBLE_SHORT;
	if (i->paid_vnd > i->amount_vnd)
		i->trouble |= i->transfers > 1 ? PAY_TROUBLE_DOUBLE : PAY_TROUBLE_OVER;
	if (i->state == PAY_PAID && others)
		i->trouble |= PAY_TROUBLE_DOUBLE;
	if (i->state == PAY_PAID && (was == PAY_FAILED || was == PAY_EXPIRED))
		i->trouble |= PAY_TROUBLE_LATE;
	if (was == PAY_PAID && word != PAY_SAYS_PAID && word != PAY_SAYS_PENDING)
		i->trouble |= PAY_TROUBLE_TAKEN;
}

static enum err other_paid(struct store *s, const struct pay_item *i, bool *ret_yes)
{
	AUTO_ROWS *st = NULL;
	enum err e =
		db_first(s, SQL_PAY_OTHERS,
			 DB_VALUES(db_text(i->dossier), db_num(i->when), db_text(i->key)), &st);

	if (e == ERR_OK)
		*ret_yes = sqlite3_column_int64(st, 0) > 0;
	return e;
}

/* When to ask again; -1: never. */
static int64_t next_look(struct store *s, struct pay_row *r)
{
	const struct pay_item *i = &r->item;
	uint64_t pause_ms = PAY_AGAIN_MS;

	if (i->state == PAY_MADE)
		return now_ms(s); /* there is something to do at once */
	if (pay_is_open(i->state))
		return now_ms(s) + PAY_POLL_MS;
	if (clock_now_s(s->options.clock) - i->made_s > PAY_OPEN_S)
		return -1;
	for (uint32_t n = r->looks++; n > 0 && pause_ms < PAY_DAY_MS; n--)
		pause_ms *= 2;
	return now_ms(s) + (int64_t)(pause_ms < PAY_DAY_MS ? pause_ms : PAY_DAY_MS);
}

static enum err keep(struct store *s, struct pay_row *r, const struct pay_item *was)
{
	const struct pay_item *i = &r->item;
	bool changed = i->state != was->state || i->trouble != was->trouble ||
		       i->paid_vnd != was->paid_vnd;
	int64_t next_ms = next_look(s, r);
	enum err e = db_begin(s);

	if (e != ERR_OK)
		return e;
	e = db_change(s, SQL_PAY_SAID,
		      DB_VALUES(db_text(pay_state_name(i->state)), db_num(i->paid_vnd),
				db_num(i->paid_s), db_num(i->transfers), db_num(i->trouble),
				db_num(next_ms), db_num(r->looks), db_num(i->tries),
				db_text(i->key)));
	if (e == ERR_OK && changed)
		e = note(s, i);
	if (e == ERR_OK && i->state == PAY_PAID && was->state != PAY_PAID)
		e = counter_add(s, "fee.paid", "");
	return db_end(s, e);
}

enum err pay_polled(struct store *s, const char *key, const struct pay_polled *a)
{
	struct pay_row r;
	bool others = false;
	enum err e = pay_row_get(s, key, &r);

	if (e == ERR_OK && !is_sound(a))
		e = ERR_BAD_DATA;
	if (e == ERR_OK)
		e = other_paid(s, &r.item, &others);
	if (e != ERR_OK)
		return e;
	const struct pay_item was = r.item;
	take_money(&r.item, a);
	if (a->word !=
	    PAY_SAYS_UNKNOWN) /* else a START that is always refused would never slow down */
		r.item.tries = 0;
	if (pay_is_open(was.state))
		r.item.state = open_after(&r.item, a->word);
	else if (r.item.paid_vnd >= r.item.amount_vnd)
		r.item.state = PAY_PAID;
	if (was.state < PAY_PAID && r.item.state != was.state)
		r.looks = 0;
	judge(&r.item, was.state, a->word, others);
	return keep(s, &r, &was);
}

enum err pay_unanswered(struct store *s, const char *key, enum err why, uint32_t retry_after_s)
{
	struct pay_row r;
	uint32_t random, pause_ms = PAY_WATCHED_MS;
	enum err e = pay_row_get(s, key, &r);

	if (e == ERR_OK)
		e = db_random(s, &random, sizeof random);
	if (e != ERR_OK)
		return e;
	if (r.next_ms < 0)
		return ERR_OK;
	for (uint32_t n = r.item.tries; n > 0 && pause_ms < PAY_CAP_MS; n--)
		pause_ms *= 2;
	pause_ms = pause_ms < PAY_CAP_MS ? pause_ms : PAY_CAP_MS;
	/* between half and the whole of it: kiosks do not ask in step */
	int64_t wait_ms = pause_ms / 2 + random % (pause_ms / 2 + 1);
	int64_t asked_ms = (int64_t)(retry_after_s < 3600 ? retry_after_s : 3600) * 1000;
	return db_change(s, SQL_PAY_UNANSWERED,
			 DB_VALUES(db_text(err_name(why)),
				   db_num(now_ms(s) + (wait_ms > asked_ms ? wait_ms : asked_ms)),
				   db_text(key)));
}
