/* The time as the kiosk reckons it, against clocks that were never set or are moved. */
#include "firmware/core/trusted_time.h"

#include "firmware/core/files.h"
#include "tests/unit/core/fixture.h"

#include <fcntl.h>

#define BOOT_A "11111111-1111-1111-1111-111111111111"
#define BOOT_B "22222222-2222-2222-2222-222222222222"
#define DAY_S  86400
#define Y2038  2147483648

struct bench {
	struct fixture f;
	struct clock clock;
	struct trusted_time t;
	int dir;
	int64_t today_s; /* in truth, at the beginning */
};

static void set_wall(struct bench *b, int64_t wall_s)
{
	const struct clock real = { 0 };

	b->f.shift.wall_s = wall_s - clock_wall_s(&real);
}

static void boot(struct bench *b, const char *name)
{
	b->clock = (struct clock){ .shift = &b->f.shift };
	eq_int(trusted_time_open(&b->t, &b->clock, b->dir, name), ERR_OK);
}

static void begin(struct bench *b, int64_t wall_s)
{
	fixture_init(&b->f);
	b->dir = open(b->f.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok(b->dir >= 0);
	b->today_s = trusted_time_built_s() + 10 * DAY_S;
	set_wall(b, wall_s ? wall_s : b->today_s);
	boot(b, BOOT_A);
}

static void finish(struct bench *b)
{
	close(b->dir);
	fixture_finish(&b->f);
}

static void pass(struct bench *b, int64_t s)
{
	b->f.shift.mono_ms += s * 1000;
	b->f.shift.wall_s += s;
}

static int64_t now(const struct bench *b)
{
	return clock_now_s(&b->clock);
}

static bool near(int64_t a, int64_t b)
{
	return a - b <= 3 && b - a <= 3;
}

static void says(struct bench *b, int64_t time_s, int64_t rtt_ms)
{
	int64_t got_ms = clock_mono_ms(&b->clock);

	eq_int(trusted_time_reply(&b->t, time_s, got_ms - rtt_ms, got_ms), ERR_OK);
}

static void state_is(struct bench *b, const char *name)
{
	eq_str(trusted_time_name(trusted_time_state(&b->t)), name);
}

/* Nobody has contradicted it: believed, but nobody vouches for it. */
static void plain(void)
{
	struct bench b;

	begin(&b, 0);
	state_is(&b, "about");
	eq_str(trusted_time_source(&b.t), "rtc");
	ok(near(now(&b), b.today_s));
	eq_int(trusted_time_slack_s(&b.t), -1);
	finish(&b);
}

/* 1970 and 2038 are no times: the floor is what is left, and it goes on from there. */
static void never_set(int64_t wall_s)
{
	struct bench b;

	begin(&b, wall_s);
	state_is(&b, "unknown");
	eq_str(trusted_time_source(&b.t), "unknown");
	ok(near(now(&b), trusted_time_built_s()));
	pass(&b, DAY_S);
	ok(near(now(&b), trusted_time_built_s() + DAY_S));
	set_wall(&b, b.today_s); /* whoever keeps the machine's time has set it */
	eq_int(trusted_time_look(&b.t), ERR_OK);
	state_is(&b, "about");
	ok(near(now(&b), b.today_s));
	finish(&b);
}

static void reply_ends_doubt(void)
{
	struct bench b;

	begin(&b, 3600);
	says(&b, b.today_s, 400);
	state_is(&b, "known");
	ok(near(now(&b), b.today_s));
	ok(trusted_time_off_s(&b.t) < -DAY_S);
	pass(&b, 6 * 3600);
	state_is(&b, "known");
	ok(near(now(&b), b.today_s + 6 * 3600));
	pass(&b, 30 * DAY_S);
	state_is(&b, "about"); /* drift */
	eq_str(trusted_time_source(&b.t), "monotonic");
	ok(trusted_time_slack_s(&b.t) > 300 && trusted_time_slack_s(&b.t) < 900);
	finish(&b);
}

/* A clock that is moved while the program runs, and over its restart: nothing moves. */
static void jumps(bool heard, int64_t by_s)
{
	struct bench b;

	begin(&b, 0);
	if (heard)
		says(&b, b.today_s, 100);
	b.f.shift.wall_s += by_s;
	ok(near(now(&b), b.today_s));
	state_is(&b, heard ? "known" : "unknown");
	ok(near(trusted_time_off_s(&b.t), by_s));
	eq_int(trusted_time_look(&b.t), ERR_OK);
	ok(near(now(&b), b.today_s));
	pass(&b, 100);
	boot(&b, BOOT_A);
	ok(near(now(&b), b.today_s + 100));
	state_is(&b, heard ? "known" : "unknown");
	finish(&b);
}

/* The clock stood still or was lost while the power was off. */
static void another_boot(void)
{
	struct bench b;

	begin(&b, 0);
	pass(&b, 5 * DAY_S);
	says(&b, b.today_s + 5 * DAY_S, 100);
	set_wall(&b, b.today_s); /* before what is known */
	boot(&b, BOOT_B);
	state_is(&b, "unknown");
	ok(near(now(&b), b.today_s + 5 * DAY_S));
	set_wall(&b, b.today_s + 6 * DAY_S);
	boot(&b, "33333333-3333-3333-3333-333333333333");
	state_is(&b, "about");
	ok(near(now(&b), b.today_s + 6 * DAY_S));
	set_wall(&b, b.today_s + 6 * DAY_S + TIME_AHEAD_MAX_S + DAY_S);
	boot(&b, BOOT_A);
	state_is(&b, "unknown");
	finish(&b);
}

/* The floor follows a clock that is believed, without anybody's word; a cut costs hours of it. */
static void floor_is_kept(void)
{
	struct bench b;

	begin(&b, 0);
	for (int i = 0; i < 24; i++) {
		pass(&b, 3600);
		eq_int(trusted_time_look(&b.t), ERR_OK);
	}
	set_wall(&b, 0);
	boot(&b, BOOT_B);
	state_is(&b, "unknown");
	ok(now(&b) > b.today_s + DAY_S - 5 * 3600 && now(&b) < b.today_s + DAY_S + 5);
	finish(&b);
}

/* An answer may be old: it only says that it is later. */
static void answers(void)
{
	struct bench b;

	begin(&b, 3600);
	eq_int(trusted_time_later(&b.t, b.today_s - DAY_S), ERR_OK);
	state_is(&b, "unknown");
	ok(near(now(&b), b.today_s - DAY_S));
	eq_int(trusted_time_later(&b.t, b.today_s - 5 * DAY_S), ERR_OK);
	ok(near(now(&b), b.today_s - DAY_S));
	says(&b, b.today_s, 100);
	eq_int(trusted_time_later(&b.t, b.today_s + 900 * DAY_S), ERR_OK);
	ok(near(now(&b), b.today_s));
	finish(&b);
}

/* A floor that a wrong clock drove ahead is taken back by the province; a province without a clock
 * is not believed. */
static void province_judges(void)
{
	struct bench b;

	begin(&b, 0);
	set_wall(&b, b.today_s + 100 * DAY_S);
	boot(&b, BOOT_B);
	ok(near(now(&b), b.today_s + 100 * DAY_S));
	says(&b, b.today_s, 100);
	ok(near(now(&b), b.today_s));
	ok(near(b.t.floor_s, b.today_s));
	says(&b, 86400, 100);
	ok(near(now(&b), b.today_s));
	finish(&b);
}

/* A slow reply does not spoil what a quick one said, but a reply that says another time counts. */
static void round_trips(void)
{
	struct bench b;

	begin(&b, 3600);
	says(&b, b.today_s, 60000);
	state_is(&b, "about");
	eq_int(trusted_time_slack_s(&b.t), 31);
	ok(near(now(&b), b.today_s + 30));
	says(&b, b.today_s + 30, 200);
	state_is(&b, "known");
	ok(near(now(&b), b.today_s + 30));
	says(&b, b.today_s + 10, 60000);
	eq_int(trusted_time_slack_s(&b.t), 1);
	ok(near(now(&b), b.today_s + 30));
	says(&b, b.today_s + 3600, 60000);
	ok(near(now(&b), b.today_s + 3630));
	finish(&b);
}

/* Certificates of the province: when nobody knows, an ended one is taken in no case. */
static void judging(void)
{
	struct bench b;

	begin(&b, 0);
	ok(near(trusted_time_judge_s(&b.t), b.today_s));
	b.f.shift.wall_s += 40 * DAY_S;
	ok(near(trusted_time_judge_s(&b.t), b.today_s + 40 * DAY_S));
	b.f.shift.wall_s -= 80 * DAY_S;
	ok(near(trusted_time_judge_s(&b.t), b.today_s));
	says(&b, b.today_s, 100);
	b.f.shift.wall_s += 80 * DAY_S;
	ok(near(trusted_time_judge_s(&b.t), b.today_s));
	finish(&b);
}

/* The monotonic clock begins anew with the machine; the floor does not. */
static void floor_outlives_the_machine(void)
{
	struct bench b;

	begin(&b, 0);
	pass(&b, 30 * DAY_S);
	says(&b, b.today_s + 30 * DAY_S, 100);
	b.f.shift.mono_ms -= 30 * (int64_t)DAY_S * 1000;
	set_wall(&b, 3600);
	boot(&b, BOOT_B);
	ok(!b.t.lost);
	state_is(&b, "unknown");
	ok(now(&b) >= b.today_s + 30 * DAY_S);
	finish(&b);
}

static void damaged(const char *text)
{
	struct bench b;
	struct iovec part = { (void *)(uintptr_t)text, strlen(text) };

	begin(&b, 0);
	ok(!b.t.lost);
	eq_int(files_replace(b.dir, "time", &part, 1), ERR_OK);
	boot(&b, BOOT_A);
	ok(b.t.lost);
	state_is(&b, "about");
	ok(near(now(&b), b.today_s));
	finish(&b);
}

int main(void)
{
	plain();
	never_set(3600);
	never_set(Y2038);
	reply_ends_doubt();
	for (int heard = 0; heard < 2; heard++) {
		jumps(heard, -40 * 365 * (int64_t)DAY_S);
		jumps(heard, 12 * 365 * (int64_t)DAY_S);
		jumps(heard, 3 * DAY_S);
		jumps(heard, -3 * DAY_S);
	}
	another_boot();
	floor_is_kept();
	answers();
	province_judges();
	round_trips();
	judging();
	floor_outlives_the_machine();
	damaged("");
	damaged("9 9 9\n");
	damaged("99999999999999999999 1 1 1 1 0 " BOOT_A "\n");
	damaged("1 1 1 -5 1 0 " BOOT_A "\n");
	return tap_done();
}
