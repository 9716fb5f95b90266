/* A call fails, and the program ends, in the middle of any step of a dossier's way: afterwards the
 * step has happened or it has not, and if it said ERR_OK, it has. */
#include "firmware/core/audit.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

static struct fixture f;

static enum err answer(struct store *s, const char *key)
{
	static char manifest[65];
	memset(manifest, 'a', 64);
	struct outbox_answer a = { .accepted = true,
				   .key = key,
				   .manifest = manifest,
				   .dossier_code = "x-261121-0001",
				   .time_s = T0,
				   .bytes = "signed",
				   .len = 6 };

	return outbox_answered(s, key, &a);
}

static enum err sending(struct store *s, const char *key)
{
	return outbox_sending(s, key);
}

static enum err upload_at(struct store *s, const char *key)
{
	return outbox_upload_at(s, key, "https://example.invalid/1");
}

static enum err sent(struct store *s, const char *key)
{
	return outbox_sent(s, key);
}

static enum err failed(struct store *s, const char *key)
{
	return outbox_failed(
		s, key,
		&(struct outbox_failure){ .why = ERR_SERVER, .http = 503, .retry_after_s = 30 });
}

static enum err refused_often(struct store *s, const char *key)
{
	enum err e = ERR_OK;

	for (unsigned i = 0; i < OUTBOX_MAX_PERMANENT && e == ERR_OK; i++)
		e = outbox_failed(s, key,
				  &(struct outbox_failure){ .why = ERR_SERVER, .http = 422 });
	return e;
}

static enum err sent_again(struct store *s, const char *key)
{
	return outbox_again(s, key);
}

/* The province was restored from a backup, and gives another code. */
static enum err answered_anew(struct store *s, const char *key)
{
	char manifest[65] = { 0 };

	memset(manifest, 'a', 64);
	return outbox_answered(s, key,
			       &(struct outbox_answer){ .accepted = true,
							.key = key,
							.manifest = manifest,
							.dossier_code = "x-261121-0002",
							.time_s = T0 + 90,
							.bytes = "signed",
							.len = 6 });
}

/* It has lost this one, which is judged in one portion. */
static enum err lost(struct store *s, const char *key)
{
	struct reconcile_check c = { 0 };

	(void)key;
	reconcile_check_begin(reconcile_day_of(T0), INT64_MAX, &c);
	c.time_s = T0 + 60;
	enum err e = reconcile_check_step(s, &c, 10);
	reconcile_check_free(&c);
	return e;
}

static enum err seen(struct store *s, const char *key)
{
	(void)key;
	return seen_there(s, T0);
}

static enum err purged(struct store *s, const char *key)
{
	(void)key;
	return outbox_purge(s, -10, NULL);
}

/* What is done before, what is tortured, and the states it may be in after the next start. */
struct step {
	const char *name;
	enum err (*before[3])(struct store *s, const char *key);
	enum err (*step)(struct store *s, const char *key);
	enum outbox_state from, to;
};

static const struct step STEPS[] = {
	{ "sending", { NULL }, sending, OUTBOX_SEALED, OUTBOX_SEALED },
	{ "upload_at", { sending }, upload_at, OUTBOX_SEALED, OUTBOX_SEALED },
	{ "sent", { sending }, sent, OUTBOX_SEALED, OUTBOX_SENT },
	{ "failed", { sending, sent }, failed, OUTBOX_SENT, OUTBOX_SEALED },
	{ "quarantined", { sending }, refused_often, OUTBOX_SEALED, OUTBOX_QUARANTINED },
	{ "answered", { sending, sent }, answer, OUTBOX_SENT, OUTBOX_ACCEPTED },
	{ "again", { sending, answer }, sent_again, OUTBOX_ACCEPTED, OUTBOX_SEALED },
	{ "released", { sending, refused_often }, sent_again, OUTBOX_QUARANTINED, OUTBOX_SEALED },
	{ "lost", { sending, answer }, lost, OUTBOX_ACCEPTED, OUTBOX_SEALED },
	{ "anew", { sending, answer, lost }, answered_anew, OUTBOX_SEALED, OUTBOX_ACCEPTED },
	{ "seen", { sending, answer }, seen, OUTBOX_ACCEPTED, OUTBOX_ACCEPTED },
	{ "purged", { sending, answer, seen }, purged, OUTBOX_ACCEPTED, OUTBOX_PURGED },
};

struct outcome {
	char key[STORE_KEY_CAP];
	enum err result;
	bool fired;
};

static void step_and_die(int fd, const struct step *step, unsigned kind, long at, int code)
{
	struct outcome o = { 0 };
	struct store *s = NULL;

	remove_dir(f.data);
	enum err e = store_open(&f.options, &s);
	if (e == ERR_OK)
		e = file_one(s, o.key);
	for (int i = 0; i < 3 && step->before[i] && e == ERR_OK; i++)
		e = step->before[i](s, o.key);
	if (e != ERR_OK)
		_exit(1);
	faults_set(kind, FAULT_ONCE, at, code);
	o.result = step->step(s, o.key);
	o.fired = faults_fired();
	faults_off();
	_exit(write(fd, &o, sizeof o) != sizeof o);
}

static bool well(const struct step *step, const struct outcome *o)
{
	struct store *s = NULL;
	struct outbox_item item = { 0 };
	char key[STORE_KEY_CAP];
	int fd = -1;

	if (store_open(&f.options, &s) != ERR_OK || outbox_get(s, o->key, &item) != ERR_OK)
		return false;
	bool good = item.state == step->to || (o->result != ERR_OK && item.state == step->from);
	/* only a purge takes the package, and it says so before or after */
	enum err e = outbox_open(s, o->key, &fd);
	good = good && (e == ERR_OK || step->to == OUTBOX_PURGED);
	if (fd >= 0)
		close(fd);
	good = good && !store_report(s)->damaged && store_report(s)->adopted == 0 &&
	       audit_verify(s, NULL, NULL) == ERR_OK && file_one(s, key) == ERR_OK;
	if (!good)
		printf("# %s: %s, now %s\n", step->name, err_name(o->result),
		       outbox_state_name(item.state));
	store_close(s);
	return good;
}

static bool step_with(const struct step *step, unsigned kind, long at, int code)
{
	struct outcome o = { 0 };
	int pipes[2], status;

	if (pipe(pipes) < 0)
		exit(1);
	pid_t pid = fork();
	if (pid == 0)
		step_and_die(pipes[1], step, kind, at, code);
	close(pipes[1]);
	bool good = read(pipes[0], &o, sizeof o) == sizeof o;
	close(pipes[0]);
	waitpid(pid, &status, 0);
	if (!good || !well(step, &o)) {
		ok(!"not as it should be");
		printf("# %s kind=%u at=%ld code=%d\n", step->name, kind, at, code);
	}
	return o.fired;
}

static void torture(unsigned kind, long stride, int code)
{
	for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
		long at = 1;

		while (step_with(&STEPS[i], kind, at, code))
			at += stride;
		ok(at > 1 || kind == FAULT_NAME);
	}
}

int main(void)
{
	fixture_init(&f);
	torture(FAULT_SYNC, 1, EIO);
	torture(FAULT_WRITE, 1, EIO);
	torture(FAULT_WRITE, 2, ENOSPC);
	torture(FAULT_NAME, 1, EIO);
	if (FAULTS_IN_MEMORY)
		torture(FAULT_MEMORY, 2, 0);
	fixture_finish(&f);
	return tap_done();
}
