#include "firmware/parse/load.h"

#include "firmware/base/auto.h"
#include "firmware/parse/jpeg_load.h"

#include <fcntl.h>
#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CHUNK = 1 << 16 };

enum err load_fd(int fd, size_t max, uint8_t **ret_bytes, size_t *ret_len)
{
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len = 0;
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size > max)
		return ERR_NO_SPACE;
	for (;;) {
		uint8_t *more = len > max ? NULL : realloc(bytes, len + CHUNK);
		if (!more)
			return len > max ? ERR_NO_SPACE : ERR_NO_MEMORY;
		bytes = more;
		ssize_t n = read(fd, bytes + len, CHUNK);
		if (n < 0)
			return ERR_IO;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*ret_bytes = bytes;
	*ret_len = len;
	bytes = NULL;
	return ERR_OK;
}

enum err load_file(const char *path, size_t max, uint8_t **ret_bytes, size_t *ret_len)
{
	AUTO_FD file = -1;

	if (strcmp(path, "-") == 0)
		return load_fd(STDIN_FILENO, max, ret_bytes, ret_len);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_of_errno();
	return load_fd(file, max, ret_bytes, ret_len);
}

static void copy_rows(PIX *pix, uint8_t *out, uint8_t channels)
{
	uint32_t w = (uint32_t)pixGetWidth(pix), h = (uint32_t)pixGetHeight(pix);

	for (uint32_t y = 0; y < h; y++) {
		const l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);

		for (uint32_t x = 0; x < w; x++) {
			if (channels == 1) {
				*out++ = (uint8_t)GET_DATA_BYTE(line, x);
				continue;
			}
			*out++ = (uint8_t)(line[x] >> 24);
			*out++ = (uint8_t)(line[x] >> 16);
			*out++ = (uint8_t)(line[x] >> 8);
		}
	}
}

/* Does the file's header name a size we would accept? */
static enum err check_size(const uint8_t *bytes, size_t len)
{
	l_int32 format, w, h;

	if (pixReadHeaderMem(bytes, len, &format, &w, &h, NULL, NULL, NULL) != 0 || w <= 0 ||
	    h <= 0)
		return ERR_BAD_PAGE;
	bool fits =
		w <= IMAGE_MAX_SIDE && h <= IMAGE_MAX_SIDE && (int64_t)w * h <= IMAGE_MAX_PIXELS;
	return fits ? ERR_OK : ERR_NO_SPACE;
}

/* Of marker `code`; -1: none. Within compressed pixels stand no markers but those of restarts. */
static ssize_t last_marker(const uint8_t *bytes, size_t len, uint8_t code)
{
	for (size_t i = len; i >= 2; i--)
		if (bytes[i - 2] == 0xff && bytes[i - 1] == code)
			return (ssize_t)i - 2;
	return -1;
}

static bool is_jpeg(const uint8_t *bytes, size_t len)
{
	return len >= 2 && bytes[0] == 0xff && bytes[1] == 0xd8;
}

/* libjpeg would make up the rest in gray. */
static bool is_cut_off(const uint8_t *bytes, size_t len)
{
	enum { START_OF_SCAN = 0xda, END_OF_IMAGE = 0xd9 };

	return last_marker(bytes, len, END_OF_IMAGE) < last_marker(bytes, len, START_OF_SCAN);
}

/* By leptonica, which knows all kinds and has the picture twice in memory. */
static enum err load_any(const uint8_t *bytes, size_t len, struct image *ret)
{
	PIX *read = pixReadMem(bytes, len);
	if (!read)
		return ERR_BAD_PAGE;
	PIX *pix = pixConvertTo8Or32(read, L_CLONE, 0);
	pixDestroy(&read);
	if (!pix)
		return ERR_NO_MEMORY;

	uint8_t channels = pixGetDepth(pix) == 8 ? 1 : 3;
	uint32_t w = (uint32_t)pixGetWidth(pix), h = (uint32_t)pixGetHeight(pix);
	uint8_t *pixels = malloc((size_t)w * h * channels);
	if (pixels) {
		int dpi = pixGetXRes(pix);

		copy_rows(pix, pixels, channels);
		*ret = (struct image){ w, h, (uint16_t)(dpi > 0 && dpi < 10000 ? dpi : 0), channels,
				       pixels };
	}
	pixDestroy(&pix);
	return pixels ? ERR_OK : ERR_NO_MEMORY;
}

/* The header is read first: a file of a hundred bytes may claim a picture of gigabytes. */
enum err load_image(const uint8_t *bytes, size_t len, struct image *ret)
{
	bool jpeg = is_jpeg(bytes, len);

	setMsgSeverity(L_SEVERITY_NONE);
	enum err e = check_size(bytes, len);
	if (e == ERR_OK && jpeg && is_cut_off(bytes, len))
		e = ERR_BAD_PAGE;
	if (e != ERR_OK)
		return e;
	e = jpeg ? jpeg_load(bytes, len, ret) : ERR_BAD_DATA;
	return e == ERR_BAD_DATA ? load_any(bytes, len, ret) : e;
}
