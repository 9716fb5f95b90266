/* The card's end of T=0 (ISO 7816-3 10, 12.2) around any simulated card. What a command answers is
 * held until it is fetched: 61xx after data, 6Cxx when less is there than was asked for. */
#ifndef TESTS_USIM_T0END_H
#define TESTS_USIM_T0END_H

#include "tests/usim/card.h"

#include <stdbool.h>

struct t0end {
	bool silent_61;      /* a habit: 9000 alone where there are data to fetch */
	uint8_t held_for[4]; /* the command that was told 6Cxx */
	bool told;
	bool ran;            /* the card had the whole of a command with this TPDU */
	size_t held_len, at; /* of the answer, status word included */
	size_t envelope_len;
	uint8_t held[CARD_MAX_ANSWER];
	uint8_t envelope[CARD_MAX_COMMAND];
	uint8_t command[CARD_MAX_COMMAND];
};

void t0end_reset(struct t0end *e);

/* One TPDU, header and data; the length of the answer in ret[0..258), or 0: silence. */
size_t t0end_tpdu(struct t0end *e, struct card *card, const uint8_t *tpdu, size_t len,
		  uint8_t *ret);

#endif
