/* zone: chip */
#include "firmware/parse/chip/mrz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct mrz m;

	if (mrz_read((struct span){ bytes, len }, &m) != ERR_OK)
		return 0;
	/* every text ends where it should */
	if (strlen(m.name) >= sizeof m.name || strlen(m.number) >= sizeof m.number ||
	    strlen(m.birth) != 6 || strlen(m.expires) != 6 ||
	    (strlen(m.personal) != 0 && strlen(m.personal) != 12))
		abort();
	return 0;
}
