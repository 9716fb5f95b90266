/* What is known of a brought PDF's signatures, in words that a clerk understands. */
#ifndef PARSE_VERIFY_WORDS_H
#define PARSE_VERIFY_WORDS_H

#include "firmware/base/err.h"
#include "firmware/parse/pdf/verify.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VERIFY_WORDS_CAP = 3072 };

/* Lines of text; what does not fit is left out and said to be. *ret_good only when there is a
 * signature, each of them is intact, known and not followed by changes, and nothing of the file was
 * left unseen. Errors of foreign_read() and verify_signature(). */
enum err verify_words(const uint8_t *pdf, size_t len, const struct verify_anchors *a, int64_t now_s,
		      char out[VERIFY_WORDS_CAP], bool *ret_good);

/* One signature by itself is good, as above. */
bool verify_is_good(const struct foreign_signature *s, const struct verified *v);

#endif
