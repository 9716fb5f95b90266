/* When a kiosk may send again. */
#include "firmware/core/pace.h"
#include "tests/tap.h"

static void pauses_are_even_up_to_a_limit_that_doubles(void)
{
	static const uint32_t LIMIT_S[] = { 2, 4, 8, 16, 32, 64, 128, 256, 300, 300 };

	for (uint32_t i = 0; i < sizeof LIMIT_S / sizeof *LIMIT_S; i++) {
		eq_int(pace_pause_ms(i + 1, 0), 0);
		eq_int(pace_pause_ms(i + 1, LIMIT_S[i] * 1000 - 1), LIMIT_S[i] * 1000 - 1);
		eq_int(pace_pause_ms(i + 1, LIMIT_S[i] * 1000), 0);
	}
	eq_int(pace_pause_ms(UINT32_MAX, 299999), 299999);
}

static void a_failure_holds_all_but_a_new_one(void)
{
	struct pace p = { 0 };

	pace_failed(&p, 10000, 0, 1500);
	eq_int(pace_from_ms(&p, PACE_BACKLOG), 11500);
	eq_int(pace_from_ms(&p, PACE_AGAIN), 11500);
	eq_int(pace_from_ms(&p, PACE_FIRST), 0);
	pace_good(&p);
	eq_int(pace_from_ms(&p, PACE_BACKLOG), 0);
	pace_failed(&p, 20000, 0, 1999);
	eq_int(pace_from_ms(&p, PACE_BACKLOG), 21999); /* counted anew */
}

static void what_the_server_asked_binds_all(void)
{
	struct pace p = { 0 };

	pace_failed(&p, 10000, 120, 1500);
	eq_int(pace_from_ms(&p, PACE_FIRST), 130000);
	eq_int(pace_from_ms(&p, PACE_BACKLOG), 131500);
	pace_failed(&p, 11000, 5, 0); /* an earlier word of a longer time stands */
	eq_int(pace_from_ms(&p, PACE_FIRST), 130000);
	pace_link_up(&p, 12000, 0, 0);
	eq_int(pace_from_ms(&p, PACE_BACKLOG), 130000);
	pace_failed(&p, 12000, UINT32_MAX, 0); /* but not a year */
	eq_int(pace_from_ms(&p, PACE_FIRST), 12000 + PACE_MAX_AFTER_S * 1000);
}

static void a_link_that_returns_spreads_the_backlog_only(void)
{
	struct pace p = { 0 };

	for (int i = 0; i < 12; i++)
		pace_failed(&p, 1000, 0, 299999);
	pace_link_up(&p, 100000, PACE_SPREAD_MS, 59999);
	eq_int(pace_from_ms(&p, PACE_BACKLOG), 159999);
	eq_int(pace_from_ms(&p, PACE_AGAIN), 0);
	pace_good(&p); /* the citizen's went through: the others keep their turn */
	eq_int(pace_from_ms(&p, PACE_BACKLOG), 159999);
}

int main(void)
{
	pauses_are_even_up_to_a_limit_that_doubles();
	a_failure_holds_all_but_a_new_one();
	what_the_server_asked_binds_all();
	a_link_that_returns_spreads_the_backlog_only();
	return tap_done();
}
