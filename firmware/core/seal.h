/* Signs with the kiosk's key and seals for the province: CMS in DER (RFC 5652, 5083, 5084). */
#ifndef CORE_SEAL_H
#define CORE_SEAL_H

#include "firmware/base/err.h"
#include "firmware/core/package.h"
#include <stddef.h>
#include <stdint.h>

/* SignedData (attached, SHA-256) inside AuthEnvelopedData (AES-256-GCM). *ret_der is malloc'ed;
 * what is inside it only the province can read. ERR_NO_MEMORY; ERR_FORGED: a key does not do. */
enum err seal_bytes(const struct package_keys *k, const void *bytes, size_t len, uint8_t **ret_der,
		    size_t *ret_len);

/* Only signed: SignedData in DER, with the text and the kiosk's certificate in it. As
 * seal_bytes(). */
enum err seal_sign(const struct package_keys *k, const void *bytes, size_t len, uint8_t **ret_der,
		   size_t *ret_len);

/* The certificate as PEM text; malloc'ed. ERR_NO_MEMORY. */
enum err seal_cert_pem(const struct package_keys *k, char **ret_pem, size_t *ret_len);

/* The kiosk's own key and certificate (EVP_PKEY, X509); they stay with `k`. */
struct evp_pkey_st *seal_key(const struct package_keys *k);
struct x509_st *seal_cert(const struct package_keys *k);

#endif
