/* The list of ports, and what fits where. */
#include "firmware/guard/ports.h"
#include "tests/tap.h"
#include "tests/unit/guard/devices.h"

static struct ports ports;

static unsigned bad_line(const char *text)
{
	struct ports p = { .count = 77 };
	unsigned line = 0;

	if (ports_parse(text, strlen(text), &p, &line) == ERR_OK)
		return 0;
	return p.count == 77 ? line : 1000;
}

static bool takes(const char *controller, const char *chain, bool fast, struct descriptors d)
{
	struct usb_place at = { .pci = strchr(controller, ':'), .fast = fast };
	struct usb_shape s;

	snprintf(at.controller, sizeof at.controller, "%s", controller);
	snprintf(at.chain, sizeof at.chain, "%s", chain);
	const struct port *p = ports_find(&ports, &at);
	return p && usb_shape_parse(d.bytes, d.len, &s) == ERR_OK && port_takes(p, &s);
}

static void lines(void)
{
	eq_int(bad_line(""), 0);
	eq_int(bad_line("# nothing\n\n   \t\n"), 0);
	eq_int(bad_line("stick 7 08/06/50"), 0);
	eq_int(bad_line("stick 0000:00:14.0/2:3.1 08/*/* 03f0:0001 # a remark\n"), 0);
	eq_int(bad_line("stick 7\n"), 1);
	eq_int(bad_line("stick 7 1234:5678\n"), 1); /* a kind must be said */
	eq_int(bad_line("\nSTICK 7 08/06/50\n"), 2);
	eq_int(bad_line("stick 7. 08/06/50\n"), 1);
	eq_int(bad_line("stick .7 08/06/50\n"), 1);
	eq_int(bad_line("stick 7..1 08/06/50\n"), 1);
	eq_int(bad_line("stick 4:7 08/06/50\n"), 1);
	eq_int(bad_line("stick /7 08/06/50\n"), 1);
	eq_int(bad_line("stick 7 08/06\n"), 1);
	eq_int(bad_line("stick 7 08/06/50/1\n"), 1);
	eq_int(bad_line("stick 7 08/06/100\n"), 1);
	eq_int(bad_line("stick 7 08/06/-1\n"), 1);
	eq_int(bad_line("stick 7 08/06/\n"), 1);
	eq_int(bad_line("stick 7 08/06/50 123:4567\n"), 1);
	eq_int(bad_line("stick 7 08/06/50 12345678x\n"), 1);
	eq_int(bad_line("averyveryverylongname 7 08/06/50\n"), 1);
	eq_int(bad_line("stick 7 */*/* */*/* */*/* */*/* */*/* */*/* */*/* */*/* */*/*\n"), 1);
}

static void places(void)
{
	static const char TEXT[] = "touch 1 03/*/*\nstick 7 08/06/50 08/06/62\n"
				   "keypad 0000:00:1d.0/2 03/01/01 0627:0001\n"
				   "code 2:5.2 03/*/*\nprinter 3:4 07/*/*\n"
				   "card 9 */*/*\nother 10 08/*/* 1234:5678\n";
	static const char PCI[] = "0000:00:04.0";
	unsigned line;

	eq_int(ports_parse(TEXT, sizeof TEXT - 1, &ports, &line), ERR_OK);
	ok(takes(PCI, "7", false, device(0, STICK, 1)));
	ok(takes(PCI, "7", true, device(0, STICK, 1)));
	ok(!takes(PCI, "7", false, device(0, KEYBOARD, 1)));
	ok(!takes(PCI, "7", false, device(0, STICK_AND_KEYBOARD, 2)));
	ok(!takes(PCI, "7.1", false, device(0, STICK, 1)));
	ok(!takes(PCI, "8", false, device(0, STICK, 1)));
	ok(!takes("dummy_hcd.0", "7", false, device(0, STICK, 1)));
	ok(takes(PCI, "1", false, device(0, SCREEN, 1)));
	ok(takes("0000:00:1d.0", "2", false, device(0, KEYBOARD, 1)));
	ok(!takes(PCI, "2", false, device(0, KEYBOARD, 1)));
	ok(takes(PCI, "5.2", false, device(0, KEYBOARD, 1)));
	ok(!takes(PCI, "5.2", true, device(0, KEYBOARD, 1)));
	ok(!takes(PCI, "9", false, device(9, HUB, 1))); /* more ports are never meant by "any" */
	ok(!takes(PCI, "10", false, device(0, STICK, 1)));
}

static void hubs(void)
{
	struct usb_place at = { .pci = true, .chain = "5" };

	ok(ports_behind(&ports, &at));
	at.fast = true;
	ok(!ports_behind(&ports, &at));
	at = (struct usb_place){ .pci = true, .chain = "7" };
	ok(!ports_behind(&ports, &at));
	at.chain[0] = '\0';
	ok(!ports_behind(&ports, &at));
}

int main(void)
{
	lines();
	places();
	hubs();
	return tap_done();
}
