/* What somebody brought to be judged: a signed PDF, or the code of a printed copy, as text or in a
 * picture. */
#ifndef PARSE_BROUGHT_H
#define PARSE_BROUGHT_H

#include "firmware/parse/copy_code.h"
#include "firmware/parse/room.h"
#include "firmware/parse/verify_words.h"

struct brought {
	enum copy_kind kind;
	bool good;                    /* nothing speaks against it */
	struct verify_told pdf;       /* of a PDF */
	struct copy_said code;        /* of a CODE */
	char words[VERIFY_WORDS_CAP]; /* for a clerk */
};

/* `room`: prepared. ERR_BAD_DATA: neither a PDF nor a picture nor such a text; ERR_NO_SPACE,
 * ERR_NO_MEMORY. */
enum err brought_judge(struct room *room, const uint8_t *bytes, size_t len,
		       const struct verify_anchors *a, int64_t now_s, struct brought *ret);

#endif
