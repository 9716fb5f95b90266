/* zone: drivers */
/* T=1: the first bytes are the size of the command, IFSC and options; then blocks, each with its
 * length before it: 0 is none at all, 255 one with wrong parity; a block of even length gets the
 * right check bytes. It ends, whatever the card sends. */
#include "drivers/t1.h"
#include "firmware/base/buf.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static enum t1_next block(struct t1 *t, struct reader *r)
{
	uint8_t n = get_u8(r), b[T1_MAX_BLOCK] = { 0 };
	size_t have = n < r->left ? n : r->left;

	if (n == 0 || n == 255)
		return t1_lost(t, n == 255);
	memcpy(b, get_bytes(r, have), have);
	if (have >= 4 && have % 2 == 0) {
		b[0] = 0;
		b[2] = (uint8_t)(have - 4);
		b[have - 1] = 0;
		for (size_t i = 0; i + 1 < have; i++)
			b[have - 1] ^= b[i];
	}
	return t1_take(t, b, have);
}

static void check(const struct t1 *t, enum t1_next n)
{
	if (n == T1_SEND && (t->out_len < 4 || t->out_len > t->most))
		abort();
	if (t->sent > t->len || t->part_len > T1_MAX_INF)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const uint8_t COMMAND[1024];
	struct reader r = reader_of(bytes, len);
	struct t1 t;
	size_t size = get_u16be(&r) % sizeof COMMAND + 1;
	uint8_t ifsc = get_u8(&r) % T1_MAX_INF + 1, options = get_u8(&r);

	t1_init(&t, ifsc, options & 1, options & 2 ? 54 : 261);
	enum t1_next n = options & 4 ? t1_size(&t, 254) : t1_send(&t, COMMAND, size);
	check(&t, n);
	while (n == T1_SEND && r.left > 0) {
		n = block(&t, &r);
		check(&t, n);
	}
	for (int i = 0; n == T1_SEND; i++) {
		if (i > 2 * T1_TRIES + 2)
			abort(); /* a silent card is given up */
		n = t1_lost(&t, false);
	}
	return 0;
}
