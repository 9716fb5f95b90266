/* zone: sync. JSON bodies: the province's health and its problems. */
#include "firmware/base/msg.h"
#include "firmware/sync/body.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char detail[DETAIL_MAX_BYTES];
	struct health h;

	body_problem(bytes, len, detail);
	if (!utf8_ok(detail, strlen(detail)) || strpbrk(detail, "\r\n"))
		abort(); /* it goes into a message and into a log line */
	char *text = strndup((const char *)bytes, len);
	if (text)
		body_text(text, detail, 100);
	free(text);
	if (!utf8_ok(detail, strlen(detail)) || strpbrk(detail, "\r\n"))
		abort();
	if (body_health(bytes, len, &h) && !utf8_ok(h.name, strlen(h.name)))
		abort();
	return 0;
}
