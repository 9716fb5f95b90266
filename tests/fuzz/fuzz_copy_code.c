/* zone: parse
 * The text of a printed copy's code. Without a key to judge it by, nothing is ever good. */
#include "firmware/base/msg.h"
#include "firmware/parse/copy_code.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct copy_said s;
	uint8_t *exact = malloc(len ? len : 1);

	if (!exact)
		return 0;
	if (len > 0)
		memcpy(exact, bytes, len);
	if (copy_code_read(exact, len, NULL, 1795000000, &s) == ERR_OK &&
	    (s.bytes != BYTES_UNKNOWN || s.signer != SIGNER_STRANGER ||
	     !utf8_ok(s.title, strnlen(s.title, sizeof s.title)) ||
	     strnlen(s.number, sizeof s.number) == sizeof s.number))
		abort();
	free(exact);
	return 0;
}
