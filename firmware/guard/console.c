#include "firmware/guard/console.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <linux/kd.h>
#include <linux/vt.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

int guard_console(const char *tty)
{
	static const struct {
		unsigned long call, value;
		const char *what;
	} STEPS[] = {
		{ VT_LOCKSWITCH, 1, "changing screens" },
		{ KDSKBMODE, K_OFF, "keys" },
		{ KDSETMODE, KD_GRAPHICS, "drawing" },
	};
	AUTO_FD fd = open(tty, O_RDWR | O_NOCTTY | O_CLOEXEC);
	int bad = 0;

	if (fd < 0 && (errno == ENOENT || errno == ENXIO || errno == ENODEV))
		return 0;
	for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
		if (fd >= 0 && ioctl(fd, STEPS[i].call, STEPS[i].value) == 0)
			continue;
		fprintf(stderr, "kiosk-console: %s: %s: %s\n", tty, STEPS[i].what, strerror(errno));
		bad = 1;
	}
	return bad;
}
