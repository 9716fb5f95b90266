#include "firmware/parse/chip/kdf.h"

#include <openssl/evp.h>
#include <string.h>

#define KDF_MAX_SECRET 1024

static void set_parity(uint8_t *key, size_t len)
{
	for (size_t i = 0; i < len; i++)
		key[i] = (uint8_t)((key[i] & 0xfe) | !__builtin_parity(key[i] & 0xfe));
}

enum err kdf(enum sm_cipher c, const uint8_t *secret, size_t len, enum kdf_use use, uint8_t *ret)
{
	uint8_t in[KDF_MAX_SECRET + 4], hash[EVP_MAX_MD_SIZE];
	const EVP_MD *md = c == SM_AES192 || c == SM_AES256 ? EVP_sha256() : EVP_sha1();

	if (len > KDF_MAX_SECRET)
		return ERR_NO_SPACE;
	memcpy(in, secret, len);
	memcpy(in + len, (uint8_t[]){ 0, 0, 0, (uint8_t)use }, 4);
	bool good = EVP_Digest(in, len + 4, hash, NULL, md, NULL);
	if (good) {
		memcpy(ret, hash, cipher_key_bytes(c));
		if (c == SM_3DES)
			set_parity(ret, cipher_key_bytes(c));
	}
	explicit_bzero(in, sizeof(in));
	explicit_bzero(hash, sizeof(hash));
	return good ? ERR_OK : ERR_NO_MEMORY;
}
