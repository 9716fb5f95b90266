/* The code that stands on the first page of a certified copy (base/copy.h), signed by the kiosk. */
#ifndef CORE_COPY_CODE_H
#define CORE_COPY_CODE_H

#include "firmware/base/copy.h"
#include "firmware/base/err.h"
#include "firmware/core/package.h"
#include <stdint.h>

struct copy_statement {
	const char *number, *title; /* the title is cut to what the code has room for */
	int64_t at_s;
	uint16_t pages;
	uint8_t digest[COPY_DIGEST];
	const char *hint;
};

/* ERR_DENIED: the kiosk's key is not one of P-256, and a signature by it too long for a code.
 * ERR_BAD_DATA: the statement is. ERR_NO_MEMORY. */
enum err copy_code_make(const struct package_keys *k, const struct copy_statement *s,
			char ret_code[COPY_CODE_CAP]);

/* The hint at a certificate (DER). */
enum err copy_code_hint(const uint8_t *cert, size_t len, char ret_hint[COPY_HINT_CAP]);

#endif
