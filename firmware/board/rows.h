/* What is told of the machine, a row each: `WHAT NAME STATE WORDS`, the first three without a
 * blank in them. For programs the same as an array of objects of JSON. */
#ifndef BOARD_ROWS_H
#define BOARD_ROWS_H

#include <stdbool.h>
#include <stdio.h>

struct rows {
	FILE *out;
	bool json;
	unsigned count, bad; /* rows so far; those whose state is "bad" or "refused" */
};

/* Begins; `json`: as an array. */
struct rows rows_of(FILE *out, bool json);

/* Bytes that are not plain ASCII come out as '?': they may have come out of a plug. */
__attribute__((format(printf, 5, 6))) void rows_say(struct rows *r, const char *what,
						    const char *name, const char *state,
						    const char *format, ...);

void rows_end(struct rows *r);

#endif
