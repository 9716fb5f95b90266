#include "firmware/core/fold.h"

#include <stdbool.h>

uint32_t utf8_next(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	unsigned more = p[0] >= 0xf0 ? 3 : p[0] >= 0xe0 ? 2 : p[0] >= 0xc0 ? 1 : 0;
	uint32_t c = more ? p[0] & (0x3fu >> more) : p[0];

	if (c == 0 && !more)
		return 0;
	p++;
	while (more-- > 0 && (*p & 0xc0) == 0x80)
		c = c << 6 | (*p++ & 0x3f);
	*s = (const char *)p;
	return c;
}

/* Ranges of code points that are one letter without its marks (Unicode, Latin-1 to Latin
 * Extended Additional; the Vietnamese ones and their neighbours). */
static const struct {
	uint16_t from, to;
	char letter;
} RANGES[] = {
	{ 0x00c0, 0x00c5, 'a' }, { 0x00c8, 0x00cb, 'e' }, { 0x00cc, 0x00cf, 'i' },
	{ 0x00d2, 0x00d6, 'o' }, { 0x00d9, 0x00dc, 'u' }, { 0x00dd, 0x00dd, 'y' },
	{ 0x00e0, 0x00e5, 'a' }, { 0x00e8, 0x00eb, 'e' }, { 0x00ec, 0x00ef, 'i' },
	{ 0x00f2, 0x00f6, 'o' }, { 0x00f9, 0x00fc, 'u' }, { 0x00fd, 0x00fd, 'y' },
	{ 0x0102, 0x0103, 'a' }, { 0x0110, 0x0111, 'd' }, { 0x0128, 0x0129, 'i' },
	{ 0x0168, 0x0169, 'u' }, { 0x01a0, 0x01a1, 'o' }, { 0x01a2, 0x01a3, 'u' },
	{ 0x01af, 0x01b0, 'u' }, { 0x1ea0, 0x1eb7, 'a' }, { 0x1eb8, 0x1ec7, 'e' },
	{ 0x1ec8, 0x1ecb, 'i' }, { 0x1ecc, 0x1ee3, 'o' }, { 0x1ee4, 0x1ef1, 'u' },
	{ 0x1ef2, 0x1ef9, 'y' },
};

char fold_letter(uint32_t c)
{
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return (char)c;
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	if (c >= 0x0300 && c <= 0x036f)
		return 0;
	for (size_t i = 0; c >= 0xc0 && i < sizeof RANGES / sizeof *RANGES; i++)
		if (c >= RANGES[i].from && c <= RANGES[i].to)
			return RANGES[i].letter;
	return ' ';
}

size_t fold_by(fold_letter_fn *letter, const char *text, char *out, size_t cap)
{
	size_t len = 0;
	bool gap = false;

	for (uint32_t c; (c = utf8_next(&text)) != 0;) {
		char l = letter(c);

		if (l == 0)
			continue;
		if (l == ' ') {
			gap = len > 0;
			continue;
		}
		if (len + gap + 1 >= cap)
			break;
		if (gap)
			out[len++] = ' ';
		out[len++] = l;
		gap = false;
	}
	if (cap > 0)
		out[len] = '\0';
	return len;
}

size_t fold(const char *text, char *out, size_t cap)
{
	return fold_by(fold_letter, text, out, cap);
}
