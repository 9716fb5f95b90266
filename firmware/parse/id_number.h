/* The 12-digit identity number: PPP G YY SSSSSS. PPP is the province (63 codes as of 2021) or
 * country (100 and above) of birth registration, G sex and century, YY the year of birth; there
 * is no check digit. Facts: Circular 59/2021/TT-BCA. */
#ifndef PARSE_ID_NUMBER_H
#define PARSE_ID_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

enum sex { SEX_UNSAID, SEX_MALE, SEX_FEMALE };

struct id_number {
	uint16_t place; /* PPP */
	uint16_t birth_year;
	enum sex sex;
};

/* False when `text` is not 12 digits, or has a place code that was never given out. */
bool id_number_read(const char *text, struct id_number *ret);

/* The same where somebody else vouches for the number: any place code goes. */
bool id_number_split(const char *text, struct id_number *ret, bool *ret_place_known);

#endif
