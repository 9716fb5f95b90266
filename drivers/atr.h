/* The answer to reset of a card (ISO 7816-3 8.2), and that which a contactless reader makes up
 * for a card without contacts (PC/SC part 3, 3.1.3.2.3). No I/O. */
#ifndef DRIVERS_ATR_H
#define DRIVERS_ATR_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ATR_MAX      33
#define ATR_DEFAULT  0x11 /* Fi 372, Di 1 */
#define ATR_MAX_IFSC 254

enum atr_check { ATR_CHECK_NONE, ATR_CHECK_GOOD, ATR_CHECK_BAD };

struct atr {
	bool inverse;       /* convention: TS is 3F */
	bool contactless;   /* 3B 8n 80 01: the reader's own, of a card by ISO 14443-4 */
	bool specific;      /* TA2: speaks `first` at once, nothing is to be agreed */
	bool implicit;      /* ... at a rate that TA1 does not say */
	uint8_t rate;       /* TA1: Fi and Di, each as its index */
	uint8_t guard;      /* TC1: N */
	uint8_t wait;       /* TC2: WI of T=0 */
	uint16_t protocols; /* bit n: T=n is offered */
	uint8_t first;      /* the protocol that it speaks without PPS */
	uint8_t ifsc;       /* T=1: bytes of data that a block to the card may have */
	uint8_t bwi, cwi;   /* T=1: waiting times as exponents */
	bool crc;           /* T=1: two bytes of CRC instead of one of LRC */
	enum atr_check check;
	uint8_t history[15], history_len;
};

/* ERR_BAD_DATA: no ATR, cut short, or more than ATR_MAX bytes. A wrong check byte is no error,
 * as some readers make it up too; what stands behind the end is ignored. */
enum err atr_of(const uint8_t *bytes, size_t len, struct atr *ret);

/* Fi and Di of a rate as in TA1; 0 for an index that is reserved. */
uint16_t atr_fi(uint8_t rate);
uint8_t atr_di(uint8_t rate);

#endif
