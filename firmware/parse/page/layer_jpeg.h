/* JPEG to and from memory for the layers of a page. The same pixels give the same bytes. */
#ifndef PARSE_PAGE_LAYER_JPEG_H
#define PARSE_PAGE_LAYER_JPEG_H

#include "firmware/base/err.h"
#include "firmware/parse/page/layer_canvas.h"
#include <stddef.h>
#include <stdint.h>

enum jpeg_chroma { CHROMA_HALF, CHROMA_FULL };

/* *ret_bytes is the caller's to free. Quality 1..100. ERR_NO_MEMORY. */
enum err layer_jpeg_write(const struct canvas *r, int quality, enum jpeg_chroma chroma,
			  uint8_t **ret_bytes, size_t *ret_len);

/* Decodes bytes of our own; `ret` must have the picture's size and channels.
 * ERR_BAD_DATA, ERR_NO_MEMORY. */
enum err layer_jpeg_read(const uint8_t *bytes, size_t len, const struct canvas *ret);

#endif
