/* What everybody knows at the end: the citizens, the kiosk's outbox, the province. Read from both
 * databases and the province's files, not from what the programs say of them. */
#ifndef SCENE_HISTORY_H
#define SCENE_HISTORY_H

#include "tests/scene/world.h"

#include <stdbool.h>
#include <stdio.h>

/* One visit, as its citizen tells it. */
struct testimony {
	unsigned n;
	bool confirmed, told_saved;
	char receipt_code[40], dossier_code[64]; /* as the screen showed them; "" */
};

struct verdict {
	unsigned saved; /* that a screen called saved */
	unsigned in_outbox, at_province;
	unsigned lost;        /* saved and not, or not as accepted, on both sides */
	unsigned doubled;     /* one visit, several dossiers */
	unsigned unconfirmed; /* at the province without their citizen's word */
	unsigned differing;   /* the two sides do not agree on key, hash or code */
};

/* The kiosk must have ended. Each thing that is wrong is a line on `out`. False: the databases
 * could not be read. */
bool history_check(const struct world *w, const struct testimony *all, unsigned count,
		   struct verdict *ret, FILE *out);

#endif
