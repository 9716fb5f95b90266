/* The way to a card: command APDU in, answer APDU out, as ISO 7816-4 sees them. In the kiosk it
 * leads to the reader driver, in tests into a simulated card or a recorded conversation. Who
 * stands behind it does length juggling (61xx, 6Cxx of short readers), so an answer is whole. */
#ifndef PARSE_CHIP_LINE_H
#define PARSE_CHIP_LINE_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define LINE_MAX_COMMAND 4096  /* we never send more: the longest is a key of 4096 bits */
#define LINE_MAX_ANSWER  65538 /* 65536 data, 2 status */

struct line {
	/* *ret_len bytes in ret[0..cap), at least 2. ERR_NO_CARD: it was taken away; ERR_CARD_MUTE,
	 * ERR_GONE (the reader), ERR_TIMEOUT; ERR_NO_SPACE: the answer is longer than cap. */
	enum err (*exchange)(void *data, const uint8_t *command, size_t len, uint8_t *ret,
			     size_t cap, size_t *ret_len);
	void *data;
	uint32_t max_answer; /* data bytes and status the reader can bring: 258, or more */

	/* Optional: powers the card off and on, so that it forgets its session. Errors as above. */
	enum err (*reset)(void *data);
};

#endif
