#include "firmware/guard/shape.h"

#include "firmware/base/buf.h"

enum { DEVICE = 1, CONFIGURATION = 2, INTERFACE = 4 };
enum { DEVICE_BYTES = 18, CONFIGURATION_BYTES = 9, INTERFACE_BYTES = 9, HEAD_BYTES = 2 };

static bool read_device(struct reader *r, struct usb_shape *s, unsigned *ret_configurations)
{
	struct reader d = get_part(r, DEVICE_BYTES);
	bool good = get_u8(&d) == DEVICE_BYTES && get_u8(&d) == DEVICE;

	(void)get_u16le(&d); /* bcdUSB */
	s->device.class = get_u8(&d);
	s->device.subclass = get_u8(&d);
	s->device.protocol = get_u8(&d);
	(void)get_u8(&d); /* bMaxPacketSize0 */
	s->vendor = get_u16le(&d);
	s->product = get_u16le(&d);
	(void)get_bytes(&d, 5); /* bcdDevice, numbers of strings */
	*ret_configurations = get_u8(&d);
	return good && !d.bad && *ret_configurations > 0;
}

static bool read_interface(struct reader *d, struct usb_shape *s)
{
	struct usb_kind *k = &s->kinds[s->kind_count];

	if (s->kind_count == SHAPE_KINDS)
		return false;
	(void)get_bytes(d, 3); /* number, setting, endpoints */
	k->class = get_u8(d);
	k->subclass = get_u8(d);
	k->protocol = get_u8(d);
	s->kind_count++;
	return !d->bad;
}

/* Everything of one configuration: whatever of it is not an interface says nothing here. */
static bool read_rest(struct reader *r, struct usb_shape *s)
{
	while (r->left > 0) {
		uint8_t len = get_u8(r), type = get_u8(r);

		if (len < HEAD_BYTES)
			return false;
		struct reader d = get_part(r, len - (size_t)HEAD_BYTES);
		if (d.bad)
			return false;
		if (type == DEVICE || type == CONFIGURATION)
			return false;
		if (type == INTERFACE && (len < INTERFACE_BYTES || !read_interface(&d, s)))
			return false;
	}
	return !r->bad;
}

static bool read_configuration(struct reader *r, struct usb_shape *s)
{
	struct reader peek = *r;
	uint8_t len = get_u8(&peek), type = get_u8(&peek);
	uint16_t total = get_u16le(&peek);

	if (peek.bad || type != CONFIGURATION || len < CONFIGURATION_BYTES || total < len)
		return false;
	struct reader all = get_part(r, total);
	return get_bytes(&all, len) && read_rest(&all, s);
}

enum err usb_shape_parse(const uint8_t *bytes, size_t len, struct usb_shape *ret)
{
	struct reader r = reader_of(bytes, len);
	struct usb_shape s = { 0 };
	unsigned configurations;

	if (!read_device(&r, &s, &configurations))
		return ERR_BAD_DATA;
	for (unsigned i = 0; i < configurations; i++)
		if (!read_configuration(&r, &s))
			return ERR_BAD_DATA;
	if (s.kind_count == 0 || r.left > 0)
		return ERR_BAD_DATA;
	*ret = s;
	return ERR_OK;
}
