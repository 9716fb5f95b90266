#include "drivers/scan_usb.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/scan_usb.XXXXXX";

static void at(const char *name, char out[64])
{
	snprintf(out, 64, "%s/%s", dir, name);
}

static void plug(const char *name)
{
	char path[64];

	at(name, path);
	close(open(path, O_CREAT | O_WRONLY, 0644));
}

static void pull(const char *name)
{
	char path[64];

	at(name, path);
	unlink(path);
}

static void what_comes_and_goes(void)
{
	uint64_t none = scan_usb_seen(dir), one, two;
	char path[64];

	ok(none == 0 && scan_usb_seen("/nowhere") == 0);
	plug("001/001");
	ok((one = scan_usb_seen(dir)) != 0);
	ok(scan_usb_seen(dir) == one);
	plug("001/002");
	plug("002/001");
	two = scan_usb_seen(dir);
	ok(two != one && two != 0);
	plug("001/notes");
	ok(scan_usb_seen(dir) == two);
	at("001/002", path);
	chmod(path, 0600);
	ok(scan_usb_seen(dir) != two);
	chmod(path, 0644);
	ok(scan_usb_seen(dir) == two);
	pull("001/002");
	pull("002/001");
	ok(scan_usb_seen(dir) == one);
}

static void who_is_gone(void)
{
	ok(!scan_usb_gone(dir, "epsonds:libusb:001:001"));
	ok(scan_usb_gone(dir, "epsonds:libusb:001:002"));
	ok(scan_usb_gone(dir, "genesys:libusb:003:001"));
	ok(!scan_usb_gone(dir, "libusb:001:001"));
	ok(!scan_usb_gone(dir, "fujitsu:fi-7160:1234"));
	ok(!scan_usb_gone(dir, "airscan:e0:Kiosk scanner"));
	ok(!scan_usb_gone(dir, "x:libusb:1:2"));
	ok(!scan_usb_gone(dir, "x:libusb:../001"));
	ok(!scan_usb_gone(dir, "x:libusb:"));
	ok(!scan_usb_gone(dir, ""));
}

int main(void)
{
	char path[64];

	if (!mkdtemp(dir))
		return 1;
	at("001", path);
	ok(mkdir(path, 0755) == 0);
	at("002", path);
	ok(mkdir(path, 0755) == 0);
	what_comes_and_goes();
	who_is_gone();
	pull("001/001");
	pull("001/notes");
	rmdir(path);
	at("001", path);
	rmdir(path);
	rmdir(dir);
	return tap_done();
}
