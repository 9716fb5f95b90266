/* Keys and certificates of the test state. Only issuer*.c include this. */
#ifndef MRTD_ISSUER_CERT_H
#define MRTD_ISSUER_CERT_H

#include "tests/mrtd/issuer.h"

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

/* Who can sign. */
struct issuer_pair {
	struct issuer_sign sign;
	EVP_PKEY *key;
	X509 *cert;
};

#define ISSUER_MOST_REVOKED 256

struct issuer {
	struct issuer_pair root;
	int64_t now_s;
	long first_serial, next_serial; /* of what it has issued */
	long revoked[ISSUER_MOST_REVOKED];
	size_t revoked_count;
};

enum issuer_use { ISSUER_ROOT, ISSUER_DOCUMENTS, ISSUER_LISTS };

struct issuer_cert {
	const char *name; /* CN */
	enum issuer_use use;
	bool wrong_use; /* lacks what `use` needs */
	int from_days, until_days;
	int64_t now_s;
	long serial;
};

static inline void issuer_must(bool good)
{
	if (!good)
		abort();
}

/* A certificate for `who`'s key by `by`, who may be the same. */
X509 *issuer_certify(const struct issuer_pair *who, const struct issuer_pair *by,
		     const struct issuer_cert *c);

/* The digest of a form, and a new key. */
const EVP_MD *issuer_digest(const struct issuer_sign *s);
EVP_PKEY *issuer_key(const struct issuer_sign *s);

/* A context that signs as `by` does; hand it to X509_sign_ctx() and the like, then free it. */
EVP_MD_CTX *issuer_signing(const struct issuer_pair *by);

/* A signer for one purpose under the state's root. */
struct issuer_pair issuer_signer(struct issuer *i, const struct issuer_sign *s,
				 const struct issuer_cert *c);
void issuer_pair_finish(struct issuer_pair *p);

/* One signer of `cms` as `flags` of CMS_add1_signer() say. */
CMS_SignerInfo *issuer_add_signer(CMS_ContentInfo *cms, const struct issuer_pair *p,
				  unsigned flags);

/* Who signs documents, as *s says; in the CRL if it is to be. */
struct issuer_pair issuer_document_signer(struct issuer *i, const struct issuer_sod *s);

/* Flips a bit in the middle of the signature. */
void issuer_spoil(CMS_SignerInfo *info);

/* DER of what `i2d` writes. */
#define ISSUER_DER(i2d, thing)                                       \
	({                                                           \
		struct issuer_bytes b_ = { 0 };                      \
		unsigned char *at_ = NULL;                           \
		int n_ = i2d(thing, &at_);                           \
		issuer_must(n_ > 0 && (b_.at = malloc((size_t)n_))); \
		memcpy(b_.at, at_, (size_t)n_);                      \
		b_.len = (size_t)n_;                                 \
		OPENSSL_free(at_);                                   \
		b_;                                                  \
	})

#endif
