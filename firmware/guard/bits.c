#include "firmware/guard/bits.h"

#include <stdlib.h>
#include <string.h>

#define WORD_BITS (8 * sizeof(unsigned long))

/* The n-th word from the end, or 0. */
static unsigned long word_at(const char *text, unsigned n)
{
	const char *at = text + strlen(text);

	for (;;) {
		while (at > text && at[-1] == ' ')
			at--;
		while (at > text && at[-1] != ' ')
			at--;
		if (n-- == 0)
			return strtoul(at, NULL, 16);
		if (at == text)
			return 0;
	}
}

bool bits_any(const char *text, unsigned from, unsigned to)
{
	if (strspn(text, "0123456789abcdef ") != strlen(text))
		return false;
	for (unsigned bit = from; bit <= to; bit++)
		if (word_at(text, bit / WORD_BITS) >> bit % WORD_BITS & 1)
			return true;
	return false;
}
