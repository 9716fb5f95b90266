#include "firmware/parse/statement.h"

#include "firmware/base/msg.h"

#include <limits.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <string.h>

enum { CHAIN_DEPTH = 4, TWO_TO_THE_112 = 2 };

enum err statement_prepare(void)
{
	uint8_t hash[EVP_MAX_MD_SIZE];

	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_LOAD_CRYPTO_STRINGS |
					OPENSSL_INIT_ADD_ALL_DIGESTS,
				NULL) != 1)
		return ERR_BROKEN;
	return EVP_Digest("", 0, hash, NULL, EVP_sha256(), NULL) == 1 ? ERR_OK : ERR_BROKEN;
}

static X509 *read_anchor(struct blob pem)
{
	BIO *in = pem.len <= ANCHOR_MAX_BYTES ? BIO_new_mem_buf(pem.at, (int)pem.len) : NULL;
	X509 *cert = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;

	BIO_free(in);
	return cert;
}

/* Trusts one certificate, at one time, and knows no other source of trust. */
static X509_STORE *store_of(X509 *anchor, int64_t now_s)
{
	X509_STORE *store = X509_STORE_new();

	if (!store)
		return NULL;
	X509_VERIFY_PARAM *p = X509_STORE_get0_param(store);
	X509_VERIFY_PARAM_set_time(p, (time_t)now_s);
	X509_VERIFY_PARAM_set_depth(p, CHAIN_DEPTH);
	X509_VERIFY_PARAM_set_auth_level(p, TWO_TO_THE_112);
	if (X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN) &&
	    X509_VERIFY_PARAM_set_purpose(p, X509_PURPOSE_SMIME_SIGN) &&
	    X509_STORE_add_cert(store, anchor))
		return store;
	X509_STORE_free(store);
	return NULL;
}

/* The purpose check lets a certificate pass that names no extended usage at all. */
static bool is_for_answers(X509 *signer)
{
	return signer && (X509_get_extension_flags(signer) & EXFLAG_XKUSAGE) &&
	       (X509_get_extended_key_usage(signer) & XKU_SMIME);
}

static bool is_strong(int digest)
{
	return digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512;
}

/* After CMS_verify: one signer, of the right kind, with a digest that still means something. */
static bool is_signed_well(CMS_ContentInfo *cms)
{
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	X509_ALGOR *digest = NULL;
	X509 *signer = NULL;

	if (sk_CMS_SignerInfo_num(infos) != 1)
		return false;
	CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(infos, 0), NULL, &signer, &digest, NULL);
	return digest && is_strong(OBJ_obj2nid(digest->algorithm)) && is_for_answers(signer);
}

/* The signer's certificate and those between it and the anchor come in the message itself; they
 * are only a way to the anchor, and no trust is put in them. */
static enum err verify(CMS_ContentInfo *cms, X509 *anchor, int64_t now_s, BIO *text)
{
	X509_STORE *store = store_of(anchor, now_s);

	if (!store)
		return ERR_NO_MEMORY;
	bool good =
		CMS_verify(cms, NULL, store, NULL, text, CMS_BINARY) == 1 && is_signed_well(cms);
	X509_STORE_free(store);
	return good ? ERR_OK : ERR_FORGED;
}

/* SignedData with its content inside, and nothing behind it. */
static CMS_ContentInfo *read_cms(struct blob der, size_t max_bytes)
{
	const unsigned char *at = der.at;
	CMS_ContentInfo *cms = NULL;

	if (der.len == 0 || der.len > max_bytes || der.len > INT_MAX)
		return NULL;
	cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);
	if (cms && at == der.at + der.len && OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed &&
	    OBJ_obj2nid(CMS_get0_eContentType(cms)) == NID_pkcs7_data && CMS_is_detached(cms) == 0)
		return cms;
	CMS_ContentInfo_free(cms);
	return NULL;
}

enum err statement_open(struct blob der, struct blob anchor, int64_t now_s, size_t max_bytes,
			BIO *text)
{
	X509 *cert = read_anchor(anchor);
	CMS_ContentInfo *cms = cert ? read_cms(der, max_bytes) : NULL;
	enum err e = !cert ? ERR_BAD_CONFIG : !cms ? ERR_BAD_DATA : ERR_OK;

	if (e == ERR_OK)
		e = verify(cms, cert, now_s, text);
	CMS_ContentInfo_free(cms);
	X509_free(cert);
	ERR_clear_error();
	return e;
}

static enum err name_of(X509 *signer, char *ret_name, size_t cap)
{
	X509_NAME *n = signer ? X509_get_subject_name(signer) : NULL;
	int at = n ? X509_NAME_get_index_by_NID(n, NID_commonName, -1) : -1;
	unsigned char *text = NULL;
	int len = at < 0 ? -1
			 : ASN1_STRING_to_UTF8(
				   &text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(n, at)));
	bool good = len > 0 && (size_t)len < cap && !memchr(text, '\0', (size_t)len) &&
		    utf8_ok((const char *)text, (size_t)len);

	if (good) {
		memcpy(ret_name, text, (size_t)len);
		ret_name[len] = '\0';
	}
	OPENSSL_free(text);
	return good ? ERR_OK : ERR_BAD_DATA;
}

enum err statement_signer(struct blob der, char *ret_name, size_t cap)
{
	CMS_ContentInfo *cms = read_cms(der, der.len);
	STACK_OF(CMS_SignerInfo) *infos = cms ? CMS_get0_SignerInfos(cms) : NULL;
	STACK_OF(X509) *certs = cms ? CMS_get1_certs(cms) : NULL;
	X509 *signer = NULL;

	for (int i = 0; sk_CMS_SignerInfo_num(infos) == 1 && i < sk_X509_num(certs) && !signer; i++)
		if (CMS_SignerInfo_cert_cmp(sk_CMS_SignerInfo_value(infos, 0),
					    sk_X509_value(certs, i)) == 0)
			signer = sk_X509_value(certs, i);
	enum err e = name_of(signer, ret_name, cap);
	sk_X509_pop_free(certs, X509_free);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return e;
}
