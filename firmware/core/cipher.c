#include "firmware/core/cipher.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdbool.h>
#include <string.h>
#ifdef __aarch64__
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

static const char PURPOSE[] = "mot cua kiosk: key of a visit, 1";

enum cipher cipher_best(void)
{
#if defined(__x86_64__) || defined(__i386__)
	bool aes = __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul");
#elif defined(__aarch64__)
	bool aes = getauxval(AT_HWCAP) & HWCAP_AES;
#else
	bool aes = false;
#endif
	return aes ? CIPHER_AES_256_GCM : CIPHER_CHACHA20_POLY1305;
}

static const EVP_CIPHER *evp_of(enum cipher c)
{
	switch (c) {
	case CIPHER_AES_256_GCM:
		return EVP_aes_256_gcm();
	case CIPHER_CHACHA20_POLY1305:
		return EVP_chacha20_poly1305();
	}
	return NULL;
}

static EVP_CIPHER_CTX *begin(const struct cipher_use *u, bool seal)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n;

	if (!ctx)
		return NULL;
	if (EVP_CipherInit_ex(ctx, evp_of(u->cipher), NULL, u->key->bytes, u->nonce, seal) != 1 ||
	    EVP_CipherUpdate(ctx, NULL, &n, u->also, (int)u->also_len) != 1) {
		EVP_CIPHER_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

enum err cipher_seal(const struct cipher_use *u, const void *text, size_t len, uint8_t *ret_text,
		     uint8_t ret_tag[CIPHER_TAG_BYTES])
{
	int n = 0, end;

	if (!evp_of(u->cipher) || len > INT_MAX - 64)
		return ERR_BAD_DATA;
	EVP_CIPHER_CTX *ctx = begin(u, true);
	bool good = ctx &&
		    (len == 0 || EVP_EncryptUpdate(ctx, ret_text, &n, text, (int)len) == 1) &&
		    EVP_EncryptFinal_ex(ctx, ret_text + n, &end) == 1 &&
		    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, CIPHER_TAG_BYTES, ret_tag) == 1;
	EVP_CIPHER_CTX_free(ctx);
	return good ? ERR_OK : ERR_NO_MEMORY;
}

enum err cipher_open(const struct cipher_use *u, uint8_t *text, size_t len,
		     const uint8_t tag[CIPHER_TAG_BYTES])
{
	uint8_t want[CIPHER_TAG_BYTES];
	int n = 0, end;

	if (!evp_of(u->cipher) || len > INT_MAX - 64)
		return ERR_BAD_DATA;
	EVP_CIPHER_CTX *ctx = begin(u, false);
	if (!ctx)
		return ERR_NO_MEMORY;
	memcpy(want, tag, sizeof want);
	bool good = (len == 0 || EVP_DecryptUpdate(ctx, text, &n, text, (int)len) == 1) &&
		    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, sizeof want, want) == 1 &&
		    EVP_DecryptFinal_ex(ctx, text + n, &end) == 1;
	EVP_CIPHER_CTX_free(ctx);
	if (good)
		return ERR_OK;
	explicit_bzero(text, len);
	return ERR_FORGED;
}

enum err cipher_stretch(const struct secret *device, const char *guessable, unsigned work_log2,
			struct secret *ret_slow)
{
	const uint64_t n = UINT64_C(1) << work_log2, r = 8, p = 1, max_bytes = UINT64_C(256) << 20;
	bool good =
		EVP_PBE_scrypt(guessable, strlen(guessable), device->bytes, sizeof device->bytes, n,
			       r, p, max_bytes, ret_slow->bytes, sizeof ret_slow->bytes) == 1;

	return good ? ERR_OK : ERR_NO_MEMORY;
}

static OSSL_PARAM octets(const char *name, const void *bytes, size_t len)
{
	return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)bytes, len);
}

enum err cipher_derive(const struct secret *slow, const uint8_t salt[16], struct secret *ret_key)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
		octets(OSSL_KDF_PARAM_KEY, slow->bytes, sizeof slow->bytes),
		octets(OSSL_KDF_PARAM_SALT, salt, 16),
		octets(OSSL_KDF_PARAM_INFO, PURPOSE, sizeof PURPOSE - 1),
		OSSL_PARAM_construct_end(),
	};
	bool good = ctx && EVP_KDF_derive(ctx, ret_key->bytes, sizeof ret_key->bytes, params) == 1;

	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return good ? ERR_OK : ERR_NO_MEMORY;
}
