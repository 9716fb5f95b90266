/* PDF syntax, written: a buffer that grows, the objects in it and the table of where they begin.
 * Numbers are written without asking the locale. Shortage of memory sticks in `bad`; nothing more
 * is written then, and one look at the end is enough. */
#ifndef PARSE_PDF_OUT_H
#define PARSE_PDF_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero it before use; out_finish() frees it. */
struct out {
	uint8_t *bytes;
	size_t len, cap;
	size_t *objects; /* objects[n]: where object n begins, 0: nowhere yet */
	unsigned count;  /* numbers given away; the first is 1 */
	size_t objects_cap;
	bool bad;
};

void out_bytes(struct out *o, const void *bytes, size_t len);
__attribute__((format(printf, 2, 3))) void out_print(struct out *o, const char *format, ...);

/* A number given in millionths, without zeros that say nothing: "-12.5". */
void out_real(struct out *o, int64_t millionths);

/* A text string of UTF-8: UTF-16 with byte order mark, in hexadecimal. */
void out_text(struct out *o, const char *text);

/* A number for an object to come. */
unsigned out_number(struct out *o);

/* "12 0 obj" and its end. */
void out_begin(struct out *o, unsigned number);
void out_end(struct out *o);

/* A stream as it is, or deflated; `more` are further entries of its dictionary. */
void out_stream(struct out *o, unsigned number, const char *more, const void *bytes, size_t len);
void out_packed(struct out *o, unsigned number, const char *more, const void *bytes, size_t len);

/* The rows of a cross-reference section for all numbers from `first` on. */
void out_table(struct out *o, unsigned first);

/* "[<...> <...>]": 16 bytes of a hash over all that was written; the first is `first` (32 digits),
 * or the same when that is NULL. */
void out_id(struct out *o, const char *first);

/* Accepts a zeroed one. */
void out_finish(struct out *o);

#endif
