/* Vietnamese text in one form. The same letter can be written as one character (ễ) or as a
 * base with marks after it (e, circumflex, tilde); comparing, counting and printing want the
 * first form, Unicode's NFC. Only Vietnamese letters are composed: nothing else stands on an
 * identity card. */
#ifndef PARSE_NFC_H
#define PARSE_NFC_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Composes `len` bytes of UTF-8 into out[cap], with a NUL. Marks may follow their letter in any
 * order. `out` may be garbage after an error. ERR_BAD_DATA: not UTF-8, or a NUL inside;
 * ERR_NO_SPACE: the result needs more than cap - 1 bytes. */
enum err nfc_compose(const char *in, size_t len, char *out, size_t cap);

/* The character at *at, which is moved behind it; the text must be well-formed UTF-8. */
uint32_t utf8_next(const char **at);

/* False for control characters, and for marks that make text run backwards or vanish: they have no
 * place on a card. */
bool utf8_printable(uint32_t c);

#endif
