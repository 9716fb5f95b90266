/* zone: flash */
#include "board/flash/map.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct map m;
	uint64_t end = 0;

	if (map_parse((const char *)data, size, &m) != ERR_OK)
		return 0;
	for (size_t i = 0; i < m.count; i++) {
		if (m.ranges[i].start < end || m.ranges[i].bytes == 0)
			abort();
		end = m.ranges[i].start + m.ranges[i].bytes;
	}
	if (end > m.image_bytes || m.mapped_bytes > m.image_bytes)
		abort();
	map_finish(&m);
	return 0;
}
