/* The officer's own PIN as kiosk.conf keeps it: "pbkdf2-sha256:ROUNDS:SALT:HASH", salt and hash in
 * hexadecimal (PBKDF2 with HMAC-SHA-256, RFC 8018). A PIN is six to eight digits. */
#ifndef CORE_STAFF_PIN_H
#define CORE_STAFF_PIN_H

#include "firmware/base/err.h"
#include <stdbool.h>

#define STAFF_PIN_LINE_CAP 128

/* ERR_BAD_DATA: not six to eight digits. ERR_NO_MEMORY. */
enum err staff_pin_make(const char *pin, char ret_line[STAFF_PIN_LINE_CAP]);

/* False also for a line that is none. */
bool staff_pin_is(const char *line, const char *pin);

#endif
