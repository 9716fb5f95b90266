#include "firmware/parse/pdf/verify.h"

#include "firmware/base/auto.h"
#include "firmware/base/msg.h"

#include <limits.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

enum { CHAIN_DEPTH = 6, TWO_TO_THE_112 = 2 };

struct verify_anchors {
	STACK_OF(X509) * certs;
};

void verify_anchors_free(struct verify_anchors *a)
{
	if (a)
		sk_X509_pop_free(a->certs, X509_free);
	free(a);
}

enum err verify_anchors_of(const uint8_t *pem, size_t len, struct verify_anchors **ret)
{
	struct verify_anchors *a = calloc(1, sizeof *a);
	BIO *in = len <= INT_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
	X509 *cert;

	if (a)
		a->certs = sk_X509_new_null();
	while (a && a->certs && in && (cert = PEM_read_bio_X509(in, NULL, NULL, NULL)))
		if (sk_X509_push(a->certs, cert) == 0)
			X509_free(cert);
	BIO_free(in);
	ERR_clear_error();
	if (a && a->certs && sk_X509_num(a->certs) > 0) {
		*ret = a;
		return ERR_OK;
	}
	enum err e = a && a->certs ? ERR_BAD_CONFIG : ERR_NO_MEMORY;
	verify_anchors_free(a);
	return e;
}

static CMS_ContentInfo *read_cms(const struct foreign_signature *s)
{
	const unsigned char *at = s->cms;
	CMS_ContentInfo *cms = NULL;

	if (s->cms_len == 0 || s->cms_len > LONG_MAX)
		return NULL;
	cms = d2i_CMS_ContentInfo(NULL, &at, (long)s->cms_len);
	if (cms && OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed &&
	    CMS_is_detached(cms) == 1 && sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)) == 1)
		return cms;
	CMS_ContentInfo_free(cms);
	return NULL;
}

static bool is_strong(CMS_SignerInfo *info)
{
	X509_ALGOR *digest = NULL;

	CMS_SignerInfo_get0_algs(info, NULL, NULL, &digest, NULL);
	int nid = digest ? OBJ_obj2nid(digest->algorithm) : NID_undef;
	return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

/* The signed bytes in one piece: what stands before the gap and what behind it. Read through a BIO
 * that is none of memory: of such a one OpenSSL 3.0 makes another, and forgets it when the CMS is
 * damaged. Free with BIO_free_all(). */
static BIO *signed_bytes(const uint8_t *pdf, const struct foreign_signature *s)
{
	BIO *all = BIO_new(BIO_s_mem()), *through = BIO_new(BIO_f_null());
	bool good = all && through;

	for (int i = 0; good && i < 2; i++)
		good = s->len[i] <= INT_MAX &&
		       (s->len[i] == 0 ||
			BIO_write(all, pdf + s->at[i], (int)s->len[i]) == (int)s->len[i]);
	if (good) {
		BIO_set_mem_eof_return(all, 0); /* it ends there, no more is to come */
		return BIO_push(through, all);
	}
	BIO_free(all);
	BIO_free(through);
	return NULL;
}

/* Digest and signature only; whom the certificate leads to is another question. */
static enum err judge_bytes(CMS_ContentInfo *cms, const uint8_t *pdf,
			    const struct foreign_signature *s, struct verified *v)
{
	CMS_SignerInfo *info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	const unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY;

	if (!is_strong(info))
		return ERR_OK;
	BIO *content = signed_bytes(pdf, s);
	if (!content)
		return ERR_NO_MEMORY;
	v->bytes = CMS_verify(cms, NULL, NULL, content, NULL, flags) == 1 ? BYTES_INTACT
									  : BYTES_CHANGED;
	BIO_free_all(content);
	return ERR_OK;
}

/* An authority signs certificates, not documents; but one that stands alone may be its own. */
static bool is_for_documents(X509 *x)
{
	uint32_t usage = X509_get_key_usage(x);

	if (X509_check_ca(x) != 0 && !(X509_get_extension_flags(x) & EXFLAG_SS))
		return false;
	return usage == UINT32_MAX || (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION));
}

/* One attempt to lead `x` to an anchor; at 0 whatever the time. */
static bool leads_to(X509 *x, STACK_OF(X509) * between, const struct verify_anchors *a,
		     int64_t now_s)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *c = X509_STORE_CTX_new();
	bool good = store && c && X509_STORE_CTX_init(c, store, x, between) == 1;

	if (good) {
		X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(c);

		if (a)
			X509_STORE_CTX_set0_trusted_stack(c, a->certs);
		if (now_s != 0)
			X509_VERIFY_PARAM_set_time(p, (time_t)now_s);
		X509_VERIFY_PARAM_set_depth(p, CHAIN_DEPTH);
		X509_VERIFY_PARAM_set_auth_level(p, TWO_TO_THE_112);
		X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_PARTIAL_CHAIN |
						       (now_s ? 0 : X509_V_FLAG_NO_CHECK_TIME));
		good = X509_verify_cert(c) == 1;
	}
	X509_STORE_CTX_free(c);
	X509_STORE_free(store);
	return good;
}

static enum verify_signer judge_signer(X509 *x, STACK_OF(X509) * between,
				       const struct verify_anchors *a, int64_t now_s)
{
	if (!leads_to(x, between, a, 0))
		return SIGNER_STRANGER;
	if (!is_for_documents(x))
		return SIGNER_UNFIT;
	return leads_to(x, between, a, now_s) ? SIGNER_KNOWN : SIGNER_EXPIRED;
}

static bool is_dated(const X509 *x, int64_t now_s)
{
	time_t now = (time_t)now_s;

	return X509_cmp_time(X509_get0_notBefore(x), &now) < 0 &&
	       X509_cmp_time(X509_get0_notAfter(x), &now) > 0;
}

static void put_name(const X509_NAME *name, char out[256])
{
	int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	unsigned char *text = NULL;
	int len = at < 0 ? -1
			 : ASN1_STRING_to_UTF8(
				   &text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));

	if (len > 0 && len < 256 && utf8_ok((const char *)text, (size_t)len)) {
		memcpy(out, text, (size_t)len);
		out[len] = '\0';
	}
	OPENSSL_free(text);
}

static enum err judge(CMS_ContentInfo *cms, const uint8_t *pdf, const struct foreign_signature *s,
		      const struct verify_anchors *a, struct verified *v, int64_t now_s)
{
	X509 *signer = NULL;
	STACK_OF(X509) *certs = CMS_get1_certs(cms);
	enum err e = ERR_OK;

	(void)CMS_set1_signers_certs(cms, NULL, 0);
	CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0), NULL,
				 &signer, NULL, NULL);
	if (signer) {
		put_name(X509_get_subject_name(signer), v->holder);
		put_name(X509_get_issuer_name(signer), v->issuer);
		e = judge_bytes(cms, pdf, s, v);
		v->signer = judge_signer(signer, certs, a, now_s);
		v->dated = is_dated(signer, now_s);
	}
	sk_X509_pop_free(certs, X509_free);
	return e;
}

enum err verify_signature(const uint8_t *pdf, const struct foreign_signature *s,
			  const struct verify_anchors *a, int64_t now_s, struct verified *ret)
{
	struct verified v = { .bytes = BYTES_UNKNOWN, .signer = SIGNER_STRANGER };
	CMS_ContentInfo *cms = read_cms(s);
	enum err e = cms ? judge(cms, pdf, s, a, &v, now_s) : ERR_OK;

	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	if (e == ERR_OK)
		*ret = v;
	return e;
}

static bool is_of_key(const X509 *x, const uint8_t key[COPY_KEY_BYTES])
{
	uint8_t hash[EVP_MAX_MD_SIZE];

	return X509_digest(x, EVP_sha256(), hash, NULL) == 1 &&
	       memcmp(hash, key, COPY_KEY_BYTES) == 0;
}

/* As OpenSSL wants it (RFC 3279, 2.2.3); 0: no memory. */
static int der_of(const uint8_t raw[COPY_SIGNATURE], unsigned char **ret)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(raw, COPY_SIGNATURE / 2, NULL);
	BIGNUM *s = BN_bin2bn(raw + COPY_SIGNATURE / 2, COPY_SIGNATURE / 2, NULL);
	int len = 0;

	if (sig && r && s && ECDSA_SIG_set0(sig, r, s) == 1) {
		r = s = NULL; /* sig's own now */
		len = i2d_ECDSA_SIG(sig, ret);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(sig);
	return len > 0 ? len : 0;
}

static enum err signed_by(const struct verify_text *t, X509 *x, bool *ret)
{
	unsigned char *der = NULL;
	int len = der_of(t->signature, &der);
	EVP_MD_CTX *c = EVP_MD_CTX_new();

	if (len == 0 || !c) {
		OPENSSL_free(der);
		EVP_MD_CTX_free(c);
		return ERR_NO_MEMORY;
	}
	*ret = EVP_DigestVerifyInit(c, NULL, EVP_sha256(), NULL, X509_get0_pubkey(x)) == 1 &&
	       EVP_DigestVerify(c, der, (size_t)len, t->text, t->len) == 1;
	OPENSSL_free(der);
	EVP_MD_CTX_free(c);
	return ERR_OK;
}

enum err verify_text(const struct verify_text *t, const struct verify_anchors *a, int64_t now_s,
		     enum verify_bytes *ret_bytes, enum verify_signer *ret_signer)
{
	enum verify_bytes bytes = BYTES_UNKNOWN;
	enum verify_signer signer = SIGNER_STRANGER;
	enum err e = ERR_OK;

	for (int i = 0; a && i < sk_X509_num(a->certs) && bytes != BYTES_INTACT; i++) {
		X509 *x = sk_X509_value(a->certs, i);
		bool good = false;

		if (!is_of_key(x, t->key))
			continue;
		e = signed_by(t, x, &good);
		if (e != ERR_OK)
			break;
		bytes = good ? BYTES_INTACT : BYTES_CHANGED;
		signer = !is_for_documents(x) ? SIGNER_UNFIT
			 : is_dated(x, now_s) ? SIGNER_KNOWN
					      : SIGNER_EXPIRED;
	}
	ERR_clear_error();
	if (e != ERR_OK)
		return e;
	*ret_bytes = bytes;
	*ret_signer = signer;
	return ERR_OK;
}

const char *verify_bytes_name(enum verify_bytes b)
{
	static const char *const NAMES[] = { "intact", "changed", "unknown" };

	return NAMES[b <= BYTES_UNKNOWN ? b : BYTES_UNKNOWN];
}

const char *verify_signer_name(enum verify_signer s)
{
	static const char *const NAMES[] = { "known", "stranger", "expired", "unfit" };

	return NAMES[s <= SIGNER_UNFIT ? s : SIGNER_STRANGER];
}

const char *foreign_after_name(enum foreign_after a)
{
	static const char *const NAMES[] = { "nothing", "signatures", "changes", "unknown",
					     "more" };

	return NAMES[a <= AFTER_MORE ? a : AFTER_UNKNOWN];
}
