/* The pixels of a page exactly as they came, as a PNG file: for procedures that want the untouched
 * scan beside the archival file. */
#ifndef PARSE_PAGE_ORIGINAL_H
#define PARSE_PAGE_ORIGINAL_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"
#include <stddef.h>
#include <stdint.h>

/* *ret_png is the caller's: free(). The same pixels give the same bytes. ERR_NO_MEMORY. */
enum err original_png(const struct image *i, uint8_t **ret_png, size_t *ret_len);

#endif
