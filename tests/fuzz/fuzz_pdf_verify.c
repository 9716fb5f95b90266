/* zone: parse */
#include "firmware/parse/pdf/verify.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The bytes are a file's, and the CMS of its signature. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct foreign_signature s = { .len = { len / 2, len - len / 2 }, .at = { 0, len / 2 } };
	struct verified v;

	s.cms = malloc(len + 1);
	if (!s.cms)
		abort();
	if (len > 0)
		memcpy(s.cms, bytes, len);
	s.cms_len = len;
	if (verify_signature(bytes, &s, NULL, 1795000000, &v) != ERR_OK || v.signer == SIGNER_KNOWN)
		abort();
	free(s.cms);
	return 0;
}
