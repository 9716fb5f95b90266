/* Telling the province the head of the audit log once a day, pruning what it has confirmed, and
 * `kioskctl audit`. */
#ifndef CORE_AUDIT_CTL_H
#define CORE_AUDIT_CTL_H

#include "firmware/base/loop.h"
#include "firmware/core/audit_head.h"
#include "firmware/core/ctl.h"

struct audit_report {
	struct timer next, more;  /* more: to be pruned */
	struct audit_point asked; /* seq 0: no question is on its way */

	/* the log is walked, in portions */
	bool walking, known; /* known: `had` is what the province has confirmed */
	struct audit_walk walk;
	struct audit_confirmed had;
	uint32_t ctl; /* who waits for that; 0: the round of the day */
	bool and_ask;
	struct timer step;
};

void audit_report_begin(struct core *c);

/* `kioskctl audit [verify | list | report | export FILE]`; and its line in `kioskctl status`. */
enum ctl_code audit_command(struct ctl *t, const char *arg);
void audit_status(struct ctl *t);

#endif
