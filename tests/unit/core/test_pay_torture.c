/* A call fails, or the program ends, in the middle of any step of a fee: afterwards the step has
 * happened or it has not, the key is the same, and it can go on. */
#include "firmware/core/audit.h"
#include "firmware/core/pay.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#define DOSSIER "000.00.06.H56-261121-0001"

static struct fixture f;

static enum err begun(struct store *s, const char *key)
{
	struct pay_item i;

	(void)key;
	return pay_begin(s, DOSSIER, PAY_AT_RECEPTION, 8000, &i);
}

static enum err asking(struct store *s, const char *key)
{
	return pay_asking(s, key);
}

static enum err started(struct store *s, const char *key)
{
	static const struct pay_payee PAYEE = { "970422", "0123456789", "UBND", "HS 1" };

	return pay_started(s, key, &(struct pay_started){ "DVC-1", &PAYEE, 8000, 0 });
}

static enum err said(struct store *s, const char *key, enum pay_word word)
{
	bool paid = word == PAY_SAYS_PAID;

	return pay_polled(s, key, &(struct pay_polled){ word, paid ? 8000 : 0, 0, paid });
}

static enum err paid(struct store *s, const char *key)
{
	return said(s, key, PAY_SAYS_PAID);
}

static enum err unknown(struct store *s, const char *key)
{
	return said(s, key, PAY_SAYS_UNKNOWN);
}

static enum err expired(struct store *s, const char *key)
{
	return said(s, key, PAY_SAYS_EXPIRED);
}

static enum err unanswered(struct store *s, const char *key)
{
	return pay_unanswered(s, key, ERR_OFFLINE, 0);
}

static enum err resumed(struct store *s, const char *key)
{
	(void)key;
	return pay_resume(s);
}

struct step {
	enum err (*before[3])(struct store *s, const char *key);
	enum err (*step)(struct store *s, const char *key);
	enum pay_state from, to;
};

static const struct step STEPS[] = {
	{ { NULL }, begun, PAY_STATES, PAY_MADE },
	{ { begun }, asking, PAY_MADE, PAY_ASKED },
	{ { begun, asking }, started, PAY_ASKED, PAY_PENDING },
	{ { begun, asking }, unknown, PAY_ASKED, PAY_MADE },
	{ { begun, asking, started }, paid, PAY_PENDING, PAY_PAID },
	{ { begun, asking, started }, expired, PAY_PENDING, PAY_EXPIRED },
	{ { begun, asking, started }, unanswered, PAY_PENDING, PAY_PENDING },
	{ { begun, asking, paid }, paid, PAY_PAID, PAY_PAID },
	{ { begun, asking, expired }, paid, PAY_EXPIRED, PAY_PAID },
	{ { begun, asking, started }, resumed, PAY_PENDING, PAY_PENDING },
};

struct outcome {
	char key[STORE_KEY_CAP];
	enum err result;
	bool fired;
};

static enum err key_now(struct store *s, char ret_key[STORE_KEY_CAP])
{
	struct pay_item i;
	enum err e = pay_of(s, DOSSIER, PAY_AT_RECEPTION, &i);

	if (e == ERR_OK)
		memcpy(ret_key, i.key, sizeof i.key);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The outcome of a killed step is told before it, and is "it may be either". */
static void step_and_die(int fd, const struct step *step, unsigned kind, enum fault_how how,
			 long at)
{
	struct outcome o = { .result = ERR_CANCELLED };
	struct store *s = NULL;

	remove_dir(f.data);
	enum err e = store_open(&f.options, &s);
	for (int i = 0; i < 3 && step->before[i] && e == ERR_OK; i++) {
		e = step->before[i](s, o.key);
		if (e == ERR_OK)
			e = key_now(s, o.key);
	}
	if (e != ERR_OK)
		_exit(1);
	if (how == FAULT_KILL && syscall(SYS_write, fd, &o, sizeof o) != sizeof o)
		_exit(1);
	faults_set(kind, how, at, EIO);
	o.result = step->step(s, o.key);
	o.fired = faults_fired();
	faults_off();
	if (how == FAULT_KILL)
		_exit(0);
	_exit(write(fd, &o, sizeof o) != sizeof o);
}

static bool well(const struct step *step, const struct outcome *o)
{
	struct store *s = NULL;
	struct pay_item i = { .state = PAY_STATES }, again;
	enum pay_ask ask;
	uint32_t wait_ms;

	if (store_open(&f.options, &s) != ERR_OK)
		return false;
	enum err e = pay_of(s, DOSSIER, PAY_AT_RECEPTION, &i);
	bool good = e == ERR_OK || (e == ERR_NOT_FOUND && step->from == PAY_STATES);

	good = good && (i.state == step->to || (o->result != ERR_OK && i.state == step->from));
	good = good && (!o->key[0] || strcmp(i.key, o->key) == 0) && !store_report(s)->damaged &&
	       audit_verify(s, NULL, NULL) == ERR_OK && pay_resume(s) == ERR_OK;
	/* it goes on: what is open is asked about at once, and by the same key */
	if (good && i.state < PAY_PAID)
		good = pay_next(s, NULL, &again, &ask, &wait_ms) == ERR_OK &&
		       strcmp(again.key, i.key) == 0 &&
		       ask == (i.state == PAY_MADE ? PAY_START : PAY_POLL);
	if (good && i.state <= PAY_PAID)
		good = pay_begin(s, DOSSIER, PAY_AT_RECEPTION, 8000, &again) == ERR_OK &&
		       strcmp(again.key, i.key) == 0;
	if (!good)
		printf("# %s, now %s\n", err_name(o->result), pay_state_name(i.state));
	store_close(s);
	return good;
}

static bool step_with(size_t n, unsigned kind, enum fault_how how, long at)
{
	struct outcome o = { 0 };
	int pipes[2], status = 0;

	if (pipe(pipes) < 0)
		exit(1);
	pid_t pid = fork();
	if (pid == 0)
		step_and_die(pipes[1], &STEPS[n], kind, how, at);
	close(pipes[1]);
	bool good = read(pipes[0], &o, sizeof o) == sizeof o;
	close(pipes[0]);
	waitpid(pid, &status, 0);
	if (how == FAULT_KILL)
		o.fired = WIFEXITED(status) && WEXITSTATUS(status) == 99;
	if (!good || !well(&STEPS[n], &o)) {
		ok(!"not as it should be");
		printf("# step=%zu kind=%u how=%d at=%ld\n", n, kind, (int)how, at);
	}
	return o.fired;
}

static void torture(unsigned kind, enum fault_how how)
{
	int fired = 0;

	for (size_t n = 0; n < sizeof STEPS / sizeof *STEPS; n++) {
		long at = 1;

		while (step_with(n, kind, how, at))
			at++, fired++;
	}
	printf("# %d faults of kind %u\n", fired, kind);
	ok(fired >= (int)(sizeof STEPS / sizeof *STEPS));
}

int main(void)
{
	fixture_init(&f);
	torture(FAULT_SYNC, FAULT_ONCE);
	torture(FAULT_WRITE, FAULT_ONCE);
	torture(FAULT_DISK, FAULT_KILL);
	if (FAULTS_IN_MEMORY)
		torture(FAULT_MEMORY, FAULT_ONCE);
	fixture_finish(&f);
	return tap_done();
}
