/* zone: chip */
#include "firmware/parse/chip/lds.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct lds_com com;

	if (lds_com_read((struct span){ bytes, len }, &com) != ERR_OK)
		return 0;
	if (com.groups & ~0x1fffeu)
		abort();
	return 0;
}
