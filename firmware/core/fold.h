/* Vietnamese text as people search it: no tones, no marks, no capitals. */
#ifndef CORE_FOLD_H
#define CORE_FOLD_H

#include <stddef.h>
#include <stdint.h>

/* Writes the search key of `text` into `out`, at most cap - 1 bytes and a NUL: Vietnamese
 * letters become a-z (đ becomes d; the misprint ƣ counts as ư), combining marks vanish, and
 * every run of anything else becomes one space, none at the ends. Returns the key's length.
 * (Sorting and search rules: domain reference, section 8.4.) */
size_t fold(const char *text, char *out, size_t cap);

/* The same with another's letters: `letter` gives what to write for the code point, 0 for what
 * vanishes, ' ' for a gap. */
typedef char fold_letter_fn(uint32_t c);
size_t fold_by(fold_letter_fn *letter, const char *text, char *out, size_t cap);

/* What fold() makes of one code point, as a fold_letter_fn. */
char fold_letter(uint32_t c);

/* One code point of valid UTF-8 at *s, which moves on; 0 at the end. */
uint32_t utf8_next(const char **s);

#endif
