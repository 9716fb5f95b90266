/* Streams of a PDF that somebody brought, unpacked within bounds. */
#ifndef PARSE_PDF_FLATE_H
#define PARSE_PDF_FLATE_H

#include "firmware/base/buf.h"
#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies `r`, inflated when it is `packed`, to *ret, the caller's to free. ERR_BAD_DATA: it is not
 * in zlib's format (RFC 1950), or would be over `max` bytes; ERR_NO_MEMORY. */
enum err flate_unpack(struct reader r, bool packed, size_t max, uint8_t **ret, size_t *ret_len);

/* Takes PNG's predictors (ISO 32000-1, 7.4.4.4) back, in place, for rows of `width` bytes. */
bool flate_unpredict(uint8_t *bytes, size_t *len, size_t width);

#endif
