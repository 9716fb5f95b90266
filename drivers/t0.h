/* Commands in pieces of at most 255 bytes: T=0 itself, whose procedure bytes the reader minds,
 * and readers of short APDU level (ISO 7816-3 12.2, 7816-4 5.1.1). No I/O.
 *
 *   61xx  the rest is fetched by GET RESPONSE
 *   9000  at T=0, to a command with data that wants some back: GET RESPONSE shows whether any are
 *         there (case 4S.2)
 *   6Cxx  the command is sent again with that length
 *   data of more than 255 bytes: at T=0 by ENVELOPE, closed by an empty one (7816-4 7.6.2);
 *         else by command chaining, class bit 10
 *   more than 256 bytes wanted: 256 are asked for, and a card that has more says 61xx
 *
 *     next = t0_begin(t, &apdu, ...);
 *     while T0_SEND: exchange t->out, next = t0_take(t, answer);
 *     after each t0_take() t->part is the next piece of the answer, its status word at the end */
#ifndef DRIVERS_T0_H
#define DRIVERS_T0_H

#include "drivers/apdu.h"
#include <stdbool.h>

#define T0_MAX_BLOCK   261
#define T0_MAX_FETCHES 1024

enum t0_next { T0_SEND, T0_DONE, T0_FAILED };

struct t0 {
	struct apdu command; /* the caller's bytes; they stay until the end */
	bool tpdu;           /* T=0; else short APDU */
	bool corrected;      /* the length was corrected by 6Cxx, once for each command */
	bool guessed;        /* 9000 alone: whether there are data is asked by GET RESPONSE */
	bool closed;         /* the empty ENVELOPE was sent, or none is needed */
	uint16_t fetches;
	size_t most;      /* data bytes of one piece */
	size_t most_back; /* of one answer */
	size_t at, total; /* of what is sent in pieces: data, or the whole APDU in envelopes */
	size_t got;       /* bytes of data that have come */
	uint8_t out[T0_MAX_BLOCK];
	size_t out_len;
	const uint8_t *part; /* in the bytes given to t0_take() */
	size_t part_len;
};

/* `most`: bytes that one exchange may have, 7 to T0_MAX_BLOCK. Always T0_SEND. */
enum t0_next t0_begin(struct t0 *t, const struct apdu *a, bool tpdu, size_t most);

/* T0_FAILED: no status word, or it would go round for ever. */
enum t0_next t0_take(struct t0 *t, const uint8_t *bytes, size_t len);

#endif
