/* The inside of the chip reader's driver: card_ccid.c (what is done when, and what is told),
 * card_link.c (one operation through the reader) and card_probe.c (what a technician is told). */
#ifndef DRIVERS_CARD_OWN_H
#define DRIVERS_CARD_OWN_H

#include "drivers/ccid.h"
#include "drivers/driver.h"
#include "drivers/usb.h"

#define CARD_STATUS_TIMES 8 /* round trips of the probe */
#define CARD_MAX_SPEEDS   16
#define CARD_MAX_SLOTS    8

enum op {
	OP_NONE,
	OP_DRAIN,
	OP_SLOT,
	OP_OFF,
	OP_POWER,
	OP_AGREE,
	OP_APDU,
	OP_ABORT,
	OP_PROBE_CONTROL,
	OP_PROBE_PARAMETERS,
	OP_PROBE_SLOT,
};

/* What MSG_PROBE finds out beside that which is known anyway. */
struct probe {
	bool wanted;
	uint8_t step;
	uint32_t clocks_khz[CARD_MAX_SPEEDS], rates[CARD_MAX_SPEEDS]; /* as the reader lists them */
	uint8_t clock_count, rate_count;
	uint8_t parameters[7], parameters_len, protocol;
	int64_t asked_us;
	uint32_t status_us[CARD_STATUS_TIMES];
};

struct card {
	struct driver_host *host;
	struct usb *usb;
	const struct usb_facts *facts; /* NULL: no reader, or one that we cannot use */
	enum ccid_level unfit;         /* CCID_CHARACTER: there is one, of that level */

	enum op op;
	struct timer poll, left;
	uint8_t power_tries, voltage, failures, extensions, polls;
	enum err sick;         /* why the card that is there cannot be powered; ERR_OK */
	bool drain, look;      /* wanted as soon as the reader is free */
	bool present, powered; /* the card, as far as we know */
	bool told_in;          /* core knows of it */
	bool lost;             /* it failed in mid talk: core is told again when it answers */
	bool fresh;            /* nothing was exchanged since power on */
	bool renew;            /* a new parser has come: it begins with a fresh card */
	bool shelve;           /* this card is not the one that we wait for: power it off */
	uint8_t aside, mute;   /* bit n: the card in slot n was shelved; as it does not answer */

	uint8_t atr[ATR_MAX], atr_len;
	bool pending; /* a command waits */
	uint32_t pending_seq;
	int pending_command;
	bool owed; /* a command runs, or just ran, and its parser wants the answer */
	uint32_t owed_seq;
	int nothing; /* an empty memory, ready for answers without bytes */
	struct probe probe;
	struct ccid_exchange x;
};

/* card_link.c: one operation at a time; each ends with card_ended(). */
void card_send(struct card *c);       /* what x->out holds, and reads until it is done */
void card_drain(struct card *c);      /* reads what nobody waits for */
void card_left_soon(struct card *c);  /* the card was seen leaving: its APDU gets little time */
void card_event_next(struct card *c); /* waits for the next message of the interrupt endpoint */

/* Which usb_*() call has failed at once: when the device is gone, gone() says so soon. */
void card_begun(struct card *c, enum err e);

/* card_ccid.c, called by card_link.c: the operation c->op is over; the parser is told why. */
void card_ended(struct card *c, enum err e);
void card_answer(struct card *c, enum err why);
void card_noticed(struct card *c, bool absent);

/* card_probe.c: begins the next step, or tells core and returns false. And the end of a step. */
bool card_probe_next(struct card *c);
void card_probe_ended(struct card *c, enum op op, enum err e);

/* Tells core what is known now. */
void card_probe_tell(struct card *c);

#endif
