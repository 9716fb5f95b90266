/* What a PDF that somebody brought says about its own signatures. A tolerant reader of what it
 * needs and no more; what it could not see it says. Whether a signature is true is not told here:
 * that takes the bytes in its ranges, its CMS and anchors. */
#ifndef PARSE_PDF_FOREIGN_H
#define PARSE_PDF_FOREIGN_H

#include "firmware/base/copy.h"
#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FOREIGN_SIGNATURES = 16, FOREIGN_TEXT = 256, FOREIGN_MAX_BYTES = 64 << 20 };

struct foreign_signature {
	size_t at[2], len[2]; /* the bytes that are signed, one after the other (/ByteRange) */
	uint8_t *cms;         /* DER, or BER; zeros behind it are cut off */
	size_t cms_len;
	char kind[64]; /* "ETSI.CAdES.detached" (/SubFilter) */
	char name[FOREIGN_TEXT], reason[FOREIGN_TEXT], place[FOREIGN_TEXT]; /* UTF-8, "" not said */
	int64_t time_s; /* as the signer claims (/M); 0: not said */
	enum foreign_after after;
};

/* Zero it before use; foreign_finish() frees it. */
struct foreign {
	struct foreign_signature signatures[FOREIGN_SIGNATURES]; /* in the order of their bytes */
	size_t count;
	uint32_t pages; /* 0: could not be told */
	bool encrypted; /* nothing of it is read then */
	bool partial;   /* parts were not understood: there may be more signatures than these */
};

/* A signature whose ranges are not exactly "all up to its gap, and all from behind it" is not
 * listed and makes it partial. ERR_BAD_DATA: no PDF at all; ERR_NO_SPACE: over FOREIGN_MAX_BYTES;
 * ERR_NO_MEMORY. */
enum err foreign_read(const uint8_t *pdf, size_t len, struct foreign *ret);

/* Accepts a zeroed one. */
void foreign_finish(struct foreign *f);

#endif
