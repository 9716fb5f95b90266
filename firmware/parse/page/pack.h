/* One finished page as bytes: its layers and its text. Made by one kiosk-parse, opened by another;
 * in between it lies encrypted on disk, and nobody else looks into it. The reader trusts nothing.
 *
 * Several packs, as JOB_BIND has them: for each a little-endian 32-bit length and its bytes. */
#ifndef PARSE_PAGE_PACK_H
#define PARSE_PAGE_PACK_H

#include "firmware/base/err.h"
#include "firmware/parse/page/layers.h"
#include "firmware/parse/page/text.h"
#include <stddef.h>
#include <stdint.h>

enum { PACK_MAX_BYTES = 48 << 20, PACK_MAX_WORDS = 20000 };

/* *ret_bytes is the caller's to free. The same page gives the same bytes. ERR_NO_MEMORY. */
enum err pack_write(const struct layers *l, const struct text *t, uint8_t **ret_bytes,
		    size_t *ret_len);

/* Fills both; layers and words are checked against each other and the page's size, and their bytes
 * are copies: layers_finish(), text_finish(). ERR_BAD_DATA, ERR_NO_MEMORY. */
enum err pack_read(const uint8_t *bytes, size_t len, struct layers *ret_layers,
		   struct text *ret_text);

#endif
