#include "tests/usim/png_file.h"

#include <png.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>

/* libpng reports errors by longjmp, so this function keeps no variable of its own. */
static bool write_rows(FILE *f, png_structp png, png_infop info, const uint8_t *dots,
		       const size_t size[2])
{
	if (setjmp(png_jmpbuf(png)))
		return false;
	png_init_io(png, f);
	png_set_IHDR(png, info, (png_uint_32)size[0], (png_uint_32)size[1], 1, PNG_COLOR_TYPE_GRAY,
		     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_pHYs(png, info, 8000, 8000, PNG_RESOLUTION_METER); /* 8 dots a millimetre */
	png_write_info(png, info);
	png_set_invert_mono(png);
	for (size_t y = 0; y < size[1]; y++)
		png_write_row(png, dots + y * ((size[0] + 7) / 8));
	png_write_end(png, info);
	return true;
}

enum err png_write_dots(const char *path, const uint8_t *dots, size_t width, size_t height)
{
	char part[4096];

	if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
		return ERR_NO_SPACE;
	FILE *f = fopen(part, "wbe");
	if (!f)
		return err_of_errno();
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	bool good = info && write_rows(f, png, info, dots, (const size_t[2]){ width, height });

	png_destroy_write_struct(&png, &info);
	good = fclose(f) == 0 && good;
	if (good && rename(part, path) == 0)
		return ERR_OK;
	(void)remove(part); /* best effort: the caller hears that it failed */
	return ERR_IO;
}
