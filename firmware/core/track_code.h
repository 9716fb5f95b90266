/* The code by which a person asks how far a dossier is: the province's dossier code, or the one of
 * our own slip (receipt_code.h). It is typed, or read from the QR code of a receipt, and proves
 * nothing about who holds it. */
#ifndef CORE_TRACK_CODE_H
#define CORE_TRACK_CODE_H

#include <stdbool.h>
#include <stddef.h>

#define TRACK_CODE_CAP 64

/* Takes such a code, in capitals and without blanks around it, out of what was typed or read; also
 * out of a look-up page's address, "...?mahs=CODE". False: it is none; *ret_code is untouched.
 * Shape of a dossier code: domain reference, section 2.5. */
bool track_code_read(const void *bytes, size_t len, char ret_code[TRACK_CODE_CAP]);

#endif
