#include "tests/usim/code.h"

#include <errno.h>
#include <string.h>

#define REPORT_BYTES 64
#define DATA_BYTES   56
#define IN_ENDPOINT  0x81

/* USB HID Point of Sale Usage Tables 1.02, example report of appendix A. */
static const uint8_t
	REPORT_DESC
		[] = {
			0x05, 0x8C,             /* usage page: bar code scanner */
			0x09, 0x02, 0xA1, 0x01, /* bar code scanner, application */
			0x09, 0x12, 0xA1, 0x02, /* scanned data, logical */
			0x85, 0x02,             /* report id 2 */
			0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95,
			0x01, 0x05, 0x01, 0x09, 0x3B, 0x81, 0x02, /* byte count */
			0x95, 0x03, 0x05, 0x8C, 0x09, 0xFB, 0x09, 0xFC,
			0x09, 0xFD, 0x81, 0x02,                   /* AIM id */
			0x95, 0x38, 0x09, 0xFE, 0x82, 0x02, 0x01, /* 56 bytes of decoded data */
			0x95, 0x02, 0x06, 0x66, 0xFF, 0x09, 0x04, 0x09,
			0x00, 0x81, 0x02, 0x05, 0x8C, /* vendor symbology */
			0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01,
			0x09, 0xFF, 0x81, 0x02,             /* decode data continued */
			0x75, 0x07, 0x95, 0x01, 0x81, 0x03, /* padding */
			0xC0, 0xC0,
		};

static const uint8_t DEVICE_DESC[18] = {
	18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x2e, 0x0c, 0x07, 0x0c, 0x00, 0x01, 1, 2, 0, 1,
};

static const uint8_t CONFIG_DESC[] = {
	9,
	2,
	34,
	0,
	1,
	1,
	0,
	0x80,
	200, /* bus powered, 400 mA */
	9,
	4,
	0,
	0,
	1,
	3,
	0,
	0,
	0, /* interface 0: HID, no boot protocol */
	9,
	0x21,
	0x11,
	0x01,
	0,
	1,
	0x22,
	sizeof REPORT_DESC,
	0, /* one report descriptor */
	7,
	5,
	IN_ENDPOINT,
	3,
	REPORT_BYTES,
	0,
	1,
};

static int control(void *self, const uint8_t setup[8], uint8_t *data, size_t len)
{
	size_t n = sizeof REPORT_DESC < len ? sizeof REPORT_DESC : len;

	(void)self;
	if (setup[0] == 0x81 && setup[1] == 6 && setup[3] == 0x22) {
		memcpy(data, REPORT_DESC, n);
		return (int)n;
	}
	if (setup[0] == 0x21 && (setup[1] == 0x0a || setup[1] == 0x0b)) /* SET_IDLE, SET_PROTOCOL */
		return 0;
	return -EPIPE;
}

static const struct usb_model MODEL = {
	.name = "code",
	.kernel_driver = "usbhid",
	.device_desc = DEVICE_DESC,
	.config_desc = CONFIG_DESC,
	.config_len = sizeof CONFIG_DESC,
	.strings = { "Kiosk Sim", "HID POS Scanner" },
	.control = control,
};

void code_init(struct code *c)
{
	*c = (struct code){ 0 };
	usb_init(&c->usb, &MODEL, c);
}

void code_scan(struct code *c, const uint8_t *bytes, size_t len)
{
	size_t at = 0;

	do {
		uint8_t report[REPORT_BYTES] = { 2 };
		size_t n = len - at < DATA_BYTES ? len - at : DATA_BYTES;

		report[1] = (uint8_t)n;
		memcpy(report + 2, "]Q1", 3); /* AIM: QR code, model 2 */
		if (n)
			memcpy(report + 5, bytes + at, n);
		report[61] = 0x73;
		at += n;
		report[63] = at < len;
		usb_in(&c->usb, IN_ENDPOINT, report, sizeof report);
	} while (at < len);
	c->scans++;
	usb_tell_changed(&c->usb);
}
