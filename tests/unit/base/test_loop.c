#include "firmware/base/loop.h"
#include "tests/tap.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

static struct clock_shift shift;
static const struct clock CLOCK = { .shift = &shift };
static struct loop *l;
static char order[32]; /* what was called, a letter each */

static void called(char who)
{
	size_t n = strlen(order);

	if (n < sizeof order - 1)
		order[n] = who;
}

static void *as(const char *name)
{
	return (void *)(uintptr_t)name;
}

static void forget(void)
{
	memset(order, 0, sizeof order);
}

static void turn(void)
{
	eq_int(loop_turn(l, 0), ERR_OK);
}

static void note(void *data)
{
	called(*(const char *)data);
}

/* ---- timers ---- */

static struct timer a, b, c;

static void stop_b(void *data)
{
	note(data);
	timer_stop(l, &b);
	timer_stop(l, &b); /* twice is once */
}

static void again(void *data)
{
	note(data);
	timer_set(l, &a, 1000, note, data);
}

static void timers(void)
{
	timer_set(l, &a, 2000, note, as("a"));
	timer_set(l, &b, 1000, note, as("b"));
	timer_set(l, &c, 2000, note, as("c"));
	turn();
	eq_str(order, "");
	shift.mono_ms += 1000;
	turn();
	eq_str(order, "b");
	ok(!b.armed && a.armed);
	shift.mono_ms += 1000; /* same time: the one set first comes first */
	turn();
	eq_str(order, "bac");
	forget();

	timer_set(l, &a, 1000, note, as("a")); /* setting it again moves it */
	timer_set(l, &a, 5000, note, as("A"));
	shift.mono_ms += 1000;
	turn();
	eq_str(order, "");
	shift.mono_ms += 4000;
	turn();
	eq_str(order, "A");
	forget();

	timer_set(l, &a, 10, stop_b, as("a")); /* both due; the first removes the second */
	timer_set(l, &b, 20, note, as("b"));
	timer_set(l, &c, 30, note, as("c"));
	shift.mono_ms += 100;
	turn();
	eq_str(order, "ac");
	forget();

	timer_set(l, &a, 10, again, as("a")); /* one that sets itself waits its time */
	shift.mono_ms += 10;
	turn();
	eq_str(order, "a");
	shift.mono_ms += 1000;
	turn();
	eq_str(order, "aa");
	forget();
	timer_stop(l, &c); /* not armed: nothing happens */
}

/* ---- descriptors ---- */

static int one[2], two[2], three[2];

static void take(int fd)
{
	char byte;

	eq_int(read(fd, &byte, 1), 1);
}

static void on_one(void *data, short events)
{
	called(*(const char *)data);
	ok(events & POLLIN);
	take(one[0]);
}

static void on_two(void *data, short events)
{
	(void)events;
	note(data);
	take(two[0]);
}

static void removes_two(void *data, short events)
{
	on_one(data, events);
	loop_unwatch(l, two[0]);
}

static void removes_itself(void *data, short events)
{
	on_one(data, events);
	loop_unwatch(l, one[0]);
}

static void replaces_two(void *data, short events)
{
	on_one(data, events);
	loop_unwatch(l, two[0]);
	eq_int(loop_watch(l, two[0], POLLIN, on_two, as("T")), ERR_OK);
}

static void poke(int fd)
{
	eq_int(write(fd, "x", 1), 1);
}

static void descriptors(void)
{
	eq_int(pipe(one), 0);
	eq_int(pipe(two), 0);
	eq_int(loop_watch(l, one[0], POLLIN, on_one, as("1")), ERR_OK);
	eq_int(loop_watch(l, two[0], POLLIN, on_two, as("2")), ERR_OK);
	turn();
	eq_str(order, "");
	poke(one[1]);
	poke(two[1]);
	turn();
	eq_str(order, "12");
	forget();

	eq_int(loop_watch(l, one[0], POLLIN, removes_two, as("1")), ERR_OK); /* replaces */
	poke(one[1]);
	poke(two[1]);
	turn();
	turn();
	eq_str(order, "1");
	forget();

	eq_int(loop_watch(l, two[0], POLLIN, on_two, as("2")), ERR_OK);
	eq_int(loop_watch(l, one[0], POLLIN, replaces_two, as("1")), ERR_OK);
	poke(one[1]);
	turn();
	eq_str(order, "1"); /* the new watch waits for the next turn */
	turn();
	eq_str(order, "1T");
	forget();

	eq_int(loop_watch(l, one[0], POLLIN, removes_itself, as("1")), ERR_OK);
	poke(one[1]);
	poke(one[1]);
	turn();
	turn();
	eq_str(order, "1");
	forget();
	take(one[0]);
	loop_unwatch(l, one[0]); /* not watched: nothing happens */
	loop_unwatch(l, two[0]);
}

static void on_end(void *data, short events)
{
	note(data);
	ok(events & POLLHUP);
	loop_unwatch(l, three[0]);
	loop_stop(l);
}

static void hang_up_ends_the_loop(void)
{
	eq_int(pipe(three), 0);
	eq_int(loop_watch(l, three[0], 0, on_end, as("h")), ERR_OK);
	close(three[1]);
	eq_int(loop_run(l), ERR_OK);
	eq_str(order, "h");
	forget();
}

static void full(void)
{
	int fd = 1000, good = 0;

	while (good < 100 && loop_watch(l, fd + good, POLLIN, on_one, as("f")) == ERR_OK)
		good++;
	ok(good >= 60 && good <= 64);
	eq_int(loop_watch(l, 2000, POLLIN, on_one, as("f")), ERR_NO_SPACE);
	loop_unwatch(l, fd + 5);
	eq_int(loop_watch(l, 2000, POLLIN, on_one, as("f")), ERR_OK);
	loop_unwatch(l, 2000);
	for (int i = 0; i < good; i++)
		loop_unwatch(l, fd + i);
	forget();
}

/* ---- signals ---- */

static void on_signal(void *data, short signal)
{
	note(data);
	called(signal == SIGUSR1 ? '1' : signal == SIGUSR2 ? '2' : '?');
}

static void signals(void)
{
	static const int SIGNALS[] = { SIGUSR1, SIGUSR2, 0 };

	eq_int(loop_signals(l, SIGNALS, on_signal, as("s")), ERR_OK);
	turn();
	eq_str(order, "");
	raise(SIGUSR2);
	raise(SIGUSR1);
	turn();
	eq_str(order, "s1s2"); /* pending signals come by number */
	forget();
}

int main(void)
{
	eq_int(loop_create(&CLOCK, &l), ERR_OK);
	ok(loop_clock(l) == &CLOCK);
	timers();
	descriptors();
	full();
	signals();
	hang_up_ends_the_loop();
	loop_destroy(l);
	loop_destroy(NULL);
	return tap_done();
}
