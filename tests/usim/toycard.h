/* A card for testing readers and drivers, which answers with as many bytes as asked for.
 *
 *   00 A4 ...               SELECT: 9000
 *   00 B0 P1 P2 [Le]        READ BINARY: byte i of the answer is P2 + i
 *   00 CA P1 P2 [Le]        GET DATA: an object of P1P2 bytes, byte i is i. A short Le gets the
 *                           beginning and 61xx; the rest by GET RESPONSE (00 C0)
 *   00 D6 P1 P2 Lc data     UPDATE BINARY: 9000 when byte i is P2 + i, else 6A80
 * Class bit 10 (command chaining) collects data until the last part. Anything else is 6D00, a
 * malformed length 6700. */
#ifndef TESTS_USIM_TOYCARD_H
#define TESTS_USIM_TOYCARD_H

#include "tests/usim/card.h"

struct toycard {
	struct card card; /* give its address to the reader */
	uint8_t chained[CARD_MAX_COMMAND];
	size_t chained_len;
	size_t object_len, object_at; /* what GET RESPONSE continues */
};

void toycard_init(struct toycard *t);

#endif
