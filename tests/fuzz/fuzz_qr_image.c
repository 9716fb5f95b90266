/* zone: parse */
#include "firmware/parse/code.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The first byte is the width, the rest are rows of gray. Loading zbar takes too long to do it
 * for each input. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct code_finder *finder;
	static struct codes found;

	if (!finder && code_finder_create(&finder) != ERR_OK)
		abort();
	if (len < 2 || len > 40000 || bytes[0] == 0)
		return 0;
	struct image i = { .width = bytes[0], .channels = 1, .dpi = 200, .pixels = bytes + 1 };
	i.height = (uint32_t)(len - 1) / i.width;
	struct gray g = { 0 };
	if (gray_of(&i, 1, &g) != ERR_OK)
		return 0;
	(void)code_find(finder, &g, true, &found);
	gray_finish(&g);
	return 0;
}
