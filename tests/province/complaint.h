/* Why something was not done, as a sentence for a technician; filled by whoever finds out. */
#ifndef PROVINCE_COMPLAINT_H
#define PROVINCE_COMPLAINT_H

#include "firmware/base/err.h"

struct complaint {
	char text[400];
};

/* Writes the sentence and returns `e`, so that a check is one line. */
__attribute__((format(printf, 3, 4))) enum err complain(struct complaint *c, enum err e,
							const char *format, ...);

#endif
