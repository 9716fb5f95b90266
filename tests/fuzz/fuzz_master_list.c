/* zone: chip */
/* A file that an operator brings: master list, certificates, CRLs, PEM, LDIF. */
#include "firmware/base/msg.h"
#include "firmware/parse/chip/import.h"

#include <stdlib.h>
#include <string.h>

#define NOW_S 1795262400

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span nothing = { 0 };
	struct import i = { 0 };
	uint32_t count = 0;

	if (import_read((struct span){ bytes, len }, nothing, NOW_S, &i) != ERR_OK)
		return 0;
	/* what goes to core is well-formed, and by nobody known when nobody is installed */
	if (anchors_check(i.list.bytes, i.list.len, &count) != ERR_OK || count != i.list.count)
		abort();
	if (i.known || !utf8_ok(i.signer, strlen(i.signer)))
		abort();
	import_finish(&i);
	return 0;
}
