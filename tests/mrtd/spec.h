/* A card as a text file: the person, what is on the card, how it opens, its habits. spec.def has
 * every key. */
#ifndef TESTS_MRTD_SPEC_H
#define TESTS_MRTD_SPEC_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

struct mrtd_spec {
#define TEXT(key, bytes, text, what)  char key[bytes];
#define WORDS(key, words, what)       uint8_t key; /* index of the word */
#define NUMBER(key, max, value, what) uint32_t key;
#include "tests/mrtd/spec.def"
#undef TEXT
#undef WORDS
#undef NUMBER
};

/* Everything as spec.def says when nothing is said. */
void mrtd_spec_init(struct mrtd_spec *s);

/* One line, without its end: `key = value`, a comment, or nothing. ERR_NOT_FOUND: no such key;
 * ERR_BAD_DATA: not a line, or not such a value. */
enum err mrtd_spec_line(struct mrtd_spec *s, const char *line);

/* A whole file over what is in *s. On an error, *ret_line is the number of its line, 0 when the
 * file could not be read. */
enum err mrtd_spec_load(struct mrtd_spec *s, const char *path, unsigned *ret_line);

/* The place of a word among `words`, which single spaces separate; -1: it is not there. */
int mrtd_word_place(const char *words, const char *word, size_t len);

/* What opens the card: six digits; and document number, birth, expiry with their check digits
 * (24 characters), or what mrz_key says. */
void mrtd_spec_can(const struct mrtd_spec *s, char ret[16]);
void mrtd_spec_mrz_key(const struct mrtd_spec *s, char ret[48]);

/* The machine-readable zone, three lines of 30 without line ends. */
void mrtd_spec_mrz(const struct mrtd_spec *s, char ret[91]);

/* The text of the QR code that is printed on the card, in the form of its profile. */
void mrtd_spec_qr(const struct mrtd_spec *s, char *ret, size_t size);

#endif
