/* zone: board */
#include "firmware/board/bundle.h"
#include "firmware/board/permit.h"
#include "firmware/board/release.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* A permit's words, a line of rauc's, and a version. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct bundle at = { 0 };
	struct permit p;
	char *text = strndup((const char *)bytes, len);

	if (permit_parse((const char *)bytes, len, &p) == ERR_OK)
		assert(p.version[0] && p.machine[0]);
	if (text) {
		bundle_line(&at, text);
		assert(!(release_ok(text) && release_older(text, text)));
	}
	free(text);
	return 0;
}
