#include "firmware/core/pades.h"

#include "firmware/base/auto.h"
#include "firmware/core/der.h"

#include <openssl/evp.h>
#include <string.h>

enum {
	INTEGER = 0x02,
	OCTETS = 0x04,
	SEQUENCE = 0x30,
	SET = 0x31,
	CONTEXT_0 = 0xa0,
};

/* Whole OBJECT IDENTIFIERs and AlgorithmIdentifiers, as they stand in DER. */
#define OID_DATA          "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
#define OID_SIGNED_DATA   "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
#define OID_CONTENT_TYPE  "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
#define OID_DIGEST        "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"
#define OID_CERTIFICATE   "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f"
#define WITH_SHA256       "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
#define WITH_RSA          "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"
#define WITH_ECDSA        "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"
#define DER_TEXT(d, text) der_bytes(d, text, sizeof(text) - 1)

static bool is_gap(const struct pades_file *f)
{
	if (f->gap_len < 4 || f->gap_len % 2 || f->gap_at >= f->len ||
	    f->gap_len >= f->len - f->gap_at)
		return false;
	const uint8_t *gap = f->pdf + f->gap_at;
	if (gap[0] != '<' || gap[f->gap_len - 1] != '>')
		return false;
	for (size_t i = 1; i < f->gap_len - 1; i++)
		if (gap[i] != '0')
			return false;
	return true;
}

static enum err digest_around(const struct pades_file *f, uint8_t digest[PADES_DIGEST])
{
	const uint8_t *behind = f->pdf + f->gap_at + f->gap_len;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool good = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
		    EVP_DigestUpdate(md, f->pdf, f->gap_at) == 1 &&
		    EVP_DigestUpdate(md, behind, (size_t)(f->pdf + f->len - behind)) == 1 &&
		    EVP_DigestFinal_ex(md, digest, NULL) == 1;

	EVP_MD_CTX_free(md);
	return good ? ERR_OK : ERR_NO_MEMORY;
}

/* The head of an attribute around its one value, written since `end`. */
static void attribute(struct der *d, const char *oid, size_t oid_len, size_t end)
{
	der_head(d, SET, end);
	der_bytes(d, oid, oid_len);
	der_head(d, SEQUENCE, end);
}

/* A SET OF in DER stands in the order of its bytes: here that of the lengths in the second byte,
 * 24, 47 and about 60. Written from the end. */
static void put_attributes(struct der *d, const uint8_t digest[PADES_DIGEST],
			   const uint8_t cert[PADES_DIGEST])
{
	size_t end = d->left;

	der_bytes(d, cert, PADES_DIGEST);
	der_head(d, OCTETS, end);
	der_head(d, SEQUENCE, end); /* ESSCertIDv2; SHA-256 is its default */
	der_head(d, SEQUENCE, end); /* certs */
	der_head(d, SEQUENCE, end); /* SigningCertificateV2 */
	attribute(d, OID_CERTIFICATE, sizeof OID_CERTIFICATE - 1, end);
	end = d->left;
	der_bytes(d, digest, PADES_DIGEST);
	der_head(d, OCTETS, end);
	attribute(d, OID_DIGEST, sizeof OID_DIGEST - 1, end);
	end = d->left;
	DER_TEXT(d, OID_DATA);
	attribute(d, OID_CONTENT_TYPE, sizeof OID_CONTENT_TYPE - 1, end);
}

enum err pades_prepare(const struct pades_file *f, const struct pades_signer *s, struct pades *ret)
{
	uint8_t digest[PADES_DIGEST], cert[PADES_DIGEST], room[sizeof ret->attributes];
	struct der d = der_into(room, sizeof room);
	struct pades p = { 0 };

	if (!is_gap(f))
		return ERR_BAD_DATA;
	enum err e = digest_around(f, digest);
	if (e == ERR_OK && EVP_Digest(s->cert.at, s->cert.len, cert, NULL, EVP_sha256(), NULL) != 1)
		e = ERR_NO_MEMORY;
	if (e != ERR_OK)
		return e;
	put_attributes(&d, digest, cert);
	p.attributes_len = d.cap - d.left;
	memcpy(p.attributes, d.at + d.left, p.attributes_len);
	der_head(&d, SET, d.cap); /* signed as the SET they are, RFC 5652, 5.4 */
	if (d.bad)
		return ERR_NO_SPACE;
	if (EVP_Digest(d.at + d.left, d.cap - d.left, p.to_sign, NULL, EVP_sha256(), NULL) != 1)
		return ERR_NO_MEMORY;
	*ret = p;
	return ERR_OK;
}

static void put_signer_info(struct der *d, const struct pades *p, const struct pades_signer *s,
			    struct pades_blob signature)
{
	static const uint8_t VERSION_1[] = { INTEGER, 1, 1 };
	size_t end = d->left, part = end;

	der_bytes(d, signature.at, signature.len);
	der_head(d, OCTETS, part);
	if (s->key == PADES_EC)
		DER_TEXT(d, WITH_ECDSA);
	else
		DER_TEXT(d, WITH_RSA);
	part = d->left;
	der_bytes(d, p->attributes, p->attributes_len);
	der_head(d, CONTEXT_0, part);
	DER_TEXT(d, WITH_SHA256);
	part = d->left;
	der_bytes(d, s->serial.at, s->serial.len);
	der_bytes(d, s->issuer.at, s->issuer.len);
	der_head(d, SEQUENCE, part);
	der_bytes(d, VERSION_1, sizeof VERSION_1);
	der_head(d, SEQUENCE, end);
}

static void put_cms(struct der *d, const struct pades *p, const struct pades_signer *s,
		    struct pades_blob signature)
{
	static const uint8_t VERSION_1[] = { INTEGER, 1, 1 };
	size_t end = d->left, part = end;

	put_signer_info(d, p, s, signature);
	der_head(d, SET, part);
	part = d->left;
	for (size_t i = s->chain_count; i-- > 0;)
		der_bytes(d, s->chain[i].at, s->chain[i].len);
	der_bytes(d, s->cert.at, s->cert.len);
	der_head(d, CONTEXT_0, part);
	part = d->left;
	DER_TEXT(d, OID_DATA);
	der_head(d, SEQUENCE, part);
	part = d->left;
	DER_TEXT(d, WITH_SHA256);
	der_head(d, SET, part);
	der_bytes(d, VERSION_1, sizeof VERSION_1);
	der_head(d, SEQUENCE, end); /* SignedData */
	der_head(d, CONTEXT_0, end);
	DER_TEXT(d, OID_SIGNED_DATA);
	der_head(d, SEQUENCE, end);
}

enum err pades_finish(const struct pades *p, const struct pades_signer *s,
		      struct pades_blob signature, struct pades_file *f)
{
	static const char DIGITS[] = "0123456789abcdef";
	AUTO_FREE uint8_t *room = malloc(PADES_MAX_CMS);
	struct der d = der_into(room, PADES_MAX_CMS);

	if (!is_gap(f))
		return ERR_BAD_DATA;
	if (!room)
		return ERR_NO_MEMORY;
	put_cms(&d, p, s, signature);
	size_t len = d.cap - d.left;
	if (d.bad || len > (f->gap_len - 2) / 2)
		return ERR_NO_SPACE;
	uint8_t *out = f->pdf + f->gap_at + 1;
	for (size_t i = 0; i < len; i++) {
		*out++ = (uint8_t)DIGITS[d.at[d.left + i] >> 4];
		*out++ = (uint8_t)DIGITS[d.at[d.left + i] & 15];
	}
	return ERR_OK;
}
