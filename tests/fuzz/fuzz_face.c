/* zone: chip */
#include "firmware/parse/chip/face.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct face f = { 0 };

	if (face_decode((struct span){ bytes, len }, &f) != ERR_OK)
		return 0;
	if (f.width == 0 || f.height == 0 || f.width > FACE_MAX_WIDTH ||
	    f.height > FACE_MAX_HEIGHT || f.len != (size_t)f.width * f.height * 3)
		abort();
	face_finish(&f);
	return 0;
}
