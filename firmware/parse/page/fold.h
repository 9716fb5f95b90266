/* Comparing words that were read from paper: without diacritics, case and punctuation, which are
 * what reading loses first, and with a few letters wrong. */
#ifndef PARSE_PAGE_FOLD_H
#define PARSE_PAGE_FOLD_H

#include <stdbool.h>
#include <stddef.h>

/* "Số: 12/QĐ-UBND" is "so 12 qd ubnd": a to z and digits, one space between, none at the ends.
 * Cuts what does not fit; always ends with NUL. Returns the length. Bytes that are no UTF-8 are
 * passed over. */
size_t fold_text(const char *utf8, size_t len, char *ret, size_t cap);

/* How many capitals and how many small letters there are. */
void fold_count_cases(const char *utf8, size_t len, size_t *ret_capitals, size_t *ret_small);

/* Has capitals and no small letters. */
bool fold_is_capitals(const char *utf8, size_t len);

/* Its first letter is a capital. */
bool fold_is_name(const char *utf8, size_t len);

/* How many letters are wrong when `is` begins with something like `want`: edits, at most `most`.
 * *ret_end, if not NULL: where that something ends in `is`. Returns most + 1 when it does not. */
unsigned fold_begins(const char *is, const char *want, unsigned most, size_t *ret_end);

/* Edits that a phrase of so many letters may need and still be meant. */
unsigned fold_allowed(size_t len);

/* Where `want` begins in `is`, at the start of a word, allowing fold_allowed(); NULL when it does
 * not. *ret_end as above, *ret_edits how many letters were wrong; each may be NULL. */
const char *fold_find(const char *is, const char *want, size_t *ret_end, unsigned *ret_edits);

#endif
