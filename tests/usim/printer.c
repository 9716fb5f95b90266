#include "tests/usim/printer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define OUT_ENDPOINT 0x01
#define IN_ENDPOINT  0x82
#define STOPS        (~(unsigned)PRINTER_NEAR_END)

static const uint8_t DEVICE_DESC[18] = {
	18, 1, 0x00, 0x02, 0, 0, 0, 64, 0xb8, 0x04, 0x02, 0x02, 0x00, 0x01, 1, 2, 3, 1,
};

static const uint8_t CONFIG_DESC[] = {
	9, 2,    32,
	0, 1,    1,
	0, 0xc0, 1, /* self powered */
	9, 4,    0,
	0, 2,    7,
	1, 2,    0, /* printer, bidirectional */
	7, 5,    OUT_ENDPOINT,
	2, 64,   0,
	0, /* bulk */
	7, 5,    IN_ENDPOINT,
	2, 64,   0,
	0,
};

static const char IEEE_1284_ID[] = "MFG:Kiosk Sim;CMD:ESC/POS;MDL:TM-SIM;CLS:PRINTER;";

bool printer_is_stopped(const struct printer *p)
{
	return p->state & STOPS || p->unplug_now;
}

bool printer_is_idle(const struct printer *p)
{
	return !printer_is_stopped(p) && p->escpos.where == ESCPOS_TEXT && !p->escpos.text_len &&
	       !p->held_len && !p->usb.out[OUT_ENDPOINT].pending && !p->paper.ink;
}

uint8_t printer_paper_bits(const struct printer *p)
{
	return (p->state & PRINTER_NEAR_END ? 0x03 : 0) | (p->state & PRINTER_PAPER_END ? 0x0C : 0);
}

static uint8_t error_bits(const struct printer *p)
{
	return (p->state & PRINTER_JAM ? 0x04 : 0) | (p->state & PRINTER_CUTTER ? 0x08 : 0) |
	       (p->state & PRINTER_BROKEN ? 0x20 : 0) | (p->state & PRINTER_HOT ? 0x40 : 0);
}

static uint8_t real_time_status(const struct printer *p, uint8_t n)
{
	switch (n) {
	case 1:
		return 0x12 | (printer_is_stopped(p) ? 0x08 : 0);
	case 2:
		return 0x12 | (p->state & PRINTER_COVER ? 0x04 : 0) |
		       (p->state & PRINTER_PAPER_END ? 0x20 : 0) | (error_bits(p) ? 0x40 : 0);
	case 3:
		return 0x12 | error_bits(p);
	default:
		return 0x12 | (p->state & PRINTER_NEAR_END ? 0x0C : 0) |
		       (p->state & PRINTER_PAPER_END ? 0x60 : 0);
	}
}

void printer_answer(struct printer *p, uint8_t byte)
{
	usb_in(&p->usb, IN_ENDPOINT, &byte, 1);
}

static void tell_status(struct printer *p, bool always)
{
	uint8_t now[4] = { 0x10, error_bits(p), printer_paper_bits(p), 0 };

	now[0] |= (printer_is_stopped(p) ? 0x08 : 0) | (p->state & PRINTER_COVER ? 0x20 : 0);
	if (!p->auto_status || (!always && memcmp(now, p->told, sizeof now) == 0))
		return;
	memcpy(p->told, now, sizeof now);
	usb_in(&p->usb, IN_ENDPOINT, now, sizeof now);
}

void printer_auto_status(struct printer *p, uint8_t n)
{
	p->auto_status = n;
	tell_status(p, true);
}

static void picture_done(struct printer *p, enum err e)
{
	if (e != ERR_OK)
		fprintf(stderr, "usim: %s: %s\n", p->last, err_text(e));
	usb_tell_changed(&p->usb);
}

void printer_tear(struct printer *p)
{
	if (!p->paper.ink)
		return;
	snprintf(p->last, sizeof p->last, "%s/torn-%03u.png", p->dir, ++p->torn);
	picture_done(p, paper_tear(&p->paper, p->last));
}

static void new_roll(struct printer *p)
{
	p->lines_left = -1;
	printer_tear(p);
}

static void set_bits(struct printer *p, unsigned bits, bool on)
{
	if (bits & PRINTER_PAPER_END && !on && p->state & PRINTER_PAPER_END)
		new_roll(p);
	p->state = on ? p->state | bits : p->state & ~bits;
	tell_status(p, false);
	usb_tell_changed(&p->usb);
}

static void count_down_plug(struct printer *p, size_t lines)
{
	if (!p->unplug_in || (p->unplug_in -= (int64_t)lines) > 0)
		return;
	p->unplug_in = 0;
	p->unplug_now = true;
	usb_tell_changed(&p->usb);
}

static void count_down(struct printer *p, size_t lines)
{
	count_down_plug(p, lines);
	if (p->lines_left < 0)
		return;
	p->lines_left -= (int64_t)lines < p->lines_left ? (int64_t)lines : p->lines_left;
	if (p->lines_left == 0)
		set_bits(p, PRINTER_PAPER_END, true);
}

void printer_feed(struct printer *p, size_t lines)
{
	paper_feed(&p->paper, lines);
	count_down(p, lines);
}

void printer_burn(struct printer *p, const uint8_t *dots, size_t len)
{
	paper_burn(&p->paper, dots, len);
	count_down(p, 1);
}

void printer_cut(struct printer *p)
{
	if (p->cutter_fails) {
		p->cutter_fails = false;
		p->blade_stuck = true;
		return set_bits(p, PRINTER_CUTTER, true);
	}
	snprintf(p->last, sizeof p->last, "%s/receipt-%03u.png", p->dir, ++p->receipts);
	picture_done(p, paper_cut(&p->paper, p->last));
}

/* What waited in the printer, then what waits on the wire. */
static void go_on(struct printer *p)
{
	uint8_t held[sizeof p->held];
	size_t n = p->held_len, i = 0;

	memcpy(held, p->held, n);
	p->held_len = 0;
	while (i < n && !printer_is_stopped(p))
		escpos_byte(p, held[i++]);
	memmove(p->held, held + i, n - i);
	p->held_len = n - i;
	if (!printer_is_stopped(p))
		usb_out_again(&p->usb, OUT_ENDPOINT);
}

void printer_set(struct printer *p, enum printer_state bit, bool on)
{
	bool was_stopped = printer_is_stopped(p);

	if (bit == PRINTER_CUTTER)
		p->blade_stuck = false;
	set_bits(p, bit, on);
	if (was_stopped && !printer_is_stopped(p))
		go_on(p);
}

void printer_paper_left(struct printer *p, int64_t lines)
{
	p->lines_left = lines;
	count_down(p, 0);
	usb_tell_changed(&p->usb);
}

void printer_unplug_after(struct printer *p, int64_t lines)
{
	p->unplug_in = lines;
}

static void forget_received(struct printer *p)
{
	escpos_reset(p);
	p->held_len = 0;
}

static void recover(struct printer *p, uint8_t how)
{
	if (how == 2)
		forget_received(p);
	if (p->blade_stuck)
		printer_set(p, PRINTER_CUTTER, false);
}

void printer_real_time(struct printer *p, const uint8_t command[3])
{
	if (command[1] == 0x04 && command[2] >= 1 && command[2] <= 4)
		printer_answer(p, real_time_status(p, command[2]));
	else if (command[1] == 0x05 && (command[2] == 1 || command[2] == 2))
		recover(p, command[2]);
}

/* True when the packet is nothing but real-time commands, and they are done. */
static bool take_real_time(struct printer *p, const uint8_t *packet, size_t len)
{
	if (!len || len % 3)
		return false;
	for (size_t i = 0; i < len; i += 3)
		if (packet[i] != 0x10 || (packet[i + 1] != 0x04 && packet[i + 1] != 0x05))
			return false;
	for (size_t i = 0; i < len; i += 3)
		printer_real_time(p, packet + i);
	return true;
}

static int out(void *self, uint8_t endpoint, const uint8_t *packet, size_t len)
{
	struct printer *p = self;
	size_t i = 0;

	if (endpoint != OUT_ENDPOINT)
		return -EPIPE;
	if (escpos_hears_real_time(p) && take_real_time(p, packet, len))
		return 0;
	if (printer_is_stopped(p))
		return -EAGAIN;
	while (i < len && !printer_is_stopped(p))
		escpos_byte(p, packet[i++]);
	p->held_len = len - i; /* at most a packet, and nothing was held: it was not stopped */
	memcpy(p->held, packet + i, p->held_len);
	return 0;
}

static int device_id(uint8_t *data, size_t len)
{
	uint8_t b[2 + sizeof IEEE_1284_ID - 1] = { 0, sizeof b };
	size_t n = sizeof b < len ? sizeof b : len;

	memcpy(b + 2, IEEE_1284_ID, sizeof IEEE_1284_ID - 1);
	memcpy(data, b, n);
	return (int)n;
}

static int port_status(const struct printer *p, uint8_t *data, size_t len)
{
	if (len < 1)
		return -EPIPE;
	data[0] = (p->state & PRINTER_PAPER_END ? 0x20 : 0) | 0x10 |
		  (printer_is_stopped(p) ? 0 : 0x08);
	return 1;
}

static int control(void *self, const uint8_t setup[8], uint8_t *data, size_t len)
{
	struct printer *p = self;

	switch (setup[0] << 8 | setup[1]) {
	case 0xA100:
		return device_id(data, len);
	case 0xA101:
		return port_status(p, data, len);
	case 0x2102: /* SOFT_RESET, USB printer class 1.1 */
	case 0x2302: /* the same, as version 1.0 has it */
		forget_received(p);
		return 0;
	default:
		return -EPIPE;
	}
}

static void reset(void *self)
{
	struct printer *p = self;

	forget_received(p);
	p->unplug_now = false;
	p->auto_status = 0;
	if (p->blade_stuck)
		printer_set(p, PRINTER_CUTTER, false);
}

static const struct usb_model MODEL = {
	.name = "printer",
	.kernel_driver = "usblp",
	.device_desc = DEVICE_DESC,
	.config_desc = CONFIG_DESC,
	.config_len = sizeof CONFIG_DESC,
	.strings = { "Kiosk Sim", "TM-SIM", "0001" },
	.control = control,
	.out = out,
	.reset = reset,
};

void printer_init(struct printer *p, const char *dir)
{
	*p = (struct printer){ .lines_left = -1 };
	snprintf(p->dir, sizeof p->dir, "%s", dir);
	usb_init(&p->usb, &MODEL, p);
	paper_init(&p->paper);
}

void printer_finish(struct printer *p)
{
	usb_finish(&p->usb);
	paper_finish(&p->paper);
}
