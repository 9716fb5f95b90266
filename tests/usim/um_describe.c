/* What sysfs and the uevents say about a device, in the format of umockdev-record. */
#include "tests/usim/um_node.h"

#include <stdint.h>

static unsigned u16(const uint8_t *p)
{
	return (unsigned)p[0] | (unsigned)p[1] << 8;
}

static void describe_device(GString *s, const struct um_node *n, const char *port)
{
	const uint8_t *d = n->dev->model->device_desc;
	unsigned vendor = u16(d + 8), product = u16(d + 10), release = u16(d + 12);

	g_string_append_printf(s, "P: /devices/pci0000:00/usb1/%s\n", port);
	g_string_append_printf(s,
			       "E: SUBSYSTEM=usb\nE: DRIVER=usb\nE: DEVTYPE=usb_device\n"
			       "E: BUSNUM=001\nE: DEVNUM=%03u\nE: DEVNAME=%s\n"
			       "E: MAJOR=189\nE: MINOR=%u\n",
			       n->number, n->dev_path, n->number - 1);
	g_string_append_printf(s,
			       "E: ID_VENDOR_ID=%04x\nE: ID_MODEL_ID=%04x\nE: PRODUCT=%x/%x/%x\n",
			       vendor, product, vendor, product, release);
	g_string_append_printf(s,
			       "A: bConfigurationValue=1\\n\nA: busnum=1\\n\nA: devnum=%u\\n\n"
			       "A: speed=12\\n\nA: bDeviceClass=%02x\\n\n"
			       "A: bNumConfigurations=1\\n\nA: dev=189:%u\\n\n",
			       n->number, d[4], n->number - 1);
	g_string_append_printf(s,
			       "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\nA: bcdDevice=%04x\\n\n",
			       vendor, product, release);
}

static void describe_strings(GString *s, const struct usb_model *m)
{
	static const char *const names[] = { "manufacturer", "product", "serial" };

	for (int i = 0; i < 3 && m->strings[i]; i++)
		g_string_append_printf(s, "A: %s=%s\\n\n", names[i], m->strings[i]);
}

static void describe_bytes(GString *s, const struct usb_model *m)
{
	g_string_append(s, "H: descriptors=");
	for (int i = 0; i < 18; i++)
		g_string_append_printf(s, "%02x", m->device_desc[i]);
	for (size_t i = 0; i < m->config_len; i++)
		g_string_append_printf(s, "%02x", m->config_desc[i]);
	g_string_append(s, "\n\n");
}

/* `c` is an interface descriptor. */
static void describe_interface(GString *s, const struct um_node *n, const char *port,
			       const uint8_t *c)
{
	const uint8_t *d = n->dev->model->device_desc;

	g_string_append_printf(s, "P: /devices/pci0000:00/usb1/%s/%s:1.%u\n", port, port, c[2]);
	g_string_append_printf(s,
			       "E: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\n"
			       "E: INTERFACE=%u/%u/%u\nE: PRODUCT=%x/%x/%x\n",
			       c[5], c[6], c[7], u16(d + 8), u16(d + 10), u16(d + 12));
	g_string_append_printf(s,
			       "A: bInterfaceNumber=%02x\\n\nA: bInterfaceClass=%02x\\n\n"
			       "A: bInterfaceSubClass=%02x\\n\nA: bInterfaceProtocol=%02x\\n\n"
			       "A: bAlternateSetting= 0\\n\nA: bNumEndpoints=%02x\\n\n\n",
			       c[2], c[5], c[6], c[7], c[4]);
}

char *um_describe(const struct um_node *n, const char *port)
{
	const struct usb_model *m = n->dev->model;
	GString *s = g_string_new(NULL);

	describe_device(s, n, port);
	describe_strings(s, m);
	describe_bytes(s, m);
	for (size_t i = 0; i < m->config_len; i += m->config_desc[i])
		if (m->config_desc[i + 1] == 4)
			describe_interface(s, n, port, m->config_desc + i);
	return g_string_free(s, FALSE);
}
