/* Certified copies in a visit: what an officer has compared and signed; what is tried of the
 * machine. Plain data; visit_staff.c and visit_trial.c walk it. A copy is of the pages as they
 * were: when they change it is no copy any more. */
#ifndef CORE_VISIT_STAFF_H
#define CORE_VISIT_STAFF_H

#include "firmware/base/copy.h"
#include "firmware/base/err.h"
#include "firmware/base/staff.h"
#include <stdbool.h>
#include <stdint.h>

#define STAFF_PIN_BYTES 65 /* as much as a token takes */
#define STAFF_PAPERS    64
#define COPY_SERIAL_CAP 129
#define COPY_SIGNER_CAP 256

enum copy_state { COPY_NONE, COPY_COMPARED, COPY_CERTIFIED };

struct copy {
	enum copy_state state;
	uint64_t pages; /* visit_pages_mark() when it was compared */
	int64_t at_s;   /* when it was signed */
	char by[COPY_SIGNER_CAP], serial[COPY_SERIAL_CAP]; /* of the signer's certificate, hex */
	char number[COPY_NUMBER_CAP];
};

/* What an officer tries of the machine, since its screen came up. */
struct staff_trials {
	enum staff_tried state[TRIALS];
	enum staff_trial now; /* at work, on STAFF_PANEL, or asked for */
	bool asks;            /* was `now` as it should be? */
	uint32_t at;          /* target or colour, from 0 */
	uint32_t miss;        /* farthest touch, in 1/10 mm */
	uint32_t missed;      /* of the targets */
	enum err why;         /* of what failed */
};

struct staff {
	struct staff_trials trials;
	char pin[STAFF_PIN_BYTES]; /* typed so far; wiped when the screen changes */
	uint8_t tries, left;       /* counts the tries; of the PIN, 0: not said */
	enum err why;
	bool signing;
	uint8_t paper; /* that is compared */
	uint32_t page; /* from 0, within it */
	uint64_t pages;
	struct copy copies[STAFF_PAPERS];
};

#endif
