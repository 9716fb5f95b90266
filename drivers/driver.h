/* What a driver promises to the core, and nothing else.
 *
 * One process runs one driver on one device, in one thread. Core and driver speak the messages
 * of msg.def and no others; a driver never decides what a failure means to the citizen.
 *
 *   - STATUS at start and on every change. `state` is ERR_OK, or why the device cannot work now.
 *     GONE means: not plugged in, or it stopped answering; the driver goes on looking for it and
 *     has it back within 5 s of its return, without a restart.
 *   - A command gets exactly one end (PRINT_DONE, SCAN_DONE, APDU_ANSWER), whatever happens to
 *     the device, within a bounded time. A command that comes while another runs ends with BUSY.
 *   - ERR_OK at the end means: the device itself said that it was done. Nothing is inferred.
 *   - When core dies, its command is nobody's: it is ended or stopped, and its end is not told to
 *     the next core, which counts its jobs anew.
 *   - The loop never blocks on a device. A command may be repeated from the start after any error.
 *
 * The command line (hand.h) is another core: it sends the same messages to the same drivers. */
#ifndef DRIVERS_DRIVER_H
#define DRIVERS_DRIVER_H

#include "firmware/base/err.h"
#include "firmware/base/loop.h"
#include "firmware/base/msg.h"
#include "firmware/base/role.h"

/* Who a driver works for. `tell` never fails: a peer that is not there hears nothing. The
 * caller keeps the message's descriptors. */
struct driver_host {
	struct loop *loop;
	void (*tell)(void *data, enum role to, const struct msg *m);
	void *data;
	uint8_t state; /* as last told by driver_status() */
	uint8_t near_end;
	char model[64];
	bool told;
	const char *scanner, *token_module; /* the settings of those names; never NULL */
	const char *camera;                 /* as well; NULL: none */
	uint16_t camera_dpi;
};

struct driver {
	const char *name; /* the file it lives in: "print_escpos" */
	enum role role;

	/* Required. Begins to look for the device; it need not be there. *ret_self is set only on
	 * ERR_OK. ERR_NO_MEMORY; ERR_IO, ERR_DENIED when this machine has no USB or no SANE. */
	enum err (*start)(struct driver_host *h, void **ret_self);

	/* Required. A checked message; what is not this driver's to answer is ignored. */
	void (*message)(void *self, enum role from, struct msg *m);

	/* Optional. A peer has come or gone. STATUS has been told to a core that came. */
	void (*peer)(void *self, enum role who, bool here);

	/* Required. Stops at once and frees; NULL is allowed. */
	void (*stop)(void *self);
};

/* All drivers of this program, ended by NULL. */
extern const struct driver *const DRIVERS[];

/* Tells core, when it is not what core was told last. `model` may be NULL: unchanged. */
void driver_status(struct driver_host *h, enum err state, bool near_end, const char *model);

/* Tells core what it was told last; for a core that has just come. */
void driver_status_again(struct driver_host *h);

#endif
