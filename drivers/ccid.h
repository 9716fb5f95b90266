/* The CCID protocol as bytes in, decisions out (USB-IF "Device Class: Smart Card CCID" 1.1).
 * One reader, slot 0, one command at a time. No I/O: the driver sends what `out` holds, reads
 * what ccid_take() wants, and looks at the end.
 *
 *     ccid_apdu(x, command, len);
 *     send x->out;  next = ccid_take(x, what was read)  until CCID_DONE or CCID_FAILED */
#ifndef DRIVERS_CCID_H
#define DRIVERS_CCID_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CCID_HEAD        10
#define CCID_MAX_COMMAND 65544 /* 4 + 3 + 65535 + 2 */
#define CCID_MAX_ANSWER  65538
#define CCID_MAX_MESSAGE (CCID_HEAD + CCID_MAX_COMMAND)
#define CCID_DESCRIPTOR  54
#define CCID_MAX_ATR     33
#define CCID_MAX_STRAYS  16 /* foreign or empty messages passed over in one exchange */

enum ccid_level { CCID_SHORT_APDU, CCID_EXTENDED_APDU };

struct ccid_exchange;

struct ccid_reader {
	enum ccid_level level;
	uint32_t max_message; /* bytes of one message, head included */
	bool picks_voltage;
	uint8_t voltages; /* bits 0..2: 5 V, 3 V, 1.8 V */
};

/* What the class descriptor says. ERR_BAD_DATA: malformed. ERR_BROKEN: a reader that exchanges
 * characters or TPDUs only, which this driver does not do. */
enum err ccid_reader_of(const uint8_t *bytes, size_t len, struct ccid_reader *ret);

/* Bytes of the longest answer to one APDU that this reader brings. */
uint32_t ccid_max_answer(const struct ccid_exchange *x);

enum ccid_card { CCID_ACTIVE, CCID_INACTIVE, CCID_ABSENT, CCID_UNKNOWN };

enum ccid_next {
	CCID_READ,   /* read `want` bytes more; when `patience` is set, anew and that much longer */
	CCID_SEND,   /* send `out` */
	CCID_DONE,   /* `answer` and `card` are set */
	CCID_FAILED, /* `why` and `card` are set; drain the pipe before the next command */
};

struct ccid_exchange {
	struct ccid_reader reader;
	uint8_t seq;
	uint8_t patience; /* the card asked for that many times the usual wait; 0: it did not */
	enum ccid_card card;
	enum err why;
	size_t want;

	uint8_t awaited;     /* type of the message that answers */
	bool apdu, get_more; /* an APDU runs; the last one sent was our GET RESPONSE */
	uint8_t strays;
	size_t sent; /* of `command`, in whole parts */
	size_t command_len, answer_len, out_len, in_len;
	uint8_t command[CCID_MAX_COMMAND];
	uint8_t answer[CCID_MAX_ANSWER];
	uint8_t out[CCID_MAX_MESSAGE];
	uint8_t in[CCID_MAX_MESSAGE];
};

/* Begin a command: `out` holds its first message. */
void ccid_ask_slot(struct ccid_exchange *x);
void ccid_power_on(struct ccid_exchange *x, uint8_t voltage); /* 0 reader picks, 1..3 as above */
void ccid_power_off(struct ccid_exchange *x);

/* ERR_NO_SPACE: the reader cannot carry a command this long. ERR_BAD_DATA: not an APDU. */
enum err ccid_apdu(struct ccid_exchange *x, const uint8_t *command, size_t len);

/* Gives up the command that runs; goes with the control request ABORT of the same number. */
void ccid_abort(struct ccid_exchange *x);

/* Forgets what was exchanged; not while a command runs. */
void ccid_wipe(struct ccid_exchange *x);

/* What to do with `len` bytes that were read. */
enum ccid_next ccid_take(struct ccid_exchange *x, const uint8_t *bytes, size_t len);

/* A message of the interrupt endpoint: true when slot 0 should be asked how it is.
 * *ret_absent is set when it says that slot 0 is empty. */
bool ccid_event(const uint8_t *bytes, size_t len, bool *ret_absent);

#endif
