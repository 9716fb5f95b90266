/* One more signature on a file that is signed already: an incremental update (ISO 32000-1, 7.5.6)
 * that leaves every byte before it as it is. */
#ifndef PARSE_PDF_ENDORSE_H
#define PARSE_PDF_ENDORSE_H

#include "firmware/base/err.h"
#include "firmware/parse/pdf/bind.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct endorse_wish {
	const char *form; /* "BẢN SAO ĐIỆN TỬ" and the like: the words of the law */
	const char *signer, *reason, *place;
	const char *agency; /* that copies, printed before who signs; NULL or "": none */
	const char *number; /* of the copy, printed; NULL or "": none */
	const char *code;   /* text of a QR code beside the words, as long as the page is large
			     * enough for it; NULL or "": none */
	int64_t time_s;     /* /M; printed in Vietnam's time, with its zone */
	bool visible; /* upper right of the first page, upright, 10 pt, black (Decree 30/2020) */
};

/* Only files that bind_end() and endorse() wrote. *ret_bytes is the caller's to free.
 * ERR_BAD_DATA, ERR_NO_MEMORY. */
enum err endorse(const uint8_t *pdf, size_t len, const struct endorse_wish *wish,
		 uint8_t **ret_bytes, size_t *ret_len, struct pdf_gap *ret_gap);

#endif
