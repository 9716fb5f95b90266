#include "tests/usim/usb.h"

#include <errno.h>
#include <string.h>

#define TO_HOST_DEVICE    0x80
#define TO_HOST_INTERFACE 0x81
#define TO_HOST_ENDPOINT  0x82
#define TO_DEVICE         0x00
#define TO_INTERFACE      0x01
#define TO_ENDPOINT       0x02

enum request {
	GET_STATUS = 0,
	CLEAR_FEATURE = 1,
	SET_ADDRESS = 5,
	GET_DESCRIPTOR = 6,
	GET_CONFIGURATION = 8,
	SET_CONFIGURATION = 9,
	GET_INTERFACE = 10,
	SET_INTERFACE = 11,
};

static int answer(const void *bytes, size_t n, uint8_t *data, size_t len)
{
	if (n > len)
		n = len;
	if (n)
		memcpy(data, bytes, n);
	return (int)n;
}

static int string_descriptor(const struct usb_model *m, uint8_t index, uint8_t *data, size_t len)
{
	static const uint8_t languages[4] = { 4, 3, 0x09, 0x04 };
	uint8_t b[255];
	size_t n = 2;

	if (index == 0)
		return answer(languages, sizeof languages, data, len);
	if (index > sizeof m->strings / sizeof m->strings[0] || !m->strings[index - 1])
		return -EPIPE;
	for (const char *p = m->strings[index - 1]; *p && n < sizeof b - 1; p++) {
		b[n++] = (uint8_t)*p; /* our strings are ASCII */
		b[n++] = 0;
	}
	b[0] = (uint8_t)n;
	b[1] = 3;
	return answer(b, n, data, len);
}

static int descriptor(const struct usb_model *m, const uint8_t setup[8], uint8_t *data, size_t len)
{
	switch (setup[3]) {
	case 1:
		return answer(m->device_desc, 18, data, len);
	case 2:
		return answer(m->config_desc, m->config_len, data, len);
	case 3:
		return string_descriptor(m, setup[2], data, len);
	default:
		return -EPIPE;
	}
}

static int endpoint_status(struct usb_dev *d, uint8_t endpoint, uint8_t *data, size_t len)
{
	const struct usb_endpoint *e =
		endpoint & 0x80 ? &d->in[endpoint & 15] : &d->out[endpoint & 15];
	uint8_t b[2] = { e->halted };

	return answer(b, 2, data, len);
}

int usb_standard(struct usb_dev *d, const uint8_t setup[8], uint8_t *data, size_t len)
{
	static const uint8_t self_powered[2] = { 1, 0 }, zero[1] = { 0 }, one[1] = { 1 };

	switch (setup[0] << 8 | setup[1]) {
	case TO_HOST_DEVICE << 8 | GET_DESCRIPTOR:
		return descriptor(d->model, setup, data, len);
	case TO_HOST_DEVICE << 8 | GET_STATUS:
		return answer(self_powered, 2, data, len);
	case TO_HOST_DEVICE << 8 | GET_CONFIGURATION:
		return answer(one, 1, data, len);
	case TO_HOST_INTERFACE << 8 | GET_INTERFACE:
		return answer(zero, 1, data, len);
	case TO_HOST_ENDPOINT << 8 | GET_STATUS:
		return endpoint_status(d, setup[4], data, len);
	case TO_ENDPOINT << 8 | CLEAR_FEATURE:
		usb_clear_halt(d, setup[4]);
		return 0;
	case TO_DEVICE << 8 | SET_ADDRESS:
	case TO_DEVICE << 8 | SET_CONFIGURATION:
	case TO_INTERFACE << 8 | SET_INTERFACE:
		return 0;
	default:
		return USB_NOT_STANDARD;
	}
}
