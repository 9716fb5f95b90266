#include "tests/mrtd/issuer_cert.h"

#include <openssl/ecdsa.h>
#include <string.h>

#define LDS_OBJECT        "2.23.136.1.1.1"
#define LDS_OBJECT_OLD    "1.3.27.1.1.1"
#define ID_DATA           "1.2.840.113549.1.7.1"
#define MASTER_LIST       "2.23.136.1.1.2"
#define NOBODYS_ALGORITHM "2.999.1"

/* A growing piece of DER. */
struct der {
	uint8_t at[8192];
	size_t len;
};

static void put(struct der *d, const void *bytes, size_t len)
{
	issuer_must(len <= sizeof d->at - d->len);
	memcpy(d->at + d->len, bytes, len);
	d->len += len;
}

static void put_tlv(struct der *d, uint8_t tag, const void *bytes, size_t len)
{
	uint8_t head[4] = { tag, (uint8_t)len };
	size_t n = 2;

	if (len > 0xff) {
		head[1] = 0x82;
		head[2] = (uint8_t)(len >> 8);
		head[3] = (uint8_t)len;
		n = 4;
	} else if (len > 0x7f) {
		head[1] = 0x81;
		head[2] = (uint8_t)len;
		n = 3;
	}
	put(d, head, n);
	put(d, bytes, len);
}

static void put_number(struct der *d, uint8_t n)
{
	put_tlv(d, 0x02, &n, 1);
}

static void put_algorithm(struct der *d, const EVP_MD *md)
{
	ASN1_OBJECT *o = OBJ_nid2obj(EVP_MD_get_type(md));
	struct der in = { 0 };

	put_tlv(&in, 0x06, OBJ_get0_data(o), OBJ_length(o));
	put_tlv(&in, 0x05, "", 0);
	put_tlv(d, 0x30, in.at, in.len);
}

static void put_hash(struct der *d, const struct issuer_sod *s, const struct issuer_file *f)
{
	const EVP_MD *md = issuer_digest(&(struct issuer_sign){ .digest = s->hash });
	uint8_t hash[EVP_MAX_MD_SIZE];
	struct der in = { 0 };
	unsigned len;

	issuer_must(EVP_Digest(f->bytes, f->len, hash, &len, md, NULL) == 1);
	if (f->dg == s->wrong_dg)
		hash[0] ^= 1;
	put_number(&in, (uint8_t)f->dg);
	put_tlv(&in, 0x04, hash, len);
	put_tlv(d, 0x30, in.at, in.len);
}

static void put_list(struct der *d, const struct issuer_sod *s)
{
	struct der in = { 0 };

	for (size_t i = 0; i < s->file_count; i++) {
		if (s->files[i].dg != s->missing_dg)
			put_hash(&in, s, &s->files[i]);
		if (s->files[i].dg == s->double_dg)
			put_hash(&in, s, &s->files[i]);
	}
	put_tlv(d, 0x30, in.at, in.len);
}

static struct der lds_object(const struct issuer_sod *s)
{
	struct der in = { 0 }, version = { 0 }, all = { 0 };

	put_number(&in, s->v1);
	put_algorithm(&in, issuer_digest(&(struct issuer_sign){ .digest = s->hash }));
	put_list(&in, s);
	if (s->v1) {
		put_tlv(&version, 0x13, "0108", 4);
		put_tlv(&version, 0x13, "040000", 6);
		put_tlv(&in, 0x30, version.at, version.len);
	}
	put_tlv(&all, 0x30, in.at, in.len);
	return all;
}

struct issuer_pair issuer_document_signer(struct issuer *i, const struct issuer_sod *s)
{
	static const int DAYS[][2] = { [ISSUER_VALID] = { -100, 3650 },
				       [ISSUER_EXPIRED] = { -900, -1 },
				       [ISSUER_NOT_YET] = { 20, 3650 } };

	if (s->revoked) {
		issuer_must(i->revoked_count < ISSUER_MOST_REVOKED);
		i->revoked[i->revoked_count++] = i->next_serial;
	}
	return issuer_signer(
		i, &s->sign,
		&(struct issuer_cert){ .name = "Test State Document Signer",
				       .use = s->list_signer ? ISSUER_LISTS : ISSUER_DOCUMENTS,
				       .from_days = DAYS[s->when][0],
				       .until_days = DAYS[s->when][1] });
}

/* r || s, each as long as the curve's order. */
static void make_plain(CMS_SignerInfo *info, const struct issuer_pair *p)
{
	ASN1_OCTET_STRING *sig = CMS_SignerInfo_get0_signature(info);
	const unsigned char *at = ASN1_STRING_get0_data(sig);
	ECDSA_SIG *parts = d2i_ECDSA_SIG(NULL, &at, ASN1_STRING_length(sig));
	int half = (EVP_PKEY_get_bits(p->key) + 7) / 8;
	uint8_t plain[2 * 66];

	issuer_must(parts && half <= 66);
	issuer_must(BN_bn2binpad(ECDSA_SIG_get0_r(parts), plain, half) == half &&
		    BN_bn2binpad(ECDSA_SIG_get0_s(parts), plain + half, half) == half);
	issuer_must(ASN1_OCTET_STRING_set(sig, plain, 2 * half) == 1);
	ECDSA_SIG_free(parts);
}

static void name_algorithm(CMS_SignerInfo *info, const char *oid)
{
	X509_ALGOR *a = NULL;

	CMS_SignerInfo_get0_algs(info, NULL, NULL, NULL, &a);
	issuer_must(X509_ALGOR_set0(a, OBJ_txt2obj(oid, 1), V_ASN1_UNDEF, NULL) == 1);
}

/* BSI TR-03111 5.2.1: 0.4.0.127.0.7.1.1.4.1.n */
static const char *plain_oid(const struct issuer_sign *s)
{
	switch (EVP_MD_get_type(issuer_digest(s))) {
	case NID_sha1:
		return "0.4.0.127.0.7.1.1.4.1.1";
	case NID_sha224:
		return "0.4.0.127.0.7.1.1.4.1.2";
	case NID_sha256:
		return "0.4.0.127.0.7.1.1.4.1.3";
	case NID_sha384:
		return "0.4.0.127.0.7.1.1.4.1.4";
	}
	return "0.4.0.127.0.7.1.1.4.1.5";
}

static void bend(CMS_SignerInfo *info, const struct issuer_pair *p, const struct issuer_sod *s)
{
	if (s->plain_signature || s->plain_unsaid)
		make_plain(info, p);
	if (s->plain_signature)
		name_algorithm(info, plain_oid(&s->sign));
	if (s->unknown_algorithm)
		name_algorithm(info, NOBODYS_ALGORITHM);
}

/* The last byte of the list is one of the last hash, or of a version. */
static void alter_list(CMS_ContentInfo *cms)
{
	ASN1_OCTET_STRING **content = CMS_get0_content(cms);
	int len = ASN1_STRING_length(*content);
	unsigned char *copy = OPENSSL_memdup(ASN1_STRING_get0_data(*content), (size_t)len);

	copy[len - 1] ^= 1;
	issuer_must(ASN1_OCTET_STRING_set(*content, copy, len) == 1);
	OPENSSL_free(copy);
}

static void finish_signers(CMS_ContentInfo *cms, const struct issuer_pair *p, unsigned count,
			   const struct issuer_sod *s)
{
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);

	for (unsigned n = 0; n < count; n++) {
		CMS_SignerInfo *info = sk_CMS_SignerInfo_value(infos, (int)n);

		bend(info, &p[n], s);
		if (s->bad_signer == n + 1)
			issuer_spoil(info);
	}
}

static const char *type_of(const struct issuer_sod *s)
{
	if (s->bare_type)
		return ID_DATA;
	if (s->foreign_type)
		return MASTER_LIST;
	return s->legacy_type ? LDS_OBJECT_OLD : LDS_OBJECT;
}

static CMS_ContentInfo *sign_object(struct issuer *i, const struct issuer_sod *s)
{
	enum { MOST = 4 };
	struct der list = lds_object(s);
	struct issuer_pair p[MOST] = { 0 };
	unsigned count = s->signers ? s->signers : 1;
	unsigned flags = CMS_BINARY | CMS_NOSMIMECAP | (s->no_certificate ? CMS_NOCERTS : 0) |
			 (s->by_key_id ? CMS_USE_KEYID : 0) | (s->no_attributes ? CMS_NOATTR : 0);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL);
	BIO *in = BIO_new_mem_buf(list.at, (int)list.len);
	ASN1_OBJECT *type = OBJ_txt2obj(type_of(s), 1);

	issuer_must(count <= MOST && cms && in && type);
	issuer_must(CMS_set1_eContentType(cms, type) == 1);
	for (unsigned n = 0; n < count; n++) {
		p[n] = issuer_document_signer(i, s);
		issuer_add_signer(cms, &p[n], flags);
	}
	issuer_must(CMS_final(cms, in, NULL, flags) == 1);
	finish_signers(cms, p, count, s);
	if (s->altered_list)
		alter_list(cms);
	for (unsigned n = 0; n < count; n++)
		issuer_pair_finish(&p[n]);
	ASN1_OBJECT_free(type);
	BIO_free(in);
	return cms;
}

struct issuer_bytes issuer_sod(struct issuer *i, const struct issuer_sod *s)
{
	CMS_ContentInfo *cms = sign_object(i, s);
	struct issuer_bytes der = ISSUER_DER(i2d_CMS_ContentInfo, cms);
	struct der *wrapped = calloc(1, sizeof *wrapped);
	struct issuer_bytes b = { 0 };

	issuer_must(wrapped);
	put_tlv(wrapped, 0x77, der.at, der.len);
	b.len = wrapped->len;
	b.at = malloc(b.len);
	issuer_must(b.at);
	memcpy(b.at, wrapped->at, b.len);
	free(wrapped);
	issuer_free(&der);
	CMS_ContentInfo_free(cms);
	return b;
}
