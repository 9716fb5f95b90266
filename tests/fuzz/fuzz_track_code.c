/* zone: core
 * What a code scanner reads, or a person types, as the code of a dossier. */
#include "firmware/core/track_code.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char code[TRACK_CODE_CAP], again[TRACK_CODE_CAP];

	if (!track_code_read(bytes, len, code))
		return 0;
	/* what was taken is tidy: the same comes out of it */
	if (!track_code_read(code, strlen(code), again) || strcmp(code, again) != 0)
		abort();
	return 0;
}
