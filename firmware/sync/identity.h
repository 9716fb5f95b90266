/* A renewed certificate from core is tried at the province on a connection of its own, and used
 * from then on when that worked; until then, and otherwise, the one before is. */
#ifndef SYNC_IDENTITY_H
#define SYNC_IDENTITY_H

#include "firmware/sync/http.h"

/* What came of it: OK, it is in use. CANCELLED: the one in use ends later. FORGED: the province did
 * not accept it. BAD_DATA: no certificate with its key. Others: it could not be tried now. */
typedef void identity_fn(void *data, enum err why);

/* In the owner's memory; zero it once. */
struct identity {
	struct http *http;
	struct http_call *call;
	identity_fn *fn;
	void *data;
};

void identity_init(struct identity *i, struct http *h, identity_fn *fn, void *data);

/* `pem` is sealed memory and stays the caller's. fn is called once, maybe at once; a second offer
 * before that ends the first without a word. */
void identity_offer(struct identity *i, int pem);
void identity_stop(struct identity *i); /* nobody is called */

#endif
