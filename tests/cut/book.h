/* What the machine promised, and what a look at its disk found (tests/guest/shelf.h). */
#ifndef CUT_BOOK_H
#define CUT_BOOK_H

#include "firmware/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A dossier that a person was told is saved; or, with a dossier code, accepted. */
struct promise {
	unsigned who;
	char code[40], key[37], manifest[65], sha256[65], dossier[64];
};

struct shelf_row {
	char key[37], code[40], state[16], manifest[65], sha256[65], file[65], dossier[64];
};

struct book_counts {
	unsigned looks, saved, accepted; /* promises */
	unsigned lost;                   /* promised, and no row or no file */
	unsigned altered;                /* another hash, manifest, key or code than was promised */
	unsigned doubled;                /* two for one person */
	unsigned damaged;                /* the database, or a file that bears a claimed name */
	unsigned in_clear; /* places of the disk where something people told can be read */
};

struct book {
	struct promise *promises;
	size_t promise_count, promise_cap;
	struct shelf_row *rows;
	size_t row_count, row_cap;
	size_t limit; /* only so many promises had been made at that moment; SIZE_MAX: all count */
	bool sound, looked;

	/* of the last visit */
	unsigned next;    /* who comes next: the one who was not served comes again */
	bool ended, done; /* the program, the order */
	int end_code;
	bool confirmed, saved; /* the last visit that came to an end */
	enum err away;
	struct book_counts counts;
	FILE *out; /* what is wrong is told there, a line each; NULL: nowhere */
};

void book_init(struct book *b, FILE *out);
void book_finish(struct book *b);

/* A line that the machine told. After "shelf" the look is compared with the promises. */
void book_line(struct book *b, const char *line);

/* A new disk: what was promised on the old one is no matter any more. */
void book_forget(struct book *b);

bool book_is_good(const struct book_counts *c);
void book_add(struct book_counts *to, const struct book_counts *c);

#endif
