/* zone: drivers */
/* What a chip reader answers: level and message size, a command, then messages of two bytes
 * length each; a message gets the right sequence number when its length is even. */
#include "drivers/ccid.h"
#include "firmware/base/buf.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void begin(struct ccid_exchange *x, uint8_t what)
{
	static const uint8_t READ[] = { 0, 0xb0, 0, 0, 0 };
	static const uint8_t LONG[3000] = { 0, 0xa4, 4, 0x0c, 0, 0x0b, 0xb1 };
	static const uint8_t ATR[] = { 0x3b, 0xf0, 0x95, 0, 0, 0x81, 0xb1, 0xfe, 0x45, 0x1f, 7 };
	bool is_long = what & 1;

	if (what % 6 == 0)
		ccid_ask_slot(x);
	else if (what % 6 == 1)
		ccid_power_on(x, 0);
	else if (what % 6 == 2)
		ccid_abort(x);
	else if (what % 6 == 3) {
		memcpy(x->answer, ATR, sizeof ATR);
		x->answer_len = sizeof ATR;
		if (!ccid_agree(x))
			ccid_power_off(x);
	} else if (ccid_apdu(x, is_long ? LONG : READ, is_long ? 3000 : 5) != ERR_OK)
		ccid_power_off(x);
}

static void check(const struct ccid_exchange *x, enum ccid_next n)
{
	if (x->out_len > x->reader.max_message || x->answer_len > sizeof x->answer ||
	    x->in_len > sizeof x->in)
		abort();
	if (n == CCID_READ && (x->want == 0 || x->want > CCID_MAX_MESSAGE))
		abort();
	if (n == CCID_FAILED && x->why == ERR_OK)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	struct ccid_exchange *x = calloc(1, sizeof *x);
	uint8_t level = get_u8(&r), message[2048];
	enum ccid_next n = CCID_READ;
	bool absent;

	if (!x)
		return 0;
	x->reader = (struct ccid_reader){ .level = (enum ccid_level)(level % 3),
					  .max_message = level & 4 ? 1034 : 64,
					  .features = level & 8 ? 0x40 : 0,
					  .clock_khz = 4000,
					  .max_rate = 400000 };
	x->protocol = level >> 4 & 1;
	t1_init(&x->t1, 254, level & 0x20, x->reader.max_message - CCID_HEAD);
	begin(x, get_u8(&r));
	while (r.left >= 2 && n != CCID_DONE && n != CCID_FAILED) {
		uint16_t size = get_u16le(&r) % sizeof message;
		size_t have = size < r.left ? size : r.left;

		memcpy(message, get_bytes(&r, have), have);
		if (have > 6 && have % 2 == 0)
			message[6] = x->seq;
		(void)ccid_event(message, have, level & 7, &absent);
		n = ccid_take(x, message, have);
		check(x, n);
	}
	free(x);
	return 0;
}
