/* The keys of files, until 3.0, are what a method of one's own can be hung on. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "firmware/tpm/tpm.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IN_TPM      "provider=tpm2"
#define BEGIN       "-----BEGIN TSS2 PRIVATE KEY-----"
#define DEVICE      "/dev/tpmrm0"
#define P256_BYTES  32
#define POINT_BYTES (1 + 2 * P256_BYTES)

struct tpm {
	unsigned holders;
	OSSL_LIB_CTX *lib;
	OSSL_PROVIDER *software, *provider;
	EC_KEY_METHOD *method;
};

/* What hangs on a key that OpenSSL sees. */
struct held {
	struct tpm *tpm;
	EVP_PKEY *inner;
};

bool tpm_is_here(void)
{
	return getenv("TPM2OPENSSL_TCTI") || access(DEVICE, R_OK | W_OK) == 0;
}

static const char *find_key(const void *pem, size_t len)
{
	return memmem(pem, len, BEGIN, sizeof BEGIN - 1);
}

bool tpm_has_key(const void *pem, size_t len)
{
	return find_key(pem, len) != NULL;
}

/* The hash, as the number that P-256 makes of it: its first 256 bits. The TPM is told of SHA-256,
 * whose hash is as long; that name is no part of a signature. */
static int sign(int type, const unsigned char *hash, int len, unsigned char *sig,
		unsigned int *ret_len, const BIGNUM *kinv, const BIGNUM *r, EC_KEY *key)
{
	struct held *h = EC_KEY_get_ex_data(key, 0);
	unsigned char number[P256_BYTES] = { 0 };
	size_t n = len < P256_BYTES ? (size_t)len : P256_BYTES;
	size_t sig_len = (size_t)ECDSA_size(key);

	(void)type, (void)kinv, (void)r;
	if (!h || len <= 0)
		return 0;
	memcpy(number + P256_BYTES - n, hash, n);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(h->tpm->lib, h->inner, IN_TPM);
	bool good = ctx && EVP_PKEY_sign_init(ctx) > 0 &&
		    EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) > 0 &&
		    EVP_PKEY_sign(ctx, sig, &sig_len, number, sizeof number) > 0;
	EVP_PKEY_CTX_free(ctx);
	if (good)
		*ret_len = (unsigned)sig_len;
	return good;
}

static int no_copy(EC_KEY *to, const EC_KEY *from)
{
	(void)to, (void)from;
	return 0;
}

static void on_free(EC_KEY *key)
{
	struct held *h = EC_KEY_get_ex_data(key, 0);

	if (!h)
		return;
	EVP_PKEY_free(h->inner);
	tpm_close(h->tpm);
	free(h);
}

static EC_KEY_METHOD *make_method(void)
{
	EC_KEY_METHOD *m = EC_KEY_METHOD_new(EC_KEY_OpenSSL());

	if (m) {
		EC_KEY_METHOD_set_init(m, NULL, on_free, no_copy, NULL, NULL, NULL);
		EC_KEY_METHOD_set_sign(m, sign, NULL, NULL);
	}
	return m;
}

enum err tpm_open(struct tpm **ret_tpm)
{
	struct tpm *t = tpm_is_here() ? calloc(1, sizeof *t) : NULL;

	if (!t)
		return tpm_is_here() ? ERR_NO_MEMORY : ERR_GONE;
	t->holders = 1;
	t->lib = OSSL_LIB_CTX_new();
	t->method = make_method();
	if (t->lib)
		t->software = OSSL_PROVIDER_load(t->lib, "default");
	if (t->software)
		t->provider = OSSL_PROVIDER_load(t->lib, "tpm2");
	enum err e = !t->lib || !t->method ? ERR_NO_MEMORY : t->provider ? ERR_OK : ERR_GONE;
	ERR_clear_error();
	if (e == ERR_OK)
		*ret_tpm = t;
	else
		tpm_close(t);
	return e;
}

void tpm_close(struct tpm *t)
{
	if (!t || --t->holders > 0)
		return;
	OSSL_PROVIDER_unload(t->provider);
	OSSL_PROVIDER_unload(t->software);
	OSSL_LIB_CTX_free(t->lib);
	EC_KEY_METHOD_free(t->method);
	free(t);
}

static EC_KEY *public_half(EVP_PKEY *inner)
{
	unsigned char point[POINT_BYTES];
	size_t len = 0;
	EC_KEY *key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);

	if (key &&
	    EVP_PKEY_get_octet_string_param(inner, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point,
					    &len) == 1 &&
	    EC_KEY_oct2key(key, point, len, NULL) == 1)
		return key;
	EC_KEY_free(key);
	return NULL;
}

/* A key for all of OpenSSL, whose signatures `inner` makes. Takes `inner`, also when it fails. */
static enum err dress(struct tpm *t, EVP_PKEY *inner, EVP_PKEY **ret_key)
{
	EC_KEY *ec = public_half(inner);
	struct held *h = calloc(1, sizeof *h);
	EVP_PKEY *key = EVP_PKEY_new();
	bool hangs = ec && h && key && EC_KEY_set_method(ec, t->method) == 1 &&
		     EC_KEY_set_ex_data(ec, 0, h) == 1;

	if (hangs) { /* from here on it goes with the key */
		*h = (struct held){ t, inner };
		t->holders++;
	} else {
		EVP_PKEY_free(inner);
		free(h);
	}
	if (hangs && EVP_PKEY_assign_EC_KEY(key, ec) == 1) {
		*ret_key = key;
		return ERR_OK;
	}
	EC_KEY_free(ec);
	EVP_PKEY_free(key);
	return ERR_BAD_DATA;
}

/* The kiosk starts alone: nobody is there to be asked for a pass phrase. */
static int no_phrase(char *buf, int size, int writing, void *data)
{
	(void)buf, (void)size, (void)writing, (void)data;
	return -1;
}

static EVP_PKEY *read_key(struct tpm *t, const char *pem, size_t len)
{
	BIO *in = len <= INT_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
	EVP_PKEY *key = in ? PEM_read_bio_PrivateKey_ex(in, NULL, no_phrase, NULL,
							t ? t->lib : NULL, t ? IN_TPM : NULL)
			   : NULL;

	BIO_free(in);
	ERR_clear_error();
	return key;
}

enum err tpm_load(struct tpm *t, const void *pem, size_t len, EVP_PKEY **ret_key)
{
	const char *at = find_key(pem, len);

	if (at && !t)
		return ERR_GONE;
	EVP_PKEY *key = at ? read_key(t, at, len - (size_t)(at - (const char *)pem))
			   : read_key(NULL, pem, len);
	if (!key)
		return ERR_BAD_DATA;
	if (at)
		return dress(t, key, ret_key);
	*ret_key = key;
	return ERR_OK;
}

static enum err to_pem(EVP_PKEY *key, char **ret_pem, size_t *ret_len)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text = NULL;
	long len = out && PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) == 1
			   ? BIO_get_mem_data(out, &text)
			   : 0;
	char *pem = len > 0 ? malloc((size_t)len) : NULL;

	if (pem) {
		memcpy(pem, text, (size_t)len);
		*ret_pem = pem;
		*ret_len = (size_t)len;
	}
	BIO_free(out);
	return pem ? ERR_OK : ERR_NO_MEMORY;
}

enum err tpm_make(struct tpm *t, char **ret_pem, size_t *ret_len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(t->lib, "EC", IN_TPM);
	EVP_PKEY *key = NULL;
	enum err e = ERR_GONE;

	if (ctx && EVP_PKEY_keygen_init(ctx) > 0 && EVP_PKEY_CTX_set_group_name(ctx, "P-256") > 0 &&
	    EVP_PKEY_generate(ctx, &key) > 0)
		e = to_pem(key, ret_pem, ret_len);
	ERR_clear_error();
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(ctx);
	return e;
}
