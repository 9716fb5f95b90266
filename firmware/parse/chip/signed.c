#include "firmware/parse/chip/signed.h"

#include <limits.h>
#include <openssl/err.h>
#include <string.h>

#define MAX_ATTRIBUTES 8192
#define MAX_CERTS      16 /* of a document signer and those above it; a master list has two */

enum err signed_open(struct span der, struct signed_data *ret)
{
	const unsigned char *at = der.at;
	struct signed_data s = { 0 };

	if (der.len == 0 || der.len > LONG_MAX)
		return ERR_BAD_DATA;
	s.cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);
	bool good = s.cms && at == der.at + der.len &&
		    OBJ_obj2nid(CMS_get0_type(s.cms)) == NID_pkcs7_signed;
	ASN1_OCTET_STRING **content = good ? CMS_get0_content(s.cms) : NULL;
	if (content && *content) {
		s.content = (struct span){ ASN1_STRING_get0_data(*content),
					   (size_t)ASN1_STRING_length(*content) };
		s.signers = sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(s.cms));
		s.certs = CMS_get1_certs(s.cms);
	}
	ERR_clear_error();
	if (s.content.len == 0 || s.signers < 1 || s.signers > SIGNED_MAX_SIGNERS) {
		signed_close(&s);
		return ERR_BAD_DATA;
	}
	*ret = s;
	return ERR_OK;
}

void signed_close(struct signed_data *s)
{
	sk_X509_pop_free(s->certs, X509_free);
	CMS_ContentInfo_free(s->cms);
	*s = (struct signed_data){ 0 };
}

void signed_type(const struct signed_data *s, char *ret, size_t cap)
{
	ret[0] = '\0';
	OBJ_obj2txt(ret, (int)cap, CMS_get0_eContentType(s->cms), 1);
}

/* What the signature is over, when it is not straight over the content: a SET of attributes, as
 * they came. *ret_len is 0 when it does not fit. */
static void write_attributes(CMS_SignerInfo *info, int count, uint8_t at[MAX_ATTRIBUTES],
			     size_t *ret_len)
{
	enum { HEAD = 4 };
	size_t len = HEAD;

	*ret_len = 0;
	for (int i = 0; i < count; i++) {
		unsigned char *der = NULL;
		int n = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(info, i), &der);

		if (n <= 0 || (size_t)n > MAX_ATTRIBUTES - len) {
			OPENSSL_free(der);
			return;
		}
		memcpy(at + len, der, (size_t)n);
		len += (size_t)n;
		OPENSSL_free(der);
	}
	/* the shortest form of the length is what was signed */
	size_t body = len - HEAD, head = body > 0xff ? 4 : body > 0x7f ? 3 : 2;
	uint8_t bytes[HEAD] = { V_ASN1_SET | V_ASN1_CONSTRUCTED, (uint8_t)body };
	if (head == 3)
		memcpy(bytes + 1, (const uint8_t[]){ 0x81, (uint8_t)body }, 2);
	if (head == 4)
		memcpy(bytes + 1, (const uint8_t[]){ 0x82, (uint8_t)(body >> 8), (uint8_t)body },
		       3);
	memmove(at + head, at + HEAD, body);
	memcpy(at, bytes, head);
	*ret_len = head + body;
}

/* The attributes speak of this content: of its type, and of its hash. */
static enum sign_result check_attributes(const struct signed_data *s, CMS_SignerInfo *info,
					 const X509_ALGOR *digest)
{
	const ASN1_OBJECT *type = CMS_signed_get0_data_by_OBJ(
		info, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT);
	const ASN1_OCTET_STRING *said = CMS_signed_get0_data_by_OBJ(
		info, OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING);
	uint8_t hash[SOD_HASH_MAX];
	size_t len = 0;

	if (!type || !said || OBJ_cmp(type, CMS_get0_eContentType(s->cms)) != 0)
		return SIGN_BAD;
	if (!sign_hash(sign_digest(digest->algorithm), s->content, hash, &len))
		return SIGN_UNKNOWN;
	return (size_t)ASN1_STRING_length(said) == len &&
			       memcmp(ASN1_STRING_get0_data(said), hash, len) == 0
		       ? SIGN_GOOD
		       : SIGN_BAD;
}

/* A certificate that the signer's info names. Some states write the issuer's name differently in
 * the two places; a good signature tells better than a name. */
static enum sign_result find_signer(const struct signed_data *s, CMS_SignerInfo *info,
				    const struct sign *sign, unsigned *notes, X509 **ret_cert)
{
	int count = sk_X509_num(s->certs);
	enum sign_result named = SIGN_UNKNOWN;

	for (int i = 0; i < count && i < MAX_CERTS; i++) {
		X509 *cert = sk_X509_value(s->certs, i);
		bool is_named = CMS_SignerInfo_cert_cmp(info, cert) == 0;
		unsigned seen = 0;
		enum sign_result r = sign_check(X509_get0_pubkey(cert), sign, &seen);

		if (r == SIGN_GOOD || is_named) /* another's short key says nothing of this one */
			*notes |= seen;
		if (r == SIGN_GOOD || (is_named && r == SIGN_BAD)) {
			named = r;
			*ret_cert = cert;
		}
		if (r == SIGN_GOOD)
			break;
	}
	ERR_clear_error();
	return named;
}

enum sign_result signed_check(const struct signed_data *s, int signer, unsigned *notes,
			      X509 **ret_cert)
{
	CMS_SignerInfo *info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(s->cms), signer);
	const ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(info);
	int attributes = CMS_signed_get_attr_count(info);
	uint8_t set[MAX_ATTRIBUTES];
	X509_ALGOR *digest = NULL, *algorithm = NULL;
	enum sign_result of_attributes = SIGN_GOOD;

	CMS_SignerInfo_get0_algs(info, NULL, NULL, &digest, &algorithm);
	struct sign sign = {
		.digest = digest,
		.algorithm = algorithm,
		.signed_bytes = s->content,
		.signature = { ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value) },
	};
	if (attributes > 0) {
		write_attributes(info, attributes, set, &sign.signed_bytes.len);
		sign.signed_bytes.at = set;
		of_attributes = check_attributes(s, info, digest);
	}
	if (sign.signed_bytes.len == 0)
		return SIGN_UNKNOWN;
	enum sign_result r = find_signer(s, info, &sign, notes, ret_cert);
	return r == SIGN_GOOD ? of_attributes : r;
}
