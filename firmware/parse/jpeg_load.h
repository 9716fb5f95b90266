/* Reading a JPEG row by row, by libjpeg: nothing but the picture itself lies in memory. */
#ifndef PARSE_JPEG_LOAD_H
#define PARSE_JPEG_LOAD_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"
#include <stddef.h>
#include <stdint.h>

/* An image that owns its pixels: free((void *)pixels). Its dpi is the file's, or 0. Only gray and
 * three colours. ERR_BAD_DATA: anything else, larger than an image may be, or damaged.
 * ERR_NO_MEMORY. */
enum err jpeg_load(const uint8_t *bytes, size_t len, struct image *ret);

#endif
