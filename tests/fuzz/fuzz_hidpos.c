/* zone: drivers */
/* A code scanner: two bytes length and its report descriptor, then reports of its own size. */
#include "drivers/hidpos.h"
#include "firmware/base/buf.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(const struct hidpos_report *r)
{
	if (r->bytes == 0 || r->bytes > HIDPOS_MAX_REPORT || r->data_bytes == 0 ||
	    r->data_at + r->data_bytes > r->bytes)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader in = reader_of(bytes, len);
	struct hidpos_report r;
	size_t size = get_u16le(&in);
	struct hidpos_code *c = calloc(1, sizeof *c);

	if (size > in.left)
		size = in.left;
	const uint8_t *descriptor = get_bytes(&in, size);
	if (!c || in.bad || hidpos_report_of(descriptor, size, &r) != ERR_OK) {
		free(c);
		return 0;
	}
	check(&r);
	while (in.left > 0) {
		size_t n = in.left < r.bytes ? in.left : r.bytes;
		uint8_t *report = malloc(n); /* of its own, so that a read beyond it is seen */

		memcpy(report, get_bytes(&in, n), n);
		if (hidpos_take(&r, c, report, n) == HIDPOS_WHOLE && (c->len == 0 || c->damaged))
			abort();
		if (c->len > sizeof c->bytes)
			abort();
		free(report);
	}
	free(c);
	return 0;
}
