/* What the program of slots and updates (kiosk-board) asks: how this start is, and that no visit
 * begins while the machine is about to restart. It comes by the socket of kioskctl.
 *
 *     board health   a line for each part, "NAME ok..." or "NAME bad: ...": core, screen, devices,
 *                    database, province. A device or a province that is away is told and is well.
 *     board hold     root only. "held" as soon as nobody is at the screen; from then on no visit
 *                    begins, until whoever asked goes away */
#ifndef CORE_BOARD_H
#define CORE_BOARD_H

#include "firmware/core/ctl.h"
#include <stdbool.h>

struct visit_event;

enum ctl_code board_command(struct ctl *t, const char *arg);

/* Is an update on trial, or does somebody hold visits, and has been told that nobody is there? */
bool board_holds(const struct core *c);

/* Would this begin a visit while it is held? */
bool board_bars(const struct core *c, const struct visit_event *e);

/* For `kioskctl status`: that an update is on trial, that one went back. */
void board_status(struct ctl *t);

/* Another screen is shown: it may be that nobody is there any more. */
void board_poke(struct core *c);

#endif
