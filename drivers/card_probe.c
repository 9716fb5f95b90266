/* What a technician is told about the reader and the card on it: MSG_PROBED. */
#include "drivers/card_own.h"
#include "firmware/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CONTROL_MS        1000
#define GET_CLOCKS        0x02 /* CCID 5.3.2, 5.3.3 */
#define GET_RATES         0x03
#define MAX_HISTORY_SHOWN 15
#define FIRST_STATUS_STEP 3

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
		if (t->left > 0)
			*t->at = '\0'; /* whole lines only */
		t->left = 0;
		return;
	}
	t->at += n;
	t->left -= (size_t)n;
}

static void hex_line(struct text *t, const char *key, const uint8_t *bytes, size_t len)
{
	char hex[2 * ATR_MAX + 1] = "";

	for (size_t i = 0; i < len && i < ATR_MAX; i++)
		snprintf(hex + 2 * i, 3, "%02X", bytes[i]);
	if (len > 0)
		line(t, key, "%s", hex);
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static uint32_t bit_rate(uint32_t clock_khz, uint8_t rate)
{
	uint32_t fi = atr_fi(rate), di = atr_di(rate);

	return fi ? (uint32_t)((uint64_t)clock_khz * 1000 * di / fi) : 0;
}

static void feature_line(struct text *t, uint32_t features)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} NAMES[] = {
		{ 0x02, "parameters" }, { 0x04, "activation" },  { 0x08, "voltage" },
		{ 0x10, "clock" },      { 0x20, "rate" },        { 0x40, "negotiation" },
		{ 0x80, "PPS" },        { 0x100, "clock-stop" }, { 0x200, "NAD" },
		{ 0x400, "IFSD" },      { 0x100000, "wake-up" },
	};
	char names[128] = "";

	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
		size_t n = strlen(names);

		if (features & NAMES[i].bit)
			snprintf(names + n, sizeof names - n, " %s", NAMES[i].name);
	}
	line(t, "features", "%08X%s%s", features, names[0] ? " automatic:" : "", names);
}

static void protocol_line(struct text *t, uint32_t protocols)
{
	line(t, "protocols", "%s%s%s", protocols & 1 ? "T=0" : "", (protocols & 3) == 3 ? " " : "",
	     protocols & 2 ? "T=1" : "");
}

/* "4800", "4 of 9600..115200" */
static void range_line(struct text *t, const char *key, const uint32_t *list, uint8_t count)
{
	uint32_t least = UINT32_MAX, most = 0;

	for (uint8_t i = 0; i < count; i++) {
		least = list[i] < least ? list[i] : least;
		most = list[i] > most ? list[i] : most;
	}
	if (count == 1)
		line(t, key, "%u", most);
	else if (count > 1)
		line(t, key, "%u of %u..%u", count, least, most);
}

static void reader_lines(struct text *t, const struct card *c)
{
	const struct ccid_reader *r = &c->x.reader;
	const struct usb_iface *i = &c->facts->ifaces[c->facts->chosen];

	line(t, "model", "%s", c->facts->model);
	line(t, "ids", "%04x:%04x", c->facts->vendor, c->facts->product);
	line(t, "interface", "%u of %u%s", i->number, c->facts->count,
	     i->event.address ? "" : ", without notification");
	line(t, "slots", "%u", r->slots);
	line(t, "quirk", "%s", usb_quirk_name(c->facts->quirk));
	if (c->facts->times > 1)
		line(t, "patience", "x%u", c->facts->times);
	line(t, "level", "%s%s", ccid_level_name(r->level), r->unchained ? ", unchained" : "");
	feature_line(t, r->features);
	line(t, "max_message", "%u", r->max_message);
	line(t, "max_answer", "%u", ccid_max_answer(&c->x));
	if (r->level == CCID_TPDU)
		line(t, "max_ifsd", "%u", r->max_ifsd);
	protocol_line(t, r->protocols);
	line(t, "clock_khz", "%u", r->clock_khz);
	range_line(t, "clocks_khz", c->probe.clocks_khz, c->probe.clock_count);
	line(t, "max_rate", "%u", r->max_rate);
	range_line(t, "rates", c->probe.rates, c->probe.rate_count);
}

/* What GetParameters said: 6.2.3. */
static void parameter_lines(struct text *t, const struct card *c)
{
	const struct probe *p = &c->probe;
	uint8_t rate = p->parameters_len ? p->parameters[0] : 0;

	if (p->parameters_len == 0)
		return;
	hex_line(t, "parameters", p->parameters, p->parameters_len);
	line(t, "reader_speaks", "T=%u, Fi %u Di %u, %u bit/s", p->protocol, atr_fi(rate),
	     atr_di(rate), bit_rate(c->x.reader.clock_khz, rate));
}

static void history_line(struct text *t, const struct atr *a)
{
	char shown[MAX_HISTORY_SHOWN + 1];

	hex_line(t, "atr_history", a->history, a->history_len);
	for (uint8_t i = 0; i < a->history_len; i++)
		shown[i] = a->history[i] > 0x20 && a->history[i] < 0x7f ? (char)a->history[i] : '.';
	shown[a->history_len] = '\0';
	if (a->history_len > 0)
		line(t, "atr_history_text", "%s", shown);
}

static void atr_lines(struct text *t, const struct card *c)
{
	static const char *const CHECKS[] = { "none", "good", "bad" };
	const struct atr *a = &c->x.atr;

	hex_line(t, "atr", c->atr, c->atr_len);
	if (a->protocols == 0) {
		line(t, "atr_meaning", "not understood");
		return;
	}
	line(t, "atr_meaning", "%s, offers%s%s%s", a->contactless ? "without contacts" : "contacts",
	     a->protocols & 1 ? " T=0" : "", a->protocols & 2 ? " T=1" : "",
	     a->specific ? ", fixed" : "");
	if (!a->contactless)
		line(t, "atr_rate", "Fi %u Di %u, %u bit/s", atr_fi(a->rate), atr_di(a->rate),
		     bit_rate(c->x.reader.clock_khz, a->rate));
	if (a->protocols & 2)
		line(t, "atr_t1", "IFSC %u BWI %u CWI %u %s", a->ifsc, a->bwi, a->cwi,
		     a->crc ? "CRC" : "LRC");
	line(t, "atr_check", "%s", CHECKS[a->check]);
	history_line(t, a);
}

static void card_lines(struct text *t, const struct card *c)
{
	const struct ccid_exchange *x = &c->x;

	line(t, "slot", "%u %s", x->slot,
	     !c->present  ? "empty"
	     : c->powered ? "card"
			  : "card, mute");
	if (!c->powered)
		return;
	atr_lines(t, c);
	if (x->reader.level == CCID_TPDU)
		line(t, "spoken", "T=%u%s", x->protocol, x->cautious ? ", with caution" : "");
	if (x->reader.level == CCID_TPDU && x->protocol == 1)
		line(t, "blocks", "IFSC %u IFSD %u", x->t1.ifsc, x->t1.ifsd);
	parameter_lines(t, c);
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void time_line(struct text *t, const struct card *c)
{
	uint32_t us[CARD_STATUS_TIMES];

	if (c->probe.step < FIRST_STATUS_STEP + CARD_STATUS_TIMES)
		return;
	memcpy(us, c->probe.status_us, sizeof us);
	qsort(us, CARD_STATUS_TIMES, sizeof us[0], by_size);
	line(t, "status_us", "%u, of %u: %u..%u", us[CARD_STATUS_TIMES / 2], CARD_STATUS_TIMES,
	     us[0], us[CARD_STATUS_TIMES - 1]);
}

void card_probe_tell(struct card *c)
{
	struct msg m = { .type = MSG_PROBED };
	struct text t = { m.probed.text, sizeof m.probed.text };

	line(&t, "state", "%s", err_name(c->host->state));
	if (c->facts) {
		reader_lines(&t, c);
		card_lines(&t, c);
		time_line(&t, c);
	} else if (c->host->state == ERR_BROKEN) {
		line(&t, "model", "%s", c->host->model);
		line(&t, "level", "%s: not supported", ccid_level_name(c->unfit));
	}
	c->probe.wanted = false;
	c->host->tell(c->host->data, ROLE_CORE, &m);
}

static uint8_t numbers(const uint8_t *bytes, size_t len, uint32_t *ret)
{
	struct reader r = reader_of(bytes, len);
	uint8_t n = 0;

	while (r.left >= 4 && n < CARD_MAX_SPEEDS)
		ret[n++] = get_u32le(&r);
	return n;
}

static void on_clocks(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct card *c = data;

	if (e == ERR_OK)
		c->probe.clock_count = numbers(bytes, len, c->probe.clocks_khz);
	card_ended(c, e);
}

static void on_rates(void *data, enum err e, const uint8_t *bytes, size_t len)
{
	struct card *c = data;

	if (e == ERR_OK)
		c->probe.rate_count = numbers(bytes, len, c->probe.rates);
	card_ended(c, e);
}

static void ask_list(struct card *c, uint8_t request, usb_done_fn *fn)
{
	struct usb_request r = { 0xa1, request, 0, 4 * CARD_MAX_SPEEDS };

	c->op = OP_PROBE_CONTROL;
	card_begun(c, usb_control(c->usb, r, (struct usb_call){ fn, c, CONTROL_MS }));
}

bool card_probe_next(struct card *c)
{
	uint8_t step = c->probe.step++;

	if (step == 2 && !c->powered)
		step = c->probe.step++;
	if (step == FIRST_STATUS_STEP + CARD_STATUS_TIMES) {
		card_probe_tell(c);
		return false;
	}
	if (step == 0) {
		ask_list(c, GET_CLOCKS, on_clocks);
	} else if (step == 1) {
		ask_list(c, GET_RATES, on_rates);
	} else {
		c->op = step == 2 ? OP_PROBE_PARAMETERS : OP_PROBE_SLOT;
		if (step == 2)
			ccid_ask_parameters(&c->x);
		else
			ccid_ask_slot(&c->x);
		c->probe.asked_us = now_us();
		card_send(c);
	}
	return true;
}

void card_probe_ended(struct card *c, enum op op, enum err e)
{
	struct probe *p = &c->probe;

	if (op == OP_PROBE_SLOT)
		p->status_us[p->step - 1 - FIRST_STATUS_STEP] = (uint32_t)(now_us() - p->asked_us);
	if (op != OP_PROBE_PARAMETERS || e != ERR_OK || c->x.answer_len > sizeof p->parameters)
		return;
	p->parameters_len = (uint8_t)c->x.answer_len;
	memcpy(p->parameters, c->x.answer, p->parameters_len);
	p->protocol = p->parameters_len == 5 ? 0 : 1;
}
