/* A QR code for a phone that looks at a terminal. */
#ifndef CTL_CODE_H
#define CTL_CODE_H

#include "firmware/base/err.h"
#include <stdio.h>

/* Black on white whatever the colours of the terminal are, two modules a character.
 * ERR_NO_SPACE: `words` fit into no code. */
enum err code_print(const char *words, FILE *out);

#endif
