/* zone: usim */
#include "firmware/base/buf.h"
#include "tests/usim/ccid.h"
#include "tests/usim/toycard.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void done(struct urb *u)
{
	u->owner = NULL;
}

static void transfer(struct ccid *c, uint8_t endpoint, uint8_t *bytes, size_t len)
{
	struct urb u = { .type = URB_BULK,
			 .endpoint = endpoint,
			 .data = bytes,
			 .len = len,
			 .owner = &u,
			 .done = done };

	usb_submit(&c->usb, &u);
	if (u.owner)
		usb_cancel(&c->usb, &u);
}

static void be(struct ccid *c, uint8_t kind)
{
	static const char *const KINDS[] = { "extended",
					     "short",
					     "t1",
					     "t1,contact,crc",
					     "t1,contact",
					     "t0",
					     "extended,two-slots",
					     "t1,two-readers,max=64" };
	struct ccid_spec spec;

	ccid_init(c, CCID_EXTENDED);
	if (ccid_spec_of(KINDS[kind % (sizeof KINDS / sizeof KINDS[0])], &spec))
		ccid_be(c, &spec);
	if (kind & 0x80)
		c->t1.faults = (struct t1end_faults){ .wtx = 1, .ifs = 3, .abort = true };
}

/* The first byte is the kind. Each piece: whether the card moves, a length, and a message. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	struct ccid *c = malloc(sizeof *c);
	struct toycard *t = malloc(sizeof *t);
	uint8_t answer[2048];

	if (c && t) {
		be(c, get_u8(&r));
		toycard_init(t);
		ccid_insert(c, &t->card);
		while (r.left) {
			uint8_t moves = get_u8(&r), n = get_u8(&r);
			struct reader piece = get_part(&r, n < r.left ? n : r.left);

			if (moves == 0xff)
				ccid_insert(c, c->card ? NULL : &t->card);
			transfer(c, 0x01, (uint8_t *)piece.at, piece.left);
			transfer(c, 0x82, answer, sizeof answer);
		}
		usb_finish(&c->usb);
	}
	free(c);
	free(t);
	return 0;
}
