/* Private keys that only this board can use: made in its TPM 2, which signs with them, and kept in
 * files as it has wrapped them ("TSS2 PRIVATE KEY", draft-woodhouse-cert-best-practice). Who gets
 * hold of such a file cannot sign with it elsewhere. For programs that link libcrypto; the way to
 * the TPM is OpenSSL's provider tpm2, which is loaded when it is needed and not before.
 *
 * A key that is loaded here serves all of OpenSSL as one of P-256. The provider does not do that by
 * itself: of a key without its private half OpenSSL 3.0 asks its own signer ("missing private
 * key"), and when it is told to prefer tpm2, the TPM has to hash all of TLS 1.3, too ("out of
 * memory for object contexts"). So the TPM is asked for signatures only, in a library context of
 * its own. */
#ifndef TPM_TPM_H
#define TPM_TPM_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>

struct evp_pkey_st; /* EVP_PKEY */
struct tpm;         /* a connection; each key holds on to it */

/* Whether this program may use a TPM: /dev/tpmrm0, or what TPM2OPENSSL_TCTI names in tests. */
bool tpm_is_here(void);

/* Whether PEM text has a key that is in a TPM. */
bool tpm_has_key(const void *pem, size_t len);

/* Connects. ERR_GONE: there is no TPM, or no provider for it. ERR_NO_MEMORY. */
enum err tpm_open(struct tpm **ret_tpm);
void tpm_close(struct tpm *t); /* NULL is allowed; keys stay good */

/* The key of PEM text, in which other things may stand before it; the caller frees it
 * (EVP_PKEY_free). One that is in no TPM needs no `t`: NULL. ERR_BAD_DATA: no key, or, as with
 * ERR_GONE, one of another TPM. ERR_NO_MEMORY. Nothing is asked from a person. */
enum err tpm_load(struct tpm *t, const void *pem, size_t len, struct evp_pkey_st **ret_key);

/* A new P-256 key in the TPM: text for tpm_load(), malloc'ed. ERR_GONE, ERR_NO_MEMORY. */
enum err tpm_make(struct tpm *t, char **ret_pem, size_t *ret_len);

#endif
