/* Is a signature of a PDF true? Three answers apart, because one word for all of them would claim
 * more than is known: are the signed bytes as they were signed, does the signer's certificate lead
 * to an anchor, and what came into the file afterwards. */
#ifndef PARSE_PDF_VERIFY_H
#define PARSE_PDF_VERIFY_H

#include "firmware/base/copy.h"
#include "firmware/base/err.h"
#include "firmware/parse/pdf/foreign.h"
#include <stdbool.h>
#include <stdint.h>

struct verified {
	enum verify_bytes bytes;
	enum verify_signer signer;
	bool dated; /* the signer's certificate is valid at that time, whomever it leads to */
	char holder[256], issuer[256]; /* common names; "" when there are none */
};

struct verify_anchors;

/* Certificates in PEM, one after the other. ERR_BAD_CONFIG: none can be read. ERR_NO_MEMORY. */
enum err verify_anchors_of(const uint8_t *pem, size_t len, struct verify_anchors **ret);
/* NULL is allowed. */
void verify_anchors_free(struct verify_anchors *a);

/* Judges a signature of foreign_read(), made of the same bytes; `now_s`: Unix time at which
 * certificates must be valid; without anchors (NULL) every signer is a stranger. ERR_NO_MEMORY. */
enum err verify_signature(const uint8_t *pdf, const struct foreign_signature *s,
			  const struct verify_anchors *a, int64_t now_s, struct verified *ret);

/* A short text that a key of the anchors is said to have signed. */
struct verify_text {
	const uint8_t *text;
	size_t len;
	const uint8_t *key;       /* COPY_KEY_BYTES: how the SHA-256 of its certificate begins */
	const uint8_t *signature; /* COPY_SIGNATURE */
};

/* Bytes are UNKNOWN when no anchor is of that key. ERR_NO_MEMORY. */
enum err verify_text(const struct verify_text *t, const struct verify_anchors *a, int64_t now_s,
		     enum verify_bytes *ret_bytes, enum verify_signer *ret_signer);

/* Static: "intact", "changed", "unknown"; "known", "stranger", "expired", "unfit"; "nothing",
 * "signatures", "changes", "unknown", "more". */
const char *verify_bytes_name(enum verify_bytes b);
const char *verify_signer_name(enum verify_signer s);
const char *foreign_after_name(enum foreign_after a);

#endif
