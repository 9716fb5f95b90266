/* zone: chip */
#include "firmware/parse/chip/tlv.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Walks everything, objects in objects by a stack of our own; values lie within what was given. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span open[16] = { { bytes, len } };
	int depth = 0;

	while (depth >= 0) {
		struct tlv t;

		if (tlv_next(&open[depth], &t) != ERR_OK) {
			depth--;
			continue;
		}
		if (t.value.at < bytes || t.value.len > len ||
		    t.value.at + t.value.len > bytes + len || t.whole.len < t.value.len + 2)
			abort();
		size_t total;
		if (tlv_total(t.whole, &total) != ERR_OK || total != t.whole.len)
			abort();
		if (depth < 15)
			open[++depth] = t.value;
	}
	struct span found;
	(void)tlv_find((struct span){ bytes, len }, 0x5f1f, &found);
	return 0;
}
