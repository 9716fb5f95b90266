#include "tests/usim/esci.h"

#include <stdlib.h>
#include <string.h>

#define KEY       3
#define CURVE     (KEY + 4 + 4 + 256) /* GMT: which colour, h100, the curve */
#define MATRIX    (KEY + 4 + 4 + 12)  /* CMX: UM08, h009, nine numbers and three bytes of nothing */
#define MOST_LONG (1u << 20)

/* d and three digits, or i and seven. The characters read; 0: it is no number. */
static size_t number(const char *text, size_t len, unsigned *ret)
{
	size_t digits = len > 0 && text[0] == 'd' ? 3 : len > 0 && text[0] == 'i' ? 7 : 0;
	char copy[8] = "";

	if (!digits || len < 1 + digits)
		return 0;
	memcpy(copy, text + 1, digits);
	if (strspn(copy, "0123456789") != digits)
		return 0;
	*ret = (unsigned)strtoul(copy, NULL, 10);
	return 1 + digits;
}

static unsigned units(unsigned pixels, unsigned dpi)
{
	return (pixels * SCANNER_UNITS + dpi / 2) / dpi;
}

/* Left, top, width and height in pixels: after the resolution, as epsonds says them. */
static bool set_area(const char *value, size_t len, struct scan_settings *s)
{
	unsigned n[4];
	size_t at = 0;

	for (int i = 0; i < 4; i++) {
		size_t used = number(value + at, len - at, &n[i]);

		if (!used || n[i] > IMAGE_MAX_SIDE)
			return false;
		at += used;
	}
	if (!s->dpi)
		return false;
	s->x = units(n[0], s->dpi);
	s->y = units(n[1], s->dpi);
	s->width = units(n[2], s->dpi);
	s->height = units(n[3], s->dpi);
	return at == len;
}

static bool set_size(const char *value, size_t len, size_t *ret_most)
{
	unsigned n;

	if (number(value, len, &n) != len || n == 0 || n > MOST_LONG)
		return false;
	*ret_most = n;
	return true;
}

static bool is(const char *value, size_t len, const char *word)
{
	return len == strlen(word) && memcmp(value, word, len) == 0;
}

static bool set(const char *key, const char *value, size_t len, struct scan_settings *s,
		size_t *ret_most)
{
	if (is(key, KEY, "ADF"))
		return s->feeder = true, len == 0;
	if (is(key, KEY, "FB "))
		return s->feeder = false, len == 0;
	if (is(key, KEY, "COL"))
		return s->gray = is(value, len, "M008"), s->gray || is(value, len, "C024");
	if (is(key, KEY, "FMT"))
		return is(value, len, "JPG ");
	if (is(key, KEY, "RSM"))
		return number(value, len, &s->dpi) == len && s->dpi > 0;
	if (is(key, KEY, "ACQ"))
		return set_area(value, len, s);
	if (is(key, KEY, "BSZ"))
		return set_size(value, len, ret_most);
	return true; /* how good a JPEG, which gamma: it is as it is */
}

/* Curves and matrices are bytes, among which # means nothing. */
static size_t token_len(const char *key, size_t left)
{
	if (is(key, KEY, "GMT"))
		return CURVE;
	if (is(key, KEY, "CMX"))
		return MATRIX;
	const char *next = memchr(key + KEY, '#', left - KEY);
	return next ? (size_t)(next - key) : left;
}

bool esci_read_parameters(const uint8_t *block, size_t len, struct scan_settings *ret,
			  size_t *ret_most)
{
	const char *text = (const char *)block;
	struct scan_settings s = *ret;
	size_t most = *ret_most;

	for (size_t at = 0; at < len;) {
		if (text[at] != '#' || len - at < 1 + KEY)
			return false;
		size_t n = token_len(text + at + 1, len - at - 1);
		if (n > len - at - 1 ||
		    !set(text + at + 1, text + at + 1 + KEY, n - KEY, &s, &most))
			return false;
		at += 1 + n;
	}
	s.format = SCAN_JPEG;
	s.duplex = false;
	*ret = s;
	*ret_most = most;
	return true;
}
