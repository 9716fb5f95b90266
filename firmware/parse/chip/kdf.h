/* Keys from a shared secret: ICAO Doc 9303-11 section 9.7.1. SHA-1 for 3DES and AES-128,
 * SHA-256 for the longer ones, over secret and a counter. */
#ifndef PARSE_CHIP_KDF_H
#define PARSE_CHIP_KDF_H

#include "firmware/parse/chip/cipher.h"

enum kdf_use { KDF_ENC = 1, KDF_MAC = 2, KDF_PASSWORD = 3 };

/* cipher_key_bytes(c) into ret; with 3DES the parity bits are set. */
enum err kdf(enum sm_cipher c, const uint8_t *secret, size_t len, enum kdf_use use, uint8_t *ret);

#endif
