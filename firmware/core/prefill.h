/* Fields that fill themselves: from the card, or from what was answered before (prefill.def). */
#ifndef CORE_PREFILL_H
#define CORE_PREFILL_H

#include "firmware/core/visit.h"

/* Gives each field that nobody has typed in the value that is right now, or none. What does not
 * fit a field as it is (too long, half a date) is not cut or bent: the citizen types it. */
void prefill_all(struct visit *v);

#endif
