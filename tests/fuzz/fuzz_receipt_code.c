/* zone: core
 * What a person types as a receipt code, and what lies in the outbox folder as a file's name. */
#include "firmware/core/outbox_files.h"
#include "firmware/core/receipt_code.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text = malloc(len + 1);
	uint32_t day = 0, seq = 0;
	struct package p;

	if (!text)
		return 0;
	memcpy(text, bytes, len);
	text[len] = '\0';
	if (receipt_code_parse(text, &day, &seq) == ERR_OK && (day > 999999 || seq > 9999999))
		abort();
	if (outbox_parse_name(text, &p) && (strcmp(p.name, text) != 0 || strchr(p.key, '/')))
		abort();
	free(text);
	return 0;
}
