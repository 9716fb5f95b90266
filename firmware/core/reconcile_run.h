/* The questions by which both sides are compared (reconcile.h), when reconcile_when.h says so or
 * staff ask for it. A province that contradicts itself about one day does not keep the others from
 * being compared. */
#ifndef CORE_RECONCILE_RUN_H
#define CORE_RECONCILE_RUN_H

#include "firmware/base/loop.h"
#include "firmware/core/ctl.h"
#include "firmware/core/reconcile.h"
#include "firmware/core/reconcile_when.h"

struct core;

struct reconcile {
	bool at_work;
	struct reconcile_run run;
	uint32_t turn; /* of the question that is out */
	uint32_t restarts, recounts;
	uint32_t first_count;  /* of the present day, before it was counted again */
	uint32_t asked, pages; /* questions of this run; of this day */
	uint32_t ctl;          /* who waits for the end */
	uint32_t window;
	int64_t mark;
	struct reconcile_digest *days; /* the province's, without a gap */
	size_t day_count, at;
	struct reconcile_check check;

	char epoch[RECONCILE_EPOCH_CAP]; /* of the last good run, else the first heard */
	char heard[RECONCILE_EPOCH_CAP]; /* last */
	struct reconcile_when when;
	struct timer next, step, round;
};

void reconcile_begin(struct core *c);
void reconcile_finish(struct core *c);

/* The link has come back, or has gone. */
void reconcile_link(struct core *c);

/* A verified reply, whichever, told of this life of the province's database. */
void reconcile_heard(struct core *c, const char *epoch);

/* kioskctl reconcile [now | [report] [--json|--csv FILE]] */
enum ctl_code reconcile_command(struct ctl *t, const char *arg);

/* kioskctl status: when both sides last agreed, and how many differences are open. */
void reconcile_status(struct ctl *t);

/* reconcile_run.c's, for the command. ERR_OFFLINE: no link; ERR_BUSY: somebody waits already. */
enum err reconcile_now(struct core *c, uint32_t ctl);

/* The command's: a run that somebody waited for has ended. */
void reconcile_told(struct ctl *t, const struct reconcile_run *run);

#endif
