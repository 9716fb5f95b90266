#include "tests/tap.h"
#include "tests/unit/usim/host.h"
#include "tests/usim/code.h"

static void a_long_code_is_joined(void)
{
	struct code c;
	uint8_t r[64], text[130], got[130];
	size_t n = 0;

	for (int i = 0; i < 130; i++)
		text[i] = (uint8_t)(i + 1);
	code_init(&c);
	code_scan(&c, text, sizeof text);
	for (int i = 0; i < 3; i++) {
		eq_int(host_move(&c.usb, 0x81, r, sizeof r), 64);
		eq_int(r[0], 2);
		eq_int(r[63], i < 2);
		eq_int(r[1], i < 2 ? 56 : 18);
		memcpy(got + n, r + 5, r[1]);
		n += r[1];
	}
	ok(n == sizeof text && memcmp(got, text, n) == 0);
	eq_int(host_move(&c.usb, 0x81, r, sizeof r), -ETIMEDOUT);
	usb_finish(&c.usb);
}

static void exactly_one_report(void)
{
	struct code c;
	uint8_t r[64], text[56] = { 'x' };

	code_init(&c);
	code_scan(&c, text, sizeof text);
	eq_int(host_move(&c.usb, 0x81, r, sizeof r), 64);
	ok(r[1] == 56 && r[63] == 0);
	eq_int(host_move(&c.usb, 0x81, r, sizeof r), -ETIMEDOUT);
	usb_finish(&c.usb);
}

static void report_descriptor(void)
{
	static const uint8_t get[8] = { 0x81, 6, 0, 0x22, 0, 0, 255, 0 };
	struct code c;
	uint8_t b[255];

	code_init(&c);
	int n = host_control(&c.usb, get, b, sizeof b);
	ok(n > 4 && b[0] == 0x05 && b[1] == 0x8C && b[n - 1] == 0xC0);
	eq_int(c.usb.model->config_desc[9 + 9 + 7], n); /* as the HID descriptor says */
	usb_finish(&c.usb);
}

int main(void)
{
	a_long_code_is_joined();
	exactly_one_report();
	report_descriptor();
	return tap_done();
}
