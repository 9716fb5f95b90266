/* Histories drawn at random: answers and questions are lost, the kiosk ends anywhere, a payer pays
 * late, twice, in parts or never, the province forgets or fails. At the end both sides agree, and
 * no fee was begun twice while one could still be paid. */
#include "firmware/core/pay.h"
#include "tests/unit/core/fixture.h"

#define FEES  4
#define SEEDS 150
#define STEPS 120

static struct fixture f;
static uint32_t seed;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(seed >> 8) * sides) >> 24);
}

/* The province's side: what was begun there, in order. */
static struct begun {
	char key[STORE_KEY_CAP];
	char dossier[8];
	int64_t amount, paid;
	uint32_t times;
	bool closed;
} begun[FEES * STEPS];
static size_t begun_count;
static struct pay_item under_way; /* a START that arrives when everybody has given it up */
static int doubled;               /* begun while another of the same fee was open or paid */

static struct begun *there(const char *key)
{
	for (size_t i = 0; i < begun_count; i++)
		if (strcmp(begun[i].key, key) == 0)
			return &begun[i];
	return NULL;
}

static void begin_there(const struct pay_item *i)
{
	if (there(i->key))
		return;
	for (size_t n = 0; n < begun_count; n++)
		doubled += strcmp(begun[n].dossier, i->dossier) == 0 && !begun[n].closed;
	struct begun *b = &begun[begun_count++];
	*b = (struct begun){ .amount = i->amount_vnd };
	memcpy(b->key, i->key, sizeof b->key);
	snprintf(b->dossier, sizeof b->dossier, "%.7s", i->dossier);
}

static enum err hear_start(struct store *s, const char *key)
{
	static const struct pay_payee PAYEE = { "970422", "0123456789", "KBNN", "LP" };

	return pay_started(s, key, &(struct pay_started){ key, &PAYEE, there(key)->amount, 0 });
}

static enum err hear_poll(struct store *s, const char *key)
{
	const struct begun *b = there(key);
	struct pay_polled a = { .word = PAY_SAYS_UNKNOWN };

	if (b)
		a = (struct pay_polled){ .word = b->paid >= b->amount ? PAY_SAYS_PAID
						 : b->closed          ? PAY_SAYS_FAILED
								      : PAY_SAYS_PENDING,
					 .paid_vnd = b->paid,
					 .transfers = b->times };
	return pay_polled(s, key, &a);
}

/* One question, which may be lost on its way there or back. */
static void ask(struct store *s, uint32_t lost_of_ten)
{
	struct pay_item i;
	enum pay_ask what;
	uint32_t wait_ms;
	enum err e = pay_next(s, NULL, &i, &what, &wait_ms);

	if (e == ERR_NOT_FOUND) {
		f.shift.mono_ms += wait_ms < 3600000 ? wait_ms : 3600000;
		return;
	}
	if (e == ERR_OK && what == PAY_START)
		e = pay_asking(s, i.key);
	bool lost = dice(10) < lost_of_ten, arrived = !lost || dice(2);
	if (e == ERR_OK && what == PAY_START && arrived)
		begin_there(&i);
	else if (e == ERR_OK && what == PAY_START)
		under_way = i;
	if (e == ERR_OK && lost)
		e = pay_unanswered(s, i.key, ERR_OFFLINE, 0);
	else if (e == ERR_OK)
		e = what == PAY_START ? hear_start(s, i.key) : hear_poll(s, i.key);
	if (e != ERR_OK)
		ok(!"asked"), printf("# seed %u: %s\n", seed, err_name(e));
}

/* Whoever pays has seen a code, so it was begun; often enough late or once more. */
static void somebody_pays(void)
{
	if (begun_count == 0)
		return;
	struct begun *b = &begun[dice((uint32_t)begun_count)];
	b->paid += dice(4) ? b->amount : b->amount / 2;
	b->times++;
}

static void somebody_files(struct store *s)
{
	char dossier[8];
	struct pay_item i;
	uint32_t n = dice(FEES);

	snprintf(dossier, sizeof dossier, "D-%u", n);
	enum err e = pay_begin(s, dossier, PAY_AT_RECEPTION, 1000 * (n + 1), &i);
	if (e != ERR_OK)
		ok(!"begun");
}

static struct store *restart(struct store *s)
{
	store_close(s);
	if (store_open(&f.options, &s) != ERR_OK || pay_resume(s) != ERR_OK)
		exit(1);
	return s;
}

/* Late money for what the kiosk looks at no more is for the daily reconciliation; all else it has
 * heard of. */
static int differences(struct store *s)
{
	int wrong = 0;

	for (size_t n = 0; n < begun_count; n++) {
		struct pay_item i;

		if (pay_get(s, begun[n].key, &i) != ERR_OK)
			return 1000;
		bool paid = begun[n].paid >= begun[n].amount;
		wrong += i.paid_vnd != begun[n].paid || (i.state == PAY_PAID) != paid;
		wrong += (begun[n].paid > begun[n].amount) !=
				 ((i.trouble & (PAY_TROUBLE_DOUBLE | PAY_TROUBLE_OVER)) != 0) &&
			 !(i.trouble & PAY_TROUBLE_DOUBLE);
		wrong += i.state < PAY_PAID && begun[n].closed;
	}
	/* only the province's word is a failure */
	for (unsigned n = 0; n < FEES; n++) {
		char dossier[8];
		struct pay_item i;

		snprintf(dossier, sizeof dossier, "D-%u", n);
		if (pay_of(s, dossier, PAY_AT_RECEPTION, &i) == ERR_OK && i.state > PAY_PAID)
			wrong += !there(i.key) || !there(i.key)->closed;
	}
	return wrong;
}

static void history(uint32_t of)
{
	struct store *s = NULL;

	seed = of * 7919 + 1;
	begun_count = 0;
	under_way.key[0] = '\0';
	remove_dir(f.data);
	if (store_open(&f.options, &s) != ERR_OK)
		exit(1);
	for (int step = 0; step < STEPS; step++) {
		uint32_t what = dice(20);

		if (what < 3)
			somebody_files(s);
		else if (what < 5)
			somebody_pays();
		else if (what == 5 && begun_count > 0)
			begun[dice((uint32_t)begun_count)].closed = true;
		else if (what == 6)
			s = restart(s);
		else if (what == 7 && under_way.key[0])
			begin_there(&under_way), under_way.key[0] = '\0';
		else
			ask(s, 3);
	}
	/* the link is good from now on */
	for (int round = 0; round < 4; round++) {
		s = restart(s);
		f.shift.mono_ms += PAY_POLL_MS;
		for (int n = 0; n < 3 * (int)begun_count + 12; n++)
			ask(s, 0);
	}
	if (differences(s) != 0)
		ok(!"both sides agree"), printf("# history %u\n", of);
	store_close(s);
}

int main(void)
{
	size_t most = 0;

	fixture_init(&f);
	for (uint32_t n = 0; n < SEEDS; n++) {
		history(n);
		most = begun_count > most ? begun_count : most;
	}
	eq_int(doubled, 0);
	ok(most > FEES); /* some were begun anew after the province had ended them */
	fixture_finish(&f);
	return tap_done();
}
