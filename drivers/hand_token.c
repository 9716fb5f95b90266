/* `kiosk-drv token COMMAND`. */
#include "drivers/hand.h"

#include <stdio.h>
#include <time.h>

enum { STATUS_MS = 20000 };

static void say_cert(struct hand *h, const struct msg_token_cert *c)
{
	char until[24] = "";
	time_t t = c->until_s;
	struct tm tm;

	if (gmtime_r(&t, &tm))
		strftime(until, sizeof until, "%Y-%m-%d", &tm);
	if (h->json) {
		printf("{\"holder\":");
		hand_json(c->holder);
		printf(",\"key\":\"%s\",\"until\":\"%s\",\"pin_locked\":%s}\n",
		       c->key ? "EC" : "RSA", until, c->left ? "false" : "true");
	} else {
		printf("%s, %s key, valid until %s%s\n", c->holder, c->key ? "EC" : "RSA", until,
		       c->left == 0   ? ", its PIN is locked"
		       : c->left == 1 ? ", one try of its PIN is left"
				      : "");
	}
	hand_end(h, 0);
}

/* Who could sign: asked as soon as the driver says that there is a token. */
static void on_who(struct hand *h, const struct msg *m)
{
	struct msg ask = { .type = MSG_TOKEN_ASK };

	if (m->type == MSG_TOKEN_CERT && m->token_cert.why == ERR_OK)
		say_cert(h, &m->token_cert);
	else if (m->type == MSG_TOKEN_CERT)
		hand_fail(h, m->token_cert.why);
	else if (m->type == MSG_STATUS && m->status.state == ERR_OK)
		hand_send(h, ROLE_CORE, &ask);
}

const struct hand_command HAND_TOKEN[] = {
	{ ROLE_TOKEN, "status", "[--json]", "is there a token to sign with", 0, STATUS_MS, NULL,
	  hand_status, hand_status_late },
	{ ROLE_TOKEN, "who", "[--json]", "whose certificate it holds", 0, STATUS_MS, NULL, on_who,
	  NULL },
	{ 0 },
};
