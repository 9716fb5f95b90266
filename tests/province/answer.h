/* The province's signed statement about one dossier (schema Answer of the contract). */
#ifndef PROVINCE_ANSWER_H
#define PROVINCE_ANSWER_H

#include "firmware/base/err.h"
#include "tests/province/pki.h"
#include <stdint.h>

struct answer {
	char key[37], manifest_sha256[65], code[64], reason[1001];
	int64_t received_at, due_at; /* seconds since 1970-01-01 UTC; due_at 0: refused */
	bool accepted;
};

/* DER, CMS SignedData over a text, by the key of row `signer`. *ret_der is the caller's to free.
 * ERR_IO, ERR_NO_MEMORY. */
enum err answer_sign_text(const char *dir, enum pki_id signer, const char *text, uint8_t **ret_der,
			  size_t *ret_len);

/* The same, but the text is not in it. */
enum err answer_sign_beside(const char *dir, enum pki_id signer, const char *text,
			    uint8_t **ret_der, size_t *ret_len);

/* The same over the JSON text. *ret_der is the caller's to
 * free. ERR_IO, ERR_NO_MEMORY. */
enum err answer_sign(const char *dir, enum pki_id signer, const struct answer *a, uint8_t **ret_der,
		     size_t *ret_len);

#endif
