#include "tests/tap.h"
#include "tests/unit/usim/host.h"
#include "tests/usim/image.h"
#include "tests/usim/printer.h"

#include <stdlib.h>
#include <unistd.h>

#define STATUS_BYTES 4

static char dir[] = "/tmp/test_printer.XXXXXX";

static struct printer *printer_new(void)
{
	struct printer *p = malloc(sizeof *p);

	printer_init(p, dir);
	return p;
}

static void printer_free(struct printer *p)
{
	printer_finish(p);
	free(p);
}

static int put(struct printer *p, const char *bytes, size_t len)
{
	return host_move(&p->usb, 0x01, (void *)bytes, len);
}

#define PUT(p, text) put(p, text, sizeof(text) - 1)

/* The one byte that DLE EOT n gives, or a negative status. */
static int real_time(struct printer *p, char n)
{
	char c[3] = { 0x10, 0x04, n };
	uint8_t b[64];
	int r = put(p, c, 3);

	if (r != 3)
		return r;
	r = host_move(&p->usb, 0x82, b, sizeof b);
	return r == 1 ? b[0] : -ETIMEDOUT;
}

/* A raster of `lines` lines, each 72 bytes of 0xF0. */
static size_t raster(char *to, unsigned lines)
{
	memcpy(to, "\x1dv0\0\x48\0", 6);
	to[6] = (char)lines;
	to[7] = (char)(lines >> 8);
	memset(to + 8, 0xF0, lines * 72);
	return 8 + lines * 72;
}

static void a_receipt_becomes_a_picture(void)
{
	struct printer *p = printer_new();
	static char strip[8 + 100 * 72];
	struct image i = { 0 };

	PUT(p, "\x1b@");
	put(p, strip, raster(strip, 100));
	ok(!printer_is_idle(p)); /* printed, but not cut */
	PUT(p, "\x1b"
	       "d\2\x1dV\x42\5");
	ok(printer_is_idle(p));
	eq_int(p->receipts, 1);
	ok(strstr(p->last, "/receipt-001.png") != NULL);
	eq_int(image_load(p->last, &i), ERR_OK);
	eq_int(i.width, 576);
	eq_int(i.height, 120 + 100 + 60 + 5);
	eq_int(i.pixels[3 * 0 + 3 * 576 * 119], 255);
	eq_int(i.pixels[3 * 0 + 3 * 576 * 120], 0);   /* first dots of the raster: black */
	eq_int(i.pixels[3 * 4 + 3 * 576 * 219], 255); /* 0xF0: then white */
	eq_int(i.pixels[3 * 0 + 3 * 576 * 220], 255);
	image_finish(&i);
	unlink(p->last);
	printer_free(p);
}

static void cutting_at_once_leaves_the_end_inside(void)
{
	struct printer *p = printer_new();
	static char strip[8 + 200 * 72];
	struct image i = { 0 };

	put(p, strip, raster(strip, 200));
	PUT(p, "\x1dV\1");
	eq_int(image_load(p->last, &i), ERR_OK);
	eq_int(i.height, 200);   /* 120 blank, 80 printed; 120 printed lines are still inside */
	ok(!printer_is_idle(p)); /* and will be on top of the next receipt */
	image_finish(&i);
	unlink(p->last);
	printer_free(p);
}

static void status_bits(void)
{
	static const struct {
		enum printer_state bit;
		int n, want;
	} rows[] = {
		{ PRINTER_COVER, 1, 0x1A },     { PRINTER_COVER, 2, 0x16 },
		{ PRINTER_PAPER_END, 2, 0x32 }, { PRINTER_PAPER_END, 4, 0x72 },
		{ PRINTER_NEAR_END, 4, 0x1E },  { PRINTER_NEAR_END, 1, 0x12 },
		{ PRINTER_JAM, 3, 0x16 },       { PRINTER_CUTTER, 3, 0x1A },
		{ PRINTER_BROKEN, 3, 0x32 },    { PRINTER_HOT, 3, 0x52 },
		{ PRINTER_HOT, 2, 0x52 },
	};
	struct printer *p = printer_new();

	for (char n = 1; n <= 4; n++)
		eq_int(real_time(p, n), 0x12);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		printer_set(p, rows[i].bit, true);
		eq_int(real_time(p, (char)rows[i].n), rows[i].want);
		printer_set(p, rows[i].bit, false);
		eq_int(real_time(p, (char)rows[i].n), 0x12);
	}
	printer_free(p);
}

static void status_comes_by_itself(void)
{
	struct printer *p = printer_new();
	uint8_t b[64];

	PUT(p, "\x1d"
	       "a\xff");
	eq_int(host_move(&p->usb, 0x82, b, 64), STATUS_BYTES);
	ok(memcmp(b, "\x10\0\0\0", 4) == 0);
	printer_set(p, PRINTER_NEAR_END, true);
	eq_int(host_move(&p->usb, 0x82, b, 64), STATUS_BYTES);
	ok(memcmp(b, "\x10\0\3\0", 4) == 0);
	printer_set(p, PRINTER_NEAR_END, true); /* no change */
	eq_int(host_move(&p->usb, 0x82, b, 64), -ETIMEDOUT);
	printer_set(p, PRINTER_COVER, true);
	eq_int(host_move(&p->usb, 0x82, b, 64), STATUS_BYTES);
	ok(memcmp(b, "\x38\0\3\0", 4) == 0);
	printer_set(p, PRINTER_COVER, false);
	eq_int(host_move(&p->usb, 0x82, b, 64), STATUS_BYTES);
	PUT(p, "\x1d"
	       "a\0\x1dr\1");
	eq_int(host_move(&p->usb, 0x82, b, 64), 1); /* GS r 1 */
	eq_int(b[0], 3);
	printer_free(p);
}

static void paper_ends_in_the_middle(void)
{
	struct printer *p = printer_new();
	static char strip[8 + 128 * 72];
	size_t len = raster(strip, 128);
	struct urb u;

	printer_paper_left(p, 50);
	eq_int(host_submit(&p->usb, &u, 0x01, strip, len), HOST_PENDING);
	ok(u.actual >= 8 + 50 * 72 && u.actual < 8 + 50 * 72 + 64);
	eq_int(p->paper.lines, 120 + 50);
	/* the host gives up, and asks; the answer is no part of the raster */
	usb_cancel(&p->usb, &u);
	eq_int(real_time(p, 4), 0x72);
	eq_int(p->paper.lines, 120 + 50);
	static const uint8_t port_status[8] = { 0xA1, 1, 0, 0, 0, 0, 1, 0 };
	uint8_t b;
	eq_int(host_control(&p->usb, port_status, &b, 1), 1);
	eq_int(b, 0x30);
	static const uint8_t soft_reset[8] = { 0x21, 2, 0, 0, 0, 0, 0, 0 };
	eq_int(host_control(&p->usb, soft_reset, NULL, 0), 0);
	printer_set(p, PRINTER_PAPER_END, false);
	eq_int(p->torn, 1); /* the unfinished piece was torn out */
	unlink(p->last);
	ok(printer_is_idle(p));
	eq_int(put(p, strip, len), (int)len);
	eq_int(p->paper.lines, 120 + 128);
	printer_free(p);
}

static void it_goes_on_where_it_stopped(void)
{
	struct printer *p = printer_new();
	static char strip[8 + 128 * 72];
	size_t len = raster(strip, 128);
	struct urb u;

	printer_set(p, PRINTER_COVER, true);
	eq_int(host_submit(&p->usb, &u, 0x01, strip, len), HOST_PENDING);
	eq_int(u.actual, 0);
	printer_set(p, PRINTER_COVER, false);
	ok(!u.owner);
	eq_int(u.actual, len);
	eq_int(p->paper.lines, 120 + 128);
	printer_free(p);
}

static void the_plug_is_pulled_in_the_middle(void)
{
	struct printer *p = printer_new();
	static char strip[8 + 128 * 72];
	size_t len = raster(strip, 128);
	struct urb u;

	printer_unplug_after(p, 40);
	eq_int(host_submit(&p->usb, &u, 0x01, strip, len), HOST_PENDING);
	ok(p->unplug_now);
	eq_int(p->paper.lines, 120 + 40);
	usb_unplug(&p->usb);
	eq_int(u.status, -ESHUTDOWN);
	usb_plug(&p->usb);
	ok(!printer_is_stopped(p));
	ok(!printer_is_idle(p)); /* the piece still hangs out */
	printer_tear(p);
	ok(printer_is_idle(p));
	eq_int(p->torn, 1);
	printer_tear(p); /* nothing is left to tear */
	eq_int(p->torn, 1);
	unlink(p->last);
	printer_free(p);
}

static void commands_inside_a_raster_are_dots(void)
{
	struct printer *p = printer_new();
	uint8_t b[8];

	PUT(p, "\x1dv0\0\3\0\2\0");
	eq_int(real_time(p, 4), -ETIMEDOUT); /* one line of three bytes */
	eq_int(p->paper.lines, 121);
	PUT(p, "\x1dV\1");
	eq_int(p->receipts, 0);
	eq_int(p->paper.lines, 122);
	eq_int(host_move(&p->usb, 0x82, b, 8), -ETIMEDOUT);
	eq_int(real_time(p, 4), 0x12);
	printer_free(p);
}

static void unknown_commands_leave_letters(void)
{
	struct printer *p = printer_new();

	PUT(p, "\x1br\1");
	eq_int(p->escpos.text_len, 1);
	eq_int(p->escpos.text[0], 'r');
	PUT(p, "\n");
	ok(p->paper.ink);
	ok(!printer_is_idle(p));
	printer_free(p);
}

static void the_blade_sticks_once(void)
{
	struct printer *p = printer_new();

	p->cutter_fails = true;
	PUT(p, "\x1dV\x42\0");
	eq_int(p->receipts, 0);
	eq_int(real_time(p, 3), 0x1A);
	eq_int(PUT(p, "\n"), -ETIMEDOUT);
	PUT(p, "\x10\5\2");
	eq_int(real_time(p, 3), 0x12);
	PUT(p, "\x1dV\x42\0");
	eq_int(p->receipts, 1);
	unlink(p->last);
	printer_free(p);
}

int main(void)
{
	ok(mkdtemp(dir) != NULL);
	a_receipt_becomes_a_picture();
	cutting_at_once_leaves_the_end_inside();
	status_bits();
	status_comes_by_itself();
	paper_ends_in_the_middle();
	it_goes_on_where_it_stopped();
	the_plug_is_pulled_in_the_middle();
	commands_inside_a_raster_are_dots();
	unknown_commands_leave_letters();
	the_blade_sticks_once();
	eq_int(rmdir(dir), 0);
	return tap_done();
}
