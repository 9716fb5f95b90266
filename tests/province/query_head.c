/* The head of a kiosk's audit log, signed by that kiosk. The reply, signed by the province, names
 * the newest head it has of it. */
#include "tests/province/query.h"

#include <limits.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

#define MAX_HEAD 16384

static X509_STORE *kiosks(const char *dir)
{
	char path[PATH_MAX];
	X509_STORE *s = X509_STORE_new();

	if (s && pki_path(dir, PKI_KIOSK_CA, "pem", path, sizeof path) &&
	    X509_STORE_load_file(s, path) == 1)
		return s;
	X509_STORE_free(s);
	return NULL;
}

static bool is_signer(CMS_ContentInfo *cms, const char *kiosk)
{
	STACK_OF(X509) *signers = CMS_get0_signers(cms);
	char name[64] = "";

	if (sk_X509_num(signers) == 1)
		X509_NAME_get_text_by_NID(X509_get_subject_name(sk_X509_value(signers, 0)),
					  NID_commonName, name, sizeof name);
	sk_X509_free(signers);
	return strcmp(name, kiosk) == 0;
}

/* What is inside, if that kiosk signed it; NULL. */
static struct json_object *opened(const char *dir, const uint8_t *der, int len, const char *kiosk)
{
	struct json_object *o = NULL;
	X509_STORE *trusted = kiosks(dir);
	BIO *in = BIO_new_mem_buf(der, len), *out = BIO_new(BIO_s_mem());
	CMS_ContentInfo *cms = in ? d2i_CMS_bio(in, NULL) : NULL;
	char *text;

	if (trusted && out && cms && CMS_verify(cms, NULL, trusted, NULL, out, CMS_BINARY) == 1 &&
	    is_signer(cms, kiosk)) {
		long n = BIO_get_mem_data(out, &text);

		o = json_read(text, n > 0 ? (size_t)n : 0);
	}
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	BIO_free(out);
	X509_STORE_free(trusted);
	return o;
}

static bool same(struct json_object *claim, const struct head *h)
{
	const char *type = json_text(claim, "type", 32), *kiosk = json_text(claim, "kiosk", 8);
	const char *sha256 = json_text(claim, "sha256", 64);
	int64_t v, seq;

	return type && strcmp(type, "audit-head") == 0 && kiosk && strcmp(kiosk, h->kiosk) == 0 &&
	       sha256 && strcmp(sha256, h->sha256) == 0 && json_count(claim, "v", &v) && v == 1 &&
	       json_count(claim, "seq", &seq) && seq == h->seq;
}

static const char *check(struct world *w, struct json_object *asked, const struct head *h)
{
	uint8_t der[MAX_HEAD];
	const char *text = json_text(asked, "head", MAX_HEAD);
	int len = text ? EVP_DecodeBlock(der, (const uint8_t *)text, (int)strlen(text)) : -1;

	if (len < 4)
		return "head is missing, or not base64";
	for (const char *p = text + strlen(text); p > text && p[-1] == '='; p--)
		len--;
	AUTO_JSON claim = opened(w->dir, der, len, h->kiosk);
	if (!claim)
		return "the head is not signed by this kiosk";
	return same(claim, h) ? NULL : "what is signed is another head";
}

const char *query_head(struct world *w, struct json_object *asked, struct json_object *data)
{
	struct head h = { .source = "query", .at = clock_wall_s(&w->clock) };
	const char *kiosk = json_text(asked, "kiosk", 8), *sha256 = json_text(asked, "sha256", 64);

	if (!kiosk || !sha256 || strlen(sha256) != 64 || !json_count(asked, "seq", &h.seq))
		return "kiosk, seq or sha256 is missing";
	memcpy(h.kiosk, kiosk, strlen(kiosk) + 1);
	memcpy(h.sha256, sha256, sizeof h.sha256);
	const char *why = check(w, asked, &h);
	if (why)
		return why;
	if (store_head_add(w->store, &h) != ERR_OK ||
	    store_head_newest(w->store, h.kiosk, &h) != ERR_OK)
		return "the province's database failed";
	json_object_object_add(data, "seq", json_object_new_int64(h.seq));
	json_object_object_add(data, "sha256", json_object_new_string(h.sha256));
	return NULL;
}
