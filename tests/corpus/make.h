/* The commands of corpus. Each gives what main returns: 0, or 1 after saying why. */
#ifndef TESTS_CORPUS_MAKE_H
#define TESTS_CORPUS_MAKE_H

#include "tests/corpus/take.h"

struct order {
	const char *dir;
	enum set set;
	uint64_t seed;
	int from, to; /* pages, from 1 */
	bool worn;
	unsigned person; /* page.h */
	bool again;      /* the same sheet, scanned once more */
};

int make_run(const struct order *o);
int faults_run(const char *dir, uint64_t seed);

/* Writes DIR/NAME.{ppm,jpg,gt.txt,truth}; `more`: further lines of the truth. False: told why. */
bool make_write(const char *dir, const char *name, const struct shot *s, const struct page *p,
		const char *more);

#endif
