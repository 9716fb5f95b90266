/* zone: parse */
#include "firmware/parse/catalogue_job.h"
#include "firmware/parse/catalogue_list.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* A list, or two with a NUL between: a base and what changes it. What was written once is written
 * the same again. */
static void write_again(const char *text, size_t len)
{
	struct json_object *o = NULL;
	char *again = NULL;
	size_t again_len = 0;

	if (list_read((struct blob){ (const uint8_t *)text, len }, &o) != ERR_OK ||
	    list_write(o, &again, &again_len) != ERR_OK || again_len != len ||
	    memcmp(again, text, len) != 0)
		abort();
	free(again);
	json_object_put(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const uint8_t *nul = len ? memchr(bytes, '\0', len) : NULL;
	struct blob base = { bytes, nul ? (size_t)(nul - bytes) : len };
	struct blob delta = { nul ? nul + 1 : bytes, nul ? len - base.len - 1 : 0 };
	struct json_object *o = NULL;
	char *text = NULL;
	size_t text_len = 0;
	int64_t number;

	if (list_read(base, &o) == ERR_OK && list_check(o, &number) == ERR_OK &&
	    (number < 1 || number > INT32_MAX))
		abort();
	json_object_put(o);
	if (catalogue_whole(base, delta, &text, &text_len) == ERR_OK)
		write_again(text, text_len);
	free(text);
	return 0;
}
