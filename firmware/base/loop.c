#include "firmware/base/loop.h"

#include "firmware/base/auto.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>

#define MAX_WATCHES 64

struct watch {
	loop_fn *fn; /* NULL: removed, the place is free */
	void *data;
};

struct loop {
	const struct clock *clock;
	struct timer *timers;
	nfds_t count;
	bool stop;
	int signal_fd;
	struct watch on_signal;
	struct watch watches[MAX_WATCHES]; /* the same index as polls */
	struct pollfd polls[MAX_WATCHES];
};

enum err loop_create(const struct clock *clock, struct loop **ret_loop)
{
	struct loop *l = calloc(1, sizeof *l);

	if (!l)
		return ERR_NO_MEMORY;
	l->clock = clock;
	l->signal_fd = -1;
	*ret_loop = l;
	return ERR_OK;
}

void loop_destroy(struct loop *l)
{
	if (!l)
		return;
	if (l->signal_fd >= 0)
		close(l->signal_fd);
	free(l);
}

static nfds_t place_of(const struct loop *l, int fd)
{
	nfds_t i = 0;

	while (i < l->count && (l->polls[i].fd != fd || !l->watches[i].fn))
		i++;
	return i;
}

static nfds_t free_place(const struct loop *l)
{
	nfds_t i = 0;

	while (i < l->count && l->watches[i].fn)
		i++;
	return i;
}

enum err loop_watch(struct loop *l, int fd, short events, loop_fn *fn, void *data)
{
	nfds_t i = place_of(l, fd);

	if (i == l->count)
		i = free_place(l);
	if (i == MAX_WATCHES)
		return ERR_NO_SPACE;
	if (i == l->count)
		l->count++;
	/* revents 0: a descriptor added while others are being called waits for the next turn */
	l->polls[i] = (struct pollfd){ .fd = fd, .events = events };
	l->watches[i] = (struct watch){ fn, data };
	return ERR_OK;
}

void loop_unwatch(struct loop *l, int fd)
{
	nfds_t i = place_of(l, fd);

	if (i == l->count)
		return;
	l->polls[i] = (struct pollfd){ .fd = -1 };
	l->watches[i] = (struct watch){ 0 };
}

void timer_stop(struct loop *l, struct timer *t)
{
	struct timer **at = &l->timers;

	if (!t->armed)
		return;
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	t->armed = false;
}

void timer_set(struct loop *l, struct timer *t, uint32_t delay_ms, timer_fn *fn, void *data)
{
	struct timer **at = &l->timers;

	timer_stop(l, t);
	*t = (struct timer){
		.due_ms = loop_now_ms(l) + delay_ms, .fn = fn, .data = data, .armed = true
	};
	while (*at && (*at)->due_ms <= t->due_ms)
		at = &(*at)->next;
	t->next = *at;
	*at = t;
}

static void call_timers(struct loop *l)
{
	int64_t now = loop_now_ms(l);

	while (l->timers && l->timers->due_ms <= now && !l->stop) {
		struct timer *t = l->timers;

		timer_stop(l, t);
		t->fn(t->data);
	}
}

static void on_signal_fd(void *data, short events)
{
	struct loop *l = data;
	struct signalfd_siginfo info;

	(void)events;
	while (read(l->signal_fd, &info, sizeof info) == sizeof info)
		l->on_signal.fn(l->on_signal.data, (short)info.ssi_signo);
}

enum err loop_signals(struct loop *l, const int *signals, loop_fn *fn, void *data)
{
	sigset_t set;

	sigemptyset(&set);
	for (; *signals; signals++)
		sigaddset(&set, *signals);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return err_of_errno();
	l->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (l->signal_fd < 0)
		return err_of_errno();
	l->on_signal = (struct watch){ fn, data };
	return loop_watch(l, l->signal_fd, POLLIN, on_signal_fd, l);
}

static int wait_ms(const struct loop *l, int max_wait_ms)
{
	if (!l->timers)
		return max_wait_ms;
	int64_t left = l->timers->due_ms - loop_now_ms(l);
	if (left < 0)
		left = 0;
	if (left > 60000)
		left = 60000;
	return max_wait_ms >= 0 && max_wait_ms < left ? max_wait_ms : (int)left;
}

enum err loop_turn(struct loop *l, int max_wait_ms)
{
	int n = poll(l->polls, l->count, wait_ms(l, max_wait_ms));

	if (n < 0 && errno != EINTR)
		return ERR_IO;
	nfds_t count = n > 0 ? l->count : 0;
	for (nfds_t i = 0; i < count && !l->stop; i++) {
		struct watch w = l->watches[i];
		short events = l->polls[i].revents;

		l->polls[i].revents = 0;
		if (events && w.fn)
			w.fn(w.data, events);
	}
	call_timers(l);
	return ERR_OK;
}

enum err loop_run(struct loop *l)
{
	enum err e = ERR_OK;

	l->stop = false;
	while (!l->stop && e == ERR_OK)
		e = loop_turn(l, -1);
	return e;
}

void loop_stop(struct loop *l)
{
	l->stop = true;
}

int64_t loop_now_ms(const struct loop *l)
{
	return clock_mono_ms(l->clock);
}

const struct clock *loop_clock(const struct loop *l)
{
	return l->clock;
}
