/* A CCID reader (USB CCID 1.1) with a card on it, at every exchange level and with the habits and
 * faults that readers have. Unless told otherwise its descriptors are those of an OMNIKEY 5022
 * (076B:5022), so that libccid knows it, and the card comes without contacts.
 *
 * At extended level messages longer than the reader's maximum are chained both ways; at TPDU level
 * the card's end of T=1 or T=0 is played around the card. */
#ifndef TESTS_USIM_CCID_H
#define TESTS_USIM_CCID_H

#include "tests/usim/card.h"
#include "tests/usim/t0end.h"
#include "tests/usim/t1end.h"
#include "tests/usim/usb.h"

#define CCID_MAX_MESSAGE  1034 /* dwMaxCCIDMessageLength, extended; 271 for others */
#define CCID_LONGEST      (10 + 65544)
#define CCID_CONFIG_BYTES (9 + 2 * (9 + 54 + 3 * 7))

enum ccid_level { CCID_SHORT, CCID_EXTENDED, CCID_TPDU_T1, CCID_TPDU_T0, CCID_CHARACTERS };
enum ccid_zlp { CCID_ZLP_WHERE_DUE, CCID_ZLP_NEVER, CCID_ZLP_ALWAYS };

/* What kind of reader. */
struct ccid_spec {
	enum ccid_level level;
	uint32_t max_message;
	uint16_t vendor, product;
	bool no_notify;   /* without interrupt endpoint */
	bool contact;     /* a card with contacts, T=0 and T=1 offered; the host does PPS */
	bool crc;         /* its T=1 checks by CRC */
	bool two_readers; /* interface 0: another reader, for ever empty; ours is interface 1 */
	bool two_slots;   /* slot 0 has a SAM; ours is slot 1 */
	bool stale;       /* a notification of something long past waits when it is plugged in */
	uint8_t volts;    /* 1..3: the host picks, and only that works; 0: the reader picks */
	enum ccid_zlp zlp;
};

/* "LEVEL[,WORD...]": extended, short, t1, t0, characters; max=N, ids=VVVV:PPPP, no-notify, contact,
 * crc, two-readers, two-slots, stale, volts=1..3, zlp=never|always. False: not understood. */
bool ccid_spec_of(const char *text, struct ccid_spec *ret);

struct ccid {
	struct usb_dev usb;
	struct ccid_spec spec;
	struct usb_model model; /* made from the spec */
	uint8_t device_desc[18], config_desc[CCID_CONFIG_BYTES];
	struct card *card; /* NULL: none on the reader; the caller's */
	bool powered, sam_powered;
	uint8_t card_rate, reader_rate; /* as TA1: by PPS, by SetParameters */
	uint8_t protocol;               /* of the card */

	/* Faults and habits, set by the control lines at any time. Those that count down: 1 is the
	 * next one, 0 none. */
	bool mute;            /* the card does not answer: bError FE */
	bool broken;          /* hardware error, FB, to everything that concerns the card */
	unsigned wait_more;   /* time extensions sent before each answer of the card */
	uint32_t slow_ms;     /* every answer comes this late */
	uint32_t first_ms;    /* the first status after plugging in comes this late */
	unsigned leaves_at;   /* the n-th command from now finds the card gone; 0: none does */
	unsigned apdus;       /* exchanged since the start */
	unsigned power_fails; /* so many power-ons fail, FE */
	unsigned error_at;    /* the n-th block fails with `error` */
	uint8_t error;
	unsigned hang_at;   /* the n-th block is not answered at all */
	unsigned old;       /* old frames before every answer */
	unsigned twice;     /* every answer comes again so many times */
	bool no_pps;        /* the card does not answer to PPS */
	unsigned no_status; /* so many GetSlotStatus stay without an answer */
	struct t1end t1;
	struct t0end t0;
	uint32_t busy_ms;  /* what is sent now comes so late: the card is at work */
	unsigned commands; /* messages from the host since the start */

	bool side; /* the message came to the second interface */
	bool status_told;
	uint8_t message[CCID_LONGEST]; /* being received */
	size_t message_len;
	uint8_t command[CARD_MAX_COMMAND]; /* collected from a chain */
	size_t command_len;
	uint8_t answer[CARD_MAX_ANSWER];
	size_t answer_len, answer_at;
};

void ccid_init(struct ccid *c, enum ccid_level level);

/* Another reader from now on; while it is not plugged in, or before anybody has seen it. The card
 * stays, faults go. */
void ccid_be(struct ccid *c, const struct ccid_spec *spec);

/* Lays the card on the reader, or takes it away (NULL). NotifySlotChange goes out when the
 * presence changes. */
void ccid_insert(struct ccid *c, struct card *card);

/* The reader's own circuit fails, and says so (RDR_to_PC_HardwareError), or is well again. */
void ccid_break(struct ccid *c, bool broken);

/* A hand comes: no faults any more. */
void ccid_mend(struct ccid *c);

/* The descriptors of a spec; ccid.c gives the model its functions. */
void ccid_describe(struct ccid *c);

#endif
