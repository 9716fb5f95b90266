#include "firmware/parse/srgb.h"

#include <math.h>
#include <string.h>

/* Where each tag lies: header 128 bytes, table 4 + 9 * 12, then the data, 4-aligned. */
enum {
	TAGS = 9,
	COPYRIGHT = 128 + 4 + TAGS * 12,
	COPYRIGHT_LEN = 8 + 16,
	DESCRIPTION = COPYRIGHT + COPYRIGHT_LEN,
	DESCRIPTION_LEN = 12 + 5 + 8 + 3 + 67 + 1,
	XYZ_LEN = 20,
	WHITE = DESCRIPTION + DESCRIPTION_LEN,
	RED = WHITE + XYZ_LEN,
	GREEN = RED + XYZ_LEN,
	BLUE = GREEN + XYZ_LEN,
	CURVE = BLUE + XYZ_LEN,
	CURVE_POINTS = 256,
	CURVE_LEN = 12 + 2 * CURVE_POINTS,
};
_Static_assert(CURVE + CURVE_LEN == SRGB_BYTES, "the profile's size");

static void put_u16(uint8_t *at, unsigned v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static void put_u32(uint8_t *at, uint32_t v)
{
	put_u16(at, v >> 16);
	put_u16(at + 2, v & 0xffff);
}

static void put_name(uint8_t *at, const char name[4])
{
	memcpy(at, name, 4);
}

static void put_tag(uint8_t *out, unsigned i, const char name[4], uint32_t at, uint32_t len)
{
	uint8_t *row = out + 132 + i * 12;

	put_name(row, name);
	put_u32(row + 4, at);
	put_u32(row + 8, len);
}

/* Values in 1/65536, adapted to D50. */
static void put_xyz(uint8_t *at, uint32_t x, uint32_t y, uint32_t z)
{
	put_name(at, "XYZ ");
	put_u32(at + 8, x);
	put_u32(at + 12, y);
	put_u32(at + 16, z);
}

static void put_header(uint8_t *out)
{
	put_u32(out, SRGB_BYTES);
	put_u32(out + 8, 0x02100000);
	put_name(out + 12, "mntr");
	put_name(out + 16, "RGB ");
	put_name(out + 20, "XYZ ");
	put_u16(out + 24, 2026);
	put_u16(out + 26, 1);
	put_u16(out + 28, 1);
	put_name(out + 36, "acsp");
	put_u32(out + 68, 0xf6d6);
	put_u32(out + 72, 0x10000);
	put_u32(out + 76, 0xd32d);
}

/* IEC 61966-2-1, equation of the transfer from a stored value to light. */
static void put_curve(uint8_t *at)
{
	put_name(at, "curv");
	put_u32(at + 8, CURVE_POINTS);
	for (unsigned i = 0; i < CURVE_POINTS; i++) {
		double v = i / (double)(CURVE_POINTS - 1);
		double linear = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);

		put_u16(at + 12 + 2 * i, (unsigned)lround(linear * 65535));
	}
}

void srgb_profile(uint8_t out[SRGB_BYTES])
{
	memset(out, 0, SRGB_BYTES);
	put_header(out);
	put_u32(out + 128, TAGS);
	put_tag(out, 0, "cprt", COPYRIGHT, COPYRIGHT_LEN);
	put_tag(out, 1, "desc", DESCRIPTION, DESCRIPTION_LEN);
	put_tag(out, 2, "wtpt", WHITE, XYZ_LEN);
	put_tag(out, 3, "rXYZ", RED, XYZ_LEN);
	put_tag(out, 4, "gXYZ", GREEN, XYZ_LEN);
	put_tag(out, 5, "bXYZ", BLUE, XYZ_LEN);
	put_tag(out, 6, "rTRC", CURVE, CURVE_LEN);
	put_tag(out, 7, "gTRC", CURVE, CURVE_LEN);
	put_tag(out, 8, "bTRC", CURVE, CURVE_LEN);
	put_name(out + COPYRIGHT, "text");
	memcpy(out + COPYRIGHT + 8, "No copyright", 12);
	put_name(out + DESCRIPTION, "desc");
	put_u32(out + DESCRIPTION + 8, 5);
	memcpy(out + DESCRIPTION + 12, "sRGB", 4);
	put_xyz(out + WHITE, 0xf351, 0x10000, 0x116cc);
	put_xyz(out + RED, 0x6fa2, 0x38f5, 0x0390);
	put_xyz(out + GREEN, 0x6299, 0xb785, 0x18da);
	put_xyz(out + BLUE, 0x24a0, 0x0f84, 0xb6cf);
	put_curve(out + CURVE);
}
