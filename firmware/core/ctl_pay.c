#include "firmware/core/ctl_pay.h"

#include "firmware/core/core.h"
#include "firmware/core/vietqr.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAX_TROUBLES 100

static void say_troubles(struct ctl *t, uint32_t trouble)
{
	static const struct {
		uint32_t bit;
		const char *text;
	} ALL[] = {
		{ PAY_TROUBLE_LATE, "paid after it had failed or expired" },
		{ PAY_TROUBLE_DOUBLE, "paid more than once" },
		{ PAY_TROUBLE_SHORT, "less than the fee has come" },
		{ PAY_TROUBLE_OVER, "more than the fee has come" },
		{ PAY_TROUBLE_TAKEN, "the province took back that it was paid" },
		{ PAY_TROUBLE_STRANGE, "the province started something else than was asked" },
	};

	for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++)
		if (trouble & ALL[i].bit)
			ctl_say(t, "trouble   %s", ALL[i].text);
}

static void say_one(struct ctl *t, const struct pay_item *i)
{
	char code[VIETQR_CAP];

	ctl_say(t, "key       %s", i->key);
	ctl_say(t, "dossier   %s", i->dossier);
	ctl_say(t, "state     %s", pay_state_name(i->state));
	ctl_say(t, "fee       %" PRId64 " VND", i->amount_vnd);
	ctl_say(t, "paid      %" PRId64 " VND in %u", i->paid_vnd, i->transfers);
	if (i->tries > 0)
		ctl_say(t, "asked     %u times without an answer: %s", i->tries,
			err_name(i->last_error));
	if (pay_code(i, code, sizeof code) == ERR_OK)
		ctl_say(t, "code      %s", code);
	say_troubles(t, i->trouble);
}

static bool on_trouble(void *data, const struct pay_item *item)
{
	say_one(data, item);
	return true;
}

static enum ctl_code failed(struct ctl *t, enum err e)
{
	ctl_say(t, "error %s: %s", err_name(e), err_text(e));
	return CTL_REFUSED;
}

enum ctl_code ctl_pay(struct ctl *t, const char *arg)
{
	struct core *c = t->core;
	struct pay_item i;
	char code[PAY_TEXT_CAP] = "", end;
	int64_t vnd = 0;
	int n = sscanf(arg, "%63s %" SCNd64 "%c", code, &vnd, &end);

	if (n == 3)
		return CTL_USAGE;
	if (n < 1) {
		enum err e = pay_troubles(c->store, MAX_TROUBLES, on_trouble, t);

		return e == ERR_OK || e == ERR_NOT_FOUND ? CTL_DONE : failed(t, e);
	}
	char dossier[OUTBOX_CODE_CAP];
	outbox_dossier(c->store, code, dossier);
	enum err e = n == 2 ? pay_begin(c->store, dossier, PAY_AT_RECEPTION, vnd, &i)
			    : pay_of(c->store, dossier, PAY_AT_RECEPTION, &i);
	if (e != ERR_OK)
		return failed(t, e);
	pay_ask_poke(c);
	say_one(t, &i);
	return CTL_DONE;
}
