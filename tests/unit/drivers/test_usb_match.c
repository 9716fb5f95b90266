/* Which device is whose, by descriptors alone. */
#include "drivers/usb_match.h"
#include "tests/tap.h"

static struct usb_iface reader(uint8_t class)
{
	return (struct usb_iface){ .class = class,
				   .in = { 0x82, 64 },
				   .out = { 1, 64 },
				   .extra = { 54, 0x21 },
				   .extra_len = 54 };
}

static struct usb_facts one(struct usb_iface i)
{
	return (struct usb_facts){ .vendor = 0x1234, .product = 1, .count = 1, .ifaces = { i } };
}

static void readers(void)
{
	struct usb_facts f = one(reader(0x0b));

	ok(usb_match(ROLE_CARD, &f));
	ok(!usb_match(ROLE_PRINT, &f) && !usb_match(ROLE_CODE, &f) && !usb_match(ROLE_SCAN, &f));
	f = one(reader(0xff)); /* older ones, known by their descriptor */
	ok(usb_match(ROLE_CARD, &f));
	f.ifaces[0].extra[0] = 53;
	ok(!usb_match(ROLE_CARD, &f));
	f = one(reader(0x0b));
	f.ifaces[0].out.address = 0;
	ok(!usb_match(ROLE_CARD, &f));
	f = one(reader(0x0b));
	f.ifaces[0].protocol = 1; /* ICCD: no CCID messages */
	ok(!usb_match(ROLE_CARD, &f));
}

static void quirks(void)
{
	struct usb_facts f = one(reader(0x0b));

	f.vendor = 0x072f;
	f.product = 0x2200;
	ok(usb_match(ROLE_CARD, &f));
	eq_int(f.times, 10);
	f.product = 0x2201;
	ok(usb_match(ROLE_CARD, &f));
	eq_int(f.times, 1);
	eq_int(f.quirk, QUIRK_NONE);
	eq_int(f.slot, USB_ANY);
	f.vendor = 0x2f7c;
	f.product = 0x6007;
	ok(usb_match(ROLE_CARD, &f));
	eq_str(usb_quirk_name(f.quirk), "EXTENDED");
	f.vendor = 0x04e6;
	f.product = 0x5121;
	ok(usb_match(ROLE_CARD, &f));
	eq_int(f.slot, 1);
}

/* Several readers in one device: the row names the one without contacts. */
static void several_readers(void)
{
	struct usb_facts f = one(reader(0x0b));

	f.count = 2;
	f.ifaces[1] = reader(0x0b);
	f.ifaces[1].number = 1;
	ok(usb_match(ROLE_CARD, &f));
	eq_int(f.chosen, 0);
	f.vendor = 0x04e6;
	f.product = 0x5724;
	ok(usb_match(ROLE_CARD, &f));
	eq_int(f.chosen, 1);
	ok(!f.by_name);
	f.ifaces[1].in.address = 0; /* it is not as the row says */
	ok(usb_match(ROLE_CARD, &f));
	eq_int(f.chosen, 0);
	ok(!f.by_name);
	/* no row: their names decide */
	f.vendor = 0x1234;
	f.ifaces[1] = reader(0x0b);
	ok(usb_match(ROLE_CARD, &f));
	ok(f.by_name);
	f.count = 1;
	ok(usb_match(ROLE_CARD, &f));
	ok(!f.by_name);
}

/* As in the descriptors that libccid has collected. */
static void reader_names(void)
{
	eq_int(usb_reader_fit("ACR1252 Dual Reader PICC"), 2);
	eq_int(usb_reader_fit("OMNIKEY 5422CL Smartcard Reader"), 2);
	eq_int(usb_reader_fit("R502 Contactless Reader"), 2);
	eq_int(usb_reader_fit("Prox-DU Contactless_10500231"), 2);
	eq_int(usb_reader_fit("miniLector AIR DI v3 CLESS"), 2);
	eq_int(usb_reader_fit("uTrust 4701 F CL Reader"), 2);
	eq_int(usb_reader_fit("uTrust 4701 F Contact Reader"), 0);
	eq_int(usb_reader_fit("CLOUD 4710 F SAM Reader"), 0);
	eq_int(usb_reader_fit("R502 SAM2 Reader"), 0);
	eq_int(usb_reader_fit("OMNIKEY 5422 Smartcard Reader"), 1);
	eq_int(usb_reader_fit(""), 1);
	eq_int(usb_reader_fit("CLOUD reader"), 1);
}

static void second_interface(void)
{
	struct usb_facts f = { .count = 2 };

	f.ifaces[0] = (struct usb_iface){ .class = 3, .protocol = 1, .event = { 0x81, 8 } };
	f.ifaces[1] = reader(0x0b);
	f.ifaces[1].number = 1;
	ok(usb_match(ROLE_CARD, &f));
	eq_int(f.chosen, 1);
	eq_int(f.claim, CLAIM_ONE);
	ok(!usb_match(ROLE_CODE, &f)); /* a boot keyboard is not a scanner */
}

static void code_scanners(void)
{
	struct usb_facts f = { .count = 2 };

	f.ifaces[0] = (struct usb_iface){
		.class = 3, .subclass = 1, .protocol = 1, .event = { 0x81, 8 }
	};
	f.ifaces[1] = (struct usb_iface){ .number = 1, .class = 3, .event = { 0x82, 64 } };
	ok(usb_match(ROLE_CODE, &f));
	eq_int(f.chosen, 1);
	eq_int(f.claim, CLAIM_INPUT); /* so its keyboard is held too */
	f.count = 1;
	ok(!usb_match(ROLE_CODE, &f));
	f.vendor = 0x05e0;
	f.product = 0x1200;
	ok(usb_match(ROLE_CODE, &f));
	eq_int(f.quirk, QUIRK_KEYBOARD);
}

static void printers(void)
{
	struct usb_iface p = {
		.class = 7, .subclass = 1, .protocol = 2, .in = { 0x82, 64 }, .out = { 1, 64 }
	};
	struct usb_facts f = one(p);

	ok(usb_match(ROLE_PRINT, &f));
	f.ifaces[0].in.address = 0; /* it could never say that it has printed */
	ok(!usb_match(ROLE_PRINT, &f));
}

static void extras(void)
{
	struct usb_iface i = { .extra = { 3, 9, 9, 4, 0x21, 7, 8, 200, 0x21 }, .extra_len = 9 };
	size_t len = 0;
	const uint8_t *d = usb_extra(&i, 0x21, &len);

	ok(d && len == 4 && d[2] == 7);
	ok(!usb_extra(&i, 0x30, &len));
	i.extra[3] = 0; /* of no length: not an endless loop */
	ok(!usb_extra(&i, 0x30, &len));
}

static void texts(void)
{
	char t[64], tiny[4];
	static const uint8_t VI[] = { 12, 3, 'M', 0, 0xd9, 0x1e, 't', 0, 0x3d, 0xd8, 0x5c, 0xdc };

	usb_text(VI, sizeof VI, t, sizeof t);
	eq_str(t, "Một\xf0\x9f\x91\x9c");
	usb_text(VI, 10, t, sizeof t); /* says more than there is */
	eq_str(t, "");
	usb_text((uint8_t *)"\x06\x03\0\xd8\n\0", 6, t, sizeof t);
	eq_str(t, "?");
	usb_text((uint8_t *)"\x06\x03\n\0a\0", 6, t, sizeof t);
	eq_str(t, "?a");
	usb_text(VI, sizeof VI, tiny, sizeof tiny);
	eq_str(tiny, "M");
	usb_text(NULL, 0, t, sizeof t);
	eq_str(t, "");
}

int main(void)
{
	readers();
	quirks();
	several_readers();
	reader_names();
	second_interface();
	code_scanners();
	printers();
	extras();
	texts();
	return tap_done();
}
