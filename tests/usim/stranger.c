#include "tests/usim/stranger.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define KEYS_IN    0x83
#define KEYS_BYTES 8
#define DESC_BYTES 45
#define INTERFACE(n, endpoints, class, subclass, protocol) \
	9, 4, n, 0, endpoints, class, subclass, protocol, 0
#define ENDPOINT(at, type, bytes, every) 7, 5, at, type, bytes, 0, every
#define BULK(at)                         ENDPOINT(at, 2, 64, 0)
#define STICK(n)                         INTERFACE(n, 2, 8, 6, 0x50), BULK(0x81), BULK(0x02)
#define KEYBOARD(n)                                                               \
	INTERFACE(n, 1, 3, 1, 1), 9, 0x21, 0x11, 0x01, 0, 1, 0x22, DESC_BYTES, 0, \
		ENDPOINT(KEYS_IN, 3, 8, 4)
#define CONFIGURATION(len, interfaces) 9, 2, len, 0, interfaces, 1, 0, 0x80, 50

/* HID 1.11, B.1, without the lamps */
static const uint8_t REPORT_DESC[DESC_BYTES] = {
	0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25,
	0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x01, 0x75, 0x08, 0x81, 0x03, 0x95, 0x06,
	0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xc0,
};

static const uint8_t DEVICE_DESC[18] = {
	18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x09, 0x12, 0x03, 0x00, 0x00, 0x01, 1, 2, 3, 1,
};

static const uint8_t AS_STICK[] = { CONFIGURATION(32, 1), STICK(0) };
static const uint8_t AS_KEYBOARD[] = { CONFIGURATION(34, 1), KEYBOARD(0) };
static const uint8_t AS_BOTH[] = { CONFIGURATION(57, 2), STICK(0), KEYBOARD(1) };

static int control(void *self, const uint8_t setup[8], uint8_t *data, size_t len)
{
	size_t n = sizeof REPORT_DESC < len ? sizeof REPORT_DESC : len;

	(void)self;
	if (setup[0] == 0x21) /* SET_REPORT, SET_IDLE, SET_PROTOCOL; a stick's reset */
		return 0;
	if (setup[0] == 0xa1 && setup[1] == 0xfe && len > 0) { /* a stick's GET MAX LUN */
		data[0] = 0;
		return 1;
	}
	if (setup[0] != 0x81 || setup[1] != 6 || setup[3] != 0x22)
		return -EPIPE;
	memcpy(data, REPORT_DESC, n);
	return (int)n;
}

/* A stick that takes commands, and has not made up its mind. */
static int out(void *self, uint8_t endpoint, const uint8_t *packet, size_t len)
{
	(void)self, (void)endpoint, (void)packet, (void)len;
	return 0;
}

#define MODEL(config)                                                                  \
	{                                                                              \
		.name = "stranger", .device_desc = DEVICE_DESC, .config_desc = config, \
		.config_len = sizeof config, .strings = { "Kiosk Sim", "Gift", "1" },  \
		.control = control, .out = out                                         \
	}

static const struct usb_model MODELS[] = {
	[STRANGER_STICK] = MODEL(AS_STICK),
	[STRANGER_KEYBOARD] = MODEL(AS_KEYBOARD),
	[STRANGER_BOTH] = MODEL(AS_BOTH),
};

void stranger_init(struct stranger *s)
{
	*s = (struct stranger){ 0 };
	usb_init(&s->usb, &MODELS[STRANGER_STICK], s);
	usb_unplug(&s->usb);
}

void stranger_be(struct stranger *s, enum stranger_as as)
{
	s->usb.model = &MODELS[as];
}

/* HID Usage Tables 1.3, 10; 0: there is no such key */
static uint8_t usage_of(char c)
{
	if (isalpha((unsigned char)c))
		return (uint8_t)(0x04 + tolower((unsigned char)c) - 'a');
	if (c >= '1' && c <= '9')
		return (uint8_t)(0x1e + c - '1');
	return c == '0' ? 0x27 : c == ' ' ? 0x2c : 0;
}

void stranger_type(struct stranger *s, const char *text)
{
	static const uint8_t UP[KEYS_BYTES] = { 0 };

	for (; *text; text++) {
		uint8_t down[KEYS_BYTES] = { 0, 0, usage_of(*text) };

		if (!down[2])
			continue;
		usb_in(&s->usb, KEYS_IN, down, sizeof down);
		usb_in(&s->usb, KEYS_IN, UP, sizeof UP);
	}
	usb_tell_changed(&s->usb);
}
