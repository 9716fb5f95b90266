/* What time it is, on a machine whose clock may have stopped, may never have been set, and may be
 * moved by anybody. Three things are believed, the first that is there: what the province said in
 * a signed reply during this boot of the machine, and the monotonic clock since; the machine's
 * clock, as long as it is neither before the floor nor far after it, and nobody moves it while the
 * program runs; the floor: the latest time that is known to have been, which survives restarts. */
#ifndef CORE_TRUSTED_TIME_H
#define CORE_TRUSTED_TIME_H

#include "firmware/base/clock.h"
#include <stdbool.h>
#include <stdint.h>

#define TIME_AHEAD_MAX_S (180 * 86400) /* no kiosk lies in a store for longer and still is right */
#define TIME_OFF_MAX_S   120           /* staff hear of a machine's clock that is further off */
#define TIME_KNOWN_S     10            /* what may be called known is not further off than this */

enum time_state {
	TIME_UNKNOWN, /* later than the floor: nothing else is certain */
	TIME_ABOUT,   /* by clocks that nobody has contradicted */
	TIME_KNOWN,   /* within TIME_KNOWN_S of the province's time */
};

/* Zero it, then trusted_time_open(). `clock` is the program's, and its clock_now_s() follows. */
struct trusted_time {
	struct clock_reckoning now;
	struct clock *clock;
	int dir_fd; /* where the floor is kept; the caller's */
	char boot[CLOCK_BOOT_CAP];
	int64_t floor_s, kept_ms;
	int64_t slack_ms; /* of what the province said */
	bool heard;       /* the province, in this boot */
	bool doubted;     /* the machine's clock was not to be believed */
	bool lost;        /* a floor had been kept, and was found damaged */
};

/* The day before this program was built: it is later. Seconds since 1970. */
int64_t trusted_time_built_s(void);

/* Takes up what the file "time" in the folder says of earlier runs; damaged or missing, it is made
 * anew. `boot` names the present boot of the machine (clock_boot). ERR_IO, ERR_NO_SPACE: the floor
 * could not be kept; the time is reckoned all the same. */
enum err trusted_time_open(struct trusted_time *t, struct clock *clock, int dir_fd,
			   const char *boot);

/* A signed reply to a question of this kiosk with its nonce was made at time_s, after the moment
 * asked_ms and before got_ms of the monotonic clock. It stands above everything, and also takes
 * back a floor that lies after it; but nothing before the build is believed. As
 * trusted_time_open(). */
enum err trusted_time_reply(struct trusted_time *t, int64_t time_s, int64_t asked_ms,
			    int64_t got_ms);

/* Something signed is from time_s, perhaps long ago: it is later now. As trusted_time_open(). */
enum err trusted_time_later(struct trusted_time *t, int64_t time_s);

/* Once a minute or so: a clock that was set right is believed, the floor is kept now and then. As
 * trusted_time_open(). */
enum err trusted_time_look(struct trusted_time *t);

enum time_state trusted_time_state(const struct trusted_time *t);
const char *trusted_time_name(enum time_state s); /* "known" */

/* How far clock_now_s() may be off, by what is known of clocks; -1: nobody can say. */
int64_t trusted_time_slack_s(const struct trusted_time *t);

/* How far the machine's clock is ahead of clock_now_s(); below 0 behind. */
int64_t trusted_time_off_s(const struct trusted_time *t);

/* Where the time of a dossier comes from, for its manifest: "province", "monotonic" (the
 * province's, carried on for long), "rtc" (the machine's), "unknown". */
const char *trusted_time_source(const struct trusted_time *t);

/* When certificates of the province must be valid. When the time is not known, the later of both
 * clocks: a certificate that has ended is taken in no case. */
int64_t trusted_time_judge_s(const struct trusted_time *t);

#endif
