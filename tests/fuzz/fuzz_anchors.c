/* zone: base */
/* The kiosk's own list of anchors: what is read is written the same again. */
#include "firmware/base/anchors.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader r = anchors_reader(bytes, len);
	struct anchors list = { 0 };
	struct anchor a;
	uint32_t count = 0;
	enum err e = anchors_next(&r, &a);

	for (; e == ERR_OK; e = anchors_next(&r, &a))
		if (list.count < ANCHORS_MAX && anchors_add(&list, &a) != ERR_OK)
			abort();
	if ((anchors_check(bytes, len, &count) == ERR_OK) !=
	    (e == ERR_NOT_FOUND && list.count <= ANCHORS_MAX && count == list.count))
		abort();
	if (e == ERR_NOT_FOUND && list.len > 0 &&
	    (list.len != len || memcmp(list.bytes, bytes, len)))
		abort();
	anchors_finish(&list);
	return 0;
}
