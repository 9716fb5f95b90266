/* Pictures for the tests of this folder. letter.png is a page of invented text, A4 at 200 dpi,
 * drawn by pango-view in Liberation Serif. */
#ifndef TESTS_PARSE_PICTURES_H
#define TESTS_PARSE_PICTURES_H

#include "firmware/base/auto.h"
#include "firmware/parse/image.h"
#include "firmware/parse/load.h"

#include <leptonica/allheaders.h>
#include <qrencode.h>
#include <stdio.h>
#include <string.h>

/* An image whose pixels are the test's to free with image_free(). */
static inline void image_free(struct image *i)
{
	free((void *)(uintptr_t)i->pixels);
	i->pixels = NULL;
}

static inline uint8_t *image_bytes(const struct image *i)
{
	return (uint8_t *)(uintptr_t)i->pixels;
}

static inline struct image blank_image(uint32_t w, uint32_t h, uint8_t channels, uint8_t value)
{
	uint8_t *at = malloc((size_t)w * h * channels);

	memset(at, value, (size_t)w * h * channels);
	return (struct image){ w, h, 200, channels, at };
}

/* The letter in gray, turned by `quarters` clockwise and then by tilt_deg clockwise. */
static inline struct image letter(int quarters, double tilt_deg)
{
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len = 0;
	struct image flat = { 0 };

	if (load_file("tests/unit/parse/letter.png", 1 << 20, &bytes, &len) != ERR_OK ||
	    load_image(bytes, len, &flat) != ERR_OK) {
		puts("Bail out! tests/unit/parse/letter.png cannot be read");
		exit(1);
	}
	PIX *pix = pixCreate((l_int32)flat.width, (l_int32)flat.height, 8);
	for (uint32_t y = 0; y < flat.height; y++)
		for (uint32_t x = 0; x < flat.width; x++)
			pixSetPixel(pix, (l_int32)x, (l_int32)y, flat.pixels[y * flat.width + x]);
	PIX *turned = pixRotateOrth(pix, quarters);
	PIX *tilted = pixRotate(turned, (l_float32)(tilt_deg * 3.14159265 / 180), L_ROTATE_AREA_MAP,
				L_BRING_IN_WHITE, 0, 0);
	struct image i =
		blank_image((uint32_t)pixGetWidth(tilted), (uint32_t)pixGetHeight(tilted), 1, 0);
	for (uint32_t y = 0; y < i.height; y++)
		for (uint32_t x = 0; x < i.width; x++) {
			l_uint32 v = 0;

			pixGetPixel(tilted, (l_int32)x, (l_int32)y, &v);
			image_bytes(&i)[y * i.width + x] = (uint8_t)v;
		}
	pixDestroy(&pix);
	pixDestroy(&turned);
	pixDestroy(&tilted);
	image_free(&flat);
	return i;
}

/* The same pixels three times. */
static inline struct image in_colour(const struct image *gray)
{
	struct image rgb = blank_image(gray->width, gray->height, 3, 0);

	for (size_t i = 0; i < (size_t)gray->width * gray->height; i++)
		memset(image_bytes(&rgb) + 3 * i, gray->pixels[i], 3);
	return rgb;
}

static inline void draw_modules(struct image *i, uint32_t x, uint32_t y, uint32_t module_px,
				const QRcode *qr, uint8_t ink)
{
	uint32_t side = (uint32_t)qr->width * module_px;

	for (uint32_t dy = 0; dy < side; dy++)
		for (uint32_t dx = 0; dx < side; dx++)
			if (qr->data[dy / module_px * (uint32_t)qr->width + dx / module_px] & 1)
				memset(image_bytes(i) +
					       ((y + dy) * i->width + x + dx) * i->channels,
				       ink, i->channels);
}

/* Draws the QR code of a payload with its corner at x, y; quiet zone not included. */
static inline void draw_qr(struct image *i, uint32_t x, uint32_t y, uint32_t module_px,
			   const char *payload, uint8_t ink)
{
	const unsigned char *bytes = (const unsigned char *)payload;
	QRcode *qr = QRcode_encodeData((int)strlen(payload), bytes, 0, QR_ECLEVEL_M);

	draw_modules(i, x, y, module_px, qr, ink);
	QRcode_free(qr);
}

/* The same for a code put together by hand, which is freed. */
static inline void draw_input(struct image *i, uint32_t x, uint32_t y, uint32_t module_px,
			      QRinput *in)
{
	QRcode *qr = QRcode_encodeInput(in);

	draw_modules(i, x, y, module_px, qr, 0);
	QRcode_free(qr);
	QRinput_free(in);
}

/* Draws a bar code given as widths of bars and spaces in turn, each a digit. */
static inline void draw_bars(struct image *i, uint32_t x, uint32_t y, uint32_t height,
			     const char *widths)
{
	for (int bar = 1; *widths; widths++, bar = !bar)
		for (int n = 2 * (*widths - '0'); n > 0; n--, x++)
			for (uint32_t dy = 0; bar && dy < height; dy++)
				image_bytes(i)[(y + dy) * i->width + x] = 0;
}

#endif
