/* zone: parse */
#include "firmware/parse/pdf/draw.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The first byte says which page. What is drawn has the size that it claims. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct drawn d = { 0 };
	volatile uint8_t last;

	if (len == 0 || draw_page(bytes + 1, len - 1, bytes[0], &d) != ERR_OK)
		return 0;
	if (!d.rgb || d.width == 0 || d.height == 0 || bytes[0] >= d.pages ||
	    d.width > DRAW_SIDE + 1 || d.height > DRAW_SIDE + 1)
		abort();
	last = d.rgb[(size_t)d.width * d.height * 3 - 1];
	(void)last;
	free(d.rgb);
	return 0;
}
