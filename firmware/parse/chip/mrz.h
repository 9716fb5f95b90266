/* The machine-readable zone as EF.DG1 holds it: three lines of 30 (TD1, identity cards), two of 36
 * (TD2) or 44 (TD3, passports). Source: ICAO Doc 9303-3, -4, -5, -6; the citizen card of Vietnam
 * has the last nine digits of its number as document number, and all twelve as optional data. */
#ifndef PARSE_CHIP_MRZ_H
#define PARSE_CHIP_MRZ_H

#include "firmware/parse/chip/tlv.h"
#include "firmware/parse/id_number.h"

struct mrz {
	char document[3], issuer[4], nationality[4]; /* without fillers, as all text here */
	char number[32];
	char personal[13];         /* twelve digits of the optional data, or "" */
	char birth[7], expires[7]; /* yyMMdd as it stands there, < for what is not known */
	enum sex sex;
	char name[64];  /* surname first, blanks for fillers; no accents */
	bool name_cut;  /* it fills its line: there may be more of it */
	bool checks_ok; /* all check digits */
};

/* EF.DG1, whole. ERR_BAD_DATA: none of the three, or other characters than a zone has. */
enum err mrz_read(struct span dg1, struct mrz *ret);

#endif
