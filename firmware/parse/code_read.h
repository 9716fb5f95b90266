/* Our own reader of QR symbols, for those too blurred, faint, noisy or slanted for zbar. What it
 * has read it draws anew, without a flaw: what the symbol means is zbar's to say. */
#ifndef PARSE_CODE_READ_H
#define PARSE_CODE_READ_H

#include "firmware/base/err.h"
#include "firmware/parse/code_region.h"
#include "firmware/parse/code_rs.h"
#include "firmware/parse/image.h"
#include <stdbool.h>

enum { CODE_SYMBOLS = 8 };

struct symbol {
	double corner[4][2]; /* pixels of the picture: its own first corner, then clockwise */
	struct gray clean;   /* 4 pixels a module, with a quiet zone */
};

struct symbols {
	unsigned count;
	struct symbol at[CODE_SYMBOLS];
	bool missed;            /* one was seen, but could not be read: */
	double missed_at[4][2]; /* its corners */
};

/* Reads the symbols in one region of `g`, dark on light or the reverse, and adds them to the list.
 * ERR_OK also when there was none; ERR_NO_MEMORY. */
enum err code_read(const struct rs *rs, const struct gray *g, const struct region *where,
		   struct symbols *list);
/* Accepts a zeroed list. */
void symbols_finish(struct symbols *list);

#endif
