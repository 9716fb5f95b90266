#include "firmware/parse/chip/tlv.h"
#include "tests/tap.h"

#include <string.h>

#define SPAN(...) \
	((struct span){ (const uint8_t[]){ __VA_ARGS__ }, sizeof(const uint8_t[]){ __VA_ARGS__ } })

static enum err next_of(struct span s)
{
	struct tlv t;

	return tlv_next(&s, &t);
}

static void objects_come_in_order(void)
{
	struct span s = SPAN(0x61, 0x02, 0xaa, 0xbb, 0x5f, 0x1f, 0x81, 0x01, 0xcc);
	struct tlv t;

	eq_int(tlv_next(&s, &t), ERR_OK);
	eq_int(t.tag, 0x61);
	eq_int(t.value.len, 2);
	eq_int(t.whole.len, 4);
	eq_int(tlv_next(&s, &t), ERR_OK);
	eq_int(t.tag, 0x5f1f);
	eq_int(t.value.at[0], 0xcc);
	eq_int(tlv_next(&s, &t), ERR_NOT_FOUND);
}

static void what_does_not_fit_is_refused(void)
{
	eq_int(next_of(SPAN(0x61)), ERR_BAD_DATA);
	eq_int(next_of(SPAN(0x61, 0x03, 0, 0)), ERR_BAD_DATA);
	eq_int(next_of(SPAN(0x61, 0x80, 0, 0)), ERR_BAD_DATA);
	eq_int(next_of(SPAN(0x61, 0x84, 0xff, 0xff, 0xff, 0xff, 0)), ERR_BAD_DATA);
	eq_int(next_of(SPAN(0x61, 0x85, 0, 0, 0, 0, 1, 0)), ERR_BAD_DATA);
	eq_int(next_of(SPAN(0x7f, 0x81, 0x82, 0x03, 0x00)), ERR_BAD_DATA);
}

static void the_wanted_one_is_found(void)
{
	struct span s = SPAN(0x02, 0x01, 0x05, 0x30, 0x02, 0x04, 0x00), v;

	eq_int(tlv_find(s, 0x30, &v), ERR_OK);
	eq_int(v.len, 2);
	eq_int(tlv_find(s, 0x31, &v), ERR_NOT_FOUND);
	eq_int(tlv_find(SPAN(0x02, 0x09, 0x05), 0x30, &v), ERR_BAD_DATA);
}

static void a_beginning_says_how_long_it_is(void)
{
	size_t n = 0;

	eq_int(tlv_total(SPAN(0x75, 0x82, 0x43, 0x21), &n), ERR_OK);
	eq_int(n, 4 + 0x4321);
	eq_int(tlv_total(SPAN(0x75, 0x82, 0x43), &n), ERR_NOT_FOUND);
	eq_int(tlv_total(SPAN(0x75, 0x80), &n), ERR_BAD_DATA);
}

int main(void)
{
	objects_come_in_order();
	what_does_not_fit_is_refused();
	the_wanted_one_is_found();
	a_beginning_says_how_long_it_is();
	return tap_done();
}
