#include "firmware/guard/console.h"
#include "firmware/guard/usb.h"

#include <string.h>
#include <sys/stat.h>

static const char USAGE[] =
	"guard: what the board lets in. Only root and the board's own units run it.\n"
	"\n"
	"  guard usb PATH      a USB device below /sys: in, or shut out and told\n"
	"  guard input PATH    an input device below /sys: what it may be for\n"
	"  guard port PATH     the port that anything of a USB device hangs at\n"
	"  guard console TTY   keys do nothing at the kernel's own screen\n";

int main(int argc, char **argv)
{
	static const struct guard_paths PATHS = { "/usr/share/kiosk/ports", "/run/kiosk-board" };

	umask(022);
	if (argc == 3 && strcmp(argv[1], "usb") == 0)
		return guard_usb(argv[2], &PATHS, stdout);
	if (argc == 3 && strcmp(argv[1], "input") == 0)
		return guard_input(argv[2], &PATHS, stdout);
	if (argc == 3 && strcmp(argv[1], "port") == 0)
		return guard_port(argv[2], &PATHS, stdout);
	if (argc == 3 && strcmp(argv[1], "console") == 0)
		return guard_console(argv[2]);
	fputs(USAGE, stderr);
	return 2;
}
