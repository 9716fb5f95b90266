/* zone: guard */
/* Descriptors of a USB device: what is taken holds what was said, within bounds. */
#include "firmware/guard/shape.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct usb_shape s = { 0 };

	if (usb_shape_parse(bytes, len, &s) == ERR_OK &&
	    (s.kind_count == 0 || s.kind_count > SHAPE_KINDS || len < 18 + 9 + 9))
		abort();
	return 0;
}
