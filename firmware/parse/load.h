/* Picture and other files, for work by hand; the kiosk itself never reads a file here. */
#ifndef PARSE_LOAD_H
#define PARSE_LOAD_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"
#include <stddef.h>
#include <stdint.h>

enum { LOAD_PICTURE_BYTES = 256 << 20 };

/* The whole of a file, or of standard input for "-". *ret_bytes is the caller's to free.
 * ERR_NOT_FOUND, ERR_DENIED, ERR_IO, ERR_NO_MEMORY; ERR_NO_SPACE when longer than `max`. */
enum err load_file(const char *path, size_t max, uint8_t **ret_bytes, size_t *ret_len);

/* The rest of an open file; as load_file(). For files that were opened before the door was locked
 * and are read one after the other. */
enum err load_fd(int fd, size_t max, uint8_t **ret_bytes, size_t *ret_len);

/* Decodes PNG, JPEG, TIFF or PNM into an image that owns its pixels: free((void *)pixels). Its
 * dpi is the file's, or 0. ERR_BAD_PAGE, ERR_NO_MEMORY; ERR_NO_SPACE: more pixels than an image may
 * have. */
enum err load_image(const uint8_t *bytes, size_t len, struct image *ret);

#endif
