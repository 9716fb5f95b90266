/* The kiosk's time in its daily life (trusted_time.h): every signed reply of the province says it;
 * when none has for long, the province is asked. */
#ifndef CORE_TIME_ASK_H
#define CORE_TIME_ASK_H

#include "firmware/base/loop.h"
#include <stdbool.h>
#include <stdint.h>

struct core;
struct ctl;

/* Zero it. */
struct time_ask {
	struct timer look;
	int64_t next_ms; /* not to be asked again before */
	bool asking, told_off;
};

/* The store is open. From now on clock_now_s() of the program's clock is the trusted time. */
void time_open(struct core *c);

/* The link has come up: asks, if it is worth it. */
void time_ask(struct core *c);

void time_heard(struct core *c, int64_t time_s, int64_t asked_ms, int64_t got_ms);
void time_later(struct core *c, int64_t time_s);

/* Lines of `kioskctl status`. */
void time_status(struct ctl *t);

#endif
