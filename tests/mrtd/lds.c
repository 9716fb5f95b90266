/* The logical data structure (ICAO Doc 9303-10; EF.DG13 as Vietnamese cards have it). */
#include "tests/mrtd/lds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t mrtd_dg_tag(unsigned dg)
{
	static const uint8_t tags[] = {
		0,    0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68,
		0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70,
	};

	return dg < sizeof tags ? tags[dg] : 0;
}

void mrtd_make_com(const unsigned *dgs, size_t count, struct mrtd_bytes *out)
{
	size_t start = out->len;

	mrtd_put_tlv(out, 0x5F01, "0108", 4);
	mrtd_put_tlv(out, 0x5F36, "040000", 6);
	size_t list = out->len;
	for (size_t i = 0; i < count; i++)
		mrtd_put_u8(out, (uint8_t)mrtd_dg_tag(dgs[i]));
	mrtd_wrap(out, 0x5C, list);
	mrtd_wrap(out, 0x60, start);
}

void mrtd_make_dg1(const struct mrtd_spec *s, struct mrtd_bytes *out)
{
	char mrz[91];
	size_t start = out->len;

	mrtd_spec_mrz(s, mrz);
	mrtd_put_tlv(out, 0x5F1F, mrz, strlen(mrz));
	mrtd_wrap(out, 0x61, start);
}

/* Biometric header template: a face, in the format of ISO/IEC 19794-5. */
static void put_cbeff_head(struct mrtd_bytes *out)
{
	static const uint8_t face[] = { 0x81, 1, 0x02, 0x82, 1, 0x00 };
	size_t start = out->len;

	mrtd_put_tlv(out, 0x80, (uint8_t[]){ 0x01, 0x01 }, 2);
	mrtd_put(out, face, sizeof face);
	mrtd_put_tlv(out, 0x87, (uint8_t[]){ 0x01, 0x01 }, 2);
	mrtd_put_tlv(out, 0x88, (uint8_t[]){ 0x00, 0x08 }, 2);
	mrtd_wrap(out, 0xA1, start);
}

static void put_number(struct mrtd_bytes *out, uint32_t value, int bytes)
{
	while (bytes--)
		mrtd_put_u8(out, bytes < 4 ? (uint8_t)(value >> 8 * bytes) : 0);
}

/* ISO/IEC 19794-5: facial header, one facial information block, image information, picture. */
static void put_face_record(const struct mrtd_face *f, struct mrtd_bytes *out)
{
	uint32_t block = 20 + 12 + (uint32_t)f->picture.len;

	mrtd_put(out,
		 "FAC\0"
		 "010",
		 8);
	put_number(out, 14 + block, 4);
	put_number(out, 1, 2);
	put_number(out, block, 4);
	put_number(out, 0, 2); /* feature points */
	put_number(out, f->sex, 1);
	mrtd_put_fill(out, 0, 1 + 1 + 3 + 2 + 3 + 3); /* eyes, hair, features, expression, pose */
	put_number(out, 1, 1);                        /* full frontal */
	put_number(out, f->jpeg2000, 1);
	put_number(out, f->width, 2);
	put_number(out, f->height, 2);
	put_number(out, 1, 1); /* sRGB */
	put_number(out, 2, 1); /* from a camera */
	put_number(out, 0, 2);
	put_number(out, 0, 2);
	mrtd_put(out, f->picture.at, f->picture.len);
}

void mrtd_make_dg2(const struct mrtd_face *f, struct mrtd_bytes *out)
{
	size_t start = out->len;

	mrtd_put_tlv(out, 0x02, (uint8_t[]){ 1 }, 1);
	size_t template = out->len;
	put_cbeff_head(out);
	size_t record = out->len;
	put_face_record(f, out);
	mrtd_wrap(out, 0x5F2E, record);
	mrtd_wrap(out, 0x7F60, template);
	mrtd_wrap(out, 0x7F61, start);
	mrtd_wrap(out, 0x75, start);
}

struct field {
	unsigned id;
	const char *text;
	uint32_t tag; /* 0x0C UTF8String, 0x13 PrintableString */
};

static void put_field(struct mrtd_bytes *out, const struct field *f)
{
	size_t start = out->len;

	mrtd_put_tlv(out, 0x02, (uint8_t[]){ (uint8_t)f->id }, 1);
	if (*f->text)
		mrtd_put_tlv(out, f->tag, f->text, strlen(f->text));
	mrtd_wrap(out, 0x30, start);
}

static void put_parents(struct mrtd_bytes *out, const char *father, const char *mother)
{
	const char *const both[] = { father, mother };
	size_t start = out->len;

	mrtd_put_tlv(out, 0x02, (uint8_t[]){ 13 }, 1);
	for (int i = 0; i < 2; i++) {
		size_t one = out->len;

		mrtd_put_tlv(out, 0x0C, both[i], strlen(both[i]));
		mrtd_wrap(out, 0x30, one);
	}
	mrtd_wrap(out, 0x30, start);
}

void mrtd_make_dg13(const struct mrtd_spec *s, struct mrtd_bytes *out)
{
	const char *expires = *s->expires ? s->expires : "Không thời hạn";
	const struct field fields[] = {
		{ 1, s->number, 0x13 },
		{ 2, s->name, 0x0C },
		{ 3, s->birth, 0x13 },
		{ 4, s->sex, 0x0C },
		{ 5, s->nationality, 0x0C },
		{ 6, s->ethnicity, 0x0C },
		{ 7, s->religion, 0x0C },
		{ 8, s->home, 0x0C },
		{ 9, s->address, 0x0C },
		{ 10, s->features, 0x0C },
		{ 11, s->issued, 0x13 },
		{ 12, expires, 0x0C },
		{ 13, NULL, 0 },
		{ 14, s->spouse, 0x0C },
		{ s->dg13_old, s->old_number, 0x13 },
		{ s->dg13_old == 15 ? 16 : 15, s->chip_number, 0x13 },
	};
	size_t start = out->len;

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (fields[i].id == 13)
			put_parents(out, s->father, s->mother);
		else
			put_field(out, &fields[i]);
	if (s->dg13 == 0)
		mrtd_wrap(out, 0x30, start);
	mrtd_wrap(out, 0x6D, start);
}
