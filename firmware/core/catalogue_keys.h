/* Whose signature a list of procedures must carry: the certificate that is installed with the
 * kiosk, and those that have followed it, each brought in by a statement of the one before. */
#ifndef CORE_CATALOGUE_KEYS_H
#define CORE_CATALOGUE_KEYS_H

#include "firmware/base/err.h"
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CATALOGUE_KEYS_MAX 16
#define CATALOGUE_KEY_CAP  65 /* SHA-256 of a certificate in hexadecimal, and NUL */

/* All of it is this file's. Zero it before use. */
struct catalogue_keys {
	X509 *certs[CATALOGUE_KEYS_MAX]; /* [0]: installed; the last is the one that signs now */
	size_t count;
};

/* `statements`: one after the other, each a length (u32, little-endian) and a CMS with the PEM text
 * of the next certificate inside, signed by the one before; may be empty. Those from before the
 * installed certificate, which may be a later one, are passed over. ERR_BAD_CONFIG: `anchor` is no
 * PEM file of a certificate. */
enum err catalogue_keys_load(const char *anchor, const uint8_t *statements, size_t len,
			     struct catalogue_keys *ret);
void catalogue_keys_free(struct catalogue_keys *k);

/* One more, behind the last. ERR_FORGED: the last one did not sign it. ERR_NO_SPACE. */
enum err catalogue_keys_add(struct catalogue_keys *k, const uint8_t *cms, size_t len);

/* The newest one that a detached signature over `text` is of. ERR_FORGED: none. */
enum err catalogue_keys_check(const struct catalogue_keys *k, const char *text, size_t text_len,
			      const uint8_t *cms, size_t cms_len, size_t *ret_key);

/* False when there is none of that number. */
bool catalogue_keys_name(const struct catalogue_keys *k, size_t i, char ret[CATALOGUE_KEY_CAP]);

/* PEM of the newest, sealed memory, the caller's. */
enum err catalogue_keys_pem(const struct catalogue_keys *k, int *ret_fd);

#endif
