/* Faults of a file's bytes. */
#ifndef TESTS_MRTD_SPOIL_H
#define TESTS_MRTD_SPOIL_H

#include "tests/mrtd/card.h"

/* What is signed as it is: malformed, endless, empty. Acts on the file whose short identifier the
 * fault has. */
void mrtd_spoil(struct mrtd_file *f, const struct mrtd_faults *faults);

/* What becomes of signed files: altered, gone. */
void mrtd_spoil_signed(struct mrtd *m);

#endif
