/* The card's end of T=1 (ISO 7816-3 11) around any simulated card, with the faults of a bad
 * contact. Blocks in, blocks out. */
#ifndef TESTS_USIM_T1END_H
#define TESTS_USIM_T1END_H

#include "tests/usim/card.h"

#include <stdbool.h>

#define T1END_MAX_BLOCK 259 /* with CRC */

/* Counts down: 1 means the next one; 0 none. */
struct t1end_faults {
	unsigned bad_check;  /* the n-th block of the card has a wrong check byte */
	unsigned lose;       /* the n-th block of the card does not arrive */
	unsigned miss;       /* the n-th block to the card does not arrive */
	unsigned hear_wrong; /* the n-th block to the card arrives garbled */
	unsigned wtx;        /* S(WTX) before the answer to the next command */
	unsigned ifs;        /* S(IFS) with this size before the answer to the next command */
	bool abort;          /* S(ABORT) after the first block of the next chain */
	bool no_ifsd;        /* S(IFS) of the reader is not answered */
	bool deaf;           /* nothing is heard until S(RESYNCH) */
};

struct t1end {
	bool crc;
	uint8_t ns, nr; /* of our next I-block; of theirs */
	uint8_t ifsd;   /* bytes of data in a block of ours */
	uint8_t asked;  /* what the S-block that is out asked for: its PCB; 0 none */
	uint8_t value;  /* and the byte in it */
	bool ran;       /* the card had the whole of a command with this block */
	struct t1end_faults faults;
	size_t command_len, answer_len, at, piece;
	uint8_t last[T1END_MAX_BLOCK], complaint[T1END_MAX_BLOCK]; /* as sent */
	size_t last_len, complaint_len;                            /* 0: not that one now */
	uint8_t command[CARD_MAX_COMMAND];
	uint8_t answer[CARD_MAX_ANSWER];
};

/* The card was powered; the faults stay. */
void t1end_reset(struct t1end *e, bool crc);

/* One block; the length of the answer in ret, or 0: silence. */
size_t t1end_block(struct t1end *e, struct card *card, const uint8_t *block, size_t len,
		   uint8_t ret[T1END_MAX_BLOCK]);

#endif
