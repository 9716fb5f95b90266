/* What we tell systemd: the protocol of sd_notify(3), by hand. */
#ifndef SUPER_NOTIFY_H
#define SUPER_NOTIFY_H

#include <stdint.h>

/* Sends one state, such as "READY=1". Without $NOTIFY_SOCKET nothing happens; a failure is of no
 * consequence but that systemd will restart us, which is what it should then do. */
void notify(const char *state);

/* How often systemd wants WATCHDOG=1, already halved; 0 when it does not. */
uint32_t notify_interval_ms(void);

#endif
