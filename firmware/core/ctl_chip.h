/* `kioskctl chip read` and `chip probe`: cards and readers by hand, for technicians, while nobody
 * stands at the kiosk. One at a time. */
#ifndef CORE_CTL_CHIP_H
#define CORE_CTL_CHIP_H

#include "firmware/base/loop.h"
#include "firmware/core/card_key.h"
#include "firmware/core/ctl.h"

struct json_object;

struct hand {
	uint32_t id; /* ctl::id; 0: nobody */
	enum { HAND_NOTHING, HAND_CARD, HAND_PROBE } waits_for;
	struct timer patience;
	struct card_key key;
	uint8_t wants;
	struct chip chip;
	struct json_object *json, *trace; /* NULL: lines, as they come */
};

enum ctl_code ctl_chip(struct ctl *t, const char *arg);
void ctl_chip_card(struct core *c); /* a card was laid on the reader */
void ctl_chip_probed(struct core *c, const char *text);
void ctl_chip_stop(struct core *c); /* a citizen has come */

#endif
