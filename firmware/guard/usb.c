#include "firmware/guard/usb.h"

#include "firmware/base/auto.h"
#include "firmware/guard/bits.h"
#include "firmware/guard/ports.h"
#include "firmware/guard/sysfs.h"
#include "firmware/guard/tell.h"

#include <linux/input-event-codes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#define DESCRIPTORS_MAX_BYTES 65536

/* A port of a device, and what the board says of it. */
struct spot {
	struct ports ports;
	struct usb_place place;
	char dir[SYSFS_PATH]; /* of the device */
	const struct port *port;
};

__attribute__((format(printf, 3, 4))) static void
refuse(const struct guard_paths *at, const struct spot *s, const char *format, ...)
{
	char what[128], words[240];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	snprintf(words, sizeof words, "port %s%s%s (%s): %s",
		 s->place.pci ? "" : s->place.controller, s->place.pci ? "" : "/", s->place.chain,
		 s->port ? s->port->name : "not in use", what);
	tell_refused(at->run, words);
}

/* False, after saying why on standard error: nobody is let in. */
static bool read_ports(const char *path, struct ports *ret)
{
	char text[PORTS_MAX_BYTES];
	unsigned line = 0;
	const char *slash = strrchr(path, '/');
	char dir[SYSFS_PATH];
	size_t len;

	snprintf(dir, sizeof dir, "%.*s", (int)(slash ? slash - path : 0), path);
	enum err e = sysfs_bytes(dir, slash ? slash + 1 : path, (uint8_t *)text, sizeof text, &len);
	if (e == ERR_OK)
		e = ports_parse(text, len, ret, &line);
	if (e != ERR_OK)
		fprintf(stderr, "kiosk-usb: %s:%u: %s\n", path, line, err_text(e));
	return e == ERR_OK;
}

static bool find_spot(const char *path, const struct guard_paths *at, struct spot *ret)
{
	if (usb_place_of(path, &ret->place, ret->dir, sizeof ret->dir) != ERR_OK ||
	    !read_ports(at->ports, &ret->ports))
		return false;
	ret->port = ports_find(&ret->ports, &ret->place);
	return true;
}

/* What a technician calls it. */
static const char *kind_name(const struct usb_shape *s)
{
	for (unsigned i = 0; i < s->kind_count; i++)
		if (s->kinds[i].class == USB_CLASS_HID && s->kinds[i].protocol == 1)
			return "a keyboard";
	switch (s->kinds[0].class) {
	case USB_CLASS_HID:
		return "an input device";
	case 0x07:
		return "a printer";
	case 0x08:
		return "a memory stick or disk";
	case USB_CLASS_HUB:
		return "a hub";
	case 0x0b:
		return "a card reader";
	case 0x0e:
		return "a camera";
	case 0x02:
	case 0xe0:
		return "a modem or network device";
	default:
		return "a device";
	}
}

static bool all_hub(const struct usb_shape *s)
{
	for (unsigned i = 0; i < s->kind_count; i++)
		if (s->kinds[i].class != USB_CLASS_HUB)
			return false;
	return s->device.class == USB_CLASS_HUB;
}

static bool may_enter(const struct spot *s, const struct usb_shape *shape)
{
	if (s->port && port_takes(s->port, shape))
		return true;
	return all_hub(shape) && ports_behind(&s->ports, &s->place);
}

static void tell_shape(const struct guard_paths *at, const struct spot *s,
		       const struct usb_shape *shape)
{
	const struct usb_kind *k = &shape->kinds[0];

	refuse(at, s, "%s does not belong there (%04x:%04x, %u interfaces, %02x/%02x/%02x ...)",
	       kind_name(shape), shape->vendor, shape->product, shape->kind_count, k->class,
	       k->subclass, k->protocol);
}

int guard_usb(const char *path, const struct guard_paths *at, FILE *out)
{
	AUTO_FREE uint8_t *descriptors = malloc(DESCRIPTORS_MAX_BYTES);
	struct usb_shape shape;
	struct spot s = { 0 };
	size_t len = 0;

	if (!descriptors || !find_spot(path, at, &s))
		return 1;
	if (s.place.chain[0] == '\0') /* the controller itself */
		return 0;
	enum err e = sysfs_bytes(s.dir, "descriptors", descriptors, DESCRIPTORS_MAX_BYTES, &len);
	if (e == ERR_OK)
		e = usb_shape_parse(descriptors, len, &shape);
	bool enters = e == ERR_OK && may_enter(&s, &shape);
	if (e == ERR_NOT_FOUND || e == ERR_GONE)
		return 1; /* pulled out again */
	if (e != ERR_OK)
		refuse(at, &s, "a device that does not say plainly what it is (%s)", err_name(e));
	else if (!enters)
		tell_shape(at, &s, &shape);
	if (sysfs_set(s.dir, "authorized", enters ? "1" : "0") != ERR_OK)
		return 1;
	if (enters && fprintf(out, "KIOSK_PORT=%s\n", s.port ? s.port->name : "hub") < 0)
		return 1;
	return 0;
}

int guard_port(const char *path, const struct guard_paths *at, FILE *out)
{
	struct spot s = { 0 };

	if (!find_spot(path, at, &s) || !s.port)
		return 1;
	return fprintf(out, "KIOSK_PORT=%s\n", s.port->name) < 0;
}

static bool has(const char *dir, const char *what, unsigned from, unsigned to)
{
	char path[SYSFS_PATH + 16], text[1024];

	snprintf(path, sizeof path, "%s/capabilities", dir);
	return sysfs_text(path, what, text, sizeof text) == ERR_OK && bits_any(text, from, to);
}

/* The folder of the input device for one of its nodes: .../input/input4/event2 */
static bool input_dir(const char *path, char ret[SYSFS_PATH])
{
	const char *at = path, *found = NULL;

	while ((at = strstr(at, "/input/input")) != NULL)
		found = at++;
	if (!found)
		return false;
	size_t len = (size_t)(found - path) + strlen("/input/");
	len += strcspn(path + len, "/");
	return snprintf(ret, SYSFS_PATH, "%.*s", (int)len, path) < SYSFS_PATH;
}

int guard_input(const char *path, const struct guard_paths *at, FILE *out)
{
	char dir[SYSFS_PATH];
	struct spot s = { 0 };

	if (!find_spot(path, at, &s) || !input_dir(path, dir))
		return 1;
	bool keys = has(dir, "key", KEY_ESC, KEY_KPDOT);
	bool place = has(dir, "abs", ABS_X, ABS_X) ||
		     has(dir, "abs", ABS_MT_POSITION_X, ABS_MT_POSITION_X);
	bool touch = s.port && strcmp(s.port->name, "touch") == 0;
	bool keypad = s.port && strcmp(s.port->name, "keypad") == 0;

	if (touch && keys)
		refuse(at, &s, "the screen has a keyboard in it, whose keys do nothing");
	if ((touch && place && !keys) || (keypad && keys && !place))
		return fprintf(out, "KIOSK_INPUT=%s\n", s.port->name) < 0;
	return 0;
}
