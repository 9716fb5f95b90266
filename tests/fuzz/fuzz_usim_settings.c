/* zone: usim */
#include "tests/usim/escl.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text = calloc(1, len + 1);
	struct scan_settings settings;
	struct scanner s = { 0 };
	unsigned job;

	if (!text)
		return 0;
	if (len)
		memcpy(text, bytes, len);
	if (escl_parse_settings(text, &settings) == ERR_OK &&
	    scanner_begin(&s, &settings, &job) == ERR_OK && settings.width > 4000)
		abort(); /* wider than the glass */
	scanner_finish(&s);
	free(text);
	return 0;
}
