/* EF.DG13 of the citizen card of Vietnam: a row of 30 L { 02 01 id, value }, in a SEQUENCE of their
 * own or not. Its inside need not be well-formed for the file to be the state's: what can be read
 * is given, and the rest said to be missing. Fields: dg13.def. */
#ifndef PARSE_CHIP_DG13_H
#define PARSE_CHIP_DG13_H

#include "firmware/parse/chip/tlv.h"

enum dg13_field {
#define FIELD(id, name) DG13_##name = id,
#define ENDLESS(words)
#define SEX(word, sex)
#include "firmware/parse/chip/dg13.def"
#undef FIELD
#undef ENDLESS
#undef SEX
	DG13_FIELDS
};

/* A value as the card has it: text in UTF-8, or in UTF-16 (tag 1E). Empty: not there. */
struct dg13_text {
	struct span at;
	bool wide;
};

struct dg13 {
	struct dg13_text field[DG13_FIELDS]; /* by enum dg13_field; 0 and PARENTS are unused */
	struct dg13_text father, mother;
	unsigned count; /* fields found */
	bool whole;     /* nothing was skipped for being malformed */
};

/* `file` may be cut. The texts lie in `file`. ERR_BAD_DATA when it is no DG13, or not one field can
 * be found in it. */
enum err dg13_read(struct span file, struct dg13 *ret);

#endif
