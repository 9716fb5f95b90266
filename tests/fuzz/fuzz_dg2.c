/* zone: chip */
#include "firmware/parse/chip/lds.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct lds_face f;

	if (lds_face_find((struct span){ bytes, len }, &f) != ERR_OK)
		return 0;
	if (f.image.len == 0 || f.image.at < bytes || f.image.at + f.image.len > bytes + len)
		abort();
	return 0;
}
