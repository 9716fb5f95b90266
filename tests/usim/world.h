/* All simulated devices of one kiosk, and what moves them. */
#ifndef TESTS_USIM_WORLD_H
#define TESTS_USIM_WORLD_H

#include "firmware/base/loop.h"
#include "tests/usim/camera.h"
#include "tests/usim/ccid.h"
#include "tests/usim/code.h"
#include "tests/usim/esci.h"
#include "tests/usim/escl.h"
#include "tests/usim/fingers.h"
#include "tests/usim/printer.h"
#include "tests/usim/redir.h"
#include "tests/usim/scanner.h"
#include "tests/usim/stranger.h"
#include "tests/usim/toycard.h"
#include "tests/usim/um.h"
#include "tests/usim/usbip.h"
#include "tests/usim/vpcd.h"
#include "tests/usim/wallet.h"
#include <pthread.h>

#define WORLD_CABLED      3 /* programs of this computer see these, too */
#define WORLD_USB_DEVICES 6

struct world {
	struct loop *loop;
	char dir[2048];       /* state folder, absolute */
	pthread_mutex_t lock; /* of the USB devices; the main thread takes it around its work */
	struct um *um;
	struct usbip *usbip; /* NULL: not asked for */
	struct usbip_export exports[WORLD_CABLED];
	struct usbip_exports exported;
	struct redir *redirs[WORLD_USB_DEVICES]; /* NULL: not asked for */
	struct ccid ccid;
	struct printer printer;
	struct code code;
	struct fingers fingers;
	struct stranger stranger;
	struct esci esci; /* the same `scanner` as that of `escl`, by USB */
	struct toycard toycard;
	struct wallet wallet;
	struct card *returns; /* NULL, or what lies on the reader again returns_ms after it left */
	uint32_t returns_ms;
	struct timer return_timer;
	struct vicc *vicc; /* NULL, or our card `served` in somebody's reader */
	struct mrtd *served;
	struct card served_card;
	struct vpcd *vpcd;      /* NULL, or somebody's card in ours */
	struct scanner scanner; /* the main thread's alone */
	struct camera camera;   /* behind the lock; plugged in by its line, not from the start */
	bool trace;
	struct escl *escl;                      /* NULL: unplugged */
	struct usb_dev *usb[WORLD_USB_DEVICES]; /* of the six above, in that order */
	int changed_fd;                         /* an eventfd: a device changed */
	struct timer later;                     /* next usb_tick() */
	void (*on_change)(void *data);          /* optional; main thread, without the lock */
	void *on_change_data;
};

/* `dir` exists. The devices are there, but attached to nothing. `w` must not move. */
enum err world_init(struct world *w, struct loop *loop, const char *dir, enum ccid_level level);
void world_finish(struct world *w);

/* Everything is plugged in. */
enum err world_attach(struct world *w);

/* Also by USB/IP on this port of 127.0.0.1. ERR_BUSY, ERR_IO. */
enum err world_export(struct world *w, int port);

/* Also by usbredir, each at its socket NAME.redir in the state folder. ERR_IO. */
enum err world_redirect(struct world *w);

void world_lock(struct world *w);
void world_unlock(struct world *w);

/* The device of that name, or NULL. */
struct usb_dev *world_usb(struct world *w, const char *name);

/* For the main thread, after it changed something; the devices do so themselves. */
void world_changed(struct world *w);

/* Both of its cables. */
enum err world_plug_scanner(struct world *w);
void world_unplug_scanner(struct world *w);

/* Without the lock. Doing it twice is no error. */
enum err world_plug(struct world *w, struct usb_dev *d);
void world_unplug(struct world *w, struct usb_dev *d);

#endif
