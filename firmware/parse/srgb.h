/* The sRGB colour profile (IEC 61966-2-1) as ICC.1:2001 bytes, made in code: a PDF for the
 * archive must say what its red, green and blue mean. */
#ifndef PARSE_SRGB_H
#define PARSE_SRGB_H

#include <stddef.h>
#include <stdint.h>

enum { SRGB_BYTES = 964 };

/* Fills all SRGB_BYTES; always the same. */
void srgb_profile(uint8_t out[SRGB_BYTES]);

#endif
