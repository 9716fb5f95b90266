/* Papers that the state has of people, as the control socket gives them; gone with the program. */
#ifndef PROVINCE_PAPERS_H
#define PROVINCE_PAPERS_H

#include "tests/province/query.h"

enum papers_wrong {
	PAPERS_RIGHT,
	PAPERS_OTHER,   /* somebody else's, as if they were asked for */
	PAPERS_HASH,    /* a file that is not the one that was listed */
	PAPERS_ENDLESS, /* a list that no kiosk can mean to read */
};

/* False: there is no room for one more. */
bool papers_add(struct world *w, const struct held *h);

#endif
