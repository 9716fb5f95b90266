#include "tests/cut/clear.h"

#include <stdbool.h>
#include <string.h>

#define BLOCK 4096u
#define OVER  32u /* looked at behind a block's end: longer than any of the words */

/* What every person of tests/visitor says: name, address, date of birth, the first digits of the
 * number and of the telephone, and where the paper they ask for was made. */
static const char *const WORDS[] = {
	"Nguyễn Văn An", "phường Ba Đình", "15011990", "15/01/1990", "0010900", "UBND xã Tân Thành",
};
#define WORD_COUNT (sizeof WORDS / sizeof *WORDS)

static bool is_empty(const uint8_t *block, size_t len)
{
	return block[0] == 0 && memcmp(block, block + 1, len - 1) == 0;
}

unsigned clear_words(const uint8_t *bytes, uint64_t len, const char **ret_what, uint64_t *ret_at)
{
	unsigned found = 0;

	for (uint64_t at = 0; at < len; at += BLOCK) {
		size_t here = len - at < BLOCK ? (size_t)(len - at) : BLOCK;
		size_t more = len - at < BLOCK + OVER ? (size_t)(len - at) : BLOCK + OVER;

		if (is_empty(bytes + at, here))
			continue;
		for (size_t i = 0; i < WORD_COUNT; i++) {
			const uint8_t *hit = memmem(bytes + at, more, WORDS[i], strlen(WORDS[i]));

			if (!hit || hit >= bytes + at + here)
				continue;
			found++;
			*ret_what = WORDS[i];
			*ret_at = (uint64_t)(hit - bytes);
		}
	}
	return found;
}
