#include "firmware/core/capture_seal.h"

#include "firmware/core/seal.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

enum { MAX_SIGNATURE = 1024 };

/* The certificate's parts in DER; OpenSSL's memory. */
struct parts {
	unsigned char *cert, *issuer, *serial;
	int cert_len, issuer_len, serial_len;
};

static enum err take_parts(X509 *cert, struct parts *p)
{
	p->cert_len = i2d_X509(cert, &p->cert);
	p->issuer_len = i2d_X509_NAME(X509_get_issuer_name(cert), &p->issuer);
	p->serial_len = i2d_ASN1_INTEGER(X509_get0_serialNumber(cert), &p->serial);
	return p->cert_len > 0 && p->issuer_len > 0 && p->serial_len > 0 ? ERR_OK : ERR_NO_MEMORY;
}

static void parts_finish(struct parts *p)
{
	OPENSSL_free(p->cert);
	OPENSSL_free(p->issuer);
	OPENSSL_free(p->serial);
}

/* A digest that was made before, PKCS #1 or ECDSA as the key is. */
static enum err sign_digest(EVP_PKEY *key, const uint8_t digest[PADES_DIGEST],
			    uint8_t signature[MAX_SIGNATURE], size_t *ret_len)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);
	size_t len = MAX_SIGNATURE;
	bool good = c && EVP_PKEY_sign_init(c) == 1 &&
		    EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) == 1 &&
		    EVP_PKEY_sign(c, signature, &len, digest, PADES_DIGEST) == 1;

	EVP_PKEY_CTX_free(c);
	*ret_len = len;
	return good ? ERR_OK : ERR_FORGED;
}

enum err capture_seal(const struct package_keys *k, struct pades_file *f)
{
	uint8_t signature[MAX_SIGNATURE];
	size_t len = 0;
	struct parts parts = { 0 };
	struct pades p;
	EVP_PKEY *key = seal_key(k);
	enum err e = take_parts(seal_cert(k), &parts);
	const struct pades_signer s = {
		.key = EVP_PKEY_get_base_id(key) == EVP_PKEY_EC ? PADES_EC : PADES_RSA,
		.cert = { parts.cert, (size_t)parts.cert_len },
		.issuer = { parts.issuer, (size_t)parts.issuer_len },
		.serial = { parts.serial, (size_t)parts.serial_len },
	};

	if (e == ERR_OK)
		e = pades_prepare(f, &s, &p);
	if (e == ERR_OK)
		e = sign_digest(key, p.to_sign, signature, &len);
	if (e == ERR_OK)
		e = pades_finish(&p, &s, (struct pades_blob){ signature, len }, f);
	parts_finish(&parts);
	return e;
}
