#include "tests/usim/usbip_wire.h"

#include <stdio.h>
#include <string.h>

#define VERSION    0x0111
#define FULL_SPEED 2 /* enum usb_device_speed */

static void put_u32(uint8_t *to, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(v >> (24 - 8 * i));
}

bool usbip_get_request(struct reader *r, struct usbip_request *ret)
{
	struct usbip_request q = { 0 };

	q.command = get_u32be(r);
	q.seq = get_u32be(r);
	get_u32be(r); /* device id: the connection says which */
	q.direction = get_u32be(r);
	q.endpoint = get_u32be(r);
	q.flags = q.unlink_seq = get_u32be(r);
	q.len = get_u32be(r);
	get_bytes(r, 12); /* start frame, packets, interval: for isochronous transfers */
	const uint8_t *setup = get_bytes(r, 8);
	if (setup)
		memcpy(q.setup, setup, 8);
	*ret = q;
	return !r->bad;
}

void usbip_put_answer(uint8_t to[USBIP_URB_BYTES], enum usbip_command command, uint32_t seq,
		      int status, uint32_t actual)
{
	memset(to, 0, USBIP_URB_BYTES);
	put_u32(to, command);
	put_u32(to + 4, seq);
	put_u32(to + 20, (uint32_t)status);
	if (command == USBIP_RET_SUBMIT) {
		put_u32(to + 24, actual);
		put_u32(to + 32, 0xffffffff); /* number of packets: not isochronous */
	}
}

void usbip_put_op(uint8_t to[USBIP_OP_BYTES], enum usbip_op op, uint32_t status)
{
	to[0] = VERSION >> 8;
	to[1] = VERSION & 255;
	to[2] = 0; /* a reply: the request's code without 0x8000 */
	to[3] = op & 255;
	put_u32(to + 4, status);
}

void usbip_put_device(uint8_t to[USBIP_DEVICE_BYTES], const struct usbip_export *e)
{
	const uint8_t *d = e->dev->model->device_desc, *c = e->dev->model->config_desc;
	/* vendor, product and release, which USB has little-endian; class; configuration */
	const uint8_t tail[12] = { d[9], d[8], d[11], d[10], d[13], d[12],
				   d[4], d[5], d[6],  c[5],  1,     c[4] };

	memset(to, 0, USBIP_DEVICE_BYTES);
	snprintf((char *)to, 256, "/sys/devices/usim/%s", e->bus_id);
	snprintf((char *)to + 256, USBIP_BUS_ID_BYTES, "%s", e->bus_id);
	put_u32(to + 288, 1);
	put_u32(to + 292, e->number);
	put_u32(to + 296, FULL_SPEED);
	memcpy(to + 300, tail, sizeof tail);
}

void usbip_put_interface(uint8_t to[4], const struct usb_model *m)
{
	memcpy(to, m->config_desc + 9 + 5, 3); /* after the configuration descriptor */
	to[3] = 0;
}
