/* The process that talks to SANE. SANE's calls block for as long as a scanner likes, and its
 * backends are other people's code that may crash or hang; so they run in a process of their
 * own, which the driver can end at any moment. (A thread could not be ended.)
 *
 * It speaks the scanner's own messages over a socketpair, as if the driver were core:
 * SCAN_START and SCAN_STOP come in; STATUS (every few seconds while idle, also when nothing has
 * changed; SCAN_SIGN_MS at most), SCAN_PROGRESS (while pixels come), SCAN_PAGE and SCAN_DONE go
 * out; of a camera SCAN_CAMERA and, while SCAN_LIVE is on, SCAN_FRAME. */
#ifndef DRIVERS_SCAN_WORKER_H
#define DRIVERS_SCAN_WORKER_H

#include "firmware/base/err.h"
#include "firmware/base/msg.h"
#include <stdbool.h>

#define SCAN_SIGN_MS 60000
#define SCAN_NONE    "none"

struct scan_settings {
	const char *scanner; /* a SANE device; "": the first found; ;NAME=VALUE sets options;
			      * SCAN_NONE: there is none, and SANE is not asked */
	const char *camera;  /* a video device; "" or NULL: none */
	uint16_t camera_dpi;
};

/* Works until `sock` is closed; returns the exit status. */
int scan_work(int sock, const struct scan_settings *s);

/* Prints the devices that SANE knows, for a person or as JSON; returns the exit status. */
int scan_list(bool json);

#endif
