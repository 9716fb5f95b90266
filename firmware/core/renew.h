/* The kiosk's TLS certificate is renewed before it ends. Core has the keys: it may write to its
 * own data and to nothing else, and has no network; kiosk-sync, which has one, may write nowhere.
 *
 *   30 days before the end   a new key, and the question RENEW for it, over the old certificate
 *   the signed reply         is kept as next, and handed to kiosk-sync as sealed memory
 *   kiosk-sync               shakes hands with it; only when that worked it is the one, here too
 *
 * At every start of kiosk-sync it gets the one that worked last; it uses it unless the pair in the
 * settings ends later. */
#ifndef CORE_RENEW_H
#define CORE_RENEW_H

#include "firmware/base/child.h"
#include "firmware/core/renew_files.h"
#include <stdbool.h>

struct core;

struct renew {
	int64_t ends_s; /* of the certificate in use; 0: not known */
	int64_t early_s;
	int64_t rest_ms; /* not before that moment is another one asked for */
	bool asking, offering;
	enum renew_which offered;
	struct timer timer;
};

void renew_message(struct core *c, const struct msg *m); /* CERT_ENDS, IDENTITY_TRIED */
void renew_peer(struct core *c, bool here);              /* kiosk-sync came or went */
void renew_mind(struct core *c);                         /* the link is up */

#endif
