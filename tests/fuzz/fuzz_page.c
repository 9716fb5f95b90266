/* zone: parse */
#include "firmware/base/buf.h"
#include "firmware/parse/page.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Claimed sizes first, as a page job has them, then as many pixels as there are. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	struct image claim = { .width = get_u16le(&r), .height = get_u16le(&r) };
	struct image i;
	struct page page = { 0 };

	claim.dpi = get_u16le(&r);
	claim.channels = get_u8(&r);
	claim.pixels = r.at;
	if (r.bad || image_of(&claim, r.left, &i) != ERR_OK)
		return 0;
	struct pdf *pdf = calloc(1, sizeof *pdf);
	if (pdf && pdf_begin(pdf, "x") == ERR_OK && page_read(&i, NULL, pdf, &page) == ERR_OK &&
	    pdf_end(pdf) != ERR_OK)
		abort();
	page_finish(&page);
	pdf_finish(pdf);
	free(pdf);
	return 0;
}
