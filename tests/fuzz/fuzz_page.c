/* zone: parse */
#include "firmware/base/buf.h"
#include "firmware/parse/page/digitize.h"
#include "firmware/parse/page/pack.h"
#include "firmware/parse/pdf/bind.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* What was written must be read again, and can be bound. */
static void keep(const struct digitized *d)
{
	struct layers layers = { 0 };
	struct text text = { 0 };
	struct binder *b = NULL;
	uint8_t *pack = NULL, *pdf = NULL;
	size_t pack_len = 0, pdf_len = 0;

	if (pack_write(&d->layers, &d->text, &pack, &pack_len) != ERR_OK ||
	    pack_read(pack, pack_len, &layers, &text) != ERR_OK)
		abort();
	if (bind_begin(&(struct bind_wish){ .title = "x" }, &b) != ERR_OK ||
	    bind_page(b, &layers, &text) != ERR_OK || bind_end(b, &pdf, &pdf_len, NULL) != ERR_OK)
		abort();
	bind_destroy(b);
	layers_finish(&layers);
	text_finish(&text);
	free(pack);
	free(pdf);
}

/* Claimed sizes first, as a page job has them, then as many pixels as there are. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	struct image claim = { .width = get_u16le(&r), .height = get_u16le(&r) };
	struct digitize_wish wish = { .turn_deg = LEAF_TURN_BY_TEXT, .asked = "", .code = "" };
	struct digitized d = { 0 };
	struct image i;

	claim.dpi = get_u16le(&r);
	claim.channels = get_u8(&r);
	claim.pixels = r.at;
	if (r.bad || image_of(&claim, r.left, &i) != ERR_OK)
		return 0;
	if (digitize_leaf(&i, &wish, &d) == ERR_OK && digitize_rest(&wish, &d) == ERR_OK)
		keep(&d);
	digitize_finish(&d);
	return 0;
}
