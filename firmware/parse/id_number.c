#include "firmware/parse/id_number.h"

#include <stddef.h>
#include <string.h>

enum { DIGITS = 12, FIRST_COUNTRY = 100 };

static const uint8_t PROVINCES[] = {
	1,  2,  4,  6,  8,  10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33,
	34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66,
	67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
};
_Static_assert(sizeof PROVINCES == 63, "the list of 2021 has 63 provinces");

static bool is_place(unsigned code)
{
	for (size_t i = 0; i < sizeof PROVINCES; i++)
		if (PROVINCES[i] == code)
			return true;
	return code >= FIRST_COUNTRY;
}

static unsigned number_at(const char *digits, unsigned count)
{
	unsigned n = 0;

	for (unsigned i = 0; i < count; i++)
		n = n * 10 + (unsigned)(digits[i] - '0');
	return n;
}

bool id_number_split(const char *text, struct id_number *ret, bool *ret_place_known)
{
	if (strlen(text) != DIGITS || strspn(text, "0123456789") != DIGITS)
		return false;

	unsigned place = number_at(text, 3), g = number_at(text + 3, 1);
	*ret_place_known = is_place(place);
	*ret = (struct id_number){
		.place = (uint16_t)place,
		.birth_year = (uint16_t)((19 + g / 2) * 100 + number_at(text + 4, 2)),
		.sex = g % 2 ? SEX_FEMALE : SEX_MALE,
	};
	return true;
}

bool id_number_read(const char *text, struct id_number *ret)
{
	struct id_number n;
	bool place_known;

	if (!id_number_split(text, &n, &place_known) || !place_known)
		return false;
	*ret = n;
	return true;
}
