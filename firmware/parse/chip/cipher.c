#include "firmware/parse/chip/cipher.h"

#include <openssl/evp.h>
#include <string.h>

#define DES_BLOCK 8
#define DES_KEY   8

struct cipher_row {
	size_t key_bytes, block_bytes;
	const EVP_CIPHER *(*cbc)(void);
	const char *name;
};

static const struct cipher_row CIPHERS[] = {
	[SM_3DES] = { 16, 8, EVP_des_ede_cbc, "DES-EDE-CBC" },
	[SM_AES128] = { 16, 16, EVP_aes_128_cbc, "AES-128-CBC" },
	[SM_AES192] = { 24, 16, EVP_aes_192_cbc, "AES-192-CBC" },
	[SM_AES256] = { 32, 16, EVP_aes_256_cbc, "AES-256-CBC" },
};

size_t cipher_key_bytes(enum sm_cipher c)
{
	return CIPHERS[c].key_bytes;
}

size_t cipher_block_bytes(enum sm_cipher c)
{
	return CIPHERS[c].block_bytes;
}

static void ctx_end(EVP_CIPHER_CTX **ctx)
{
	EVP_CIPHER_CTX_free(*ctx);
}

#define AUTO_CTX __attribute__((cleanup(ctx_end))) EVP_CIPHER_CTX *

/* One of the two ways through CBC; the library keeps what it needs of the key until the end. */
static enum err cbc(enum sm_cipher c, const uint8_t *key, const uint8_t *iv, struct span in,
		    uint8_t *ret, int encrypt)
{
	static const uint8_t ZERO[CIPHER_MAX_BLOCK];
	AUTO_CTX ctx = EVP_CIPHER_CTX_new();
	int n;

	if (in.len % CIPHERS[c].block_bytes != 0 || in.len > INT32_MAX)
		return ERR_BAD_DATA;
	if (!ctx ||
	    !EVP_CipherInit_ex2(ctx, CIPHERS[c].cbc(), key, iv ? iv : ZERO, encrypt, NULL) ||
	    !EVP_CIPHER_CTX_set_padding(ctx, 0) ||
	    !EVP_CipherUpdate(ctx, ret, &n, in.at, (int)in.len))
		return ERR_NO_MEMORY;
	return ERR_OK;
}

enum err cipher_encrypt(enum sm_cipher c, const uint8_t *key, const uint8_t *iv, struct span in,
			uint8_t *ret)
{
	return cbc(c, key, iv, in, ret, 1);
}

enum err cipher_decrypt(enum sm_cipher c, const uint8_t *key, const uint8_t *iv, struct span in,
			uint8_t *ret)
{
	return cbc(c, key, iv, in, ret, 0);
}

/* Single DES is no longer on offer; three times the same key is the same. */
static EVP_CIPHER_CTX *des_of(const uint8_t *key, int encrypt)
{
	uint8_t thrice[3 * DES_KEY];
	static const uint8_t ZERO[DES_BLOCK];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

	for (int i = 0; i < 3; i++)
		memcpy(thrice + i * DES_KEY, key, DES_KEY);
	bool good = ctx &&
		    EVP_CipherInit_ex2(ctx, EVP_des_ede3_cbc(), thrice, ZERO, encrypt, NULL) &&
		    EVP_CIPHER_CTX_set_padding(ctx, 0);
	explicit_bzero(thrice, sizeof(thrice));
	if (good)
		return ctx;
	EVP_CIPHER_CTX_free(ctx);
	return NULL;
}

/* Feeds a chain whose last block alone matters; *last is that block as far as it is known. */
static bool chain(EVP_CIPHER_CTX *ctx, struct span in, uint8_t last[DES_BLOCK])
{
	uint8_t out[256 + DES_BLOCK];
	int n;

	while (in.len > 0) {
		size_t some = in.len < 256 ? in.len : 256;

		if (!EVP_CipherUpdate(ctx, out, &n, in.at, (int)some))
			return false;
		if (n >= DES_BLOCK)
			memcpy(last, out + n - DES_BLOCK, DES_BLOCK);
		in.at += some;
		in.len -= some;
	}
	return true;
}

/* ISO/IEC 9797-1 algorithm 3: a chain with the first key, its end also through the second. */
static enum err retail_mac(const uint8_t *key, const struct span *parts, size_t count, uint8_t *ret)
{
	AUTO_CTX first = des_of(key, 1);
	AUTO_CTX second = des_of(key + DES_KEY, 0);
	AUTO_CTX again = des_of(key, 1);
	uint8_t last[DES_BLOCK], padding[CIPHER_MAX_BLOCK];
	size_t total = 0;
	bool good = first && second && again;

	for (size_t i = 0; good && i < count; i++) {
		good = chain(first, parts[i], last);
		total += parts[i].len;
	}
	struct span end = { padding, cipher_padding(SM_3DES, total, padding) };
	if (!good || !chain(first, end, last) ||
	    !chain(second, (struct span){ last, DES_BLOCK }, last) ||
	    !chain(again, (struct span){ last, DES_BLOCK }, last))
		return ERR_NO_MEMORY;
	memcpy(ret, last, MAC_BYTES);
	return ERR_OK;
}

static void mac_end(EVP_MAC **m)
{
	EVP_MAC_free(*m);
}

static void mac_ctx_end(EVP_MAC_CTX **ctx)
{
	EVP_MAC_CTX_free(*ctx);
}

static enum err cmac(enum sm_cipher c, const uint8_t *key, const struct span *parts, size_t count,
		     uint8_t *ret)
{
	__attribute__((cleanup(mac_end))) EVP_MAC *m = EVP_MAC_fetch(NULL, "CMAC", NULL);
	__attribute__((cleanup(mac_ctx_end))) EVP_MAC_CTX *ctx = m ? EVP_MAC_CTX_new(m) : NULL;
	char *name = (char *)CIPHERS[c].name;
	OSSL_PARAM params[] = { OSSL_PARAM_utf8_string("cipher", name, 0), OSSL_PARAM_END };
	uint8_t full[CIPHER_MAX_BLOCK];
	size_t len;

	if (!ctx || !EVP_MAC_init(ctx, key, CIPHERS[c].key_bytes, params))
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		if (parts[i].len > 0 && !EVP_MAC_update(ctx, parts[i].at, parts[i].len))
			return ERR_NO_MEMORY;
	if (!EVP_MAC_final(ctx, full, &len, sizeof(full)))
		return ERR_NO_MEMORY;
	memcpy(ret, full, MAC_BYTES);
	return ERR_OK;
}

enum err cipher_mac(enum sm_cipher c, const uint8_t *key, const struct span *parts, size_t count,
		    uint8_t *ret)
{
	return c == SM_3DES ? retail_mac(key, parts, count, ret) : cmac(c, key, parts, count, ret);
}

size_t cipher_padding(enum sm_cipher c, size_t len, uint8_t ret[CIPHER_MAX_BLOCK])
{
	size_t n = CIPHERS[c].block_bytes - len % CIPHERS[c].block_bytes;

	memset(ret, 0, CIPHER_MAX_BLOCK);
	ret[0] = 0x80;
	return n;
}

enum err cipher_unpadded(struct span in, size_t *ret_len)
{
	size_t n = in.len;

	while (n > 0 && in.at[n - 1] == 0)
		n--;
	if (n == 0 || in.at[n - 1] != 0x80 || in.len - n >= CIPHER_MAX_BLOCK)
		return ERR_BAD_DATA;
	*ret_len = n - 1;
	return ERR_OK;
}
