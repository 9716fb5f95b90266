#include "firmware/parse/pdf/flate.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static enum err copy(struct reader r, size_t max, uint8_t **ret, size_t *ret_len)
{
	uint8_t *bytes = r.left <= max ? malloc(r.left + 1) : NULL;

	if (!bytes)
		return r.left > max ? ERR_BAD_DATA : ERR_NO_MEMORY;
	if (r.left > 0)
		memcpy(bytes, r.at, r.left);
	*ret = bytes;
	*ret_len = r.left;
	return ERR_OK;
}

/* Grows by doubling; a bomb meets `max`. */
static enum err inflate_all(z_stream *z, size_t max, uint8_t **bytes, size_t *len)
{
	size_t cap = 0;

	for (;;) {
		if (*len == cap) {
			size_t more_cap = cap ? 2 * cap : 4096;
			uint8_t *more = cap > max ? NULL : realloc(*bytes, more_cap);

			if (!more)
				return cap > max ? ERR_BAD_DATA : ERR_NO_MEMORY;
			*bytes = more;
			cap = more_cap;
		}
		z->next_out = *bytes + *len;
		z->avail_out = (uInt)(cap - *len);
		int said = inflate(z, Z_NO_FLUSH);
		*len = cap - z->avail_out;
		if (said == Z_STREAM_END)
			return *len > max ? ERR_BAD_DATA : ERR_OK;
		if (said == Z_MEM_ERROR)
			return ERR_NO_MEMORY;
		if (said != Z_OK)
			return ERR_BAD_DATA;
	}
}

enum err flate_unpack(struct reader r, bool packed, size_t max, uint8_t **ret, size_t *ret_len)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)r.at, .avail_in = (uInt)r.left };
	uint8_t *bytes = NULL;
	size_t len = 0;

	if (!packed)
		return copy(r, max, ret, ret_len);
	if (r.left > UINT32_MAX || inflateInit(&z) != Z_OK)
		return ERR_NO_MEMORY;
	enum err e = inflate_all(&z, max, &bytes, &len);
	inflateEnd(&z);
	if (e != ERR_OK) {
		free(bytes);
		return e;
	}
	*ret = bytes;
	*ret_len = len;
	return ERR_OK;
}

static int paeth(int left, int up, int corner)
{
	int guess = left + up - corner;
	int a = abs(guess - left), b = abs(guess - up), c = abs(guess - corner);

	return a <= b && a <= c ? left : b <= c ? up : corner;
}

static bool unpredict_row(uint8_t *row, const uint8_t *above, size_t width, uint8_t how)
{
	for (size_t i = 0; i < width; i++) {
		int left = i > 0 ? row[i - 1] : 0, up = above ? above[i] : 0;
		int corner = above && i > 0 ? above[i - 1] : 0;
		int add = how == 1   ? left
			  : how == 2 ? up
			  : how == 3 ? (left + up) / 2
			  : how == 4 ? paeth(left, up, corner)
				     : 0;

		row[i] = (uint8_t)(row[i] + add);
	}
	return how <= 4;
}

bool flate_unpredict(uint8_t *bytes, size_t *len, size_t width)
{
	size_t rows = *len / (width + 1);
	const uint8_t *above = NULL;

	for (size_t i = 0; i < rows; i++) {
		uint8_t how = bytes[i * (width + 1)];

		memmove(bytes + i * width, bytes + i * (width + 1) + 1, width);
		if (!unpredict_row(bytes + i * width, above, width, how))
			return false;
		above = bytes + i * width;
	}
	*len = rows * width;
	return true;
}
