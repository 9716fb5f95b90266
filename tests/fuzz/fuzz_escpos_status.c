/* zone: drivers */
/* What a receipt printer says about itself, while questions are open or not. */
#include "drivers/escpos.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void take(struct escpos_in *in, struct escpos_state *s, uint8_t byte, size_t i)
{
	switch (escpos_take(in, byte)) {
	case ESCPOS_REALTIME:
		escpos_realtime(s, (uint8_t)(i % 6), in->bytes[0]);
		break;
	case ESCPOS_AUTO:
		escpos_auto(s, in->bytes);
		break;
	case ESCPOS_INLINE:
		escpos_inline(s, in->bytes[0]);
		break;
	case ESCPOS_NOTHING:
		break;
	}
	if (in->have > 3)
		abort();
	/* ready means: nothing at all is wrong */
	if (escpos_fault(s) == ERR_OK &&
	    (s->offline || s->cover || s->paper_out || s->jam || s->cutter || s->broken || s->hot))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct escpos_in in = { 0 };
	struct escpos_state s = { 0 };

	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == 0xff)
			escpos_quiet(&in);
		take(&in, &s, bytes[i], i);
	}
	return 0;
}
