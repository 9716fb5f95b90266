/* zone: sync. Header lines of an answer, and the address they may give. */
#include "firmware/sync/headers.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char path[ADDRESS_MAX_BYTES] = "/", url[2 * ADDRESS_MAX_BYTES];
	const char *at = (const char *)bytes, *end = at + len;
	struct headers h;

	headers_init(&h);
	while (at < end) {
		const char *line_end = memchr(at, '\n', (size_t)(end - at));
		size_t n = line_end ? (size_t)(line_end - at) + 1 : (size_t)(end - at);

		headers_take(&h, at, n, 1795262400);
		at += n;
	}
	if (h.offset < -1 || h.length < -1 || h.retry_after_s > RETRY_AFTER_MAX_S)
		abort();
	if (address_path("https://province.example:8443", h.location, path) == ERR_OK &&
	    (path[0] != '/' || strpbrk(path, "\"\\\r\n ") ||
	     address_join("https://province.example:8443", path, url) != ERR_OK))
		abort(); /* it goes into JSON and into a request line as it is */
	return 0;
}
