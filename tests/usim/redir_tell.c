#include "tests/usim/redir_tell.h"

#include <errno.h>
#include <string.h>

#define DESC_INTERFACE 4
#define DESC_ENDPOINT  5

/* usbredir's place for an endpoint: those of IN behind those of OUT. */
static unsigned place(uint8_t endpoint)
{
	return (endpoint & 0x80) >> 3 | (endpoint & 0x0f);
}

struct told {
	struct usb_redir_interface_info_header interfaces;
	struct usb_redir_ep_info_header endpoints;
};

static void take_interface(struct told *t, const uint8_t *d)
{
	uint32_t n = t->interfaces.interface_count;

	if (d[3] != 0 || n >= 32) /* another setting of one that was told */
		return;
	t->interfaces.interface[n] = d[2];
	t->interfaces.interface_class[n] = d[5];
	t->interfaces.interface_subclass[n] = d[6];
	t->interfaces.interface_protocol[n] = d[7];
	t->interfaces.interface_count++;
}

static void take_endpoint(struct told *t, const uint8_t *d, uint8_t interface)
{
	unsigned at = place(d[2]);

	t->endpoints.type[at] = d[3] & 3;
	t->endpoints.max_packet_size[at] = (uint16_t)(d[4] | d[5] << 8);
	t->endpoints.interval[at] = d[6];
	t->endpoints.interface[at] = interface;
}

static void read_model(const struct usb_model *m, struct told *t)
{
	uint8_t interface = 0;

	*t = (struct told){ 0 };
	memset(t->endpoints.type, usb_redir_type_invalid, sizeof t->endpoints.type);
	t->endpoints.type[place(0x00)] = t->endpoints.type[place(0x80)] = usb_redir_type_control;
	for (size_t at = 0; at + 2 <= m->config_len && m->config_desc[at] >= 2;
	     at += m->config_desc[at]) {
		const uint8_t *d = m->config_desc + at;

		if (d[1] == DESC_INTERFACE && d[0] >= 9) {
			interface = d[2];
			take_interface(t, d);
		} else if (d[1] == DESC_ENDPOINT && d[0] >= 7) {
			take_endpoint(t, d, interface);
		}
	}
}

void redir_tell(struct usbredirparser *p, const struct usb_model *m)
{
	const uint8_t *d = m->device_desc;
	struct usb_redir_device_connect_header device = {
		.speed = usb_redir_speed_full,
		.device_class = d[4],
		.device_subclass = d[5],
		.device_protocol = d[6],
		.vendor_id = (uint16_t)(d[8] | d[9] << 8),
		.product_id = (uint16_t)(d[10] | d[11] << 8),
		.device_version_bcd = (uint16_t)(d[12] | d[13] << 8),
	};
	struct told t;

	read_model(m, &t);
	usbredirparser_send_interface_info(p, &t.interfaces);
	usbredirparser_send_ep_info(p, &t.endpoints);
	usbredirparser_send_device_connect(p, &device);
}

uint8_t redir_status(int status)
{
	switch (status) {
	case 0:
		return usb_redir_success;
	case -EPIPE:
		return usb_redir_stall;
	case -EOVERFLOW:
		return usb_redir_babble;
	case -ENOENT:
	case -ECONNRESET:
		return usb_redir_cancelled;
	default:
		return usb_redir_ioerror;
	}
}

uint8_t redir_type(const struct usb_model *m, uint8_t endpoint)
{
	struct told t;

	read_model(m, &t);
	return t.endpoints.type[place(endpoint)];
}
