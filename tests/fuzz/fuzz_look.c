/* zone: parse */
#include "firmware/base/buf.h"
#include "firmware/parse/page/leaf.h"
#include "firmware/parse/page/look.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Claimed sizes first, as a job has them, then as many pixels as there are. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	struct image claim = { .width = get_u16le(&r), .height = get_u16le(&r) }, i;
	struct leaf_wish leaf = { .colour_dpi = 100 };
	struct look_wish look = { 0 };
	struct leaf l = { 0 };
	struct look k = { 0 };

	claim.dpi = get_u16le(&r);
	claim.channels = get_u8(&r);
	leaf.source = look.source = get_u8(&r) % PAGE_SOURCE_COUNT;
	leaf.turn_deg = look.turn_deg = LEAF_TURN_BY_TEXT;
	claim.pixels = r.at;
	if (r.bad || image_of(&claim, r.left, &i) != ERR_OK)
		return 0;
	enum err made = leaf_make(&i, &leaf, &l), seen = look_at_page(&i, &look, NULL, &k);
	if ((made == ERR_OK) != (l.gray != NULL) || (seen == ERR_OK) != (k.preview != NULL))
		abort();
	leaf_finish(&l);
	look_finish(&k);
	return 0;
}
