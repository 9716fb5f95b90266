#include "tests/usim/fingers.h"

#include <errno.h>
#include <string.h>

#define IN_ENDPOINT  0x81
#define REPORT_INPUT 1
#define REPORT_MOST  2
#define FINGER_BYTES 6
#define REPORT_BYTES (1 + FINGERS_MAX * FINGER_BYTES + 1)
#define DESC_HEAD    8
#define DESC_FINGER  52
#define DESC_TAIL    23
#define DESC_BYTES   (DESC_HEAD + FINGERS_MAX * DESC_FINGER + DESC_TAIL)
#define PLACES       32767

/* usage page: digitizers; touch screen, application; report 1 */
static const uint8_t HEAD[DESC_HEAD] = { 0x05, 0x0d, 0x09, 0x04, 0xa1, 0x01, 0x85, REPORT_INPUT };

/* finger, logical: tip switch, 7 bits of nothing, its number, X and Y */
static const uint8_t FINGER[DESC_FINGER] = {
	0x05, 0x0d, 0x09, 0x22, 0xa1, 0x02, 0x09, 0x42, 0x15, 0x00, 0x25, 0x01, 0x75,
	0x01, 0x95, 0x01, 0x81, 0x02, 0x95, 0x07, 0x81, 0x03, 0x75, 0x08, 0x09, 0x51,
	0x25, 0x7f, 0x95, 0x01, 0x81, 0x02, 0x05, 0x01, 0x26, 0xff, 0x7f, 0x75, 0x10,
	0x35, 0x00, 0x45, 0x00, 0x09, 0x30, 0x81, 0x02, 0x09, 0x31, 0x81, 0x02, 0xc0,
};

/* how many of them count; and, asked for, how many there can be */
static const uint8_t TAIL[DESC_TAIL] = {
	0x05, 0x0d, 0x09, 0x54,        0x15, 0x00, 0x25, 0x7f,        0x75, 0x08, 0x95, 0x01,
	0x81, 0x02, 0x85, REPORT_MOST, 0x09, 0x55, 0x25, FINGERS_MAX, 0xb1, 0x02, 0xc0,
};

static const uint8_t DEVICE_DESC[18] = {
	18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x09, 0x12, 0x02, 0x00, 0x00, 0x01, 1, 2, 0, 1,
};

static const uint8_t CONFIG_DESC[] = {
	/* bus powered, 100 mA; interface 0: HID, no boot protocol, with one report descriptor */
	9,
	2,
	34,
	0,
	1,
	1,
	0,
	0x80,
	50,
	9,
	4,
	0,
	0,
	1,
	3,
	0,
	0,
	0,
	9,
	0x21,
	0x11,
	0x01,
	0,
	1,
	0x22,
	DESC_BYTES & 0xff,
	DESC_BYTES >> 8,
	7,
	5,
	IN_ENDPOINT,
	3,
	64,
	0,
	4,
};

static void describe(uint8_t out[DESC_BYTES])
{
	uint8_t *at = out;

	memcpy(at, HEAD, sizeof HEAD);
	at += sizeof HEAD;
	for (int i = 0; i < FINGERS_MAX; i++, at += sizeof FINGER)
		memcpy(at, FINGER, sizeof FINGER);
	memcpy(at, TAIL, sizeof TAIL);
}

static int control(void *self, const uint8_t setup[8], uint8_t *data, size_t len)
{
	uint8_t all[DESC_BYTES], most[2] = { REPORT_MOST, FINGERS_MAX };
	bool described = setup[0] == 0x81 && setup[1] == 6 && setup[3] == 0x22;
	bool asked = setup[0] == 0xa1 && setup[1] == 1 && setup[2] == REPORT_MOST;
	size_t n = described ? sizeof all : sizeof most;

	(void)self;
	if (setup[0] == 0x21) /* SET_REPORT, SET_IDLE, SET_PROTOCOL */
		return 0;
	if (!described && !asked)
		return -EPIPE;
	describe(all);
	n = n < len ? n : len;
	memcpy(data, described ? all : most, n);
	return (int)n;
}

static void reset(void *self)
{
	struct fingers *f = self;

	memset(f->at, 0, sizeof f->at);
}

static const struct usb_model MODEL = {
	.name = "fingers",
	.kernel_driver = "usbhid",
	.device_desc = DEVICE_DESC,
	.config_desc = CONFIG_DESC,
	.config_len = sizeof CONFIG_DESC,
	.strings = { "Kiosk Sim", "Touch screen" },
	.control = control,
	.reset = reset,
};

void fingers_init(struct fingers *f)
{
	*f = (struct fingers){ 0 };
	usb_init(&f->usb, &MODEL, f);
}

static uint8_t *put_finger(uint8_t *at, unsigned n, const struct finger *g)
{
	const uint8_t bytes[FINGER_BYTES] = { g->down,       (uint8_t)n,
					      (uint8_t)g->x, (uint8_t)(g->x >> 8),
					      (uint8_t)g->y, (uint8_t)(g->y >> 8) };

	memcpy(at, bytes, sizeof bytes);
	return at + sizeof bytes;
}

/* Those that are down, and the one that has just been lifted. */
static void report(struct fingers *f, unsigned lifted)
{
	uint8_t bytes[REPORT_BYTES] = { REPORT_INPUT }, *at = bytes + 1;
	uint8_t count = 0;

	for (unsigned i = 0; i < FINGERS_MAX; i++)
		if (f->at[i].down || i == lifted) {
			at = put_finger(at, i, &f->at[i]);
			count++;
		}
	bytes[sizeof bytes - 1] = count;
	usb_in(&f->usb, IN_ENDPOINT, bytes, sizeof bytes);
	usb_tell_changed(&f->usb);
}

void fingers_put(struct fingers *f, unsigned n, double x, double y)
{
	f->at[n] = (struct finger){ true, (uint16_t)(x * PLACES), (uint16_t)(y * PLACES) };
	report(f, FINGERS_MAX);
}

void fingers_lift(struct fingers *f, unsigned n)
{
	if (!f->at[n].down)
		return;
	f->at[n].down = false;
	report(f, n);
}
