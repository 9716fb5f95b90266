/* zone: province. The archive inside a package, and the manifest that comes first in it. */
#include "tests/province/manifest.h"
#include "tests/province/tar.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	struct manifest *m = calloc(1, sizeof *m);
	struct complaint why;
	struct tar_entry e;

	while (m && tar_next(&r, &e) == ERR_OK) {
		if (!tar_path_ok(e.path) || e.bytes < bytes ||
		    e.len > (size_t)(bytes + len - e.bytes))
			abort();
		if (strcmp(e.path, "manifest.json") == 0)
			(void)manifest_read(e.bytes, e.len, m, &why); /* any answer, no crash */
	}
	free(m);
	return 0;
}
