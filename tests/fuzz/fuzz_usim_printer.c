/* zone: usim */
#include "firmware/base/buf.h"
#include "tests/usim/printer.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void done(struct urb *u)
{
	u->owner = NULL;
}

/* Each piece: a state to change, a length, and so many bytes for the bulk endpoint. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	struct printer *p = malloc(sizeof *p);

	if (!p)
		return 0;
	printer_init(p, "/nowhere"); /* pictures are not wanted */
	while (r.left) {
		uint8_t state = get_u8(&r), n = get_u8(&r);
		struct reader piece = get_part(&r, n < r.left ? n : r.left);
		struct urb u = { .type = URB_BULK,
				 .endpoint = 1,
				 .data = (uint8_t *)piece.at,
				 .len = piece.left,
				 .owner = &u,
				 .done = done };

		printer_set(p, (enum printer_state)(1 << state % 7), state & 0x80);
		usb_submit(&p->usb, &u);
		if (u.owner)
			usb_cancel(&p->usb, &u);
		if (p->held_len > sizeof p->held || p->escpos.text_len > sizeof p->escpos.text)
			abort();
	}
	printer_finish(p);
	free(p);
	return 0;
}
