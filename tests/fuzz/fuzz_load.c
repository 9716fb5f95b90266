/* zone: parse */
#include "firmware/parse/load.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Picture files of any format; what is accepted is no larger than it may be. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct image i = { 0 }, again;

	if (load_image(bytes, len, &i) != ERR_OK)
		return 0;
	if (image_of(&i, (size_t)i.width * i.height * i.channels, &again) != ERR_OK)
		abort();
	free((void *)(uintptr_t)i.pixels);
	return 0;
}
