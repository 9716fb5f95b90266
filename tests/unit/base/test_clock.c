#include "firmware/base/clock.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static void refuses(const char *fd)
{
	struct clock c;

	setenv("KIOSK_CLOCK_FD", fd, 1);
	eq_int(clock_init(&c), ERR_BAD_CONFIG);
	ok(c.shift == NULL);
}

static void shared_page(void)
{
	struct clock_shift *shift;
	struct clock c;
	char name[16];
	int fd = memfd_create("clock", 0);

	eq_int(ftruncate(fd, 4096), 0);
	shift = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	snprintf(name, sizeof name, "%d", fd);
	setenv("KIOSK_CLOCK_FD", name, 1);
	eq_int(clock_init(&c), ERR_OK);
	int64_t mono_ms = clock_mono_ms(&c), wall_s = clock_wall_s(&c);
	shift->mono_ms = 3600000;
	shift->wall_s = 86400;
	int64_t later_ms = clock_mono_ms(&c) - mono_ms, later_s = clock_wall_s(&c) - wall_s;
	ok(later_ms >= 3600000 && later_ms < 3600000 + 10000);
	ok(later_s >= 86400 && later_s < 86400 + 10);
}

static void one_boot(void)
{
	char a[CLOCK_BOOT_CAP], b[CLOCK_BOOT_CAP];

	eq_int(clock_boot(a), ERR_OK);
	eq_int(clock_boot(b), ERR_OK);
	eq_str(a, b);
	ok(strlen(a) == 36 && strcspn(a, " \n") == 36);
}

int main(void)
{
	struct clock real = { 0 };
	struct clock c;

	unsetenv("KIOSK_CLOCK_FD");
	eq_int(clock_init(&c), ERR_OK);
	ok(c.shift == NULL);
	ok(clock_mono_ms(&real) <= clock_mono_ms(&real));
	ok(clock_wall_s(&real) >= time(NULL) - 1);
	refuses("");
	refuses("x");
	refuses("7x");
	refuses("1");   /* standard output is no clock */
	refuses("999"); /* not open */
	refuses("-1");
	int empty = memfd_create("empty", 0);
	char name[16];
	snprintf(name, sizeof name, "%d", empty);
	refuses(name);
	shared_page();
	one_boot();
	return tap_done();
}
