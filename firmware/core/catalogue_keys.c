#include "firmware/core/catalogue_keys.h"

#include "firmware/base/buf.h"
#include "firmware/base/mem.h"
#include "firmware/core/files.h"

#include <limits.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <string.h>

static enum err verify(X509 *by, const uint8_t *der, size_t der_len, BIO *content, BIO *out)
{
	const unsigned char *at = der;
	CMS_ContentInfo *cms =
		der_len <= INT_MAX ? d2i_CMS_ContentInfo(NULL, &at, (long)der_len) : NULL;
	STACK_OF(X509) *only = sk_X509_new_null();
	unsigned how = CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY;

	bool good = cms && only && at == der + der_len && sk_X509_push(only, by) > 0 &&
		    CMS_is_detached(cms) == (content != NULL) &&
		    CMS_verify(cms, only, NULL, content, out, how) == 1;
	sk_X509_free(only);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return good ? ERR_OK : ERR_FORGED;
}

static X509 *next_of(X509 *by, const uint8_t *cms, size_t len)
{
	BIO *inside = BIO_new(BIO_s_mem());
	X509 *cert = NULL;

	if (inside && verify(by, cms, len, NULL, inside) == ERR_OK)
		cert = PEM_read_bio_X509(inside, NULL, NULL, NULL);
	BIO_free(inside);
	ERR_clear_error();
	return cert;
}

enum err catalogue_keys_add(struct catalogue_keys *k, const uint8_t *cms, size_t len)
{
	if (k->count == CATALOGUE_KEYS_MAX)
		return ERR_NO_SPACE;
	X509 *cert = next_of(k->certs[k->count - 1], cms, len);
	if (!cert)
		return ERR_FORGED;
	k->certs[k->count++] = cert;
	return ERR_OK;
}

enum err catalogue_keys_load(const char *anchor, const uint8_t *statements, size_t len,
			     struct catalogue_keys *ret)
{
	struct reader r = reader_of(statements, len);
	BIO *in = BIO_new_file(anchor, "r");
	X509 *cert = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;

	BIO_free(in);
	ERR_clear_error();
	if (!cert)
		return ERR_BAD_CONFIG;
	*ret = (struct catalogue_keys){ .certs = { cert }, .count = 1 };
	while (r.left > 0 && !r.bad) {
		uint32_t size = get_u32le(&r);
		const uint8_t *cms = get_bytes(&r, size);

		if (cms)
			(void)catalogue_keys_add(ret, cms, size); /* from before the first */
	}
	return ERR_OK;
}

void catalogue_keys_free(struct catalogue_keys *k)
{
	for (size_t i = 0; i < k->count; i++)
		X509_free(k->certs[i]);
	*k = (struct catalogue_keys){ 0 };
}

enum err catalogue_keys_check(const struct catalogue_keys *k, const char *text, size_t text_len,
			      const uint8_t *cms, size_t cms_len, size_t *ret_key)
{
	for (size_t i = k->count; i-- > 0;) {
		BIO *content = text_len <= INT_MAX ? BIO_new_mem_buf(text, (int)text_len) : NULL;
		enum err e =
			content ? verify(k->certs[i], cms, cms_len, content, NULL) : ERR_NO_MEMORY;

		BIO_free(content);
		if (e == ERR_OK)
			*ret_key = i;
		if (e != ERR_FORGED)
			return e;
	}
	return ERR_FORGED;
}

bool catalogue_keys_name(const struct catalogue_keys *k, size_t i, char ret[CATALOGUE_KEY_CAP])
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (i >= k->count || X509_digest(k->certs[i], EVP_sha256(), hash, &len) != 1 ||
	    len != FILES_HASH_BYTES)
		return false;
	hex_of(hash, len, ret);
	return true;
}

enum err catalogue_keys_pem(const struct catalogue_keys *k, int *ret_fd)
{
	BIO *out = BIO_new(BIO_s_mem());
	enum err e = ERR_NO_MEMORY;
	char *at = NULL;

	if (out && PEM_write_bio_X509(out, k->certs[k->count - 1]) == 1) {
		long len = BIO_get_mem_data(out, &at);

		e = mem_of(at, (size_t)len, ret_fd);
	}
	BIO_free(out);
	return e;
}
