/* Descriptors, whole, cut and false. */
#include "firmware/guard/shape.h"
#include "tests/tap.h"
#include "tests/unit/guard/devices.h"

static enum err parse(const struct descriptors *d, struct usb_shape *s)
{
	return usb_shape_parse(d->bytes, d->len, s);
}

static void reads(void)
{
	struct descriptors d = device(0, STICK_AND_KEYBOARD, 2);
	struct usb_shape s;

	eq_int(parse(&d, &s), ERR_OK);
	eq_int(s.vendor, 0x0627);
	eq_int(s.product, 1);
	eq_int(s.kind_count, 2);
	eq_int(s.kinds[0].class, 8);
	eq_int(s.kinds[1].class, 3);
	eq_int(s.kinds[1].protocol, 1);
}

/* A device cut anywhere is none, and nothing behind the end is looked at. */
static void cut(void)
{
	struct descriptors d = device(0, STICK, 1);
	struct usb_shape s = { .vendor = 7 };
	size_t whole = d.len;
	int taken = 0;

	for (d.len = 0; d.len < whole; d.len++)
		taken += parse(&d, &s) == ERR_OK;
	eq_int(taken, 0);
	eq_int(s.vendor, 7);
}

static void spoilt(size_t at, uint8_t with)
{
	struct descriptors d = device(0, STICK, 1);
	struct usb_shape s;

	d.bytes[at] = with;
	eq_int(parse(&d, &s), ERR_BAD_DATA);
}

/* The second configuration is what a device may change to. */
static void second_configuration(void)
{
	struct descriptors d = device(0, STICK, 1), k = device(0, KEYBOARD, 1);
	struct usb_shape s;

	add(&d, k.bytes + 18, k.len - 18);
	eq_int(parse(&d, &s), ERR_BAD_DATA); /* more than it says */
	d.bytes[17] = 2;
	eq_int(parse(&d, &s), ERR_OK);
	eq_int(s.kind_count, 2);
	eq_int(s.kinds[1].class, 3);
}

int main(void)
{
	struct descriptors none = device(0, NULL, 0);
	struct usb_shape s;

	reads();
	cut();
	spoilt(0, 17);   /* a device descriptor of another length */
	spoilt(17, 2);   /* a configuration that is not there */
	spoilt(17, 0);   /* none at all */
	spoilt(18, 8);   /* too short for what it is */
	spoilt(19, 4);   /* not one */
	spoilt(20, 8);   /* it ends in itself */
	spoilt(20, 200); /* it ends behind the end */
	spoilt(27, 0);   /* a part without length */
	spoilt(27, 8);   /* an interface too short */
	spoilt(36, 99);  /* a part longer than the rest */
	spoilt(37, 2);   /* a configuration within one */
	eq_int(parse(&none, &s), ERR_BAD_DATA);
	second_configuration();
	return tap_done();
}
