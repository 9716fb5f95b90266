/* The process that talks to SANE. SANE's calls block for as long as a scanner likes, and its
 * backends are other people's code that may crash or hang; so they run in a process of their
 * own, which the driver can end at any moment. (A thread could not be ended.)
 *
 * It speaks the scanner's own messages over a socketpair, as if the driver were core:
 * SCAN_START and SCAN_STOP come in; STATUS (every few seconds while idle, also when nothing has
 * changed; SCAN_SIGN_MS at most), SCAN_PROGRESS (while pixels come), SCAN_PAGE and SCAN_DONE go
 * out. */
#ifndef DRIVERS_SCAN_WORKER_H
#define DRIVERS_SCAN_WORKER_H

#include "firmware/base/err.h"
#include "firmware/base/msg.h"
#include <stdbool.h>

#define SCAN_SIGN_MS 60000

/* Works until `sock` is closed; returns the exit status. `scanner` is the setting of that name:
 * a SANE device, or "" for the first one found; `;NAME=VALUE` behind it sets SANE options. */
int scan_work(int sock, const char *scanner);

/* Prints the devices that SANE knows, for a person or as JSON; returns the exit status. */
int scan_list(bool json);

/* What a SANE status means to us. */
enum err scan_err_of(int sane_status);

#endif
