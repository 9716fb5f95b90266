/* The supervisor: which programs run, who talks to whom, and what happens when one dies.
 *
 *   core <-> each other program    by a pair of sockets, made here and handed to both (PEER)
 *   parser <-> card driver         the same, for a job that was wanted with `reader`
 *   core  -> here                  PARSER_WANTED, RESTART
 *   ui    -> here                  SHOWN: only then do those start that no first screen needs
 *   here  -> all                   CLOCK_MOVED: also asked now and then of core and ui, to see
 *                                  whether they still read their messages
 */
#ifndef SUPER_SUPER_H
#define SUPER_SUPER_H

#include "firmware/base/clock.h"
#include "firmware/base/loop.h"
#include "firmware/base/role.h"
#include "firmware/super/host.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* More jobs at once than this, and core has gone mad. */
#define MAX_PARSERS 4

/* How long a program may take to end after SIGTERM, or after it closed its socket to us. */
#define PATIENCE_MS 3000

struct program {
	struct super *super;
	enum role role;
	pid_t pid; /* 0: not running */
	int sock;  /* to its KIOSK_SUPER_FD; -1: not running, or it has closed it */
	int64_t born_ms;
	unsigned starts;
	unsigned deaths;    /* in a row, since its last good life */
	const char *why;    /* we killed it because; NULL: it died by itself */
	uint32_t job;       /* of a parser */
	struct timer timer; /* not running: its next start. Running: the end of our patience */
	int64_t asked_ms;   /* real time of the oldest message it has not read; 0: none */
};

struct super {
	const struct host *host;
	struct loop *loop;
	struct clock real; /* not that of the simulation: nobody hangs because that was moved */
	bool stopping;
	bool again;                          /* not the end: the kiosk is found and started anew */
	bool set_up;                         /* and is to be set up then */
	struct program programs[ROLE_COUNT]; /* those that run all the time; by role */
	struct program parsers[MAX_PARSERS];
	struct timer heartbeat, watchdog;
	bool whole;        /* all were started; before, core and ui only */
	struct timer rest; /* then they are, whatever the screen does */
};

/* How long the others wait for the first screen. */
#define FIRST_MS 10000

/* Starts core and ui, and all others when the first screen is there. `s` must not move afterwards;
 * host and loop outlive it. The caller sends SIGCHLD to super_reap(). */
void super_start(struct super *s, const struct host *host, struct loop *loop);

/* Some children may have died. */
void super_reap(struct super *s);

/* The shared clock page was changed: wakes all. */
void super_clock_moved(struct super *s);

/* Ends all programs and then the loop: SIGTERM, and SIGKILL after PATIENCE_MS. */
void super_stop(struct super *s);

/* True for the programs that run all the time. */
bool super_keeps(enum role r);

/* Used among our own files. */
struct msg;
void program_kill(struct program *p, const char *why);
bool program_tell(struct program *p, const struct msg *m);

#endif
