/* Shapes of the names and numbers that pass between a kiosk and the province. */
#ifndef PROVINCE_SHAPE_H
#define PROVINCE_SHAPE_H

#include <stdbool.h>

/* UUID, lower case, with dashes. */
bool shape_key(const char *s);

/* 64 lower-case hex digits. */
bool shape_sha256(const char *s);

/* As `pattern`: '9' a digit, 'A' a capital letter or digit, anything else itself. */
bool shape_like(const char *s, const char *pattern);

/* yyyyMMddHHmmss, a moment that exists. */
bool shape_moment(const char *s);

/* Identifier code of an agency: "000.00.06.H56", "H56.12.34". */
bool shape_agency(const char *s);

/* Code of a component (thành phần hồ sơ): "000.00.00.G15-KQ003208", or "" where the national
 * catalogue has none. */
bool shape_component(const char *s);

#endif
