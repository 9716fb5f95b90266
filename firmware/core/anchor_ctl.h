/* `kioskctl anchors`: whom this kiosk trusts when it says that a chip is genuine. */
#ifndef CORE_ANCHOR_CTL_H
#define CORE_ANCHOR_CTL_H

#include "firmware/base/loop.h"
#include "firmware/core/ctl.h"
#include <stdbool.h>
#include <stdint.h>

/* A listing is longer than a socket takes at once: it goes on by a timer. Part of struct core. */
struct anchor_listing {
	uint32_t id;   /* of the command (ctl.h); 0: none runs */
	uint32_t next; /* how many were told */
	bool json;
	struct timer turn;
};

/* list [--json] | add FILE [--trust-signer] | remove FINGERPRINT */
enum ctl_code anchor_command(struct ctl *t, const char *arg);

#endif
