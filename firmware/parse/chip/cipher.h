/* The block ciphers of the chip's protocols, all with two kinds of use: CBC without padding,
 * and a MAC of 8 bytes. ICAO Doc 9303-11 section 9.8: 3DES with two keys and the retail MAC of
 * ISO/IEC 9797-1 (algorithm 3, padding method 2), AES and CMAC cut to 8 bytes. */
#ifndef PARSE_CHIP_CIPHER_H
#define PARSE_CHIP_CIPHER_H

#include "firmware/base/err.h"
#include "firmware/parse/chip/tlv.h"

enum sm_cipher { SM_3DES, SM_AES128, SM_AES192, SM_AES256 };

#define CIPHER_MAX_BLOCK 16
#define CIPHER_MAX_KEY   32
#define MAC_BYTES        8

size_t cipher_key_bytes(enum sm_cipher c);
size_t cipher_block_bytes(enum sm_cipher c);

/* CBC over whole blocks; iv NULL is all zero. `in` and ret may be the same. ERR_BAD_DATA: not
 * whole blocks. ERR_NO_MEMORY: the library refuses. */
enum err cipher_encrypt(enum sm_cipher c, const uint8_t *key, const uint8_t *iv, struct span in,
			uint8_t *ret);
enum err cipher_decrypt(enum sm_cipher c, const uint8_t *key, const uint8_t *iv, struct span in,
			uint8_t *ret);

/* MAC_BYTES over the parts, one behind the other. 3DES adds its padding itself; with AES what is
 * to be padded is padded by the caller. */
enum err cipher_mac(enum sm_cipher c, const uint8_t *key, const struct span *parts, size_t count,
		    uint8_t *ret);

/* The padding (80 00..) that makes whole blocks of len bytes: 1 to a block's bytes into ret,
 * their count is returned. */
size_t cipher_padding(enum sm_cipher c, size_t len, uint8_t ret[CIPHER_MAX_BLOCK]);

/* How long `in` is without that padding. ERR_BAD_DATA: there is none. */
enum err cipher_unpadded(struct span in, size_t *ret_len);

#endif
