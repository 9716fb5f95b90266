/* Time. Monotonic milliseconds for waiting, wall-clock seconds for people. Tests and the
 * simulation move both by a shared page, so that a two-minute wait passes at once. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "firmware/base/err.h"
#include <stdint.h>

/* Lives in a shared memfd in the simulation; both are added to the system's clocks. */
struct clock_shift {
	_Atomic int64_t mono_ms;
	_Atomic int64_t wall_s;
};

/* What a program holds for the time, by other words than the machine's clock: at the moment at_ms
 * of the monotonic clock it was at_s. */
struct clock_reckoning {
	int64_t at_s, at_ms;
};

struct clock {
	const struct clock_shift *shift;         /* NULL: real time */
	const struct clock_reckoning *reckoning; /* NULL: there is none */
};

/* Real time, or shifted when the environment names an inherited memfd in KIOSK_CLOCK_FD.
 * ERR_BAD_CONFIG when that is set but unusable. */
enum err clock_init(struct clock *c);

/* Milliseconds since some moment before the program began; never goes back. */
int64_t clock_mono_ms(const struct clock *c);

/* Seconds since 1970-01-01 UTC, as the machine believes. Anybody may set that clock, and it may
 * never have been set. */
int64_t clock_wall_s(const struct clock *c);

/* The same by the reckoning, which no setting of the machine's clock moves; without one, the
 * machine's. */
int64_t clock_now_s(const struct clock *c);

#define CLOCK_BOOT_CAP 40

/* Names the present boot of the machine, in which the monotonic clock runs. ERR_IO. */
enum err clock_boot(char ret_boot[CLOCK_BOOT_CAP]);

#endif
