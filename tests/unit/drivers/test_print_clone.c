/* torture-wraps: usb_control */
/* A cheap printer that knows neither SOFT_RESET nor the port status: class requests stall. */
#include "drivers/usb.h"
#include "tests/unit/drivers/rig.h"

extern const struct driver PRINT_ESCPOS;

enum err __real_usb_control(struct usb *u, struct usb_request r, struct usb_call call);
enum err __wrap_usb_control(struct usb *u, struct usb_request r, struct usb_call call);

static struct loop *loop;
static struct timer refusal;
static struct usb_call refused;
static unsigned refusals;

static void refuse(void *data)
{
	(void)data;
	refusals++;
	refused.fn(refused.data, ERR_BROKEN, NULL, 0);
}

enum err __wrap_usb_control(struct usb *u, struct usb_request r, struct usb_call call)
{
	(void)u, (void)r;
	refused = call;
	timer_set(loop, &refusal, 1, refuse, NULL);
	return ERR_OK;
}

static int print(struct rig *r, uint32_t job)
{
	static const uint8_t dots[72 * 500];
	const struct msg_print_done *d = &r->last[MSG_PRINT_DONE].print_done;
	struct msg m = { .type = MSG_PRINT, .print = { job, 576, 500, -1 } };

	if (mem_of(dots, sizeof dots, &m.print.bits) != ERR_OK)
		abort();
	rig_send(r, ROLE_CORE, &m);
	return rig_until(r, r->count[MSG_PRINT_DONE] > 0 && d->job == job) ? d->why : -1;
}

int main(void)
{
	int status;
	struct rig *r = rig_main("extended", &status);

	if (!r)
		return status;
	loop = r->host.loop;
	rig_start(r, &PRINT_ESCPOS);
	ok(rig_until_state(r, ERR_OK));
	eq_int(print(r, 1), ERR_OK);
	ok(rig_line(r, "printer paper-left 300"));
	eq_int(print(r, 2), ERR_PAPER_OUT);
	eq_int(rig_state(r), ERR_PAPER_OUT);
	eq_int(print(r, 3), ERR_PAPER_OUT);
	ok(rig_line(r, "printer -paper-end"));
	ok(rig_until_state(r, ERR_OK));
	eq_int(print(r, 4), ERR_OK);
	ok(rig_line(r, "wait receipts 2"));
	ok(refusals > 0);
	timer_stop(loop, &refusal);
	return rig_done(r);
}
