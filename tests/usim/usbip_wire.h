/* The records of USB/IP, as bytes. All numbers are big-endian. */
#ifndef TESTS_USIM_USBIP_WIRE_H
#define TESTS_USIM_USBIP_WIRE_H

#include "firmware/base/buf.h"
#include "tests/usim/usbip.h"

#define USBIP_OP_BYTES     8
#define USBIP_BUS_ID_BYTES 32
#define USBIP_URB_BYTES    48
#define USBIP_DEVICE_BYTES 312

enum usbip_op { USBIP_LIST = 0x8005, USBIP_IMPORT = 0x8003 };
enum usbip_command {
	USBIP_SUBMIT = 1,
	USBIP_UNLINK = 2,
	USBIP_RET_SUBMIT = 3,
	USBIP_RET_UNLINK = 4
};

/* A command of the host, header only. */
struct usbip_request {
	uint32_t command, seq, direction /* 1 in */, endpoint;
	uint32_t flags, len; /* submit */
	uint32_t unlink_seq; /* unlink */
	uint8_t setup[8];
};

/* False when fewer than USBIP_URB_BYTES are there. */
bool usbip_get_request(struct reader *r, struct usbip_request *ret);

/* The 48 bytes of an answer. `actual` is for USBIP_RET_SUBMIT. */
void usbip_put_answer(uint8_t to[USBIP_URB_BYTES], enum usbip_command command, uint32_t seq,
		      int status, uint32_t actual);

/* The head of an answer to an operation; status 0 or 1. */
void usbip_put_op(uint8_t to[USBIP_OP_BYTES], enum usbip_op op, uint32_t status);
void usbip_put_device(uint8_t to[USBIP_DEVICE_BYTES], const struct usbip_export *e);

/* Class, subclass and protocol of the first interface, 4 bytes. */
void usbip_put_interface(uint8_t to[4], const struct usb_model *m);

#endif
