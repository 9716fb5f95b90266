#include "tests/mrtd/issuer_cert.h"

#define SECURITY_OBJECT "0.4.0.127.0.7.3.2.1"

struct issuer_bytes issuer_card_security(struct issuer *i, const struct issuer_sod *s,
					 const void *infos, size_t len)
{
	unsigned flags = CMS_BINARY | CMS_NOSMIMECAP;
	struct issuer_pair p = issuer_document_signer(i, s);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL);
	ASN1_OBJECT *type = OBJ_txt2obj(SECURITY_OBJECT, 1);
	BIO *in = BIO_new_mem_buf(infos, (int)len);

	issuer_must(cms && type && in && CMS_set1_eContentType(cms, type) == 1);
	issuer_add_signer(cms, &p, flags);
	issuer_must(CMS_final(cms, in, NULL, flags) == 1);
	struct issuer_bytes der = ISSUER_DER(i2d_CMS_ContentInfo, cms);
	CMS_ContentInfo_free(cms);
	ASN1_OBJECT_free(type);
	BIO_free(in);
	issuer_pair_finish(&p);
	return der;
}
