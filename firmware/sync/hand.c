#include "firmware/sync/hand.h"

#include <stdio.h>

static void say_setting(void *data, unsigned line, const char *what)
{
	if (line > 0)
		fprintf(stderr, "kiosk-sync: %s:%u: %s\n", (const char *)data, line, what);
	else
		fprintf(stderr, "kiosk-sync: %s: %s\n", (const char *)data, what);
}

enum err hand_open(struct hand_line *l)
{
	const char *path = config_path();
	char why[256] = "";
	enum err e = config_load(path, &l->config, say_setting, (void *)(uintptr_t)path);

	if (e == ERR_OK)
		e = clock_init(&l->clock);
	if (e == ERR_OK)
		e = loop_create(&l->clock, &l->loop);
	if (e == ERR_OK)
		e = http_create(l->loop, &l->config, &l->http, why);
	if (e != ERR_OK)
		fprintf(stderr, "kiosk-sync: %s. %s\n", err_text(e), why);
	return e;
}

void hand_close(struct hand_line *l)
{
	http_destroy(l->http);
	loop_destroy(l->loop);
}

const char *hand_advice(enum err e)
{
	switch (e) {
	case ERR_OFFLINE:
		return "look at the cable, the router and province_url in kiosk.conf";
	case ERR_TIMEOUT:
		return "something takes the connection and does not answer: ask the province";
	case ERR_FORGED:
		return "compare tls_ca, tls_cert and tls_key with what the province gave you, and "
		       "the "
		       "date of this kiosk";
	case ERR_WRONG_CLOCK:
		return "set the clock of this kiosk: by it, today's certificates are not valid";
	case ERR_BAD_DATA:
		return "that is not the province: a WiFi log-in page, a proxy, or a wrong port";
	default:
		return "ask the province";
	}
}
