/* Fees: one key each, nothing paid is forgotten, nothing pending is called failed. */
#include "firmware/core/audit.h"
#include "firmware/core/counter.h"
#include "firmware/core/pay.h"
#include "tests/unit/core/fixture.h"

#define DOSSIER "000.00.06.H56-261121-0001"

static struct fixture f;
static const struct pay_payee PAYEE = { "970422", "0123456789", "UBND xa Vi Du", "HS 261121 0001" };

static struct pay_started started(int64_t amount_vnd)
{
	return (struct pay_started){ "DVC-1", &PAYEE, amount_vnd, T0 + 900 };
}

static struct pay_polled paid(int64_t vnd, uint32_t transfers)
{
	return (struct pay_polled){ PAY_SAYS_PAID, vnd, T0 + 60, transfers };
}

static const struct pay_polled PENDING = { .word = PAY_SAYS_PENDING };
static const struct pay_polled FAILED = { .word = PAY_SAYS_FAILED };
static const struct pay_polled EXPIRED = { .word = PAY_SAYS_EXPIRED };
static const struct pay_polled UNKNOWN = { .word = PAY_SAYS_UNKNOWN };

static struct pay_item get(struct store *s, const char *key)
{
	struct pay_item i = { .state = PAY_STATES };

	eq_int(pay_get(s, key, &i), ERR_OK);
	return i;
}

/* What is to be asked now: 's', 'p', or '-' for nothing. */
static char next(struct store *s, const char *watched, const char *key)
{
	struct pay_item i;
	enum pay_ask ask;
	uint32_t wait_ms = 0;
	enum err e = pay_next(s, watched, &i, &ask, &wait_ms);

	if (e == ERR_OK && strcmp(i.key, key) == 0)
		return ask == PAY_START ? 's' : 'p';
	return e == ERR_NOT_FOUND && wait_ms > 0 ? '-' : '?';
}

static void later(int64_t ms)
{
	f.shift.mono_ms += ms;
	f.shift.wall_s += ms / 1000;
}

static struct store *fresh(void)
{
	remove_dir(f.data);
	return open_store(&f);
}

/* A fee that the province has started; its key. */
static void begin(struct store *s, char key[STORE_KEY_CAP])
{
	struct pay_item i;
	struct pay_started a = started(8000);

	eq_int(pay_begin(s, DOSSIER, PAY_AT_RECEPTION, 8000, &i), ERR_OK);
	eq_int(pay_asking(s, i.key), ERR_OK);
	eq_int(pay_started(s, i.key, &a), ERR_OK);
	memcpy(key, i.key, sizeof i.key);
}

static void the_usual_way(void)
{
	struct store *s = fresh();
	struct pay_item i, again;
	struct pay_started a = started(8000);
	struct pay_polled all = paid(8000, 1);
	int64_t lines, bad;

	eq_int(pay_of(s, DOSSIER, PAY_AT_RECEPTION, &i), ERR_NOT_FOUND);
	eq_int(pay_begin(s, DOSSIER, PAY_AT_RECEPTION, 8000, &i), ERR_OK);
	ok(strlen(i.key) == 36 && i.state == PAY_MADE && next(s, NULL, i.key) == 's');
	eq_int(pay_begin(s, DOSSIER, PAY_AT_RECEPTION, 8000, &again), ERR_OK);
	eq_str(again.key, i.key); /* pressed twice: one fee */
	eq_int(pay_begin(s, DOSSIER, PAY_AT_RECEPTION, 9000, &again), ERR_DENIED);
	eq_int(pay_asking(s, i.key), ERR_OK);
	eq_int(get(s, i.key).state, PAY_ASKED);
	eq_int(pay_started(s, i.key, &a), ERR_OK);
	i = get(s, i.key);
	eq_int(i.state, PAY_PENDING);
	eq_str(i.reference, "DVC-1");
	eq_str(i.payee.account, "0123456789");
	eq_str(i.payee.purpose, "HS 261121 0001");
	eq_int(i.expires_s, T0 + 900);
	eq_int(pay_polled(s, i.key, &PENDING), ERR_OK);
	eq_int(get(s, i.key).state, PAY_PENDING);
	eq_int(pay_polled(s, i.key, &all), ERR_OK);
	i = get(s, i.key);
	ok(i.state == PAY_PAID && i.paid_vnd == 8000 && i.paid_s == T0 + 60 && i.trouble == 0);
	eq_int(pay_begin(s, DOSSIER, PAY_AT_RECEPTION, 8000, &again), ERR_OK);
	eq_str(again.key, i.key); /* paid is paid */
	eq_int(pay_begin(s, DOSSIER, PAY_AT_RESULT, 5000, &again), ERR_OK);
	ok(strcmp(again.key, i.key) != 0); /* another fee */
	uint64_t n = 0;
	eq_int(counter_get(s, "fee.paid", local_day(T0), &n), ERR_OK);
	eq_int((intmax_t)n, 1);
	eq_int(pay_polled(s, i.key, &all), ERR_OK);
	eq_int(counter_get(s, "fee.paid", local_day(T0), &n), ERR_OK);
	eq_int((intmax_t)n, 1);
	eq_int(audit_verify(s, &lines, &bad), ERR_OK);
	store_close(s);
}

static void wrong_amounts(void)
{
	struct store *s = fresh();
	struct pay_item i;

	eq_int(pay_begin(s, DOSSIER, PAY_AT_RECEPTION, 0, &i), ERR_FIELD_RANGE);
	eq_int(pay_begin(s, DOSSIER, PAY_AT_RECEPTION, -5, &i), ERR_FIELD_RANGE);
	eq_int(pay_begin(s, DOSSIER, PAY_AT_RECEPTION, PAY_MAX_VND + 1, &i), ERR_FIELD_RANGE);
	eq_int(pay_begin(s, "", PAY_AT_RECEPTION, 1, &i), ERR_BAD_DATA);
	eq_int(pay_begin(s, DOSSIER, PAY_AT_RECEPTION, PAY_MAX_VND, &i), ERR_OK);
	eq_int(i.amount_vnd, PAY_MAX_VND);
	store_close(s);
}

/* At every step the program ends; the same key goes on, by asking. */
static void ended_anywhere(void)
{
	struct store *s = fresh();
	struct pay_item i;
	struct pay_started a = started(8000);
	struct pay_polled all = paid(8000, 1);
	const struct pay_polled *const polls[] = { &UNKNOWN, &PENDING, &all };

	eq_int(pay_begin(s, DOSSIER, PAY_AT_RECEPTION, 8000, &i), ERR_OK);
	/* START goes out and never arrives; then its answer is lost, and START again tells the
	 * payee */
	for (int step = 0; step < 6; step++) {
		struct pay_item had;

		store_close(s);
		f.shift.mono_ms -= 5000; /* another boot's clock */
		s = open_store(&f);
		eq_int(pay_resume(s), ERR_OK);
		eq_int(pay_begin(s, DOSSIER, PAY_AT_RECEPTION, 8000, &had), ERR_OK);
		eq_str(had.key, i.key);
		eq_int(next(s, NULL, i.key), step % 2 ? 'p' : 's');
		if (step % 2 == 0)
			eq_int(pay_asking(s, i.key), ERR_OK);
		else
			eq_int(pay_polled(s, i.key, polls[step / 2]), ERR_OK);
		if (step == 4)
			eq_int(pay_started(s, i.key, &a), ERR_OK);
	}
	eq_int(get(s, i.key).state, PAY_PAID);
	store_close(s);
}

static void no_answer_is_no_failure(void)
{
	struct store *s = fresh();
	char key[STORE_KEY_CAP];
	int64_t longest = 0;

	begin(s, key);
	for (int n = 0; n < 40; n++) {
		struct pay_item i;
		enum pay_ask ask;
		uint32_t wait_ms = 0;

		eq_int(pay_unanswered(s, key, n % 2 ? ERR_OFFLINE : ERR_SERVER, 0), ERR_OK);
		eq_int(pay_next(s, key, &i, &ask, &wait_ms), ERR_NOT_FOUND);
		longest = wait_ms > longest ? wait_ms : longest;
		later(wait_ms);
	}
	ok(longest > PAY_CAP_MS / 2 && longest <= PAY_CAP_MS);
	ok(get(s, key).state == PAY_PENDING && get(s, key).tries == 40);
	eq_int(get(s, key).last_error, ERR_OFFLINE);
	eq_int(pay_unanswered(s, key, ERR_SERVER, 1800), ERR_OK); /* Retry-After */
	later(1799000);
	eq_int(next(s, NULL, key), '-');
	later(1000);
	eq_int(next(s, NULL, key), 'p');
	later(30 * 86400 * INT64_C(1000)); /* however long it takes */
	eq_int(pay_polled(s, key, &PENDING), ERR_OK);
	ok(get(s, key).state == PAY_PENDING && get(s, key).tries == 0);
	store_close(s);
}

static void watched_is_asked_more(void)
{
	struct store *s = fresh();
	char key[STORE_KEY_CAP];

	begin(s, key);
	eq_int(next(s, NULL, key), '-');
	eq_int(next(s, key, key), '-');
	later(PAY_WATCHED_MS);
	eq_int(next(s, NULL, key), '-');
	eq_int(next(s, key, key), 'p');
	later(PAY_POLL_MS - PAY_WATCHED_MS);
	eq_int(next(s, NULL, key), 'p');
	/* a START that is always refused slows down */
	struct pay_item i;
	eq_int(pay_begin(s, "other", PAY_AT_RECEPTION, 1000, &i), ERR_OK);
	uint32_t wait_ms = 0;
	for (int n = 0; n < 12; n++) {
		enum pay_ask ask;
		struct pay_item any;

		eq_int(pay_asking(s, i.key), ERR_OK);
		eq_int(pay_unanswered(s, i.key, ERR_SERVER, 0), ERR_OK);
		eq_int(pay_polled(s, key, &PENDING), ERR_OK);
		eq_int(pay_next(s, i.key, &any, &ask, &wait_ms), ERR_NOT_FOUND);
		later(wait_ms);
		eq_int(pay_polled(s, i.key, &UNKNOWN), ERR_OK);
		eq_int(next(s, i.key, i.key), 's');
	}
	/* that is the other one's turn, seen a moment after it was set: this one waits longer */
	ok(wait_ms <= PAY_POLL_MS && wait_ms > PAY_POLL_MS - 1000);
	store_close(s);
}

static void late_money(void)
{
	static const struct pay_polled *const ENDS[] = { &FAILED, &EXPIRED };

	for (int n = 0; n < 2; n++) {
		struct store *s = fresh();
		char key[STORE_KEY_CAP];
		struct pay_item i, second;
		struct pay_polled all = paid(8000, 1);

		begin(s, key);
		eq_int(pay_polled(s, key, ENDS[n]), ERR_OK);
		eq_int(get(s, key).state, n ? PAY_EXPIRED : PAY_FAILED);
		eq_int(pay_begin(s, DOSSIER, PAY_AT_RECEPTION, 8000, &second), ERR_OK);
		ok(strcmp(second.key, key) != 0); /* the province has ended the first one */
		later(PAY_AGAIN_MS);
		eq_int(next(s, key, key), 'p'); /* and is asked about it again */
		eq_int(pay_polled(s, key, &all), ERR_OK);
		i = get(s, key);
		ok(i.state == PAY_PAID && i.trouble == PAY_TROUBLE_LATE);
		eq_int(pay_of(s, DOSSIER, PAY_AT_RECEPTION, &i), ERR_OK);
		eq_str(i.key, key); /* nobody is asked to pay the second one */
		struct pay_started a = started(8000);
		eq_int(pay_asking(s, second.key), ERR_OK);
		eq_int(pay_started(s, second.key, &a), ERR_OK);
		eq_int(pay_polled(s, second.key, &all), ERR_OK); /* it was paid all the same */
		ok(get(s, second.key).trouble == PAY_TROUBLE_DOUBLE);
		store_close(s);
	}
}

static void odd_money(void)
{
	struct store *s = fresh();
	char key[STORE_KEY_CAP];
	struct pay_polled part = paid(3000, 1), rest = paid(8000, 2), twice = paid(16000, 3);
	struct pay_polled empty = { .word = PAY_SAYS_PAID }, odd = { PAY_SAYS_PAID, 5, 0, 0 };
	struct pay_polled lost = { PAY_SAYS_UNKNOWN, 5, 0, 1 }, word = { .word = 9 };

	begin(s, key);
	eq_int(pay_polled(s, key, &part), ERR_OK);
	ok(get(s, key).state == PAY_PENDING && get(s, key).trouble == PAY_TROUBLE_SHORT);
	eq_int(pay_polled(s, key, &rest), ERR_OK); /* in two parts: in order */
	ok(get(s, key).state == PAY_PAID && get(s, key).trouble == 0);
	eq_int(pay_polled(s, key, &twice), ERR_OK);
	ok(get(s, key).state == PAY_PAID && get(s, key).trouble == PAY_TROUBLE_DOUBLE);
	eq_int(pay_polled(s, key, &part), ERR_OK); /* an old answer comes late */
	ok(get(s, key).paid_vnd == 16000 && get(s, key).state == PAY_PAID);
	eq_int(pay_polled(s, key, &PENDING), ERR_OK);
	eq_int(get(s, key).trouble, PAY_TROUBLE_DOUBLE);
	eq_int(pay_polled(s, key, &FAILED), ERR_OK); /* that takes something back */
	eq_int(get(s, key).trouble, PAY_TROUBLE_DOUBLE | PAY_TROUBLE_TAKEN);
	eq_int(get(s, key).state, PAY_PAID);
	eq_int(pay_polled(s, key, &empty), ERR_BAD_DATA);
	eq_int(pay_polled(s, key, &odd), ERR_BAD_DATA);
	eq_int(pay_polled(s, key, &lost), ERR_BAD_DATA);
	eq_int(pay_polled(s, key, &word), ERR_BAD_DATA);
	eq_int(pay_polled(s, "no such key", &PENDING), ERR_NOT_FOUND);
	store_close(s);
	s = fresh();
	struct pay_polled more = paid(9000, 1);
	begin(s, key);
	eq_int(pay_polled(s, key, &more), ERR_OK);
	ok(get(s, key).state == PAY_PAID && get(s, key).trouble == PAY_TROUBLE_OVER);
	store_close(s);
}

static bool count_one(void *data, const struct pay_item *item)
{
	(void)item;
	return ++*(int *)data < 2;
}

static void strange_starts(void)
{
	struct store *s = fresh();
	struct pay_item i;
	struct pay_payee bad = PAYEE;
	struct pay_started a = started(9000), no = started(8000);
	char key[STORE_KEY_CAP];
	int n = 0;

	eq_int(pay_begin(s, "x", PAY_AT_RECEPTION, 8000, &i), ERR_OK);
	eq_int(pay_asking(s, i.key), ERR_OK);
	snprintf(bad.bin, sizeof bad.bin, "97");
	no.payee = &bad;
	eq_int(pay_started(s, i.key, &no), ERR_BAD_DATA);
	no = started(8000);
	no.reference = "";
	eq_int(pay_started(s, i.key, &no), ERR_BAD_DATA);
	eq_int(get(s, i.key).state, PAY_ASKED);
	eq_int(pay_started(s, i.key, &a), ERR_OK);
	eq_int(get(s, i.key).trouble, PAY_TROUBLE_STRANGE);
	begin(s, key);
	a = started(8000);
	a.reference = "DVC-2";
	eq_int(pay_started(s, key, &a), ERR_OK);
	eq_int(get(s, key).trouble, PAY_TROUBLE_STRANGE);
	eq_int(pay_asking(s, key), ERR_DENIED);
	eq_int(pay_troubles(s, 10, count_one, &n), ERR_OK);
	eq_int(n, 2);
	/* a province restored from an old copy has forgotten it: the same key once more */
	eq_int(pay_polled(s, key, &UNKNOWN), ERR_OK);
	ok(get(s, key).state == PAY_MADE && next(s, key, key) == 's');
	store_close(s);
}

static void forgotten_in_the_end(void)
{
	struct store *s = fresh();
	char key[STORE_KEY_CAP];
	struct pay_polled all = paid(8000, 1);
	struct pay_item i;
	int looks = 0;

	begin(s, key);
	for (bool more = true; more && looks < 100; looks++) {
		enum pay_ask ask;
		uint32_t wait_ms = 0;

		eq_int(pay_polled(s, key, &all), ERR_OK);
		eq_int(pay_next(s, key, &i, &ask, &wait_ms), ERR_NOT_FOUND);
		more = wait_ms != UINT32_MAX;
		if (more)
			later(wait_ms);
	}
	ok(looks > 5 && looks < 15); /* three days, ever more rarely */
	eq_int(pay_purge(s, 0), ERR_OK);
	eq_int(pay_get(s, key, &i), ERR_NOT_FOUND);
	begin(s, key);
	eq_int(pay_purge(s, -1), ERR_OK);
	eq_int(pay_get(s, key, &i), ERR_OK); /* open: kept */
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	the_usual_way();
	wrong_amounts();
	ended_anywhere();
	no_answer_is_no_failure();
	watched_is_asked_more();
	late_money();
	odd_money();
	strange_starts();
	forgotten_in_the_end();
	fixture_finish(&f);
	return tap_done();
}
