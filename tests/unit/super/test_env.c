#include "firmware/super/env.h"
#include "tests/tap.h"

#include <stdlib.h>

static struct host host = { .config_path = "/tmp/kiosk.conf", .config_fd = -1, .clock_fd = -1 };
static struct env env;

static bool has(enum role r, const char *entry)
{
	if (env_fill(&env, &host, r) != ERR_OK)
		return false;
	for (char **v = env.list; *v; v++)
		if (strcmp(*v, entry) == 0)
			return true;
	return false;
}

static void real(void)
{
	ok(has(ROLE_CORE, "KIOSK_SUPER_FD=3"));
	ok(has(ROLE_CORE, "KIOSK_CONF=/tmp/kiosk.conf"));
	ok(!has(ROLE_CORE, "KIOSK_CLOCK_FD=5"));
	ok(!has(ROLE_CORE, "KIOSK_CONF_FD=4"));
	host.config_fd = 7;
	ok(has(ROLE_CORE, "KIOSK_CONF_FD=4"));
	ok(has(ROLE_SYNC, "KIOSK_CONF_FD=4"));
	ok(!has(ROLE_PARSE, "KIOSK_CONF_FD=4")); /* where hostile bytes are, there is nothing */
	ok(!has(ROLE_UI, "KIOSK_CONF_FD=4"));
	host.config_fd = -1;
	ok(!has(ROLE_CORE, "SECRET=1"));
	ok(!has(ROLE_CARD, "LD_PRELOAD=evil.so"));
	ok(!has(ROLE_SYNC, "KIOSK_TEST_X=1"));
	ok(!has(ROLE_SCAN, "SANE_CONFIG_DIR=/tmp/sane"));
	ok(has(ROLE_UI, "DISPLAY=:9"));
	ok(!has(ROLE_CORE, "DISPLAY=:9"));
	ok(has(ROLE_SYNC, "KIOSK_DEBUG=1"));
}

static void simulated(void)
{
	host.sim = true;
	host.clock_fd = 9;
	host.world = "/tmp/world";
	snprintf(host.sim_dir, sizeof host.sim_dir, "/tmp/sim");
	for (enum role r = ROLE_CORE; r <= ROLE_SYNC; r++) {
		bool usb = role_row(r)->usb;

		printf("# %s\n", role_name(r));
		ok(has(r, "KIOSK_CLOCK_FD=5"));
		ok(has(r, "KIOSK_SIM=/tmp/sim"));
		ok(has(r, "KIOSK_TEST_X=1"));
		ok(has(r, "LD_PRELOAD=libumockdev-preload.so.0") == usb);
		ok(has(r, "UMOCKDEV_DIR=/tmp/world") == usb);
		ok(has(r, "SANE_CONFIG_DIR=/tmp/sane") == (r == ROLE_SCAN));
		ok(!has(r, "LD_PRELOAD=evil.so"));
		ok(!has(r, "NOTIFY_SOCKET=/run/x"));
	}
}

static void too_much(void)
{
	char name[32];

	for (int i = 0; i < ENV_MAX; i++) {
		snprintf(name, sizeof name, "KIOSK_TEST_%d", i);
		setenv(name, "1", 1);
	}
	eq_int(env_fill(&env, &host, ROLE_UI), ERR_NO_SPACE);
}

int main(void)
{
	clearenv();
	setenv("SECRET", "1", 1);
	setenv("LD_PRELOAD", "evil.so", 1);
	setenv("KIOSK_TEST_X", "1", 1);
	setenv("KIOSK_DEBUG", "1", 1);
	setenv("SANE_CONFIG_DIR", "/tmp/sane", 1);
	setenv("DISPLAY", ":9", 1);
	setenv("NOTIFY_SOCKET", "/run/x", 1);
	real();
	simulated();
	too_much();
	return tap_done();
}
