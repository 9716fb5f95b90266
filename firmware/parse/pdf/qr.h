/* A QR code as PDF paths, by libqrencode: sharp at any size. */
#ifndef PARSE_PDF_QR_H
#define PARSE_PDF_QR_H

#include "firmware/base/err.h"
#include "firmware/parse/pdf/out.h"

/* Draws `text` into a square of `side` points whose lower left corner is `at`: bytes mode, level M,
 * black, without ground or quiet zone. Writes operators, no object. ERR_BAD_DATA: it does not
 * fit any code; ERR_NO_MEMORY. */
enum err qr_draw(struct out *o, const char *text, const double at[2], double side);

#endif
