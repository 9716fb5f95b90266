/* Master lists: ICAO Doc 9303-12 section 9. */
#include "tests/mrtd/issuer_cert.h"

#include <string.h>

#define MASTER_LIST "2.23.136.1.1.2"

/* As DER wants it: no longer than needed. */
static size_t put_head(uint8_t at[5], uint8_t tag, size_t len)
{
	const uint8_t big[] = { (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len };
	size_t bytes = len > 0xffff ? 3 : len > 0xff ? 2 : len > 0x7f ? 1 : 0;

	at[0] = tag;
	at[1] = bytes ? (uint8_t)(0x80 | bytes) : (uint8_t)len;
	memcpy(at + 2, big + 3 - bytes, bytes);
	return 2 + bytes;
}

/* SEQUENCE { version 0, SET OF Certificate } */
static struct issuer_bytes list_content(const struct issuer_list *l)
{
	uint8_t set[5], all[5];
	size_t certs = 0;

	for (size_t i = 0; i < l->cert_count; i++)
		certs += l->certs[i].len;
	size_t set_len = put_head(set, 0x31, certs);
	size_t all_len = put_head(all, 0x30, 3 + set_len + certs);
	struct issuer_bytes b = { malloc(all_len + 3 + set_len + certs), 0 };
	issuer_must(b.at);
	memcpy(b.at, all, all_len);
	memcpy(b.at + all_len, "\x02\x01\x00", 3);
	memcpy(b.at + all_len + 3, set, set_len);
	b.len = all_len + 3 + set_len;
	for (size_t i = 0; i < l->cert_count; i++) {
		memcpy(b.at + b.len, l->certs[i].at, l->certs[i].len);
		b.len += l->certs[i].len;
	}
	return b;
}

struct issuer_bytes issuer_master_list(struct issuer *i, const struct issuer_list *l)
{
	const struct issuer_cert form = { .name = "Test State Master List Signer",
					  .use = ISSUER_LISTS,
					  .wrong_use = l->not_for_lists,
					  .from_days = -100,
					  .until_days = 700 };
	struct issuer_pair p = issuer_signer(i, &l->sign, &form);
	unsigned flags = CMS_BINARY | CMS_NOSMIMECAP | (l->no_certificate ? CMS_NOCERTS : 0);
	struct issuer_bytes content = list_content(l);
	BIO *in = BIO_new_mem_buf(content.at, (int)content.len);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL);
	ASN1_OBJECT *type = OBJ_txt2obj(MASTER_LIST, 1);

	issuer_must(in && cms && type && (l->wrong_type || CMS_set1_eContentType(cms, type) == 1));
	CMS_SignerInfo *info = issuer_add_signer(cms, &p, flags);
	if (!l->no_certificate)
		issuer_must(CMS_add1_cert(cms, i->root.cert) == 1);
	issuer_must(CMS_final(cms, in, NULL, flags) == 1);
	if (l->bad_signature)
		issuer_spoil(info);
	struct issuer_bytes der = ISSUER_DER(i2d_CMS_ContentInfo, cms);
	CMS_ContentInfo_free(cms);
	ASN1_OBJECT_free(type);
	BIO_free(in);
	issuer_free(&content);
	issuer_pair_finish(&p);
	return der;
}
