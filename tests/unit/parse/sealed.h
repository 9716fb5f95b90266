/* Signing what was bound, and changing it afterwards, for the tests of PDF. */
#ifndef TESTS_PARSE_SEALED_H
#define TESTS_PARSE_SEALED_H

#include "firmware/parse/pdf/endorse.h"
#include "firmware/parse/pdf/foreign.h"
#include "tests/unit/parse/bound.h"
#include "tests/unit/parse/signing.h"

/* The CMS over all but the gap, in hexadecimal, into the gap. */
static inline void seal(struct bytes *f, const struct pdf_gap *gap, const struct signer *s)
{
	BIO *in = BIO_new(BIO_s_mem());
	unsigned flags = CMS_BINARY | CMS_DETACHED | CMS_NOSMIMECAP | CMS_CADES;
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL);
	size_t len;

	BIO_write(in, f->at, (int)gap->at);
	BIO_write(in, f->at + gap->at + gap->len, (int)(f->len - gap->at - gap->len));
	if (!CMS_add1_signer(cms, s->cert, s->key, EVP_sha256(), flags) ||
	    !CMS_final(cms, in, NULL, flags))
		abort();
	BIO_free(in);
	unsigned char *der = der_of(cms, &len);
	ok(2 * len + 2 <= gap->len);
	for (size_t i = 0; i < len; i++) {
		char two[3];

		snprintf(two, sizeof two, "%02x", der[i]);
		memcpy(f->at + gap->at + 1 + 2 * i, two, 2);
	}
	OPENSSL_free(der);
}

/* Whether the signature is the signer's, over exactly these bytes. */
static inline bool is_true(const struct bytes *f, const struct foreign_signature *s,
			   const struct signer *by)
{
	const unsigned char *der = s->cms;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &der, (long)s->cms_len);
	STACK_OF(X509) *certs = sk_X509_new_null();
	BIO *in = BIO_new(BIO_s_mem());

	sk_X509_push(certs, by->cert);
	for (int i = 0; i < 2; i++)
		BIO_write(in, f->at + s->at[i], (int)s->len[i]);
	bool good = cms && CMS_verify(cms, certs, NULL, in, NULL,
				      CMS_BINARY | CMS_DETACHED | CMS_NO_SIGNER_CERT_VERIFY |
					      CMS_NOINTERN) == 1;
	BIO_free(in);
	sk_X509_free(certs);
	CMS_ContentInfo_free(cms);
	return good;
}

static inline struct bytes sealed_file(const struct signer *s)
{
	struct pdf_gap gap;
	struct bytes f = made_file(usual_wish(), 2, &gap);

	seal(&f, &gap, s);
	return f;
}

static inline const struct endorse_wish *usual_words(void)
{
	static const struct endorse_wish WISH = { .form = "Bản sao điện tử",
						  .agency = "Văn phòng mẫu",
						  .signer = "Ủy ban nhân dân phường Mẫu",
						  .reason =
							  "Chứng thực bản sao điện tử từ bản chính",
						  .place = "Phường Mẫu",
						  .time_s = 1790000000,
						  .visible = true };
	return &WISH;
}

/* `f` is freed. */
static inline struct bytes endorsed(struct bytes f, const struct endorse_wish *w,
				    const struct signer *s)
{
	struct pdf_gap gap = { 0 };
	struct bytes more = { 0 };

	eq_int(endorse(f.at, f.len, w, &more.at, &more.len, &gap), ERR_OK);
	if (s)
		seal(&more, &gap, s);
	free(f.at);
	return more;
}

/* An incremental update: `objects` is text of objects, first of them `number`. `at`: where the
 * table says it lies, 0: where it does. `f` is freed. */
static inline struct bytes updated(struct bytes f, unsigned number, const char *objects, size_t at)
{
	const char *start = NULL, *from = (char *)f.at;
	struct bytes more = { malloc(f.len + strlen(objects) + 4096), f.len };

	memcpy(more.at, f.at, f.len);
	while ((from = memmem(from, (size_t)((char *)f.at + f.len - from), "startxref\n", 10)))
		start = from += 10;
	size_t table = f.len + strlen(objects);
	char start_text[24];

	snprintf(start_text, sizeof start_text, "%lu", start ? strtoul(start, NULL, 10) : 0);
	more.len +=
		(size_t)snprintf((char *)more.at + f.len, strlen(objects) + 4096,
				 "%sxref\n%u 1\n%010zu 00000 n \ntrailer\n<</Size 99 /Root 1 0 R "
				 "/Prev %s>>\nstartxref\n%zu\n%%%%EOF\n",
				 objects, number, at ? at : f.len, start_text, table);
	free(f.at);
	return more;
}

#endif
