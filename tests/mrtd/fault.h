/* What can be wrong with a card: words and numbers of fault.def. */
#ifndef TESTS_MRTD_FAULT_H
#define TESTS_MRTD_FAULT_H

#include "firmware/base/err.h"
#include <stdbool.h>

enum mrtd_fault {
#define FAULT(word, when, least, what) MRTD_FAULT_##word,
#include "tests/mrtd/fault.def"
#undef FAULT
	MRTD_FAULT_COUNT
};

/* N of each fault; 0: it is not. */
struct mrtd_faults {
	unsigned n[MRTD_FAULT_COUNT];
};

/* `word` or `word N`, - and _ alike; N 0 clears that one, `none` all. ERR_NOT_FOUND; ERR_BAD_DATA:
 * N is missing or not a number. */
enum err mrtd_faults_set(struct mrtd_faults *f, const char *words);

bool mrtd_fault_is_made(enum mrtd_fault f); /* else it acts on a card that lies there */
const char *mrtd_fault_word(enum mrtd_fault f);
const char *mrtd_fault_what(enum mrtd_fault f);

#endif
