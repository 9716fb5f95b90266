/* The one loop of a program: descriptors, timers and signals, in one thread.
 *
 * Callbacks may add and remove anything, themselves included; a removed watch or timer is
 * never called again. */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include "firmware/base/clock.h"
#include "firmware/base/err.h"
#include <stdbool.h>
#include <stdint.h>

struct loop; /* loop_create() makes one */

/* `events` are those of poll(2): POLLIN, POLLOUT, POLLHUP, POLLERR. */
typedef void loop_fn(void *data, short events);
typedef void timer_fn(void *data);

/* In the owner's memory; zero it before first use. */
struct timer {
	struct timer *next; /* loop::timers, soonest first */
	int64_t due_ms;
	timer_fn *fn;
	void *data;
	bool armed;
};

/* `clock` must outlive the loop. ERR_NO_MEMORY. */
enum err loop_create(const struct clock *clock, struct loop **ret_loop);
void loop_destroy(struct loop *l); /* NULL is allowed; closes no watched descriptor */

/* Calls fn whenever one of `events` is there; POLLHUP and POLLERR always count. One watch a
 * descriptor: a second call replaces the first. ERR_NO_SPACE past 64 descriptors. */
enum err loop_watch(struct loop *l, int fd, short events, loop_fn *fn, void *data);
void loop_unwatch(struct loop *l, int fd); /* nothing happens when it is not watched */

/* Calls fn once, in delay_ms of the loop's clock. Setting an armed timer moves it. */
void timer_set(struct loop *l, struct timer *t, uint32_t delay_ms, timer_fn *fn, void *data);
void timer_stop(struct loop *l, struct timer *t);

/* Blocks the signals of `mask` in this program and calls fn for each that comes; its
 * `events` is the signal's number. At most one call a loop. */
enum err loop_signals(struct loop *l, const int *signals, loop_fn *fn, void *data);

/* Runs until loop_stop(). ERR_IO when poll fails. */
enum err loop_run(struct loop *l);
void loop_stop(struct loop *l);

/* One turn: waits at most max_wait_ms (-1: as long as the timers allow), then calls what is
 * due. For programs that have another source of events. */
enum err loop_turn(struct loop *l, int max_wait_ms);

int64_t loop_now_ms(const struct loop *l);
const struct clock *loop_clock(const struct loop *l);

#endif
