/* The code of a printed certified copy (base/copy.h), read and judged. */
#ifndef PARSE_COPY_CODE_H
#define PARSE_COPY_CODE_H

#include "firmware/base/copy.h"
#include "firmware/base/err.h"
#include "firmware/parse/pdf/verify.h"
#include <stddef.h>
#include <stdint.h>

struct copy_said {
	enum verify_bytes bytes; /* UNKNOWN: damaged, or no kiosk's key is at hand to judge it by */
	enum verify_signer signer; /* the kiosk */
	char number[COPY_NUMBER_CAP], title[COPY_TITLE_CAP];
	int64_t time_s;
	uint16_t pages; /* 0: the code is damaged, and nothing of it can be told */
	uint8_t digest[COPY_DIGEST];
	char hint[COPY_HINT_CAP];
};

/* `text` is not NUL-terminated; white space around it does not count. What is told of a code whose
 * bytes are not INTACT is what somebody has written, and no more. ERR_NO_CODE: it is not that of a
 * copy; ERR_NO_MEMORY. */
enum err copy_code_read(const uint8_t *text, size_t len, const struct verify_anchors *a,
			int64_t now_s, struct copy_said *ret);

#endif
