#include "firmware/parse/catalogue_job.h"

#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "firmware/base/query.h"
#include "firmware/parse/catalogue_list.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNATURE_MAX_BYTES = 16384, TWO_TO_THE_112 = 112 };

static X509 *read_cert(struct blob pem)
{
	BIO *in = pem.len <= ANCHOR_MAX_BYTES ? BIO_new_mem_buf(pem.at, (int)pem.len) : NULL;
	X509 *cert = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;

	BIO_free(in);
	return cert;
}

static CMS_ContentInfo *read_cms(struct blob der)
{
	const unsigned char *at = der.at;

	if (der.len == 0 || der.len > SIGNATURE_MAX_BYTES)
		return NULL;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);
	if (cms && at == der.at + der.len && OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed)
		return cms;
	CMS_ContentInfo_free(cms);
	return NULL;
}

static bool is_strong(CMS_ContentInfo *cms)
{
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	X509_ALGOR *digest = NULL;

	if (sk_CMS_SignerInfo_num(infos) != 1)
		return false;
	CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(infos, 0), NULL, NULL, &digest, NULL);
	int nid = digest ? OBJ_obj2nid(digest->algorithm) : NID_undef;
	return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

/* By exactly this certificate: there is no chain to build. `content` is what a detached signature
 * is over, or NULL; what is inside the others goes to `out`. */
static enum err verify(struct blob der, struct blob pem, BIO *content, BIO *out)
{
	STACK_OF(X509) *only = sk_X509_new_null();
	X509 *cert = read_cert(pem);
	CMS_ContentInfo *cms = cert ? read_cms(der) : NULL;
	unsigned how = CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY;

	bool good = only && cms && sk_X509_push(only, cert) > 0 &&
		    (CMS_is_detached(cms) == 1) == (content != NULL) &&
		    CMS_verify(cms, only, NULL, content, out, how) == 1 && is_strong(cms);
	enum err e = !cert ? ERR_BAD_CONFIG : good ? ERR_OK : ERR_FORGED;
	sk_X509_free(only);
	CMS_ContentInfo_free(cms);
	X509_free(cert);
	ERR_clear_error();
	return e;
}

static enum err verify_text(struct blob der, struct blob pem, struct blob text)
{
	BIO *content = text.len > 0 && text.len <= CATALOGUE_MAX_BYTES
			       ? BIO_new_mem_buf(text.at, (int)text.len)
			       : NULL;

	if (!content)
		return ERR_BAD_DATA;
	enum err e = verify(der, pem, content, NULL);
	BIO_free(content);
	return e;
}

static enum err hand_over(struct blob text, struct msg_catalogue_read *ret)
{
	struct json_object *list = NULL;
	int64_t number = 0;
	enum err e = list_read(text, &list);

	if (e == ERR_OK)
		e = list_check(list, &number);
	json_object_put(list);
	if (e == ERR_OK)
		e = mem_of(text.at, text.len, &ret->text);
	if (e == ERR_OK)
		ret->number = number;
	return e;
}

enum err catalogue_whole(struct blob base, struct blob delta, char **ret_text, size_t *ret_len)
{
	struct json_object *old = NULL, *changes = NULL, *list = NULL;
	enum err e = list_read(base, &old);

	if (e == ERR_OK)
		e = list_read(delta, &changes);
	if (e == ERR_OK)
		e = list_apply(old, changes, &list);
	if (e == ERR_OK)
		e = list_write(list, ret_text, ret_len);
	json_object_put(list);
	json_object_put(changes);
	json_object_put(old);
	return e;
}

/* PEM of a certificate whose key is worth something. */
static enum err read_next(BIO *in, BIO *out)
{
	X509 *cert = PEM_read_bio_X509(in, NULL, NULL, NULL);
	EVP_PKEY *key = cert ? X509_get0_pubkey(cert) : NULL;
	bool good = key && EVP_PKEY_get_security_bits(key) >= TWO_TO_THE_112 &&
		    PEM_write_bio_X509(out, cert) == 1;

	X509_free(cert);
	ERR_clear_error();
	return good ? ERR_OK : ERR_BAD_DATA;
}

static enum err read_key(struct blob der, struct blob anchor, struct msg_catalogue_read *ret)
{
	BIO *inside = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	enum err e = inside && out ? verify(der, anchor, NULL, inside) : ERR_NO_MEMORY;
	char *at = NULL;

	if (e == ERR_OK)
		e = read_next(inside, out);
	long len = out ? BIO_get_mem_data(out, &at) : 0;
	if (e == ERR_OK)
		e = mem_of(at, (size_t)len, &ret->text);
	BIO_free(inside);
	BIO_free(out);
	return e;
}

struct parts {
	struct blob body, base, signature, anchor;
};

static enum err read_parts(unsigned form, const struct parts *p, struct msg_catalogue_read *ret)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;

	if (form == CATALOGUE_KEY)
		return read_key(p->signature, p->anchor, ret);
	if (form == CATALOGUE_WHOLE) {
		enum err e = verify_text(p->signature, p->anchor, p->body);

		return e == ERR_OK ? hand_over(p->body, ret) : e;
	}
	enum err e = catalogue_whole(p->base, p->body, &text, &len);
	struct blob whole = { (const uint8_t *)text, len };
	if (e == ERR_OK)
		e = verify_text(p->signature, p->anchor, whole);
	return e == ERR_OK ? hand_over(whole, ret) : e;
}

static enum err map(int fd, size_t max, struct blob *ret)
{
	const void *at;
	enum err e = mem_map(fd, max, &at, &ret->len);

	if (e == ERR_OK)
		ret->at = at;
	return e;
}

enum err catalogue_job(const struct msg_job_catalogue *job, struct msg_catalogue_read *ret)
{
	struct parts p = { 0 };
	enum err e = job->form < CATALOGUE_FORMS ? ERR_OK : ERR_BAD_MESSAGE;

	if (e == ERR_OK)
		e = map(job->body, CATALOGUE_MAX_BYTES, &p.body);
	if (e == ERR_OK)
		e = map(job->base, CATALOGUE_MAX_BYTES, &p.base);
	if (e == ERR_OK)
		e = map(job->signature, SIGNATURE_MAX_BYTES, &p.signature);
	if (e == ERR_OK)
		e = map(job->anchor, ANCHOR_MAX_BYTES, &p.anchor);
	if (e == ERR_OK)
		e = read_parts(job->form, &p, ret);
	const struct blob ALL[] = { p.body, p.base, p.signature, p.anchor };
	for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++)
		if (ALL[i].at)
			mem_unmap(ALL[i].at, ALL[i].len);
	return e;
}
