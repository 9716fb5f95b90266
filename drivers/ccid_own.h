/* The inside of the CCID protocol: ccid.c (messages), ccid_apdu.c (exchange levels) and
 * ccid_agree.c (what is settled with a card). Drivers include ccid.h. */
#ifndef DRIVERS_CCID_OWN_H
#define DRIVERS_CCID_OWN_H

#include "drivers/ccid.h"
#include "firmware/base/buf.h"

enum {
	PC_POWER_ON = 0x62,
	PC_POWER_OFF = 0x63,
	PC_GET_SLOT = 0x65,
	PC_SET_PARAMETERS = 0x61,
	PC_GET_PARAMETERS = 0x6c,
	PC_XFR_BLOCK = 0x6f,
	PC_ABORT = 0x72,
	RDR_DATA_BLOCK = 0x80,
	RDR_SLOT_STATUS = 0x81,
	RDR_PARAMETERS = 0x82,
	RDR_NOTIFY = 0x50,
	RDR_HARDWARE = 0x51,
};

/* A new command, and one more message of it. param and level: bytes 7, 8 and 9. */
void ccid_begin(struct ccid_exchange *x, enum ccid_task task, uint8_t awaited);
void ccid_message(struct ccid_exchange *x, uint8_t type, uint8_t param, uint16_t level);
void ccid_add(struct ccid_exchange *x, const uint8_t *bytes, size_t len);

/* To the answer; false when it gets too long. */
bool ccid_append(struct ccid_exchange *x, const uint8_t *bytes, size_t len);
enum ccid_next ccid_fail(struct ccid_exchange *x, enum err why);

/* One block to the card at TPDU level, which may take `wait` times longer (0: the usual). */
enum ccid_next ccid_send_block(struct ccid_exchange *x, const uint8_t *block, size_t len,
			       uint8_t wait);

/* What came for a task; `last`: byte 9 of the message. And when the reader says that it failed,
 * with `error`, although the card is there. */
enum ccid_next ccid_apdu_took(struct ccid_exchange *x, uint8_t last, struct reader *data);
enum ccid_next ccid_apdu_lost(struct ccid_exchange *x, uint8_t error, enum err why);
enum ccid_next ccid_agree_took(struct ccid_exchange *x, uint8_t last, struct reader *data);
enum ccid_next ccid_agree_lost(struct ccid_exchange *x, uint8_t error);

#endif
