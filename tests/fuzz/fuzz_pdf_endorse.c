/* zone: parse */
#include "firmware/parse/pdf/endorse.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Whoever wrote the file: its bytes stay, the gap is a gap, and it can be done once more. */
static void check(const uint8_t *old, size_t old_len, const uint8_t *pdf, size_t len,
		  const struct pdf_gap *gap)
{
	if (len <= old_len || memcmp(pdf, old, old_len) != 0 || gap->at < old_len ||
	    gap->len > len - gap->at || pdf[gap->at] != '<' || pdf[gap->at + gap->len - 1] != '>')
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const struct endorse_wish wish = { .form = "Bản sao điện tử",
					   .signer = "Ủy ban nhân dân",
					   .time_s = 1790000000,
					   .visible = len % 4 != 3 };
	uint8_t *pdf = NULL, *again = NULL;
	size_t pdf_len = 0, again_len = 0;
	struct pdf_gap gap;

	if (endorse(bytes, len, &wish, &pdf, &pdf_len, &gap) != ERR_OK)
		return 0;
	check(bytes, len, pdf, pdf_len, &gap);
	if (endorse(pdf, pdf_len, &wish, &again, &again_len, &gap) == ERR_OK)
		check(pdf, pdf_len, again, again_len, &gap);
	free(again);
	free(pdf);
	return 0;
}
