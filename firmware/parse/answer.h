/* The province's answer about one dossier: CMS SignedData (RFC 5652, DER, content inside) over
 * the JSON text of schema Answer in firmware/sync/province.openapi.yaml. */
#ifndef PARSE_ANSWER_H
#define PARSE_ANSWER_H

#include "firmware/base/err.h"
#include "firmware/base/msg.h"
#include <stddef.h>
#include <stdint.h>

enum { ANSWER_MAX_BYTES = 256 << 10, ANCHOR_MAX_BYTES = 64 << 10 };

/* Bytes of somebody else. */
struct blob {
	const uint8_t *at;
	size_t len;
};

/* Once, before the sandbox is locked: OpenSSL without its configuration file, and what it loads
 * at its first use. ERR_BROKEN. */
enum err answer_prepare(void);

/* Checks signature and chain at the time now_s (seconds since 1970) against the one certificate
 * in `anchor` (PEM) and nothing else: one signer, SHA-2, key usage for signing, extended key
 * usage emailProtection. Then reads the text. A reason that does not fit is cut, with "…".
 * ERR_BAD_CONFIG: the anchor is no certificate. ERR_FORGED: not signed by whom it should be.
 * ERR_BAD_DATA: not CMS at all, or signed but not in the agreed form. ERR_NO_MEMORY. */
enum err answer_read(struct blob der, struct blob anchor, int64_t now_s,
		     struct msg_answer_facts *ret);

/* The second half alone: the signed text. ERR_BAD_DATA, ERR_NO_MEMORY. */
enum err answer_read_text(const char *text, size_t len, struct msg_answer_facts *ret);

/* True for ^[0-9A-Z.]{3,40}-[0-9]{6}([0-9]{2})?-[0-9]{4,8}$, the forms of a dossier code. */
bool answer_is_code(const char *text);

#endif
