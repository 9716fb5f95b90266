#include "drivers/hand.h"
#include "drivers/scan_worker.h"

#include "firmware/base/config.h"
#include "firmware/base/log.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct hand_command *const ALL[] = { HAND_CARD, HAND_CODE, HAND_SCAN, HAND_PRINT,
						  HAND_TOKEN };
#define ALL_COUNT (sizeof ALL / sizeof ALL[0])

int hand_usage(FILE *to)
{
	fputs("kiosk-drv: one device of the kiosk. By hand:\n", to);
	for (size_t i = 0; i < ALL_COUNT; i++) {
		for (const struct hand_command *c = ALL[i]; c->name; c++)
			fprintf(to, "  kiosk-drv %-6s%s%s%s\t%s\n", role_row(c->role)->argument,
				c->name, c->name[0] ? " " : "", c->arguments, c->what);
	}
	fputs("--json makes the answer readable by a program.\n", to);
	return to == stdout ? 0 : 2;
}

/* What to do about it, for a technician. */
static const char *advice(const struct hand *h, enum err e)
{
	enum role role = h->driver->role;
	bool camera = role == ROLE_SCAN && strcmp(h->host.scanner, SCAN_NONE) == 0;

	if (camera && e == ERR_GONE)
		return "is it plugged in? /dev/v4l/by-id shows it; or it gives no frames";
	if (camera && e == ERR_DENIED)
		return "it is there, but may not be opened: the group `video`";
	if (camera && e == ERR_BROKEN)
		return "it is no camera, or has neither MJPEG, YUYV nor NV12";
	if (role == ROLE_SCAN && e == ERR_GONE)
		return "see `kiosk-drv scan list`, the setting `scanner`, and SANE's dll.conf";
	if (role == ROLE_CODE && e == ERR_BROKEN)
		return "it works as a keyboard: read the \"USB HID POS\" code in its manual with "
		       "it";
	if (role == ROLE_CARD && e == ERR_BROKEN)
		return "its hardware failed, or it exchanges single characters only, which is "
		       "not supported: `kiosk-drv card probe`";
	if (role == ROLE_TOKEN)
		return "see the setting `token_module`, and `pkcs11-tool --module FILE "
		       "--list-slots`";
	switch (e) {
	case ERR_GONE:
		return "is it plugged in and switched on? `lsusb` must show it";
	case ERR_DENIED:
		return "it is there, but may not be opened: rights of /dev/bus/usb";
	case ERR_BUSY:
		return "another program may hold it: is the kiosk running?";
	case ERR_JAM:
	case ERR_CUTTER:
		return "open the cover, take the paper out, close it; it tries again by itself";
	case ERR_BROKEN:
		return "switch it off and on; when it stays so, it needs service";
	default:
		return NULL;
	}
}

void hand_end(struct hand *h, int exit)
{
	h->exit = exit;
	loop_stop(h->host.loop);
}

void hand_fail(struct hand *h, enum err why)
{
	const char *hint = advice(h, why);

	if (h->json)
		printf("{\"error\":\"%s\"}\n", err_name(why));
	fprintf(stderr, "kiosk-drv %s: %s%s%s\n", role_row(h->driver->role)->argument,
		err_text(why), hint ? "; " : "", hint ? hint : "");
	hand_end(h, 1);
}

void hand_send(struct hand *h, enum role from, struct msg *m)
{
	h->driver->message(h->self, from, m);
	msg_finish(m);
}

void hand_json(const char *text)
{
	if (!utf8_ok(text, strlen(text)))
		text = "?";
	putchar('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20)
			printf("\\u%04x", c);
		else if (c == '"' || c == '\\')
			printf("\\%c", c);
		else
			putchar(c);
	}
	putchar('"');
}

void hand_hex(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		printf("%02X", bytes[i]);
}

static void say_status(struct hand *h, uint8_t state, bool near_end, const char *model)
{
	const char *hint = advice(h, state);

	if (h->json) {
		printf("{\"device\":\"%s\",\"state\":\"%s\",\"near_end\":%s,\"model\":",
		       role_row(h->driver->role)->argument, err_name(state),
		       near_end ? "true" : "false");
		hand_json(model);
		puts("}");
	} else {
		printf("%s: %s%s%s%s%s\n", model[0] ? model : "no device",
		       state == ERR_OK ? "ready" : err_text(state),
		       near_end ? "; the roll is near its end" : "", hint ? " (" : "",
		       hint ? hint : "", hint ? ")" : "");
	}
	fflush(stdout);
}

void hand_status(struct hand *h, const struct msg *m)
{
	/* GONE at first means: not found yet */
	if (m->type != MSG_STATUS || m->status.state == ERR_GONE)
		return;
	say_status(h, m->status.state, m->status.near_end, m->status.model);
	hand_end(h, m->status.state == ERR_OK ? 0 : 1);
}

void hand_status_late(struct hand *h)
{
	say_status(h, h->host.told ? h->host.state : ERR_GONE, h->host.near_end, h->host.model);
	hand_end(h, 1);
}

void hand_watch(struct hand *h, const struct msg *m)
{
	if (m->type == MSG_STATUS)
		say_status(h, m->status.state, m->status.near_end, m->status.model);
}

static void tell(void *data, enum role to, const struct msg *m)
{
	struct hand *h = data;

	(void)to;
	if (h->exit < 0)
		h->command->message(h, m);
}

static void on_limit(void *data)
{
	struct hand *h = data;

	if (h->command->late)
		h->command->late(h);
	else
		hand_fail(h, h->host.told && h->host.state != ERR_OK ? h->host.state : ERR_TIMEOUT);
}

void hand_limit(struct hand *h, uint32_t ms)
{
	timer_set(h->host.loop, &h->limit, ms, on_limit, h);
}

static void on_signal(void *data, short signal)
{
	(void)signal;
	hand_end(data, 0);
}

static const struct hand_command *command_of(enum role role, const char *name)
{
	for (size_t i = 0; i < ALL_COUNT; i++) {
		for (const struct hand_command *c = ALL[i]; c->name && c->role == role; c++) {
			if (strcmp(c->name, name) == 0 || !c->name[0])
				return c;
		}
	}
	return NULL;
}

/* Takes --json out, wherever it stands. */
static int take_options(struct hand *h, int argc, char **argv)
{
	int n = 0;

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			h->json = true;
		else
			argv[n++] = argv[i];
	}
	return n;
}

static enum err work(struct hand *h)
{
	static const int SIGNALS[] = { SIGINT, SIGTERM, 0 };
	enum err e = clock_init(&h->clock);

	if (e == ERR_OK)
		e = loop_create(&h->clock, &h->host.loop);
	if (e == ERR_OK)
		e = loop_signals(h->host.loop, SIGNALS, on_signal, h);
	if (e == ERR_OK && h->command->limit_ms)
		hand_limit(h, h->command->limit_ms);
	if (e == ERR_OK)
		e = h->driver->start(&h->host, &h->self);
	if (e == ERR_OK && h->exit < 0)
		e = loop_run(h->host.loop);
	h->driver->stop(h->self);
	loop_destroy(h->host.loop);
	return e;
}

int hand_run(const struct driver *d, int argc, char **argv)
{
	struct hand h = { .driver = d,
			  .exit = -1,
			  .host = { .tell = tell, .data = &h, .scanner = "", .token_module = "" } };
	struct config config;
	int n = take_options(&h, argc, argv);

	if (n > 0)
		h.command = command_of(d->role, argv[0]);
	if (!h.command)
		return hand_usage(stderr);
	int skip = h.command->name[0] ? 1 : 0;
	h.args = argv + skip;
	h.count = n - skip;
	if (h.count < h.command->min_args)
		return hand_usage(stderr);
	log_open(d->role);
	/* by hand the kiosk need not be set up; only these settings matter */
	if (config_load(config_path(), &config, NULL, NULL) == ERR_OK) {
		h.host.scanner = config.scanner;
		h.host.token_module = config.token_module;
		h.host.camera = config.camera;
		h.host.camera_dpi = (uint16_t)config.camera_dpi;
	}
	enum err e = h.command->prepare ? h.command->prepare(&h) : ERR_OK;
	if (e != ERR_OK) /* all is done, or it was said what is wrong */
		return e == ERR_CANCELLED ? h.exit : 1;
	e = work(&h);
	if (e != ERR_OK) {
		fprintf(stderr, "kiosk-drv: %s\n", err_text(e));
		return 1;
	}
	return h.exit < 0 ? 0 : h.exit;
}
