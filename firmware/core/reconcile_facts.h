/* What each form of the report tells of one difference, in words. */
#ifndef CORE_RECONCILE_FACTS_H
#define CORE_RECONCILE_FACTS_H

#include "firmware/core/reconcile.h"

/* More than are kept (DAY_PRUNE, FIND_PRUNE): a report leaves nothing out. */
#define RECONCILE_FACTS_DAYS  500
#define RECONCILE_FACTS_FINDS 30000

#define RECONCILE_FACTS_DATE_CAP 11 /* yyyy-mm-dd */
#define RECONCILE_FACTS_TIME_CAP 17 /* yyyy-mm-dd hh:mm, in Vietnam's time */

void reconcile_facts_date(int64_t day, char ret[RECONCILE_FACTS_DATE_CAP]);

/* Strings that are not told are "". */
struct reconcile_facts {
	char date[RECONCILE_FACTS_DATE_CAP];
	char key[STORE_KEY_CAP];            /* "": of the day as such */
	char dossier_code[OUTBOX_CODE_CAP]; /* by the last answer */
	char former_code[OUTBOX_CODE_CAP];  /* by the answer before, when that was another */
	char found[RECONCILE_FACTS_TIME_CAP];
	char ended[RECONCILE_FACTS_TIME_CAP]; /* "": it is open */
	const char *state_vi, *state_en;      /* of our own dossier, now; static */
};

void reconcile_facts_of(const struct reconcile_find *f, struct reconcile_facts *ret);

#endif
