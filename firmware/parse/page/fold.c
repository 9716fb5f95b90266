#include "firmware/parse/page/fold.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WANT_MAX = 96 };

/* Letters from U+1EA0 to U+1EF9 come in pairs, capital and small. */
static const char VIETNAMESE[] = "aaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy";
/* U+00C0 to U+00DF; the small ones are 32 further on. */
static const char LATIN_1[] = "aaaaaaaceeeeiiiidnooooo ouuuuy  ";

/* The letter without its marks, or a space for what is none. */
static char bare(uint32_t c)
{
	if (c < 0x80) {
		char low = (char)(c | 0x20);
		if (low >= 'a' && low <= 'z' && c >= 'A')
			return low;
		return c >= '0' && c <= '9' ? (char)c : ' ';
	}
	if (c >= 0xc0 && c <= 0xff)
		return LATIN_1[(c - 0xc0) & 31];
	if (c >= 0x1ea0 && c <= 0x1ef9)
		return VIETNAMESE[(c - 0x1ea0) / 2];
	switch (c & ~1u) {
	case 0x102:
		return 'a';
	case 0x110:
		return 'd';
	case 0x128:
		return 'i';
	case 0x168:
		return 'u';
	case 0x1a0:
		return 'o';
	default:
		return c == 0x1af || c == 0x1b0 ? 'u' : ' ';
	}
}

/* One character of at most three bytes; longer and broken ones are a space. */
static size_t next(const unsigned char *s, size_t len, uint32_t *ret)
{
	size_t more = s[0] < 0x80 ? 0 : (s[0] & 0xe0) == 0xc0 ? 1 : (s[0] & 0xf0) == 0xe0 ? 2 : 3;
	uint32_t c = s[0] & (more == 0 ? 0x7fu : more == 1 ? 0x1fu : 0x0fu);

	*ret = ' ';
	if (more == 3 || more >= len)
		return more >= len ? len : 1;
	for (size_t i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return i;
		c = c << 6 | (s[i] & 0x3f);
	}
	*ret = c;
	return more + 1;
}

/* A combining mark belongs to the letter before it. */
static bool is_mark(uint32_t c)
{
	return c >= 0x300 && c <= 0x36f;
}

size_t fold_text(const char *utf8, size_t len, char *ret, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < cap;) {
		uint32_t c;
		i += next((const unsigned char *)utf8 + i, len - i, &c);
		char b = bare(c);
		if (is_mark(c) || (b == ' ' && (n == 0 || ret[n - 1] == ' ')))
			continue;
		ret[n++] = b;
	}
	while (n > 0 && ret[n - 1] == ' ')
		n--;
	ret[n] = '\0';
	return n;
}

static bool is_capital(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z';
	if (c < 0x100)
		return c < 0xe0;
	return c >= 0x1af && c <= 0x1b0 ? c == 0x1af : !(c & 1);
}

void fold_count_cases(const char *utf8, size_t len, size_t *ret_capitals, size_t *ret_small)
{
	size_t capitals = 0, small = 0;

	for (size_t i = 0; i < len;) {
		uint32_t c;
		i += next((const unsigned char *)utf8 + i, len - i, &c);
		if (bare(c) < 'a')
			continue;
		capitals += is_capital(c);
		small += !is_capital(c);
	}
	*ret_capitals = capitals;
	*ret_small = small;
}

bool fold_is_capitals(const char *utf8, size_t len)
{
	size_t capitals, small;

	fold_count_cases(utf8, len, &capitals, &small);
	return capitals > 0 && small == 0;
}

bool fold_is_name(const char *utf8, size_t len)
{
	uint32_t c;

	if (len == 0)
		return false;
	next((const unsigned char *)utf8, len, &c);
	return bare(c) >= 'a' && is_capital(c);
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned fold_begins(const char *is, const char *want, unsigned most, size_t *ret_end)
{
	size_t m = strlen(want), n = strnlen(is, m + most);
	unsigned row[WANT_MAX + 1];
	unsigned best = most + 1;
	size_t end = 0;

	if (m == 0 || m > WANT_MAX)
		return most + 1;
	for (unsigned j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 0; i <= n; i++) {
		/* a whole word was meant: it ends where one ends, or fewer letters are wrong */
		bool word_ends = is[i] == ' ' || is[i] == '\0';
		if (row[m] + !word_ends < best) {
			best = row[m] + !word_ends;
			end = i;
		}
		if (i == n)
			break;
		unsigned corner = row[0];
		row[0]++;
		for (size_t j = 1; j <= m; j++) {
			unsigned was = row[j];
			row[j] = least(corner + (is[i] != want[j - 1]), was + 1, row[j - 1] + 1);
			corner = was;
		}
	}
	if (best <= most && ret_end)
		*ret_end = end;
	return best <= most ? best : most + 1;
}

unsigned fold_allowed(size_t len)
{
	return len < 8 ? 0 : len < 16 ? 1 : len < 28 ? 2 : 3;
}

const char *fold_find(const char *is, const char *want, size_t *ret_end, unsigned *ret_edits)
{
	unsigned most = fold_allowed(strlen(want)), least_edits = most + 1;
	const char *found = NULL;
	size_t end = 0, at_end;

	for (const char *at = is; at && *at; at = strchr(at, ' ')) {
		at += *at == ' ';
		unsigned edits = fold_begins(at, want, most, &at_end);
		if (edits < least_edits) {
			least_edits = edits;
			found = at;
			end = (size_t)(at - is) + at_end;
		}
	}
	if (found && ret_end)
		*ret_end = end;
	if (found && ret_edits)
		*ret_edits = least_edits;
	return found;
}
