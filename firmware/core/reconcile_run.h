/* When both sides are compared, and the questions for it (reconcile.h): once a day at a quiet hour
 * of this kiosk's own, soon after the link has come back, at once when a reply shows that the
 * province's database has another life, and when staff ask for it. */
#ifndef CORE_RECONCILE_RUN_H
#define CORE_RECONCILE_RUN_H

#include "firmware/base/loop.h"
#include "firmware/core/ctl.h"
#include "firmware/core/reconcile.h"

struct core;

struct reconcile {
	bool at_work, wanted; /* wanted: once more, at once */
	struct reconcile_run run;
	uint32_t turn; /* of the question that is out */
	uint32_t restarts, fails;
	uint32_t ctl; /* who waits for the end */
	uint32_t window;
	int64_t mark;
	struct reconcile_digest *days; /* the province's, without a gap */
	size_t day_count, at;
	struct reconcile_check check;

	char epoch[RECONCILE_EPOCH_CAP]; /* of the last good run, else the first heard */
	int64_t last_day, last_ms; /* of the last good run: province's day; monotonic, 0 none */
	uint32_t quiet_s;          /* second of the day */
	const char *next_why;      /* NULL: `next` is not set */
	struct timer next, step, round;
};

void reconcile_begin(struct core *c);
void reconcile_finish(struct core *c);

/* The link has come back. */
void reconcile_link_up(struct core *c);

/* A verified reply, whichever, told of this life of the province's database. */
void reconcile_heard(struct core *c, const char *epoch);

/* kioskctl reconcile [now | report [--json|--csv FILE]] */
enum ctl_code reconcile_command(struct ctl *t, const char *arg);

/* reconcile_run.c's, for the command. ERR_OFFLINE: no link; ERR_BUSY: somebody waits already. */
enum err reconcile_now(struct core *c, uint32_t ctl);

/* The command's: a run that somebody waited for has ended. */
void reconcile_told(struct ctl *t, const struct reconcile_run *run);

#endif
