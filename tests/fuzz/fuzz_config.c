/* zone: base */
/* kiosk.conf: text by an operator. */
#include "firmware/base/config.h"

#include <stdlib.h>
#include <string.h>

static void on_error(void *data, unsigned line, const char *what)
{
	(void)line;
	*(size_t *)data += strlen(what);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct config c;
	size_t said = 0;
	enum err e = config_parse((const char *)bytes, len, &c, on_error, &said);

	if ((e == ERR_OK) != (said == 0))
		abort(); /* an error without a word, or the reverse */
	if (e == ERR_OK && (c.data_dir[0] != '/' || strlen(c.office_name) >= CONFIG_TEXT_CAP))
		abort();
	return 0;
}
