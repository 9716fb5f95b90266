/* Writing PNG files. A file appears under its name only when it is whole. */
#ifndef TESTS_USIM_PNG_FILE_H
#define TESTS_USIM_PNG_FILE_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

/* Dots, 1 = black, rows of (width + 7) / 8 bytes. ERR_IO, ERR_NO_SPACE. */
enum err png_write_dots(const char *path, const uint8_t *dots, size_t width, size_t height);

#endif
