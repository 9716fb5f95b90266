/* A contactless CCID reader with one slot (USB CCID 1.1), at short or extended APDU level.
 * Its descriptors are those of an OMNIKEY 5022 (076B:5022), so that libccid knows it.
 *
 * Messages longer than the reader's maximum are chained both ways at extended level. */
#ifndef TESTS_USIM_CCID_H
#define TESTS_USIM_CCID_H

#include "tests/usim/card.h"
#include "tests/usim/usb.h"

#define CCID_MAX_MESSAGE 1034 /* dwMaxCCIDMessageLength, extended; 271 for short */

enum ccid_level { CCID_SHORT, CCID_EXTENDED };

struct ccid {
	struct usb_dev usb;
	enum ccid_level level;
	struct card *card; /* NULL: none on the reader; the caller's */
	bool powered;

	/* Faults and habits, set by the control lines at any time. */
	bool mute;          /* the card does not answer: bError FE */
	bool broken;        /* hardware error, FB, to everything that concerns the card */
	unsigned wait_more; /* time extensions sent before each answer of the card */
	uint32_t slow_ms;   /* every answer comes this late */
	unsigned leaves_at; /* the n-th command from now finds the card gone; 0: none does */
	unsigned apdus;     /* exchanged since the start */

	uint32_t busy_ms; /* what is sent now comes so late: the card is at work */

	uint8_t message[10 + CARD_MAX_COMMAND]; /* being received */
	size_t message_len;
	uint8_t command[CARD_MAX_COMMAND]; /* collected from a chain */
	size_t command_len;
	uint8_t answer[CARD_MAX_ANSWER];
	size_t answer_len, answer_at;
};

void ccid_init(struct ccid *c, enum ccid_level level);

/* Lays the card on the reader, or takes it away (NULL). NotifySlotChange goes out when the
 * presence changes. */
void ccid_insert(struct ccid *c, struct card *card);

/* The reader's own circuit fails, and says so (RDR_to_PC_HardwareError), or is well again. */
void ccid_break(struct ccid *c, bool broken);

#endif
