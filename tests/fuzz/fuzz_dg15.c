/* zone: chip */
#include "firmware/parse/chip/lds.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span key;

	if (lds_dg15_read((struct span){ bytes, len }, &key) != ERR_OK)
		return 0;
	if (key.len < 2 || key.at < bytes || key.at + key.len > bytes + len)
		abort();
	return 0;
}
