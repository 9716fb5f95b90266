/* Ends this process when the plug of the scanner it talks to has been pulled. A backend may notice
 * that late, or never: epsonds, asked to close it, tries for a minute (ten times five seconds), and
 * meanwhile nobody hears of it. The driver knows what a worker that is no more means. */
#ifndef DRIVERS_SCAN_WATCH_H
#define DRIVERS_SCAN_WATCH_H

#include "firmware/base/err.h"

#define SCAN_WATCH_MS 500

struct scan_watch;

/* A thread of this process looks every SCAN_WATCH_MS; it is never ended. ERR_NO_MEMORY. */
enum err scan_watch_start(struct scan_watch **ret_watch);

/* From now on that device (scan_usb_gone), as long as it is there now; "": none. */
void scan_watch_device(struct scan_watch *w, const char *device);

#endif
