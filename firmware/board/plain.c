#include "firmware/board/plain.h"

#include "firmware/base/msg.h"

#include <stdlib.h>
#include <string.h>

#define LETTER_BYTES 4

/* 0: there is none. */
static size_t letter_bytes(const char *at)
{
	for (size_t n = 1; n <= LETTER_BYTES && at[n - 1]; n++)
		if (utf8_ok(at, n))
			return n;
	return 0;
}

void plain_words(char *words)
{
	while (*words) {
		size_t n = letter_bytes(words);

		if (n == 0)
			*words = '?';
		else if ((unsigned char)*words < ' ' || *words == 0x7f)
			*words = ' ';
		words += n > 0 ? n : 1;
	}
}

int plain_percent(const char *line)
{
	const char *digits = line + strspn(line, " ");
	size_t n = strspn(digits, "0123456789");
	long percent = n >= 1 && n <= 3 ? strtol(digits, NULL, 10) : -1;

	if (percent < 0 || percent > 100 || digits[n] != '%' ||
	    (digits[n + 1] && digits[n + 1] != ' '))
		return -1;
	return (int)percent;
}
