/* The touch screen for several fingers, and the stick that is a keyboard. */
#include "tests/tap.h"
#include "tests/unit/usim/host.h"
#include "tests/usim/fingers.h"
#include "tests/usim/stranger.h"

#include <string.h>

static int described(struct usb_dev *d, uint8_t *b, size_t len)
{
	const uint8_t get[8] = { 0x81, 6, 0, 0x22, 0, 0, (uint8_t)len, (uint8_t)(len >> 8) };

	return host_control(d, get, b, len);
}

static void fingers_come_and_go(void)
{
	static const uint8_t most[8] = { 0xa1, 1, 2, 3, 0, 0, 2, 0 };
	struct fingers f;
	uint8_t b[400];

	fingers_init(&f);
	int n = described(&f.usb, b, sizeof b);
	eq_int(n, f.usb.model->config_desc[25] | f.usb.model->config_desc[26] << 8);
	ok(b[0] == 0x05 && b[1] == 0x0d && b[n - 1] == 0xc0);
	eq_int(host_control(&f.usb, most, b, 2), 2);
	eq_int(b[1], FINGERS_MAX);
	fingers_put(&f, 0, 0.5, 1);
	fingers_put(&f, 3, 0, 0.25);
	fingers_lift(&f, 0);
	fingers_lift(&f, 0); /* it is not there any more: nothing to say */
	eq_int(host_move(&f.usb, 0x81, b, 64), 32);
	ok(b[0] == 1 && b[1] == 1 && b[2] == 0 && b[31] == 1);
	eq_int(b[3] | b[4] << 8, 16383);
	eq_int(b[5] | b[6] << 8, 32767);
	eq_int(host_move(&f.usb, 0x81, b, 64), 32);
	ok(b[31] == 2 && b[7] == 1 && b[8] == 3);
	eq_int(host_move(&f.usb, 0x81, b, 64), 32);
	ok(b[31] == 2 && b[1] == 0 && b[2] == 0 && b[7] == 1 && b[8] == 3);
	eq_int(host_move(&f.usb, 0x81, b, 64), -ETIMEDOUT);
	usb_unplug(&f.usb);
	usb_plug(&f.usb);
	ok(!f.at[3].down);
	usb_finish(&f.usb);
}

/* Lengths and numbers of interfaces as the configuration says. */
static void a_stranger_says_what_it_is(void)
{
	static const struct {
		int interfaces, first, last;
	} want[] = { { 1, 8, 8 }, { 1, 3, 3 }, { 2, 8, 3 } };
	struct stranger s;

	stranger_init(&s);
	ok(!s.usb.attached);
	for (int i = 0; i < 3; i++) {
		int seen = 0, last = 0;

		stranger_be(&s, (enum stranger_as)i);
		const uint8_t *c = s.usb.model->config_desc;
		eq_int(c[2], s.usb.model->config_len);
		eq_int(c[4], want[i].interfaces);
		eq_int(c[9 + 5], want[i].first);
		for (size_t at = 0; at < s.usb.model->config_len; at += c[at])
			if (c[at + 1] == 4) {
				last = c[at + 5];
				seen++;
			}
		eq_int(seen, want[i].interfaces);
		eq_int(last, want[i].last);
	}
	usb_finish(&s.usb);
}

static void a_stranger_types(void)
{
	struct stranger s;
	uint8_t b[64];

	stranger_init(&s);
	stranger_be(&s, STRANGER_KEYBOARD);
	usb_plug(&s.usb);
	eq_int(described(&s.usb, b, sizeof b), 45);
	ok(b[44] == 0xc0);
	stranger_type(&s, "B\n0");
	eq_int(host_move(&s.usb, 0x83, b, 8), 8);
	eq_int(b[2], 5);
	eq_int(host_move(&s.usb, 0x83, b, 8), 8);
	eq_int(b[2], 0);
	eq_int(host_move(&s.usb, 0x83, b, 8), 8);
	eq_int(b[2], 0x27);
	usb_finish(&s.usb);
}

int main(void)
{
	fingers_come_and_go();
	a_stranger_says_what_it_is();
	a_stranger_types();
	return tap_done();
}
