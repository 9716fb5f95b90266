/* zone: guard */
/* The list of a board's ports. */
#include "firmware/guard/ports.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct ports p = { 0 };
	unsigned line = 0;

	if (ports_parse((const char *)bytes, len, &p, &line) != ERR_OK)
		return line == 0 ? abort(), 0 : 0;
	for (unsigned i = 0; i < p.count; i++)
		if (p.rows[i].kind_count == 0 || !p.rows[i].chain[0] || !p.rows[i].name[0])
			abort();
	return 0;
}
