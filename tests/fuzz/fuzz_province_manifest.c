/* zone: province. manifest.json, and the texts of an upload's creation. */
#include "tests/province/api.h"
#include "tests/province/manifest.h"
#include "tests/province/uploads.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct manifest *m = calloc(1, sizeof *m);
	char *text = strndup((const char *)bytes, len), value[65];
	struct complaint why;
	int64_t n;

	if (m && manifest_read(bytes, len, m, &why) == ERR_OK &&
	    m->paper_count > MANIFEST_MAX_PAPERS)
		abort();
	if (text && api_metadata(text, "key", value, sizeof value) && strlen(value) >= sizeof value)
		abort();
	if (text && api_number(text, &n) && n < 0)
		abort();
	if (text && upload_id_of(text) && strlen(upload_id_of(text)) != 32)
		abort();
	free(text);
	free(m);
	return 0;
}
