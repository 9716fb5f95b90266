/* The symmetric half of a chip's cryptography: ICAO Doc 9303-11 sections 9.7 (keys out of a
 * secret) and 9.8 (ciphers and MACs of secure messaging). */
#ifndef TESTS_MRTD_CIPHER_H
#define TESTS_MRTD_CIPHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mrtd_cipher { MRTD_3DES, MRTD_AES128, MRTD_AES192, MRTD_AES256 };

struct mrtd_keys {
	enum mrtd_cipher cipher;
	uint8_t enc[32], mac[32];
};

size_t mrtd_key_bytes(enum mrtd_cipher c);   /* 16, 16, 24, 32 */
size_t mrtd_block_bytes(enum mrtd_cipher c); /* 8 or 16 */

/* SHA-1 or SHA-256 over secret and counter, cut to the key; 1 encryption, 2 MAC, 3 of a password.
 * 3DES keys get odd parity. */
void mrtd_kdf(enum mrtd_cipher c, const void *secret, size_t len, uint32_t counter,
	      uint8_t ret[32]);
struct mrtd_keys mrtd_keys_of(enum mrtd_cipher c, const void *secret, size_t len);

/* CBC without padding; `len` is whole blocks; iv NULL: zeros. In place is allowed. */
bool mrtd_encrypt(enum mrtd_cipher c, const uint8_t *key, const uint8_t *iv, const uint8_t *in,
		  size_t len, uint8_t *ret);
bool mrtd_decrypt(enum mrtd_cipher c, const uint8_t *key, const uint8_t *iv, const uint8_t *in,
		  size_t len, uint8_t *ret);

/* ISO 9797-1 MAC algorithm 3 over `in`, which is padded here (3DES); CMAC, cut to eight (AES). */
bool mrtd_mac(enum mrtd_cipher c, const uint8_t *key, const uint8_t *in, size_t len,
	      uint8_t ret[8]);

#endif
