/* The work of staff at the screen, behind their PIN: what waits, whether both sides agree,
 * dossiers by USB stick, updates, trials of the machine. It does what `kioskctl` does, by the same
 * functions. */
#ifndef CORE_STAFF_DESK_H
#define CORE_STAFF_DESK_H

#include "firmware/base/err.h"
#include "firmware/base/loop.h"
#include "firmware/base/staff.h"
#include "firmware/core/staff_update.h"
#include <stdbool.h>
#include <stdint.h>

#define STAFF_ROWS 6 /* of what waits, on one page */

struct core;

struct staff_desk {
	enum err why;  /* comparing could not begin */
	uint32_t page; /* of what waits, from 0 */
	struct timer watch;
	struct {
		bool asked;     /* since the screen came up */
		int64_t before; /* machine_told_at(), when they were */
	} logs;
	struct staff_updates updates;
};

/* One of its screens comes up: what was told before is forgotten. */
void staff_open(struct core *c);
void staff_do(struct core *c, enum staff_deed deed);
void staff_more(struct core *c, uint32_t page);
bool staff_at_work(const struct core *c); /* a stick */

/* Something of it may have changed: it is shown, if it is on the screen. */
void staff_news(struct core *c);

/* How the stick is: OK, NOT_FOUND none, FIELD_CHOICE several, GONE none is set up here, DAMAGED it
 * cannot be read, BAD_DATA it is of a kind that is not read. */
enum err staff_stick(const struct core *c);

#endif
