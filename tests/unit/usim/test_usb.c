#include "tests/tap.h"
#include "tests/unit/usim/host.h"

/* A device with 8-byte packets, which notes the sizes of what it gets. */
struct toy {
	struct usb_dev usb;
	int takes; /* packets, then it says not now */
	size_t sizes[16];
	int packets;
	bool stalls;
	int64_t now_ms;
};

static const uint8_t DEVICE_DESC[18] = { 18, 1, 0, 2, 0, 0, 0, 8, 1, 0, 2, 0, 0, 1, 1, 2, 0, 1 };
static const uint8_t CONFIG_DESC[] = {
	9, 2, 32, 0, 1,    1, 0, 0x80, 50, 9, 4, 0,    0, 2, 255, 0,
	0, 0, 7,  5, 0x01, 2, 8, 0,    0,  7, 5, 0x82, 2, 8, 0,   0,
};

static int toy_out(void *self, uint8_t endpoint, const uint8_t *packet, size_t len)
{
	struct toy *t = self;

	(void)endpoint, (void)packet;
	if (t->stalls)
		return -EPIPE;
	if (!t->takes)
		return -EAGAIN;
	t->takes--;
	if (t->packets < 16)
		t->sizes[t->packets++] = len;
	return 0;
}

static int toy_control(void *self, const uint8_t setup[8], uint8_t *data, size_t len)
{
	(void)self, (void)setup, (void)data, (void)len;
	return -EPIPE;
}

static const struct usb_model MODEL = {
	.name = "toy",
	.device_desc = DEVICE_DESC,
	.config_desc = CONFIG_DESC,
	.config_len = sizeof CONFIG_DESC,
	.strings = { "Maker", "Toy" },
	.control = toy_control,
	.out = toy_out,
};

static struct toy toy_new(void)
{
	return (struct toy){ .takes = 100 };
}

static void in_ends_on_short_zero_or_full(void)
{
	struct toy t = toy_new();
	uint8_t b[64];

	usb_init(&t.usb, &MODEL, &t);
	usb_in(&t.usb, 0x82, "0123456789", 10);
	eq_int(host_move(&t.usb, 0x82, b, sizeof b), 10); /* 8 + 2: short */
	usb_in(&t.usb, 0x82, "01234567", 8);
	struct urb u;
	eq_int(host_submit(&t.usb, &u, 0x82, b, sizeof b), HOST_PENDING); /* a multiple: more? */
	usb_in(&t.usb, 0x82, NULL, 0);
	eq_int(u.actual, 8);
	ok(!u.owner);
	usb_in(&t.usb, 0x82, "0123456789abcdef", 16);
	eq_int(host_move(&t.usb, 0x82, b, 8), 8); /* full */
	eq_int(host_move(&t.usb, 0x82, b, 8), 8);
	usb_finish(&t.usb);
}

static void a_packet_that_does_not_fit_is_babble(void)
{
	struct toy t = toy_new();
	uint8_t b[64];

	usb_init(&t.usb, &MODEL, &t);
	usb_in(&t.usb, 0x82, "0123456789", 10);
	eq_int(host_move(&t.usb, 0x82, b, 4), -EOVERFLOW);
	eq_int(host_move(&t.usb, 0x82, b, sizeof b), 2); /* the lost packet is lost */
	usb_finish(&t.usb);
}

static void out_comes_in_packets(void)
{
	struct toy t = toy_new();
	uint8_t b[20] = { 0 };
	struct urb u;

	usb_init(&t.usb, &MODEL, &t);
	eq_int(host_move(&t.usb, 0x01, b, 20), 20);
	eq_int(t.packets, 3);
	eq_int(t.sizes[2], 4);
	u = (struct urb){ .type = URB_BULK,
			  .endpoint = 1,
			  .data = b,
			  .len = 16,
			  .owner = &u,
			  .zero_packet = true,
			  .done = host_done };
	usb_submit(&t.usb, &u);
	eq_int(t.packets, 6); /* 8, 8, and the empty one */
	eq_int(t.sizes[5], 0);
	usb_finish(&t.usb);
}

static void what_is_not_taken_stays_with_the_transfer(void)
{
	struct toy t = toy_new();
	uint8_t b[20] = { 0 };
	struct urb u;

	usb_init(&t.usb, &MODEL, &t);
	t.takes = 1;
	eq_int(host_submit(&t.usb, &u, 0x01, b, 20), HOST_PENDING);
	eq_int(u.actual, 8);
	t.takes = 1;
	usb_out_again(&t.usb, 0x01);
	ok(u.owner);
	ok(usb_cancel(&t.usb, &u));
	eq_int(u.status, -ENOENT);
	eq_int(u.actual, 16);
	ok(!usb_cancel(&t.usb, &u));
	usb_finish(&t.usb);
}

static void a_stalled_endpoint_stays_so_until_cleared(void)
{
	struct toy t = toy_new();
	uint8_t b[4] = { 0 };

	usb_init(&t.usb, &MODEL, &t);
	t.stalls = true;
	eq_int(host_move(&t.usb, 0x01, b, 4), -EPIPE);
	t.stalls = false;
	eq_int(host_move(&t.usb, 0x01, b, 4), -EPIPE);
	usb_clear_halt(&t.usb, 0x01);
	eq_int(host_move(&t.usb, 0x01, b, 4), 4);
	usb_finish(&t.usb);
}

static void unplugging_ends_everything(void)
{
	struct toy t = toy_new();
	uint8_t b[8];
	struct urb in, out;

	usb_init(&t.usb, &MODEL, &t);
	t.takes = 0;
	eq_int(host_submit(&t.usb, &in, 0x82, b, 8), HOST_PENDING);
	eq_int(host_submit(&t.usb, &out, 0x01, b, 8), HOST_PENDING);
	usb_unplug(&t.usb);
	eq_int(in.status, -ESHUTDOWN);
	eq_int(out.status, -ESHUTDOWN);
	eq_int(host_move(&t.usb, 0x82, b, 8), -ESHUTDOWN);
	usb_in(&t.usb, 0x82, "x", 1);
	usb_plug(&t.usb);
	eq_int(host_move(&t.usb, 0x82, b, 8), -ETIMEDOUT); /* nothing was kept */
	usb_finish(&t.usb);
}

static void descriptors_and_strings(void)
{
	static const uint8_t device[8] = { 0x80, 6, 0, 1, 0, 0, 18, 0 };
	static const uint8_t product[8] = { 0x80, 6, 2, 3, 9, 4, 255, 0 };
	static const uint8_t serial[8] = { 0x80, 6, 3, 3, 9, 4, 255, 0 };
	struct toy t = toy_new();
	uint8_t b[255];

	usb_init(&t.usb, &MODEL, &t);
	eq_int(host_control(&t.usb, device, b, 8), 8); /* cut to what was asked for */
	eq_int(host_control(&t.usb, device, b, 18), 18);
	ok(memcmp(b, DEVICE_DESC, 18) == 0);
	eq_int(host_control(&t.usb, product, b, 255), 8);
	ok(memcmp(b, "\10\3T\0o\0y\0", 8) == 0);
	eq_int(host_control(&t.usb, serial, b, 255), -EPIPE);
	usb_finish(&t.usb);
}

static int64_t toy_now(void *data)
{
	return ((struct toy *)data)->now_ms;
}

static void later_is_later_and_in_order(void)
{
	struct toy t = toy_new();
	uint8_t b[8];

	usb_init(&t.usb, &MODEL, &t);
	t.usb.now_ms = toy_now;
	t.usb.now_data = &t;
	usb_in_later(&t.usb, 0x82, "b", 1, 20);
	usb_in_later(&t.usb, 0x82, "a", 1, 10);
	eq_int(usb_tick(&t.usb), 10);
	eq_int(host_move(&t.usb, 0x82, b, 8), -ETIMEDOUT);
	t.now_ms = 10;
	eq_int(usb_tick(&t.usb), 10);
	eq_int(host_move(&t.usb, 0x82, b, 8), 1);
	eq_int(b[0], 'a');
	t.now_ms = 25;
	eq_int(usb_tick(&t.usb), -1);
	eq_int(host_move(&t.usb, 0x82, b, 8), 1);
	eq_int(b[0], 'b');
	usb_finish(&t.usb);
}

int main(void)
{
	in_ends_on_short_zero_or_full();
	a_packet_that_does_not_fit_is_babble();
	out_comes_in_packets();
	what_is_not_taken_stays_with_the_transfer();
	a_stalled_endpoint_stays_so_until_cleared();
	unplugging_ends_everything();
	descriptors_and_strings();
	later_is_later_and_in_order();
	return tap_done();
}
