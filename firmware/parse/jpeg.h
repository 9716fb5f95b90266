/* Writing a JPEG row by row, by libjpeg. The same rows give the same bytes. */
#ifndef PARSE_JPEG_H
#define PARSE_JPEG_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"

struct jpeg_writer;

/* `of` gives width, height, channels and dpi; its pixels are not looked at. Quality 1..100.
 * ERR_NO_MEMORY. */
enum err jpeg_writer_begin(const struct image *of, int quality, struct jpeg_writer **ret);

/* The next row, of.width pixels. After an error only jpeg_writer_destroy() may follow. */
enum err jpeg_writer_row(struct jpeg_writer *j, const uint8_t *row);

/* After the last row. *ret_bytes is the caller's to free. */
enum err jpeg_writer_end(struct jpeg_writer *j, uint8_t **ret_bytes, size_t *ret_len);

/* NULL is allowed. */
void jpeg_writer_destroy(struct jpeg_writer *j);

#endif
