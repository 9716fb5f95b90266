/* The line of kiosk.conf for the staff's PIN: of the PIN itself nothing is kept. */
#ifndef SETUP_PIN_H
#define SETUP_PIN_H

#include "firmware/base/err.h"
#include "firmware/setup/answers.h"

/* Takes the one that was away, when that was chosen. */
void pin_forget_former(struct answers *a);

/* The form is that of `kioskctl staff pin`. ERR_NO_MEMORY. */
enum err pin_line(const char *pin, char ret[STAFF_PIN_CAP]);

#endif
