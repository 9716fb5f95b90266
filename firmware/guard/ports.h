/* Which USB port of a board is for what: the file `ports` of the board's description.
 *
 *   NAME  PORT  KIND...  [VENDOR:PRODUCT...]
 *   stick 7     08/06/50 08/06/62
 *
 * PORT is [CONTROLLER/][2:|3:]CHAIN. CONTROLLER is a PCI address; without it any controller on
 * PCI is meant. 2: or 3: is the port of USB 2 or of USB 3 only, where a controller counts them
 * apart. CHAIN is ports with dots between them; the hubs on the way to a port of the list may be
 * there. KIND is class/subclass/protocol in hexadecimal, * is any: each interface of a device
 * must fit one of them. With VENDOR:PRODUCT, in hexadecimal, only these. # begins a remark. */
#ifndef GUARD_PORTS_H
#define GUARD_PORTS_H

#include "firmware/base/err.h"
#include "firmware/guard/place.h"
#include "firmware/guard/shape.h"

#define PORTS_MAX       32
#define PORT_KINDS      8
#define PORT_IDS        8
#define PORT_NAME       12
#define PORTS_MAX_BYTES 8192

/* -1: any */
struct port_kind {
	int class, subclass, protocol;
};

struct port {
	char name[PORT_NAME];
	char controller[PLACE_CONTROLLER]; /* "": any */
	int speed;                         /* 2, 3; 0: both */
	char chain[PLACE_CHAIN];
	struct port_kind kinds[PORT_KINDS];
	unsigned kind_count;
	uint16_t vendors[PORT_IDS], products[PORT_IDS];
	unsigned id_count;
};

struct ports {
	struct port rows[PORTS_MAX];
	unsigned count;
};

/* ERR_BAD_CONFIG with the number of the first bad line in *ret_line: then nothing of the text
 * counts. */
enum err ports_parse(const char *text, size_t len, struct ports *ret, unsigned *ret_line);

/* The port there, or NULL. */
const struct port *ports_find(const struct ports *p, const struct usb_place *at);

/* Whether a port of the list lies behind this place. */
bool ports_behind(const struct ports *p, const struct usb_place *at);

bool port_takes(const struct port *p, const struct usb_shape *s);

#endif
