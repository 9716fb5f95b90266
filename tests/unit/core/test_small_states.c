/* The small files beside the database, "time" and "audit.head", when calls fail, when the program
 * ends at each of them, and with whatever contents: what was durable stays, nothing wrong is taken
 * for right, and the kiosk serves on. */
#include "firmware/core/audit_head.h"
#include "firmware/core/db.h"
#include "firmware/core/files.h"
#include "firmware/core/trusted_time.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#include <fcntl.h>
#include <sys/wait.h>

#define BOOT      "11111111-1111-1111-1111-111111111111"
#define NEXT_BOOT "22222222-2222-2222-2222-222222222222"
#define DAY_S     86400
#define DIED      99

static const unsigned KINDS[] = { FAULT_SYNC, FAULT_WRITE, FAULT_NAME, FAULT_OPEN };

static struct fixture f;
static int folder;

static int64_t base_s(void)
{
	return trusted_time_built_s() + 10 * DAY_S;
}

static enum err open_time(struct trusted_time *t, struct clock *clock, const char *boot)
{
	*clock = (struct clock){ .shift = &f.shift };
	return trusted_time_open(t, clock, folder, boot);
}

/* The province says two days more than last time. */
static enum err hear(struct trusted_time *t, int days)
{
	int64_t ms = clock_mono_ms(t->clock);

	return trusted_time_reply(t, base_s() + days * DAY_S, ms, ms);
}

/* What a fresh program finds on a machine that does not know the time: the floor. */
static int64_t floor_now(void)
{
	struct trusted_time t;
	struct clock clock;
	const struct clock real = { 0 };

	f.shift.wall_s = 3600 - clock_wall_s(&real);
	eq_int(open_time(&t, &clock, NEXT_BOOT), ERR_OK);
	eq_str(trusted_time_name(trusted_time_state(&t)), "unknown");
	ok(clock_now_s(&clock) >= t.floor_s);
	return t.floor_s;
}

/* True when the fault came. */
static bool time_fails(unsigned kind, enum fault_how how, long at, int days)
{
	struct trusted_time t;
	struct clock clock;
	int64_t was_s = floor_now();
	bool fired;

	faults_set(kind, how, at, EIO);
	enum err opened = open_time(&t, &clock, BOOT), heard = hear(&t, days);
	fired = faults_fired();
	faults_off();
	/* it serves, and by the right time, whatever could be kept */
	if (trusted_time_state(&t) != TIME_KNOWN ||
	    llabs(clock_now_s(&clock) - base_s() - days * DAY_S) > 5)
		ok(!"the time is reckoned");
	int64_t floor_s = floor_now();
	if (heard == ERR_OK && floor_s < base_s() + days * DAY_S - 5)
		ok(!"what was kept is there");
	if (floor_s < was_s)
		ok(!"it never goes back");
	(void)opened;
	return fired;
}

static bool time_dies(unsigned kind, long at, int days)
{
	struct trusted_time t;
	struct clock clock;
	int64_t was_s = floor_now();
	int status = 0;

	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		faults_set(kind, FAULT_KILL, at, 0);
		(void)!open_time(&t, &clock, BOOT);
		_exit(hear(&t, days) == ERR_OK ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	int64_t floor_s = floor_now();
	if (floor_s < was_s)
		ok(!"it never goes back");
	if (WEXITSTATUS(status) == 0 && floor_s < base_s() + days * DAY_S - 5)
		ok(!"what was kept is there");
	return WEXITSTATUS(status) == DIED;
}

static void the_time(void)
{
	struct trusted_time t;
	struct clock clock;
	int days = 1;
	long places = 0;

	eq_int(open_time(&t, &clock, BOOT), ERR_OK);
	eq_int(hear(&t, 0), ERR_OK);
	for (size_t k = 0; k < sizeof KINDS / sizeof *KINDS; k++) {
		for (long at = 1; time_fails(KINDS[k], FAULT_ONCE, at, days++); at++)
			places++;
		for (long at = 1; time_fails(KINDS[k], FAULT_ON, at, days++); at++)
			places++;
		for (long at = 1; time_dies(KINDS[k], at, days++); at++)
			places++;
	}
	printf("# time: %ld places\n", places);
	ok(places > 20);
}

/* Every bit of it flipped, one by one, and every length. */
static void no_bit_of_the_time_is_taken_for_another(void)
{
	struct trusted_time t;
	struct clock clock;
	uint8_t *bytes = NULL;
	size_t len = 0;
	int taken = 0;

	eq_int(files_read(folder, "time", 4096, &bytes, &len), ERR_OK);
	for (size_t bit = 0; bit < 8 * len; bit++) {
		struct iovec part = { bytes, len };

		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		taken += files_replace(folder, "time", &part, 1) != ERR_OK;
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		taken += open_time(&t, &clock, BOOT) != ERR_OK || !t.lost || t.heard;
	}
	for (size_t n = 0; n < len; n++) {
		struct iovec part = { bytes, n };

		taken += files_replace(folder, "time", &part, 1) != ERR_OK;
		taken += open_time(&t, &clock, BOOT) != ERR_OK || !t.lost || t.heard;
	}
	eq_int(taken, 0);
	free(bytes);
}

static void something_else_has_its_name(void)
{
	struct trusted_time t;
	struct clock clock;

	eq_int(unlinkat(folder, "time", 0), 0);
	eq_int(mkdirat(folder, "time", 0700), 0);
	ok(open_time(&t, &clock, BOOT) != ERR_OK); /* said, and gone on from */
	ok(t.lost);
	ok(clock_now_s(&clock) >= trusted_time_built_s());
	ok(hear(&t, 900) != ERR_OK);
	eq_str(trusted_time_name(trusted_time_state(&t)), "known");
	eq_int(unlinkat(folder, "time", AT_REMOVEDIR), 0);
}

/* An older copy of it is no lie that could be seen here; but nothing is called known by it, and the
 * province's next word takes its place. */
static void an_older_copy_knows_nothing(void)
{
	struct trusted_time t;
	struct clock clock;
	uint8_t *old = NULL;
	size_t len = 0;

	eq_int(open_time(&t, &clock, BOOT), ERR_OK);
	eq_int(hear(&t, 1000), ERR_OK);
	eq_int(files_read(folder, "time", 4096, &old, &len), ERR_OK);
	eq_int(hear(&t, 1030), ERR_OK);
	eq_int(files_replace(folder, "time", &(struct iovec){ old, len }, 1), ERR_OK);
	ok(floor_now() >= base_s() + 1000 * DAY_S);
	eq_int(open_time(&t, &clock, NEXT_BOOT), ERR_OK);
	ok(trusted_time_state(&t) != TIME_KNOWN);
	eq_int(hear(&t, 1031), ERR_OK);
	eq_str(trusted_time_name(trusted_time_state(&t)), "known");
	free(old);
}

static struct audit_confirmed confirmed(int64_t seq)
{
	static uint8_t reply[] = "the province's reply, as it came";
	struct audit_confirmed c = { .at.seq = seq, .time_s = T0, .reply = reply, .len = 20 };

	memset(c.at.hash, (int)seq, sizeof c.at.hash);
	memset(c.nonce, 'a', sizeof c.nonce - 1);
	return c;
}

/* Which head is there; 0: none that can be read. */
static int64_t head_now(struct store *s)
{
	struct audit_confirmed c = { 0 };
	int64_t seq = audit_confirmed_get(s, AUDIT_HEAD_FILE, &c) == ERR_OK ? c.at.seq : 0;

	audit_confirmed_finish(&c);
	return seq;
}

static enum err put_head(struct store *s, int64_t seq)
{
	struct audit_confirmed c = confirmed(seq);

	return audit_confirmed_put(s, AUDIT_HEAD_FILE, &c);
}

static bool head_fails(struct store *s, unsigned kind, enum fault_how how, long at, int64_t seq)
{
	faults_set(kind, how, at, EIO);
	enum err e = put_head(s, seq);
	bool fired = faults_fired();
	faults_off();
	int64_t now = head_now(s);
	if (now != seq && now != seq - 1)
		ok(!"the old head, or the new one");
	if (e == ERR_OK && now != seq)
		ok(!"what was kept is there");
	if (kind == FAULT_SYNC && fired && !store_failed(s))
		ok(!"a failed sync is the end of trust in this disk");
	s->failed = false;
	if (put_head(s, seq) != ERR_OK)
		ok(!"it goes on");
	return fired;
}

static bool head_dies(struct store *s, unsigned kind, long at, int64_t seq)
{
	int status = 0;

	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		faults_set(kind, FAULT_KILL, at, 0);
		_exit(put_head(s, seq) == ERR_OK ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	int64_t now = head_now(s);
	if (now != seq && now != seq - 1)
		ok(!"the old head, or the new one");
	if (put_head(s, seq) != ERR_OK)
		ok(!"it goes on");
	return WEXITSTATUS(status) == DIED;
}

static void the_head(void)
{
	struct store *s = open_store(&f);
	int64_t seq = 1;
	long places = 0;

	eq_int(put_head(s, seq++), ERR_OK);
	for (size_t k = 0; k < sizeof KINDS / sizeof *KINDS; k++) {
		for (long at = 1; head_fails(s, KINDS[k], FAULT_ONCE, at, seq++); at++)
			places++;
		for (long at = 1; head_fails(s, KINDS[k], FAULT_ON, at, seq++); at++)
			places++;
		for (long at = 1; head_dies(s, KINDS[k], at, seq++); at++)
			places++;
	}
	printf("# audit.head: %ld places\n", places);
	ok(places > 10);
	store_close(s);
}

static void no_bit_of_the_head_is_taken_for_another(void)
{
	struct store *s = open_store(&f);
	uint8_t *bytes = NULL;
	size_t len = 0;
	int taken = 0;

	ok(head_now(s) > 0);
	eq_int(files_read(folder, AUDIT_HEAD_FILE, 4096, &bytes, &len), ERR_OK);
	for (size_t bit = 0; bit < 8 * len; bit++) {
		struct iovec part = { bytes, len };

		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		taken += files_replace(folder, AUDIT_HEAD_FILE, &part, 1) != ERR_OK;
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		taken += head_now(s) != 0;
	}
	for (size_t n = 0; n < len; n++) {
		struct iovec part = { bytes, n };

		taken += files_replace(folder, AUDIT_HEAD_FILE, &part, 1) != ERR_OK;
		taken += head_now(s) != 0;
	}
	eq_int(taken, 0);
	free(bytes);
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	mkdir(f.data, 0700);
	folder = open(f.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	the_time();
	no_bit_of_the_time_is_taken_for_another();
	something_else_has_its_name();
	an_older_copy_knows_nothing();
	the_head();
	no_bit_of_the_head_is_taken_for_another();
	close(folder);
	fixture_finish(&f);
	return tap_done();
}
