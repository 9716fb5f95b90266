/* kiosk-drv NAME: one device, for the kiosk (started by the supervisor) or by hand. */
#include "drivers/driver.h"
#include "drivers/hand.h"
#include "firmware/base/child.h"
#include "firmware/base/config.h"
#include "firmware/base/log.h"
#include "firmware/base/sandbox.h"

#include <string.h>

struct program {
	struct child child;
	struct driver_host host;
	const struct driver *driver;
	void *self;
	struct config config;
};

static const struct driver *driver_by_name(const char *name)
{
	for (size_t i = 0; DRIVERS[i]; i++) {
		if (strcmp(role_row(DRIVERS[i]->role)->argument, name) == 0)
			return DRIVERS[i];
	}
	return NULL;
}

/* A parser that would wait for what cannot be told sees its socket close instead. */
static void tell(void *data, enum role to, const struct msg *m)
{
	struct program *p = data;
	enum err e = child_send(&p->child, to, m);

	if (e == ERR_OK || e == ERR_GONE)
		return;
	log_line(LOG_WARN, "drv.tell", "message=%s err=%s", msg_name(m->type), err_name(e));
	if (to != ROLE_PARSE || !child_has(&p->child, to))
		return;
	child_drop(&p->child, to);
	if (p->driver->peer)
		p->driver->peer(p->self, to, false);
}

static void on_message(void *data, enum role from, struct msg *m)
{
	struct program *p = data;

	p->driver->message(p->self, from, m);
}

static void on_peer(void *data, enum role who, bool here)
{
	struct program *p = data;

	if (who == ROLE_CORE && here)
		driver_status_again(&p->host);
	if (p->driver->peer)
		p->driver->peer(p->self, who, here);
}

/* A parser may be made by its card to say anything; that must not take the reader along. Any
 * other that talks nonsense is a reason to begin anew. */
static void on_malformed(void *data, enum role who)
{
	struct program *p = data;

	if (who != ROLE_PARSE) {
		p->child.failed = true;
		loop_stop(p->child.loop);
	} else if (p->driver->peer) {
		p->driver->peer(p->self, who, false);
	}
}

static const struct child_handlers HANDLERS = { on_message, on_peer, on_malformed };

static enum err start(struct program *p)
{
	unsigned parts;
	enum err e = child_init(&p->child, p->driver->role, &HANDLERS, p);

	if (e != ERR_OK)
		return e;
	e = config_load_logged(&p->config);
	if (e != ERR_OK)
		return e;
	/* devices live in real time, also when a test moves the clock of the kiosk */
	p->child.clock.shift = NULL;
	p->host = (struct driver_host){ .loop = p->child.loop,
					.tell = tell,
					.data = p,
					.scanner = p->config.scanner,
					.camera = p->config.camera,
					.camera_dpi = (uint16_t)p->config.camera_dpi,
					.token_module = p->config.token_module };
	e = p->driver->start(&p->host, &p->self);
	if (e == ERR_OK)
		e = sandbox_lock(p->driver->role, &parts);
	return e;
}

static int run_supervised(const struct driver *d)
{
	struct program p = { .driver = d };
	enum err e = start(&p);
	int status = 1;

	if (e == ERR_OK)
		status = child_run(&p.child);
	else
		log_line(LOG_ERROR, "drv.start", "driver=%s err=%s", d->name, err_name(e));
	d->stop(p.self);
	child_finish(&p.child);
	return status;
}

static bool asks_help(int argc, char **argv)
{
	return argc > 1 && strcmp(argv[argc - 1], "--help") == 0;
}

int main(int argc, char **argv)
{
	const struct driver *d = argc > 1 ? driver_by_name(argv[1]) : NULL;

	if (!d || asks_help(argc, argv))
		return hand_usage(asks_help(argc, argv) ? stdout : stderr);
	if (child_is_supervised())
		return run_supervised(d);
	return hand_run(d, argc - 2, argv + 2);
}
