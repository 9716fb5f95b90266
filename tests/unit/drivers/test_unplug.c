/* torture-wraps: usb_out usb_in usb_event usb_control */
/* The plug is pulled at the n-th transfer, for every n from the device's arrival to the end of
 * a command: the command has one end, and the device is back in time and works. */
#include "drivers/usb.h"
#include "tests/unit/drivers/rig.h"

extern const struct driver CARD_CCID, CODE_HIDPOS, PRINT_ESCPOS;

static struct rig *rig;
static const char *victim;
static int countdown; /* 0: never */
static uint32_t job;

static void count(void)
{
	char line[32];

	if (countdown == 0 || --countdown > 0)
		return;
	snprintf(line, sizeof line, "unplug %s", victim);
	(void)rig_line(rig, line);
}

enum err __real_usb_out(struct usb *u, const void *b, size_t n, bool close, struct usb_call c);
enum err __wrap_usb_out(struct usb *u, const void *b, size_t n, bool close, struct usb_call c);
enum err __wrap_usb_out(struct usb *u, const void *b, size_t n, bool close, struct usb_call c)
{
	count();
	return __real_usb_out(u, b, n, close, c);
}

enum err __real_usb_in(struct usb *u, size_t cap, struct usb_call c);
enum err __wrap_usb_in(struct usb *u, size_t cap, struct usb_call c);
enum err __wrap_usb_in(struct usb *u, size_t cap, struct usb_call c)
{
	count();
	return __real_usb_in(u, cap, c);
}

enum err __real_usb_event(struct usb *u, size_t cap, struct usb_call c);
enum err __wrap_usb_event(struct usb *u, size_t cap, struct usb_call c);
enum err __wrap_usb_event(struct usb *u, size_t cap, struct usb_call c)
{
	count();
	return __real_usb_event(u, cap, c);
}

enum err __real_usb_control(struct usb *u, struct usb_request r, struct usb_call c);
enum err __wrap_usb_control(struct usb *u, struct usb_request r, struct usb_call c);
enum err __wrap_usb_control(struct usb *u, struct usb_request r, struct usb_call c)
{
	count();
	return __real_usb_control(u, r, c);
}

static int print(struct rig *r)
{
	static const uint8_t dots[72 * 300];
	const struct msg_print_done *d = &r->last[MSG_PRINT_DONE].print_done;
	unsigned before = r->count[MSG_PRINT_DONE];
	struct msg m = { .type = MSG_PRINT, .print = { ++job, 576, 300, -1 } };

	if (mem_of(dots, sizeof dots, &m.print.bits) != ERR_OK)
		abort();
	rig_send(r, ROLE_CORE, &m);
	return rig_until(r, r->count[MSG_PRINT_DONE] == before + 1) && d->job == job ? d->why : -1;
}

/* A chain of several messages each way. */
static int exchange(struct rig *r)
{
	static const uint8_t READ[] = { 0, 0xb0, 0, 0, 0, 0x0b, 0xb8 };
	const struct msg_apdu_answer *a = &r->last[MSG_APDU_ANSWER].apdu_answer;
	unsigned before = r->count[MSG_APDU_ANSWER];
	struct msg m = { .type = MSG_APDU, .apdu.seq = ++job };

	if (rig_state(r) == ERR_OK &&
	    !rig_until(r, countdown == 0 || r->count[MSG_CARD_IN] > r->count[MSG_CARD_OUT]))
		return -1;
	if (mem_of(READ, sizeof READ, &m.apdu.command) != ERR_OK)
		abort();
	rig_send(r, ROLE_PARSE, &m);
	return rig_until(r, r->count[MSG_APDU_ANSWER] == before + 1) && a->seq == job ? a->why : -1;
}

static int read_code(struct rig *r)
{
	unsigned before = r->count[MSG_CODE_READ];

	if (!rig_line(r, "scan x"))
		return ERR_GONE;
	return rig_until(r, countdown == 0 || r->count[MSG_CODE_READ] > before) ? ERR_OK : -1;
}

static void survives(const struct driver *d, const char *name, int (*use)(struct rig *r), int first,
		     int last)
{
	char plug[32];

	victim = name;
	snprintf(plug, sizeof plug, "plug %s", name);
	for (int i = first; i <= last; i++) {
		countdown = i;
		rig_start(rig, d);
		(void)!rig_until(rig, countdown == 0 || rig_state(rig) == ERR_OK);
		int why = countdown > 0 ? use(rig) : ERR_GONE;
		countdown = 0;
		bool ended = why == ERR_GONE || why == ERR_NO_CARD || why == ERR_OK;
		bool gone = rig_until_state(rig, ERR_GONE);
		bool back = rig_line(rig, plug) && rig_until_state(rig, ERR_OK);
		bool works = use(rig) == ERR_OK;
		if (!ended || !gone || !back || !works)
			printf("# %s, transfer %d: why %d gone %d back %d works %d\n", name, i, why,
			       gone, back, works);
		ok(ended && gone && back && works);
		rig_stop(rig);
	}
}

int main(void)
{
	int status;

	rig = rig_main("extended", &status);
	if (!rig)
		return status;
	survives(&PRINT_ESCPOS, "printer", print, 1, 20);
	ok(rig_line(rig, "card in"));
	survives(&CARD_CCID, "ccid", exchange, 1, 14);
	ok(rig_line(rig, "reader be t1,contact")); /* with PPS, parameters, block size */
	survives(&CARD_CCID, "ccid", exchange, 7, 20);
	ok(rig_line(rig, "reader be t0"));
	survives(&CARD_CCID, "ccid", exchange, 7, 13);
	survives(&CODE_HIDPOS, "code", read_code, 1, 3);
	return rig_done(rig);
}
