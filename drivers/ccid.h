/* The CCID protocol as bytes in, decisions out (USB-IF "Device Class: Smart Card CCID" 1.1).
 * One slot of one reader, one command at a time. No I/O: the driver sends what `out` holds, reads
 * what ccid_take() wants, and looks at the end.
 *
 *     ccid_apdu(x, command, len);
 *     send x->out;  next = ccid_take(x, what was read)  until CCID_DONE or CCID_FAILED
 *
 * What one APDU costs, in messages each way:
 *     extended APDU   1, and 1 for every max_message - 10 bytes beyond the first, each way
 *     short APDU      1, and 1 for every 256 bytes more that are fetched, 255 that are sent
 *     TPDU, T=1       1, and 1 for every block (254 bytes, or what card and reader take) more
 *     TPDU, T=0       as short APDU, and 1 when a command with data has an answer */
#ifndef DRIVERS_CCID_H
#define DRIVERS_CCID_H

#include "drivers/apdu.h"
#include "drivers/atr.h"
#include "drivers/t0.h"
#include "drivers/t1.h"
#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CCID_HEAD        10
#define CCID_MAX_COMMAND APDU_MAX_COMMAND
#define CCID_MAX_ANSWER  APDU_MAX_ANSWER
#define CCID_MAX_MESSAGE (CCID_HEAD + CCID_MAX_COMMAND)
#define CCID_DESCRIPTOR  54
#define CCID_MAX_STRAYS  16 /* foreign or empty messages passed over before one answer */

enum ccid_level { CCID_SHORT_APDU, CCID_EXTENDED_APDU, CCID_TPDU, CCID_CHARACTER };

/* bits of dwFeatures, 5.1 */
enum ccid_feature {
	CCID_AUTO_PARAMETERS = 0x02, /* from the ATR */
	CCID_AUTO_ACTIVATION = 0x04,
	CCID_AUTO_VOLTAGE = 0x08,
	CCID_AUTO_CLOCK = 0x10,
	CCID_AUTO_RATE = 0x20,
	CCID_AUTO_AGREE = 0x40, /* parameters and PPS, in its own way */
	CCID_AUTO_PPS = 0x80,   /* PPS when the parameters are set */
	CCID_AUTO_IFSD = 0x400,
};

struct ccid_reader {
	enum ccid_level level;
	uint32_t max_message; /* bytes of one message, head included */
	bool picks_voltage;
	bool unchained;   /* takes extended APDUs of one message only; by its quirk */
	uint8_t voltages; /* bits 0..2: 5 V, 3 V, 1.8 V */
	uint8_t slots;
	uint32_t features, protocols; /* protocols: bit n, T=n */
	uint32_t clock_khz, max_rate; /* bit/s; of cards with contacts */
	uint32_t max_ifsd;
};

/* What the class descriptor says. ERR_BAD_DATA: malformed. Level CCID_CHARACTER is for the caller
 * to refuse: nothing here speaks it. */
enum err ccid_reader_of(const uint8_t *bytes, size_t len, struct ccid_reader *ret);

/* "extended APDU" ...; static. */
const char *ccid_level_name(enum ccid_level level);

enum ccid_card { CCID_ACTIVE, CCID_INACTIVE, CCID_ABSENT, CCID_UNKNOWN };

enum ccid_next {
	CCID_READ,   /* read `want` bytes more; when `patience` is set, anew and that much longer */
	CCID_SEND,   /* send `out`; `patience` as above */
	CCID_DONE,   /* `answer` and `card` are set */
	CCID_FAILED, /* `why` and `card` are set; drain the pipe before the next command */
};

enum ccid_task { CCID_PLAIN, CCID_APDU, CCID_AGREE };

/* What is settled with a card after power on, in this order; bits. */
enum ccid_agree { AGREE_ASK = 1, AGREE_PPS = 2, AGREE_SET = 4, AGREE_SIZE = 8 };

struct ccid_exchange {
	struct ccid_reader reader;
	uint8_t slot;
	uint8_t seq;
	uint8_t patience; /* the card asked for that many times the usual wait; 0: it did not */
	enum ccid_card card;
	enum err why;
	uint8_t error; /* bError of the last message that failed */
	size_t want;

	uint8_t awaited; /* type of the message that answers */
	enum ccid_task task;
	uint8_t strays;
	size_t sent; /* of `command`, in whole parts */
	struct apdu apdu;

	struct atr atr;   /* of the card that was powered last; protocols 0: not understood */
	uint8_t protocol; /* spoken with the card: 0 or 1 */
	uint8_t rate;     /* agreed, as TA1 */
	bool cautious;    /* agree on nothing that can be left as it is */
	uint8_t agree;    /* what is still to be settled */
	struct t0 t0;
	struct t1 t1;

	size_t command_len, answer_len, out_len, in_len;
	uint8_t command[CCID_MAX_COMMAND];
	uint8_t answer[CCID_MAX_ANSWER];
	uint8_t out[CCID_MAX_MESSAGE];
	uint8_t in[CCID_MAX_MESSAGE];
};

/* Bytes of the longest answer to one APDU that reader and card bring: 258, where lengths have one
 * byte; with a card that is powered and agreed with. */
uint32_t ccid_max_answer(const struct ccid_exchange *x);

/* Begin a command: `out` holds its first message. */
void ccid_ask_slot(struct ccid_exchange *x);
void ccid_ask_parameters(struct ccid_exchange *x);
void ccid_power_on(struct ccid_exchange *x, uint8_t voltage); /* 0 reader picks, 1..3 as above */
void ccid_power_off(struct ccid_exchange *x);

/* After power on, with the ATR in `answer`: takes it in and begins to settle with the card what
 * the reader leaves to us: protocol and speed, T=1 block size. False: there is nothing to do, and
 * APDUs may begin. ERR_CARD_MUTE as `why` of the failure: power it again, with `cautious` set. */
bool ccid_agree(struct ccid_exchange *x);

/* ERR_NO_SPACE: the reader cannot carry a command this long. ERR_BAD_DATA: not an APDU. */
enum err ccid_apdu(struct ccid_exchange *x, const uint8_t *command, size_t len);

/* Gives up the command that runs; goes with the control request ABORT of the same number. */
void ccid_abort(struct ccid_exchange *x);

/* Forgets what was exchanged; not while a command runs. */
void ccid_wipe(struct ccid_exchange *x);

/* What to do with `len` bytes that were read. */
enum ccid_next ccid_take(struct ccid_exchange *x, const uint8_t *bytes, size_t len);

/* A message of the interrupt endpoint: true when the slots should be asked how they are.
 * *ret_absent is set when it says that `slot` is empty. */
bool ccid_event(const uint8_t *bytes, size_t len, uint8_t slot, bool *ret_absent);

#endif
