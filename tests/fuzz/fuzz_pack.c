/* zone: parse */
#include "firmware/parse/page/pack.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* What can be read is written back as it was: a pack has one form. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct layers l = { 0 };
	struct text t = { 0 };
	uint8_t *again = NULL;
	size_t again_len = 0;

	if (pack_read(bytes, len, &l, &t) != ERR_OK)
		return 0;
	for (size_t i = 0; i < t.count; i++)
		if (strlen(t.bytes + t.words[i].at) > t.len)
			abort();
	if (pack_write(&l, &t, &again, &again_len) != ERR_OK || again_len != len)
		abort();
	free(again);
	layers_finish(&l);
	text_finish(&t);
	return 0;
}
