/* HID POS: report descriptors, and codes that come in several reports. */
#include "drivers/hidpos.h"
#include "tests/tap.h"

/* The example of the HID POS usage tables: id 2, count, AIM id, 56 bytes, continuation. */
static const uint8_t SCANNER[] = {
	0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x12, 0xa1, 0x02, 0x85, 0x02, 0x15, 0x00,
	0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x01, 0x05, 0x01, 0x09, 0x3b, 0x81, 0x02, 0x95,
	0x03, 0x05, 0x8c, 0x09, 0xfb, 0x09, 0xfc, 0x09, 0xfd, 0x81, 0x02, 0x95, 0x38, 0x09,
	0xfe, 0x82, 0x02, 0x01, 0x95, 0x02, 0x06, 0x66, 0xff, 0x09, 0x04, 0x09, 0x00, 0x81,
	0x02, 0x05, 0x8c, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x09, 0xff, 0x81,
	0x02, 0x75, 0x07, 0x95, 0x01, 0x81, 0x03, 0xc0, 0xc0,
};

/* Another maker's: no id, data first, no count, the flag in the highest bit. */
static const uint8_t OTHER[] = {
	0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x75, 0x08, 0x95, 0x1f, 0x09, 0xfe, 0x81, 0x02, 0x75,
	0x07, 0x95, 0x01, 0x81, 0x03, 0x75, 0x01, 0x0b, 0xff, 0x00, 0x8c, 0x00, 0x81, 0x02, 0xc0,
};

static const uint8_t KEYBOARD[] = {
	0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25,
	0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x01, 0x75, 0x08, 0x81, 0x03, 0x95, 0x06,
	0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xc0,
};

static struct hidpos_report r;
static struct hidpos_code code;

static void descriptors(void)
{
	eq_int(hidpos_report_of(OTHER, sizeof OTHER, &r), ERR_OK);
	eq_int(r.id, 0);
	eq_int(r.bytes, 32);
	eq_int(r.data_at, 0);
	eq_int(r.data_bytes, 31);
	eq_int(r.more_bit, 255);
	eq_int(hidpos_report_of(KEYBOARD, sizeof KEYBOARD, &r), ERR_NOT_FOUND);
	eq_int(hidpos_report_of(NULL, 0, &r), ERR_NOT_FOUND);
	eq_int(hidpos_report_of((uint8_t *)"\xb4", 1, &r), ERR_BAD_DATA);        /* pop */
	eq_int(hidpos_report_of(SCANNER, sizeof SCANNER - 3, &r), ERR_BAD_DATA); /* cut */
	eq_int(hidpos_report_of((uint8_t *)"\x77\xff\xff\xff\xff\x97\xff\xff\xff\xff\x81\2", 12,
				&r),
	       ERR_BAD_DATA);
	eq_int(hidpos_report_of(SCANNER, sizeof SCANNER, &r), ERR_OK);
	eq_int(r.id, 2);
	eq_int(r.bytes, 64);
	eq_int(r.count_at, 1);
	eq_int(r.data_at, 5);
	eq_int(r.data_bytes, 56);
	eq_int(r.more_bit, 63 * 8);
}

static enum hidpos_next report(const void *bytes, uint8_t len, bool more)
{
	uint8_t b[64] = { 2, len, ']', 'Q', '1', [61] = 0x73, [63] = more };

	if (len <= 56)
		memcpy(b + 5, bytes, len);
	return hidpos_take(&r, &code, b, sizeof b);
}

/* Fields of no size at the end of the report stand beyond it. */
static void fields_of_nothing(void)
{
	static const uint8_t D[] = {
		0x05, 0x8c, 0x75, 0x08, 0x95, 0x04, 0x09, 0xfe, 0x81, 0x02, /* data */
		0x75, 0x00, 0x09, 0xff, 0x81, 0x02,                         /* "continued" */
		0x75, 0x08, 0x95, 0x00, 0x05, 0x01, 0x09, 0x3b, 0x81, 0x02, /* count */
	};
	struct hidpos_report none;

	eq_int(hidpos_report_of(D, sizeof D, &none), ERR_OK);
	eq_int(none.bytes, 4);
	eq_int(none.more_bit, 0xffffffff);
	eq_int(none.count_at, 0xffff);
}

static void joins(void)
{
	uint8_t all[56 * 4];

	for (size_t i = 0; i < sizeof all; i++)
		all[i] = (uint8_t)(i * 3);
	for (int i = 0; i < 3; i++)
		eq_int(report(all + 56 * i, 56, true), HIDPOS_MORE);
	eq_int(report(all + 56 * 3, 10, false), HIDPOS_WHOLE);
	eq_int(code.len, 178);
	ok(memcmp(code.bytes, all, 178) == 0);
	/* the next code begins anew */
	eq_int(report("x", 1, false), HIDPOS_WHOLE);
	eq_int(code.len, 1);
}

static void others_are_ignored(void)
{
	uint8_t b[64] = { 3, 1 };

	eq_int(report("abc", 3, true), HIDPOS_MORE);
	eq_int(hidpos_take(&r, &code, b, sizeof b), HIDPOS_OTHER);
	eq_int(hidpos_take(&r, &code, b, 10), HIDPOS_OTHER);
	eq_int(report("de", 2, false), HIDPOS_WHOLE);
	ok(code.len == 5 && memcmp(code.bytes, "abcde", 5) == 0);
}

static void malformed(void)
{
	/* a count beyond the report: all of that code is lost, and nothing of the next */
	eq_int(report("abc", 200, true), HIDPOS_MORE);
	eq_int(report("abc", 3, false), HIDPOS_LOST);
	eq_int(report("abc", 3, false), HIDPOS_WHOLE);
	eq_int(report("", 0, false), HIDPOS_LOST);
}

static void too_long(void)
{
	static const uint8_t part[56];

	for (int i = 0; i < 1000; i++)
		(void)report(part, 56, true);
	ok(code.len <= sizeof code.bytes);
	eq_int(report(part, 56, false), HIDPOS_LOST);
	eq_int(report("abc", 3, false), HIDPOS_WHOLE);
}

static void forgotten(void)
{
	eq_int(report("001090000000", 12, true), HIDPOS_MORE);
	hidpos_forget(&code);
	ok(memchr(code.bytes, '9', sizeof code.bytes) == NULL);
	eq_int(report("abc", 3, false), HIDPOS_WHOLE);
	eq_int(code.len, 3);
}

static void without_a_count(void)
{
	uint8_t b[32] = "abc";

	eq_int(hidpos_report_of(OTHER, sizeof OTHER, &r), ERR_OK);
	b[31] = 0x80;
	eq_int(hidpos_take(&r, &code, b, sizeof b), HIDPOS_MORE);
	b[31] = 0;
	eq_int(hidpos_take(&r, &code, b, sizeof b), HIDPOS_WHOLE);
	ok(code.len == 6 && memcmp(code.bytes, "abcabc", 6) == 0);
}

int main(void)
{
	descriptors();
	fields_of_nothing();
	joins();
	others_are_ignored();
	malformed();
	too_long();
	forgotten();
	without_a_count();
	return tap_done();
}
