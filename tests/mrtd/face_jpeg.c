#include "tests/mrtd/face.h"

#include <stdio.h> /* before jpeglib.h */

#include <jpeglib.h>
#include <stdlib.h>
#include <string.h>

static bool encode(const uint8_t *pixels, int quality, const char *note, struct mrtd_bytes *out)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr errors;
	unsigned char *at = NULL;
	unsigned long len = 0;

	c.err = jpeg_std_error(&errors);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &at, &len);
	c.image_width = MRTD_FACE_WIDTH;
	c.image_height = MRTD_FACE_HEIGHT;
	c.input_components = 3;
	c.in_color_space = JCS_RGB;
	jpeg_set_defaults(&c);
	jpeg_set_quality(&c, quality, TRUE);
	jpeg_start_compress(&c, TRUE);
	if (*note)
		jpeg_write_marker(&c, JPEG_COM, (const JOCTET *)note, (unsigned)strlen(note));
	while (c.next_scanline < c.image_height) {
		JSAMPROW row = (JSAMPROW)(uintptr_t)(pixels + 3 * c.next_scanline * c.image_width);

		jpeg_write_scanlines(&c, &row, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	out->len = 0;
	mrtd_put(out, at, len);
	free(at);
	return !out->bad;
}

bool mrtd_encode_jpeg(const struct mrtd_spec *s, const uint8_t *pixels, struct mrtd_bytes *out)
{
	int low = 5, high = 95;

	while (high - low > 2) {
		int middle = (low + high) / 2;

		if (!encode(pixels, middle, s->picture_note, out))
			return false;
		if (out->len > s->picture_bytes)
			high = middle;
		else
			low = middle;
	}
	return encode(pixels, low, s->picture_note, out);
}
