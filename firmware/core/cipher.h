/* Authenticated encryption of what lies on the kiosk's own disk. Algorithms have numbers because
 * they stand in file headers: a board without AES instructions uses ChaCha20, which is four
 * times faster there, and reads both. */
#ifndef CORE_CIPHER_H
#define CORE_CIPHER_H

#include "firmware/base/err.h"
#include "firmware/base/log.h"
#include <stddef.h>
#include <stdint.h>

#define CIPHER_NONCE_BYTES 12
#define CIPHER_TAG_BYTES   16

enum cipher { CIPHER_AES_256_GCM = 1, CIPHER_CHACHA20_POLY1305 = 2 };

/* The faster one on this processor. */
enum cipher cipher_best(void);

/* What a key is used for once. Never seal two texts with one key and one nonce. */
struct cipher_use {
	enum cipher cipher;
	const struct secret *key;
	uint8_t nonce[CIPHER_NONCE_BYTES];
	const void *also; /* authenticated with the text, not encrypted */
	size_t also_len;
};

/* `ret_text` gets len bytes and may be `text` itself. ERR_NO_MEMORY; ERR_BAD_DATA: no such
 * cipher. */
enum err cipher_seal(const struct cipher_use *u, const void *text, size_t len, uint8_t *ret_text,
		     uint8_t ret_tag[CIPHER_TAG_BYTES]);

/* In place. ERR_FORGED: key, nonce, text or `also` is not what was sealed; `text` is wiped. */
enum err cipher_open(const struct cipher_use *u, uint8_t *text, size_t len,
		     const uint8_t tag[CIPHER_TAG_BYTES]);

/* A key from a long random secret and a short text that a person could guess, in two parts.
 * The first makes every guess cost 2^work_log2 steps of scrypt (14: 16 MiB and some 50 ms); the
 * second, HKDF-SHA256, is cheap and ties the key to one salt. ERR_NO_MEMORY. */
enum err cipher_stretch(const struct secret *device, const char *guessable, unsigned work_log2,
			struct secret *ret_slow);
enum err cipher_derive(const struct secret *slow, const uint8_t salt[16], struct secret *ret_key);

#endif
