#include "tests/mrtd/cipher.h"

#include "tests/mrtd/bytes.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <string.h>

size_t mrtd_key_bytes(enum mrtd_cipher c)
{
	return c == MRTD_AES192 ? 24 : c == MRTD_AES256 ? 32 : 16;
}

size_t mrtd_block_bytes(enum mrtd_cipher c)
{
	return c == MRTD_3DES ? 8 : 16;
}

static void set_odd_parity(uint8_t *key, size_t len)
{
	for (size_t i = 0; i < len; i++)
		key[i] = (uint8_t)((key[i] & 0xFE) | !(__builtin_popcount(key[i] & 0xFE) & 1));
}

void mrtd_kdf(enum mrtd_cipher c, const void *secret, size_t len, uint32_t counter, uint8_t ret[32])
{
	AUTO_BYTES in = { 0 };
	uint8_t hash[EVP_MAX_MD_SIZE] = { 0 };
	const uint8_t last[4] = { 0, 0, 0, (uint8_t)counter };

	mrtd_put(&in, secret, len);
	mrtd_put(&in, last, sizeof last);
	bool wide = c == MRTD_AES192 || c == MRTD_AES256;
	if (!in.bad)
		EVP_Digest(in.at, in.len, hash, NULL, wide ? EVP_sha256() : EVP_sha1(), NULL);
	memset(ret, 0, 32);
	memcpy(ret, hash, mrtd_key_bytes(c));
	if (c == MRTD_3DES)
		set_odd_parity(ret, 16);
}

struct mrtd_keys mrtd_keys_of(enum mrtd_cipher c, const void *secret, size_t len)
{
	struct mrtd_keys k = { .cipher = c };

	mrtd_kdf(c, secret, len, 1, k.enc);
	mrtd_kdf(c, secret, len, 2, k.mac);
	return k;
}

static bool run(const EVP_CIPHER *cipher, const uint8_t *key, const uint8_t *iv, bool encrypt,
		const uint8_t *in, size_t len, uint8_t *ret)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, rest = 0;
	bool good = ctx && EVP_CipherInit_ex(ctx, cipher, NULL, key, iv, encrypt) == 1 &&
		    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
		    EVP_CipherUpdate(ctx, ret, &n, in, (int)len) == 1 &&
		    EVP_CipherFinal_ex(ctx, ret + n, &rest) == 1;

	EVP_CIPHER_CTX_free(ctx);
	return good && (size_t)(n + rest) == len;
}

/* The key as OpenSSL wants it: K1 K2 K1 for 3DES with two keys. */
static const EVP_CIPHER *cipher_of(enum mrtd_cipher c, const uint8_t *key, uint8_t ret_key[32])
{
	memcpy(ret_key, key, mrtd_key_bytes(c));
	if (c == MRTD_3DES)
		memcpy(ret_key + 16, key, 8);
	switch (c) {
	case MRTD_3DES:
		return EVP_des_ede3_cbc();
	case MRTD_AES128:
		return EVP_aes_128_cbc();
	case MRTD_AES192:
		return EVP_aes_192_cbc();
	default:
		return EVP_aes_256_cbc();
	}
}

static const uint8_t ZEROS[16];

bool mrtd_encrypt(enum mrtd_cipher c, const uint8_t *key, const uint8_t *iv, const uint8_t *in,
		  size_t len, uint8_t *ret)
{
	uint8_t whole[32];
	const EVP_CIPHER *cipher = cipher_of(c, key, whole);

	return len % mrtd_block_bytes(c) == 0 &&
	       run(cipher, whole, iv ? iv : ZEROS, true, in, len, ret);
}

bool mrtd_decrypt(enum mrtd_cipher c, const uint8_t *key, const uint8_t *iv, const uint8_t *in,
		  size_t len, uint8_t *ret)
{
	uint8_t whole[32];
	const EVP_CIPHER *cipher = cipher_of(c, key, whole);

	return len % mrtd_block_bytes(c) == 0 &&
	       run(cipher, whole, iv ? iv : ZEROS, false, in, len, ret);
}

/* Single DES is not in OpenSSL's default provider; 3DES with one key three times is the same. */
static bool des(const uint8_t key[8], bool encrypt, const uint8_t *in, size_t len, uint8_t *ret)
{
	uint8_t whole[24];

	for (int i = 0; i < 3; i++)
		memcpy(whole + 8 * i, key, 8);
	return run(EVP_des_ede3_cbc(), whole, ZEROS, encrypt, in, len, ret);
}

static bool retail_mac(const uint8_t *key, const uint8_t *in, size_t len, uint8_t ret[8])
{
	AUTO_BYTES m = { 0 };

	mrtd_put(&m, in, len);
	mrtd_put_u8(&m, 0x80);
	mrtd_put_fill(&m, 0, (8 - m.len % 8) % 8);
	if (m.bad || !des(key, true, m.at, m.len, m.at))
		return false;
	const uint8_t *end = m.at + m.len - 8;
	return des(key + 8, false, end, 8, ret) && des(key, true, ret, 8, ret);
}

static bool cmac(enum mrtd_cipher c, const uint8_t *key, const uint8_t *in, size_t len,
		 uint8_t ret[8])
{
	static const char *const names[] = { "", "AES-128-CBC", "AES-192-CBC", "AES-256-CBC" };
	uint8_t tag[16];
	char name[16];
	size_t n = 0;
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "CMAC", NULL);
	EVP_MAC_CTX *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;

	memcpy(name, names[c], strlen(names[c]) + 1);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name, 0),
		OSSL_PARAM_construct_end(),
	};
	bool good = ctx && EVP_MAC_init(ctx, key, mrtd_key_bytes(c), params) == 1 &&
		    EVP_MAC_update(ctx, in, len) == 1 &&
		    EVP_MAC_final(ctx, tag, &n, sizeof tag) == 1 && n == sizeof tag;
	EVP_MAC_CTX_free(ctx);
	EVP_MAC_free(mac);
	if (good)
		memcpy(ret, tag, 8);
	return good;
}

bool mrtd_mac(enum mrtd_cipher c, const uint8_t *key, const uint8_t *in, size_t len, uint8_t ret[8])
{
	return c == MRTD_3DES ? retail_mac(key, in, len, ret) : cmac(c, key, in, len, ret);
}
