#include "firmware/parse/nfc.h"

#include "firmware/base/msg.h"

#include <string.h>

enum { TONES = 6, ROWS = 24 };

/* Each row is one letter under the six tones: level, grave, acute, hook, tilde, dot. */
static const uint16_t LETTERS[ROWS][TONES] = {
	{ 'a', 0xe0, 0xe1, 0x1ea3, 0xe3, 0x1ea1 },
	{ 0x103, 0x1eb1, 0x1eaf, 0x1eb3, 0x1eb5, 0x1eb7 },
	{ 0xe2, 0x1ea7, 0x1ea5, 0x1ea9, 0x1eab, 0x1ead },
	{ 'e', 0xe8, 0xe9, 0x1ebb, 0x1ebd, 0x1eb9 },
	{ 0xea, 0x1ec1, 0x1ebf, 0x1ec3, 0x1ec5, 0x1ec7 },
	{ 'i', 0xec, 0xed, 0x1ec9, 0x129, 0x1ecb },
	{ 'o', 0xf2, 0xf3, 0x1ecf, 0xf5, 0x1ecd },
	{ 0xf4, 0x1ed3, 0x1ed1, 0x1ed5, 0x1ed7, 0x1ed9 },
	{ 0x1a1, 0x1edd, 0x1edb, 0x1edf, 0x1ee1, 0x1ee3 },
	{ 'u', 0xf9, 0xfa, 0x1ee7, 0x169, 0x1ee5 },
	{ 0x1b0, 0x1eeb, 0x1ee9, 0x1eed, 0x1eef, 0x1ef1 },
	{ 'y', 0x1ef3, 0xfd, 0x1ef7, 0x1ef9, 0x1ef5 },
	{ 'A', 0xc0, 0xc1, 0x1ea2, 0xc3, 0x1ea0 },
	{ 0x102, 0x1eb0, 0x1eae, 0x1eb2, 0x1eb4, 0x1eb6 },
	{ 0xc2, 0x1ea6, 0x1ea4, 0x1ea8, 0x1eaa, 0x1eac },
	{ 'E', 0xc8, 0xc9, 0x1eba, 0x1ebc, 0x1eb8 },
	{ 0xca, 0x1ec0, 0x1ebe, 0x1ec2, 0x1ec4, 0x1ec6 },
	{ 'I', 0xcc, 0xcd, 0x1ec8, 0x128, 0x1eca },
	{ 'O', 0xd2, 0xd3, 0x1ece, 0xd5, 0x1ecc },
	{ 0xd4, 0x1ed2, 0x1ed0, 0x1ed4, 0x1ed6, 0x1ed8 },
	{ 0x1a0, 0x1edc, 0x1eda, 0x1ede, 0x1ee0, 0x1ee2 },
	{ 'U', 0xd9, 0xda, 0x1ee6, 0x168, 0x1ee4 },
	{ 0x1af, 0x1eea, 0x1ee8, 0x1eec, 0x1eee, 0x1ef0 },
	{ 'Y', 0x1ef2, 0xdd, 0x1ef6, 0x1ef8, 0x1ef4 },
};

/* Which tone a combining mark is; 0 for none of them. */
static unsigned tone_of(uint32_t mark)
{
	static const uint16_t MARKS[TONES] = { 0, 0x300, 0x301, 0x309, 0x303, 0x323 };

	for (unsigned t = 1; t < TONES; t++)
		if (MARKS[t] == mark)
			return t;
	return 0;
}

/* What a combining mark makes of a plain letter: e and circumflex give ê. 0: nothing. */
static uint32_t shaped(uint32_t letter, uint32_t mark)
{
	static const struct {
		uint16_t letter, mark, result;
	} SHAPES[] = {
		{ 'a', 0x302, 0xe2 }, { 'a', 0x306, 0x103 }, { 'e', 0x302, 0xea },
		{ 'o', 0x302, 0xf4 }, { 'o', 0x31b, 0x1a1 }, { 'u', 0x31b, 0x1b0 },
		{ 'A', 0x302, 0xc2 }, { 'A', 0x306, 0x102 }, { 'E', 0x302, 0xca },
		{ 'O', 0x302, 0xd4 }, { 'O', 0x31b, 0x1a0 }, { 'U', 0x31b, 0x1af },
	};

	for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++)
		if (SHAPES[i].letter == letter && SHAPES[i].mark == mark)
			return SHAPES[i].result;
	return 0;
}

/* The row whose letter under some tone is `c`; ROWS when it is no Vietnamese vowel. */
static unsigned row_of(uint32_t c, unsigned *ret_tone)
{
	for (unsigned r = 0; r < ROWS; r++)
		for (unsigned t = 0; t < TONES; t++)
			if (LETTERS[r][t] == c) {
				*ret_tone = t;
				return r;
			}
	return ROWS;
}

/* `c` with the mark on it, or 0 when the two make no Vietnamese letter. */
static uint32_t marked(uint32_t c, uint32_t mark)
{
	unsigned tone = 0, none, new_tone = tone_of(mark);
	unsigned row = row_of(c, &tone);

	if (row == ROWS)
		return 0;
	if (new_tone > 0)
		return tone == 0 ? LETTERS[row][new_tone] : 0;
	uint32_t base = shaped(LETTERS[row][0], mark);
	return base ? LETTERS[row_of(base, &none)][tone] : 0;
}

uint32_t utf8_next(const char **at)
{
	const uint8_t *s = (const uint8_t *)*at;
	unsigned more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc0 ? 1 : 0;
	uint32_t c = more ? s[0] & (0x3fu >> more) : s[0];

	for (unsigned i = 1; i <= more; i++)
		c = c << 6 | (s[i] & 0x3f);
	*at += more + 1;
	return c;
}

bool utf8_printable(uint32_t c)
{
	return !(c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
		 (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
		 (c >= 0xe000 && c <= 0xf8ff) || c == 0xfeff || c >= 0xfff9);
}

static size_t put_utf8(uint32_t c, char out[4])
{
	size_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const uint8_t LEAD[] = { 0, 0xc0, 0xe0, 0xf0 };

	out[0] = (char)(LEAD[more] | c >> (6 * more));
	for (size_t i = 1; i <= more; i++)
		out[i] = (char)(0x80 | (c >> (6 * (more - i)) & 0x3f));
	return more + 1;
}

enum err nfc_compose(const char *in, size_t len, char *out, size_t cap)
{
	const char *at = in, *end = in + len;
	size_t used = 0;

	if (!utf8_ok(in, len))
		return ERR_BAD_DATA;
	while (at < end) {
		uint32_t c = utf8_next(&at);

		while (at < end) {
			const char *behind = at;
			uint32_t both = marked(c, utf8_next(&behind));

			if (both == 0)
				break;
			c = both;
			at = behind;
		}
		char bytes[4];
		size_t n = put_utf8(c, bytes);
		if (n >= cap - used)
			return ERR_NO_SPACE;
		memcpy(out + used, bytes, n);
		used += n;
	}
	if (cap == 0)
		return ERR_NO_SPACE;
	out[used] = '\0';
	return ERR_OK;
}
