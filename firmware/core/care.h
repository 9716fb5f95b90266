/* Minding the store while the kiosk runs: tidying every ten minutes, what the check at start left,
 * everything once a night, and `kioskctl store`. Slow, and not while somebody stands there. */
#ifndef CORE_CARE_H
#define CORE_CARE_H

#include "firmware/base/err.h"
#include "firmware/base/loop.h"
#include "firmware/core/ctl.h"
#include <stdint.h>

struct care {
	struct timer round, step;
	uint32_t ctl; /* ctl::id that waits for the end; 0: nobody */
	uint64_t bad; /* damaged packages that were told of */
};

void care_begin(struct core *c);

/* `kioskctl store [check | seen]`; and its lines in `kioskctl status`. */
enum ctl_code care_command(struct ctl *t, const char *arg);
void care_status(struct ctl *t);

/* After a failed sync or damage nobody knows what is on the disk: this program ends, and the next
 * start looks and mends. To be called after whatever may have written. */
void care_mind(struct core *c);

#endif
