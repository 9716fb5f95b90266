/* The inside of the chip reader's driver, shared by card_ccid.c (what is done when) and
 * card_probe.c (what a technician is told). */
#ifndef DRIVERS_CARD_OWN_H
#define DRIVERS_CARD_OWN_H

#include "drivers/ccid.h"
#include "drivers/driver.h"
#include "drivers/usb.h"

enum op { OP_NONE, OP_DRAIN, OP_SLOT, OP_OFF, OP_POWER, OP_APDU, OP_ABORT };

struct card {
	struct driver_host *host;
	struct usb *usb;
	const struct usb_facts *facts; /* NULL: no reader, or one that we cannot use */
	uint32_t slow;                 /* times the usual wait; a quirk of the reader */

	enum op op;
	struct timer poll, left;
	uint8_t power_tries, voltage, failures, extensions, polls;
	enum err sick;         /* why the card that is there cannot be powered; ERR_OK */
	bool drain, look;      /* wanted as soon as the reader is free */
	bool present, powered; /* the card, as far as we know */
	bool told_in;          /* core knows of it */
	bool fresh;            /* nothing was exchanged since power on */
	bool renew;            /* a new parser has come: it begins with a fresh card */

	uint8_t atr[CCID_MAX_ATR], atr_len;
	bool pending; /* a command waits */
	uint32_t pending_seq;
	int pending_command;
	bool owed; /* a command runs, or just ran, and its parser wants the answer */
	uint32_t owed_seq;
	struct ccid_exchange x;
};

/* What is known of the reader and the card on it, one `key value` a line; never longer than `cap`,
 * with its NUL. Without a reader only `state`. */
void card_probe_text(const struct card *c, char *ret, size_t cap);

#endif
