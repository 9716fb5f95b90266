/* A kiosk-ui without a panel: a visitor who needs no pictures (tests/visitor). It stands in under
 * its name, as the supervisor starts it, and takes orders where the screen's remote control is:
 *
 *     visit N SERVED    that person comes; said again, they look at the screen again. SERVED: 1
 *                       when they have got what they came for, and only leave
 *
 * and tells, a line each:
 *
 *     card              they hold their card before the code reader
 *     is CONFIRMED SAVED SERVED RECEIPT DOSSIER
 *                       what they did and were told, when it changes; - is no code
 *     gone ERR          they left: OK, or why they were turned away */
#ifndef SCENE_SWIFT_H
#define SCENE_SWIFT_H

int swift_main(void);

#endif
