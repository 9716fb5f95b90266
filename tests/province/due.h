/* When the stand-in promises a result. A province has its own rules of reckoning, so this shares
 * nothing with the kiosk's: own list of days (days.def), own terms (terms.def), another way of
 * counting. What both agree on is right, or wrong for the same reason in the law's own words. */
#ifndef PROVINCE_DUE_H
#define PROVINCE_DUE_H

#include <stddef.h>
#include <stdint.h>

enum due_unit { DUE_WORKING_DAYS, DUE_DAYS, DUE_HOURS };

struct due_term {
	unsigned n;
	enum due_unit unit;
};

/* The applicant was waited for; both ends are known. */
struct due_wait {
	int64_t from_s, until_s;
};

/* What this province allows itself for a procedure; three working days for one it does not list. */
struct due_term due_term(const char *procedure);

/* Seconds since 1970. Waits are in order, and for terms of working days only. */
int64_t due_at(int64_t received_s, struct due_term term, const struct due_wait *waits,
	       size_t count);

#endif
