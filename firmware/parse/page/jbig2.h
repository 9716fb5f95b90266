/* Bi-level pictures as JBIG2 (ISO/IEC 14492): one generic region, arithmetic coding, template 0
 * with its nominal adaptive pixels, typical prediction. Lossless by construction: there are no
 * symbols, so no digit can become another one.
 *
 * The bytes are the embedded form of PDF (ISO 32000-1, 7.4.7): the segments page information and
 * immediate lossless generic region, without a file header and end segments. */
#ifndef PARSE_PAGE_JBIG2_H
#define PARSE_PAGE_JBIG2_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

struct Pix; /* leptonica's; 1 bit a pixel, 1 is ink */

/* *ret_bytes is the caller's to free. The same picture gives the same bytes.
 * ERR_BAD_DATA: not 1 bit deep. ERR_NO_MEMORY. */
enum err jbig2_write(struct Pix *bits, uint8_t **ret_bytes, size_t *ret_len);

/* Reads what jbig2_write() writes, and nothing else. Sides up to IMAGE_MAX_SIDE. *ret is the
 * caller's to destroy. ERR_BAD_DATA, ERR_NO_MEMORY. */
enum err jbig2_read(const uint8_t *bytes, size_t len, struct Pix **ret);

#endif
