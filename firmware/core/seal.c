#include "firmware/core/seal.h"

#include "firmware/base/auto.h"
#include "firmware/tpm/tpm.h"

#include <limits.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#define MAX_KEY_BYTES 65536

struct package_keys {
	struct tpm *tpm; /* where the key is, or NULL */
	EVP_PKEY *key;
	X509 *cert, *seal;
};

void package_keys_free(struct package_keys *k)
{
	if (!k)
		return;
	EVP_PKEY_free(k->key);
	tpm_close(k->tpm);
	X509_free(k->cert);
	X509_free(k->seal);
	free(k);
}

EVP_PKEY *seal_key(const struct package_keys *k)
{
	return k->key;
}

X509 *seal_cert(const struct package_keys *k)
{
	return k->cert;
}

/* What OpenSSL complained of: memory, or that this will not do. Its own list is emptied. */
static enum err why(void)
{
	enum err e = ERR_FORGED;

	for (unsigned long code = ERR_get_error(); code; code = ERR_get_error())
		if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE)
			e = ERR_NO_MEMORY;
	return e;
}

static BIO *open_pem(const char *path)
{
	BIO *b = BIO_new_file(path, "r");

	ERR_clear_error();
	return b;
}

static enum err load_cert(const char *path, X509 **ret_cert)
{
	BIO *b = open_pem(path);

	if (!b)
		return ERR_IO;
	*ret_cert = PEM_read_bio_X509(b, NULL, NULL, NULL);
	BIO_free(b);
	return *ret_cert ? ERR_OK : why();
}

static enum err load_key(struct package_keys *k, const char *path)
{
	BIO *b = open_pem(path);
	uint8_t *pem = b ? malloc(MAX_KEY_BYTES) : NULL;
	int len = pem ? BIO_read(b, pem, MAX_KEY_BYTES) : 0;
	enum err e = !b ? ERR_IO : pem ? ERR_OK : ERR_NO_MEMORY;

	if (len > 0 && tpm_has_key(pem, (size_t)len))
		e = tpm_open(&k->tpm);
	if (e == ERR_OK)
		e = tpm_load(k->tpm, pem, len > 0 ? (size_t)len : 0, &k->key);
	if (len > 0)
		explicit_bzero(pem, (size_t)len);
	free(pem);
	BIO_free(b);
	return e == ERR_BAD_DATA ? ERR_FORGED : e;
}

/* By doing it once: no list of key types here has to be right. */
static enum err try_seal(const struct package_keys *k)
{
	uint8_t *der;
	size_t len;
	enum err e = seal_bytes(k, "", 0, &der, &len);

	if (e == ERR_OK)
		free(der);
	return e;
}

enum err package_keys_load(const char *sign_key, const char *sign_cert, const char *seal_cert,
			   struct package_keys **ret_keys)
{
	struct package_keys *k = calloc(1, sizeof *k);

	if (!k)
		return ERR_NO_MEMORY;
	enum err e = load_key(k, sign_key);
	if (e == ERR_OK)
		e = load_cert(sign_cert, &k->cert);
	if (e == ERR_OK)
		e = load_cert(seal_cert, &k->seal);
	if (e == ERR_OK && X509_check_private_key(k->cert, k->key) != 1)
		e = why();
	if (e == ERR_OK)
		e = try_seal(k);
	if (e != ERR_OK) {
		package_keys_free(k);
		return e;
	}
	*ret_keys = k;
	return ERR_OK;
}

static CMS_ContentInfo *sign(const struct package_keys *k, const void *bytes, size_t len)
{
	const unsigned how = CMS_BINARY | CMS_PARTIAL;
	BIO *in = BIO_new_mem_buf(bytes, (int)len);
	CMS_ContentInfo *cms = in ? CMS_sign(NULL, NULL, NULL, NULL, how) : NULL;

	if (cms && (!CMS_add1_signer(cms, k->cert, k->key, EVP_sha256(), how) ||
		    CMS_final(cms, in, NULL, how) != 1)) {
		CMS_ContentInfo_free(cms);
		cms = NULL;
	}
	BIO_free(in);
	return cms;
}

static CMS_ContentInfo *encrypt(const struct package_keys *k, const uint8_t *bytes, size_t len)
{
	STACK_OF(X509) *to = sk_X509_new_null();
	BIO *in = BIO_new_mem_buf(bytes, (int)len);
	CMS_ContentInfo *cms = NULL;

	if (to && in && sk_X509_push(to, k->seal) > 0)
		cms = CMS_encrypt(to, in, EVP_aes_256_gcm(), CMS_BINARY);
	BIO_free(in);
	sk_X509_free(to);
	return cms;
}

/* In definite lengths, straight into memory of our own: no copy of it is left in a BIO. */
static enum err to_der(CMS_ContentInfo *cms, uint8_t **ret_der, size_t *ret_len)
{
	int len = cms ? i2d_CMS_ContentInfo(cms, NULL) : -1;
	uint8_t *der = len > 0 ? malloc((size_t)len) : NULL, *end = der;

	if (!der)
		return len > 0 ? ERR_NO_MEMORY : why();
	if (i2d_CMS_ContentInfo(cms, &end) != len) {
		free(der);
		return why();
	}
	*ret_der = der;
	*ret_len = (size_t)len;
	return ERR_OK;
}

enum err seal_sign(const struct package_keys *k, const void *bytes, size_t len, uint8_t **ret_der,
		   size_t *ret_len)
{
	if (len > INT_MAX / 2)
		return ERR_NO_MEMORY;
	ERR_clear_error();
	CMS_ContentInfo *is_signed = sign(k, bytes, len);
	enum err e = to_der(is_signed, ret_der, ret_len);
	CMS_ContentInfo_free(is_signed);
	return e;
}

enum err seal_cert_pem(const struct package_keys *k, char **ret_pem, size_t *ret_len)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *at = NULL, *pem = NULL;
	long len = out && PEM_write_bio_X509(out, k->cert) == 1 ? BIO_get_mem_data(out, &at) : 0;

	if (len > 0)
		pem = malloc((size_t)len);
	if (pem)
		memcpy(pem, at, (size_t)len);
	BIO_free(out);
	if (!pem)
		return ERR_NO_MEMORY;
	*ret_pem = pem;
	*ret_len = (size_t)len;
	return ERR_OK;
}

enum err seal_bytes(const struct package_keys *k, const void *bytes, size_t len, uint8_t **ret_der,
		    size_t *ret_len)
{
	uint8_t *inner;
	size_t inner_len;

	if (len > INT_MAX / 2)
		return ERR_NO_MEMORY;
	ERR_clear_error();
	CMS_ContentInfo *is_signed = sign(k, bytes, len);
	enum err e = to_der(is_signed, &inner, &inner_len);
	CMS_ContentInfo_free(is_signed);
	if (e != ERR_OK)
		return e;
	CMS_ContentInfo *sealed = encrypt(k, inner, inner_len);
	e = to_der(sealed, ret_der, ret_len);
	CMS_ContentInfo_free(sealed);
	explicit_bzero(inner, inner_len);
	free(inner);
	return e;
}
