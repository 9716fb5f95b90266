/* A person who files one dossier at a kiosk that may die at any moment: looks at the screen, does
 * what it asks for, and begins again when it has forgotten them. */
#ifndef SCENE_CITIZEN_H
#define SCENE_CITIZEN_H

#include "tests/scene/line.h"
#include "tests/scene/world.h"

#include <stdbool.h>

struct citizen {
	struct world *world;
	unsigned n;                 /* who: card, name and telephone are made of it */
	bool scans, prints, leaves; /* a paper; a receipt; walks away before handing in */
	void (*meanwhile)(
		void *data); /* after each touch, before its effect is there; may be NULL */
	void *data;

	/* what they did and were told */
	bool confirmed, told_saved;
	char receipt_code[40], dossier_code[64];
	char why[256]; /* of a visit that came to no end */

	int screen, devices; /* sockets; -1: not connected */
	bool knows_code, left;
	unsigned touches;
	char seen[LINE_CAP]; /* what the screen shows: the dump of ui/dump.h */
};

void citizen_init(struct citizen *c, struct world *w, unsigned n);
void citizen_finish(struct citizen *c);

/* From the first touch until they leave. False: it came to no end; `why` says where. */
bool citizen_visit(struct citizen *c);

/* The telephone number by which a dossier is found to be theirs. */
void citizen_phone(unsigned n, char out[11]);

#endif
