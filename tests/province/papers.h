/* Papers that the state has of people, as the control socket gives them; gone with the program. */
#ifndef PROVINCE_PAPERS_H
#define PROVINCE_PAPERS_H

#include "tests/province/manifest.h"
#include "tests/province/query.h"

enum papers_wrong {
	PAPERS_RIGHT,
	PAPERS_OTHER,   /* somebody else's, as if they were asked for */
	PAPERS_HASH,    /* a file that is not the one that was listed */
	PAPERS_ENDLESS, /* a list that no kiosk can mean to read */
	PAPERS_LETTERS, /* what is added now is no scan: it cannot be drawn from pictures */
};

/* Why the papers that a dossier only names cannot stand for themselves, in words for who filed it;
 * untouched when all can. */
void papers_check(const struct world *w, const struct manifest *m, char ret_reason[1001]);

/* False: there is no room for one more. */
bool papers_add(struct world *w, const struct held *h);

#endif
