/* A card on the reader: bytes in, bytes out, as ISO 7816-4 sees it. The reader knows no more
 * about a card than this. */
#ifndef TESTS_USIM_CARD_H
#define TESTS_USIM_CARD_H

#include <stddef.h>
#include <stdint.h>

#define CARD_MAX_COMMAND 65544 /* 4 header, 3 Lc, 65535 data, 2 Le */
#define CARD_MAX_ANSWER  65538 /* 65536 data, 2 status */

struct card {
	const uint8_t *atr; /* as a contactless reader makes it up: 3B 8n 80 01 ... */
	size_t atr_len;

	/* Power off and on: forgets the session. */
	void (*reset)(void *self);

	/* One command APDU. The length of the answer in ret[0..CARD_MAX_ANSWER), at least 2;
	 * 0 when the card stays mute. */
	size_t (*apdu)(void *self, const uint8_t *command, size_t len, uint8_t *ret);

	/* How long the last command keeps the card busy: its answer comes so late, and the reader
	 * sends time extensions meanwhile. NULL: no time. */
	uint32_t (*busy_ms)(void *self);
	void *self;
};

#endif
