/* Days as cards write them. In this program a day is ddMMyyyy, eight digits; where it is somebody's
 * birth, 00 stands for a day, or a day and a month, that nobody knows. */
#ifndef PARSE_DATE_H
#define PARSE_DATE_H

#include <stdbool.h>
#include <stddef.h>

enum { DATE_LEN = 8 };

/* Is this a day of the calendar, 1900 to 2099? `whole`: without unknown parts. Looks at eight
 * bytes, which may be anything. */
bool date_ok(const char *ddmmyyyy, bool whole);

/* Reads 15/01/1990, 15-1-1990, 01/1990, 1990, 00/00/1990, 15011990, 19900115 (also as four BCD
 * bytes, as ICAO Doc 9303-10 allows) into `ret` with a NUL. False when it is none of them; `ret`
 * is untouched then. */
bool date_of_text(const char *text, size_t len, char ret[DATE_LEN + 1]);

/* Reads yyMMdd of a machine-readable zone, where < stands for what is not known. False when it has
 * no year, or is no day. `century`: 19 or 20. */
bool date_of_mrz(const char yymmdd[6], unsigned century, char ret[DATE_LEN + 1]);

#endif
