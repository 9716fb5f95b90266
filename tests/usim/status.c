#include "tests/usim/status.h"

#include <stdarg.h>
#include <stdio.h>

struct text {
	char *at;
	size_t left;
};

__attribute__((format(printf, 2, 3))) static void put(struct text *t, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int n = vsnprintf(t->at, t->left, format, list);
	va_end(list);
	if (n < 0 || (size_t)n >= t->left)
		n = t->left ? (int)t->left - 1 : 0;
	t->at += n;
	t->left -= (size_t)n;
}

static void put_string(struct text *t, const char *name, const char *value)
{
	put(t, ",\"%s\":\"", name);
	for (; *value; value++)
		put(t,
		    (unsigned char)*value < 32        ? " "
		    : *value == '"' || *value == '\\' ? "\\%c"
						      : "%c",
		    *value);
	put(t, "\"");
}

static void put_flag(struct text *t, const char *name, bool value)
{
	put(t, ",\"%s\":%s", name, value ? "true" : "false");
}

/* Which card lies on the reader. */
static const char *card_name(const struct world *w)
{
	if (!w->ccid.card)
		return "";
	if (w->ccid.card == &w->toycard.card)
		return "toy";
	return w->ccid.card == &w->wallet.card ? w->wallet.name : "distant";
}

static void put_reader(struct text *t, const struct world *w)
{
	const struct ccid *c = &w->ccid;

	put(t, "\"ccid\":{\"plugged\":%s", c->usb.attached ? "true" : "false");
	put_flag(t, "card", c->card);
	put_string(t, "name", card_name(w));
	put_flag(t, "powered", c->powered);
	put_flag(t, "mute", c->mute);
	put_flag(t, "broken", c->broken);
	put(t, ",\"apdus\":%u}", c->apdus);
}

static void put_faults(struct text *t, const struct mrtd_faults *f)
{
	bool any = false;

	for (int i = 0; i < MRTD_FAULT_COUNT; i++)
		any = any || f->n[i];
	put(t, ",\"fault\":{\"any\":%s", any ? "true" : "false");
	for (int i = 0; i < MRTD_FAULT_COUNT; i++)
		if (f->n[i])
			put_flag(t, mrtd_fault_word((enum mrtd_fault)i), true);
	put(t, "}");
}

static void put_printer(struct text *t, const struct printer *p)
{
	put(t, ",\"printer\":{\"plugged\":%s", p->usb.attached ? "true" : "false");
	put_flag(t, "paper_end", p->state & PRINTER_PAPER_END);
	put_flag(t, "near_end", p->state & PRINTER_NEAR_END);
	put_flag(t, "cover", p->state & PRINTER_COVER);
	put_flag(t, "jam", p->state & PRINTER_JAM);
	put_flag(t, "hot", p->state & PRINTER_HOT);
	put_flag(t, "cutter", p->state & PRINTER_CUTTER);
	put_flag(t, "broken", p->state & PRINTER_BROKEN);
	put_flag(t, "idle", printer_is_idle(p));
	put(t, ",\"receipts\":%u,\"torn\":%u", p->receipts, p->torn);
	put_string(t, "last", p->last);
	put(t, "}");
}

static void put_scanner(struct text *t, const struct world *w)
{
	const struct scanner *s = &w->scanner;

	put(t, ",\"scanner\":{\"plugged\":%s", w->escl ? "true" : "false");
	put_flag(t, "jam", s->jam);
	put_flag(t, "cover", s->cover);
	put_flag(t, "glass", s->glass);
	put_flag(t, "busy", s->job);
	put(t, ",\"sheets\":%zu,\"pages\":%u,\"cancels\":%u}", s->sheet_count, s->pages,
	    s->cancels);
}

void status_json(struct world *w, char *ret, size_t size)
{
	struct text t = { ret, size };

	world_lock(w);
	put(&t, "{");
	put_reader(&t, w);
	put_faults(&t, &w->wallet.faults);
	put_printer(&t, &w->printer);
	put(&t, ",\"code\":{\"plugged\":%s,\"scans\":%u}", w->code.usb.attached ? "true" : "false",
	    w->code.scans);
	put_scanner(&t, w);
	put(&t, "}");
	world_unlock(w);
}
