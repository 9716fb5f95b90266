#include "firmware/super/env.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Which of our own variables go to whom; a name that ends in '_' stands for all that begin so. */
static const struct {
	const char *name;
	bool sim_only;
	enum role only; /* ROLE_COUNT: for all */
} PASSED[] = {
	{ "KIOSK_DEBUG", false, ROLE_COUNT },
	{ "LANG", false, ROLE_COUNT },
	{ "TZ", false, ROLE_COUNT },
	{ "ASAN_OPTIONS", true, ROLE_COUNT },
	{ "LSAN_OPTIONS", true, ROLE_COUNT },
	{ "UBSAN_OPTIONS", true, ROLE_COUNT },
	{ "KIOSK_TEST_", true, ROLE_COUNT },
	{ "SDL_", false, ROLE_UI },
	{ "DISPLAY", false, ROLE_UI },
	{ "WAYLAND_DISPLAY", false, ROLE_UI },
	{ "XAUTHORITY", false, ROLE_UI },
	{ "XDG_RUNTIME_DIR", false, ROLE_UI },
	{ "HOME", true, ROLE_UI },
	{ "PULSE_SERVER", true, ROLE_UI },
	{ "SANE_CONFIG_DIR", true, ROLE_SCAN },
	{ "SOFTHSM2_CONF", true, ROLE_TOKEN },
	{ "SANE_DEBUG_", true, ROLE_SCAN },
};

__attribute__((format(printf, 2, 3))) static void add(struct env *e, const char *format, ...)
{
	size_t left = sizeof e->room - e->used;
	va_list args;

	va_start(args, format);
	int n = vsnprintf(e->room + e->used, left, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= left || e->count == ENV_MAX) {
		e->full = true;
		return;
	}
	e->list[e->count++] = e->room + e->used;
	e->list[e->count] = NULL;
	e->used += (size_t)n + 1;
}

static bool is_passed(const char *variable, const struct host *h, enum role r)
{
	for (size_t i = 0; i < sizeof PASSED / sizeof *PASSED; i++) {
		const char *name = PASSED[i].name;
		size_t n = strlen(name);

		if (strncmp(variable, name, n) == 0 && (name[n - 1] == '_' || variable[n] == '=') &&
		    (h->sim || !PASSED[i].sim_only) &&
		    (PASSED[i].only == ROLE_COUNT || PASSED[i].only == r))
			return true;
	}
	return false;
}

bool env_has_config(const struct host *h, enum role r)
{
	return r == ROLE_CORE || r == ROLE_SYNC || (h->setup && r != ROLE_SETUP);
}

enum err env_fill(struct env *e, const struct host *h, enum role r)
{
	e->count = e->used = 0;
	e->full = false;
	for (char **v = environ; *v; v++)
		if (is_passed(*v, h, r))
			add(e, "%s", *v);
	add(e, "PATH=/usr/bin:/bin");
	/* a function that is bound when it is called first saves the vector registers on the stack,
	 * and with them words of a citizen who has left */
	add(e, "LD_BIND_NOW=1");
	/* tesseract's threads would spin against each other; read when libgomp is loaded */
	if (r == ROLE_PAGES)
		add(e, "OMP_THREAD_LIMIT=1");
	add(e, "KIOSK_SUPER_FD=3");
	add(e, "KIOSK_CONF=%s", h->config_path);
	if (h->config_fd >= 0 && env_has_config(h, r))
		add(e, "KIOSK_CONF_FD=4");
	if (h->clock_fd >= 0)
		add(e, "KIOSK_CLOCK_FD=5");
	if (h->sim)
		add(e, "KIOSK_SIM=%s", h->sim_dir);
	if (h->world && role_row(r)->usb) {
		add(e, "LD_PRELOAD=libumockdev-preload.so.0");
		add(e, "UMOCKDEV_DIR=%s", h->world);
	}
	return e->full ? ERR_NO_SPACE : ERR_OK;
}
