/* The driver of the officers' signing token. Unlike a USB device it cannot be waited for: the
 * module is asked every few seconds, and its calls take as long as they take. Nobody but an officer
 * who signs waits for this program. */
#include "drivers/driver.h"
#include "drivers/token.h"
#include "firmware/base/arena.h"
#include "firmware/base/log.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_MS 3000

struct driven {
	struct driver_host *host;
	struct token *token; /* NULL: no module is configured, or it does not start */
	struct timer look;
};

static void look(void *data)
{
	struct driven *d = data;
	char model[64];

	driver_status(d->host, token_look(d->token, model), false, model);
	timer_set(d->host->loop, &d->look, LOOK_MS, look, d);
}

static enum err start(struct driver_host *h, void **ret_self)
{
	struct driven *d = calloc(1, sizeof *d);

	if (!d)
		return ERR_NO_MEMORY;
	d->host = h;
	*ret_self = d;
	if (h->token_module[0] && token_open(h->token_module, &d->token) != ERR_OK)
		log_line(LOG_ERROR, "token.module", "path=%s why=\"it cannot be loaded\"",
			 h->token_module);
	if (d->token)
		look(d);
	else
		driver_status(h, ERR_NO_TOKEN, false, "");
	return ERR_OK;
}

static void tell_cert(struct driven *d)
{
	struct msg m = { .type = MSG_TOKEN_CERT };
	char model[64];
	enum err e = d->token ? token_look(d->token, model) : ERR_NO_TOKEN;

	if (e == ERR_OK)
		e = token_cert(d->token, &m.token_cert);
	m.token_cert.why = (uint8_t)e;
	d->host->tell(d->host->data, ROLE_CORE, &m);
}

static void sign(struct driven *d, struct msg_token_sign *order)
{
	struct msg m = { .type = MSG_TOKEN_SIGNED,
			 .token_signed = { .job = order->job, .why = ERR_NO_TOKEN } };

	if (d->token)
		token_sign(d->token, order, &m.token_signed);
	explicit_bzero(order->pin, sizeof order->pin);
	stack_wipe();
	log_line(LOG_INFO, "token.signed", "result=%s", err_name(m.token_signed.why));
	d->host->tell(d->host->data, ROLE_CORE, &m);
}

static void message(void *self, enum role from, struct msg *m)
{
	struct driven *d = self;

	if (from != ROLE_CORE)
		return;
	if (m->type == MSG_TOKEN_ASK)
		tell_cert(d);
	else if (m->type == MSG_TOKEN_SIGN)
		sign(d, &m->token_sign);
}

static void stop(void *self)
{
	struct driven *d = self;

	if (!d)
		return;
	timer_stop(d->host->loop, &d->look);
	token_close(d->token);
	free(d);
}

const struct driver TOKEN_P11 = {
	.name = "token_p11", .role = ROLE_TOKEN, .start = start, .message = message, .stop = stop
};
