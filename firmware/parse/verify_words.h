/* What is known of a brought PDF's signatures, in words that a clerk understands. */
#ifndef PARSE_VERIFY_WORDS_H
#define PARSE_VERIFY_WORDS_H

#include "firmware/base/err.h"
#include "firmware/parse/pdf/verify.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VERIFY_WORDS_CAP = 2816 };

struct verify_told {
	bool good; /* there is a signature, each is intact, known and not followed by changes, and
			 * nothing of the file was left unseen */
	size_t count;   /* of signatures */
	uint32_t pages; /* 0: could not be told */
	struct verified last;
	enum foreign_after after; /* the last */
	int64_t time_s;           /* as its signer claims; 0: not said */
};

/* Lines of text; what does not fit is left out and said to be. Errors of foreign_read() and
 * verify_signature(). */
enum err verify_words(const uint8_t *pdf, size_t len, const struct verify_anchors *a, int64_t now_s,
		      char out[VERIFY_WORDS_CAP], struct verify_told *ret);

/* One signature by itself is good, as above. */
bool verify_is_good(const struct foreign_signature *s, const struct verified *v);

#endif
