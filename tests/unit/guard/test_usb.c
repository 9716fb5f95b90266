/* A played sysfs: who is let in, what udev and staff hear of it. */
#include "firmware/guard/bits.h"
#include "firmware/guard/sysfs.h"
#include "firmware/guard/tell.h"
#include "firmware/guard/usb.h"
#include "tests/tap.h"
#include "tests/unit/guard/devices.h"

#include <ftw.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PCI "devices/pci0000:00/0000:00:04.0/usb1"

static char top[] = "/tmp/test_guard.XXXXXX";
static char ports[64], run[64], said[256];
static struct guard_paths at;

static const char *under(const char *name)
{
	static char path[400];

	snprintf(path, sizeof path, "%s/%s", top, name);
	return path;
}

static void put(const char *name, const void *bytes, size_t len)
{
	char path[400];

	snprintf(path, sizeof path, "%s/%s", top, name);
	for (char *p = path + sizeof top; (p = strchr(p, '/')) != NULL; *p++ = '/') {
		*p = '\0';
		(void)mkdir(path, 0755);
	}
	FILE *f = fopen(path, "w");
	ok(f && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

static void text(const char *name, const char *what)
{
	put(name, what, strlen(what));
}

/* One is plugged in; what udev is told is in `said`. */
static int plug(const char *dir, struct descriptors d)
{
	char name[200];
	FILE *out = fmemopen(said, sizeof said, "w");

	snprintf(name, sizeof name, "%s/descriptors", dir);
	put(name, d.bytes, d.len);
	snprintf(name, sizeof name, "%s/authorized", dir);
	text(name, "0");
	memset(said, 0, sizeof said);
	int code = guard_usb(under(dir), &at, out);
	fclose(out);
	return code;
}

static bool is_in(const char *dir)
{
	char value[8] = "", path[300];

	snprintf(path, sizeof path, "%s/%s", top, dir);
	return sysfs_text(path, "authorized", value, sizeof value) == ERR_OK && value[0] == '1';
}

static unsigned told(const char *words)
{
	static char all[20000];
	size_t len = 0;
	unsigned n = 0;

	if (sysfs_bytes(run, "trouble", (uint8_t *)all, sizeof all - 1, &len) != ERR_OK)
		return 0;
	all[len] = '\0';
	for (const char *p = all; (p = strstr(p, words)) != NULL; p++)
		n++;
	return n;
}

static void at_the_door(void)
{
	eq_int(plug(PCI "/1-7", device(0, STICK, 1)), 0);
	ok(is_in(PCI "/1-7"));
	eq_str(said, "KIOSK_PORT=stick\n");
	eq_int(told("USB_REFUSED"), 0);

	eq_int(plug(PCI "/1-7", device(0, KEYBOARD, 1)), 0);
	ok(!is_in(PCI "/1-7"));
	eq_str(said, "");
	eq_int(told("USB_REFUSED port 7 (stick): a keyboard"), 1);
	eq_int(plug(PCI "/1-7", device(0, KEYBOARD, 1)), 0);
	eq_int(told("USB_REFUSED"), 1); /* once */

	eq_int(plug(PCI "/1-7", device(0, STICK_AND_KEYBOARD, 2)), 0);
	ok(!is_in(PCI "/1-7"));
	eq_int(told("2 interfaces"), 1);

	eq_int(plug(PCI "/1-4", device(0, STICK, 1)), 0);
	ok(!is_in(PCI "/1-4"));
	eq_int(told("port 4 (not in use): a memory stick"), 1);

	eq_int(plug(PCI "/1-5", device(9, HUB, 1)), 0);
	ok(is_in(PCI "/1-5"));
	eq_str(said, "KIOSK_PORT=hub\n");
	eq_int(plug(PCI "/1-5/1-5.3", device(0, KEYBOARD, 1)), 0);
	ok(is_in(PCI "/1-5/1-5.3"));
	eq_int(plug(PCI "/1-5/1-5.4", device(0, KEYBOARD, 1)), 0);
	ok(!is_in(PCI "/1-5/1-5.4"));

	struct descriptors d = device(0, STICK, 1);
	d.len--;
	eq_int(plug(PCI "/1-7", d), 0);
	ok(!is_in(PCI "/1-7"));
	eq_int(told("does not say plainly"), 1);
	eq_int(plug("devices/platform/dummy_hcd.0/usb9/9-7", device(0, STICK, 1)), 0);
	ok(!is_in("devices/platform/dummy_hcd.0/usb9/9-7"));
	eq_int(guard_usb(under(PCI "/1-8"), &at, stdout), 1); /* pulled out again */
	eq_int(guard_usb("/sys/devices/nothing", &at, stdout), 1);
}

/* A disk's node is asked for with the whole path, and says nothing of itself. */
static void behind_a_port(void)
{
	static const struct {
		const char *path, *said;
	} CASES[] = {
		{ PCI "/1-7/1-7:1.0/host2/target2:0:0/2:0:0:0/block/sdb/sdb1",
		  "KIOSK_PORT=stick\n" },
		{ PCI "/1-7", "KIOSK_PORT=stick\n" },
		{ PCI "/1-4/1-4:1.0/host2/target2:0:0/2:0:0:0/block/sdb", "" },
		{ "devices/pci0000:00/0000:00:04.0/ata1/host0/target0:0:0/0:0:0:0/block/sda", "" },
	};

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		FILE *out = fmemopen(said, sizeof said, "w");

		memset(said, 0, sizeof said);
		eq_int(guard_port(under(CASES[i].path), &at, out), CASES[i].said[0] ? 0 : 1);
		fclose(out);
		eq_str(said, CASES[i].said);
	}
}

/* A list that is not right lets nobody in. */
static void bad_list(void)
{
	text("ports", "stick 7 08/06/50\nkeypad\n");
	eq_int(plug(PCI "/1-7", device(0, STICK, 1)), 1);
	ok(!is_in(PCI "/1-7"));
}

static const char *input(const char *port, const char *key, const char *abs)
{
	char dir[200], name[300];
	FILE *out = fmemopen(said, sizeof said, "w");

	snprintf(dir, sizeof dir, PCI "/%s/%s:1.0/0003:0627:0001.0001/input/input3", port, port);
	snprintf(name, sizeof name, "%s/capabilities/key", dir);
	text(name, key);
	snprintf(name, sizeof name, "%s/capabilities/abs", dir);
	text(name, abs);
	snprintf(name, sizeof name, "%s/event3", dir);
	memset(said, 0, sizeof said);
	eq_int(guard_input(under(name), &at, out), 0);
	fclose(out);
	return said;
}

static void hands(void)
{
	static const char KEYS[] =
		"1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe\n";
	static const char BUTTONS[] = "70000 0 0 0 0\n";

	eq_str(input("1-1", BUTTONS, "3\n"), "KIOSK_INPUT=touch\n");
	eq_str(input("1-1", "400 0 0 0 0 0\n", "260800000000003\n"), "KIOSK_INPUT=touch\n");
	eq_int(told("keyboard in it"), 0);
	eq_str(input("1-1", KEYS, "3\n"), "");
	eq_int(told("keyboard in it"), 1);
	eq_str(input("1-1", BUTTONS, "0\n"), ""); /* a mouse that moves by steps */
	eq_str(input("1-6", KEYS, "0\n"), "KIOSK_INPUT=keypad\n");
	eq_str(input("1-6", BUTTONS, "3\n"), "");
	eq_str(input("1-7", KEYS, "0\n"), "");
	eq_str(input("1-5.3", KEYS, "0\n"), "");
}

static void bits(void)
{
	ok(bits_any("1", 0, 0));
	ok(!bits_any("2", 0, 0));
	ok(bits_any("1 0", 64, 64));
	ok(!bits_any("1 0", 0, 63));
	ok(!bits_any("1 0", 128, 200));
	ok(!bits_any("", 0, 300));
	ok(!bits_any("fffx", 0, 3));
}

/* A stranger who plugs in one thing after the other fills no file. */
static void flood(void)
{
	char words[64];

	for (int i = 0; i < 100; i++) {
		snprintf(words, sizeof words, "thing %d", i);
		tell_refused(run, words);
	}
	eq_int(told("USB_REFUSED"), TELL_MAX);
}

static int gone(const char *path, const struct stat *st, int flag, struct FTW *w)
{
	(void)st, (void)flag, (void)w;
	return remove(path);
}

int main(void)
{
	ok(mkdtemp(top) != NULL);
	snprintf(ports, sizeof ports, "%s/ports", top);
	snprintf(run, sizeof run, "%s", top);
	at = (struct guard_paths){ ports, run };
	text("ports", "touch 1 03/*/*\nkeypad 6 03/*/*\nstick 7 08/06/50\ncode 5.3 03/*/*\n");
	text(PCI "/speed", "480\n");
	at_the_door();
	behind_a_port();
	hands();
	bits();
	flood();
	bad_list();
	nftw(top, gone, 8, FTW_DEPTH | FTW_PHYS);
	return tap_done();
}
