/* What was done to a file after it had been signed: the objects it has now beside those it had.
 * Readers show what the newest tables name, so these are compared, not the bytes. */
#ifndef PARSE_PDF_AFTER_H
#define PARSE_PDF_AFTER_H

#include "firmware/parse/pdf/foreign.h"
#include "firmware/parse/pdf/store.h"

/* `then` is the file as far as the signature covers it, `now` all of it. */
enum foreign_after after_signing(struct store *then, struct store *now);

#endif
