/* What a technician is told about the reader and the card on it. */
#include "drivers/card_own.h"

#include <stdarg.h>
#include <stdio.h>

struct text {
	char *at;
	size_t left;
};

static void __attribute__((format(printf, 3, 4)))
line(struct text *t, const char *key, const char *format, ...)
{
	char value[256];
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof value, format, args);
	va_end(args);
	int n = snprintf(t->at, t->left, "%s %s\n", key, value);
	if (n < 0 || (size_t)n >= t->left) {
		*t->at = '\0'; /* whole lines only */
		t->left = 0;
		return;
	}
	t->at += n;
	t->left -= (size_t)n;
}

static void card_lines(struct text *t, const struct card *c)
{
	char hex[2 * CCID_MAX_ATR + 1] = "";

	line(t, "slot", "%s", !c->present ? "empty" : c->powered ? "card" : "card, not powered");
	if (!c->powered)
		return;
	for (size_t i = 0; i < c->atr_len; i++)
		snprintf(hex + 2 * i, 3, "%02X", c->atr[i]);
	line(t, "atr", "%s", hex);
}

void card_probe_text(const struct card *c, char *ret, size_t cap)
{
	struct text t = { ret, cap };

	*ret = '\0';
	line(&t, "state", "%s", err_name(c->host->state));
	if (!c->facts)
		return;
	const struct usb_iface *i = &c->facts->ifaces[c->facts->chosen];
	line(&t, "model", "%s", c->facts->model);
	line(&t, "ids", "%04x:%04x", c->facts->vendor, c->facts->product);
	line(&t, "interface", "%u", i->number);
	line(&t, "level", "%s",
	     c->x.reader.level == CCID_EXTENDED_APDU ? "extended APDU" : "short APDU");
	line(&t, "max_message", "%u", c->x.reader.max_message);
	line(&t, "max_answer", "%u", ccid_max_answer(&c->x));
	card_lines(&t, c);
}
