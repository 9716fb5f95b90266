/* Sets of bits as sysfs writes them: words in hexadecimal with blanks between, the highest
 * first. */
#ifndef GUARD_BITS_H
#define GUARD_BITS_H

#include <stdbool.h>

/* Whether one of the bits from..to is set; what is no such text has none. */
bool bits_any(const char *text, unsigned from, unsigned to);

#endif
