#include "tests/province/enrol.h"

#include "firmware/base/auto.h"
#include "tests/province/json.h"

#include <limits.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PEM     16384
#define MAX_REQUEST 8192

static const struct {
	const char *name;
	enum pki_id id;
} FILES[] = { { "ca.pem", PKI_TLS_CA },
	      { "answer.pem", PKI_ANSWER_CA },
	      { "seal.pem", PKI_SEAL },
	      { "catalogue.pem", PKI_CATALOGUE },
	      { "kiosk-ca.pem", PKI_KIOSK_CA } };

static bool read_text(const char *path, char ret[MAX_PEM])
{
	FILE *f = fopen(path, "re");
	size_t len = f ? fread(ret, 1, MAX_PEM - 1, f) : 0;

	if (f)
		(void)fclose(f);
	ret[len] = '\0';
	return len > 0;
}

static bool read_one(const struct world *w, size_t i, char ret[MAX_PEM])
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/site-catalogue.pem", w->dir);
	if (FILES[i].id == PKI_CATALOGUE && read_text(path, ret))
		return true;
	return pki_path(w->dir, FILES[i].id, "pem", path, sizeof path) && read_text(path, ret);
}

static void add_sum(FILE *list, const char *name, const char *text)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	(void)EVP_Digest(text, strlen(text), sum, &n, EVP_sha256(), NULL);
	for (unsigned i = 0; i < n; i++)
		fprintf(list, "%02x", sum[i]);
	fprintf(list, "  %s\n", name);
}

/* Detached, DER, in base64. */
static char *sign(const struct world *w, const char *text)
{
	char path[PATH_MAX], pem[MAX_PEM];
	unsigned flags = CMS_BINARY | CMS_DETACHED;
	X509 *cert = NULL;
	EVP_PKEY *key = NULL;
	unsigned char *der = NULL;
	char *base64 = NULL;

	if (pki_path(w->dir, PKI_SITE, "pem", path, sizeof path) && read_text(path, pem)) {
		BIO *in = BIO_new_mem_buf(pem, -1);
		cert = PEM_read_bio_X509(in, NULL, NULL, NULL);
		BIO_free(in);
	}
	if (pki_path(w->dir, PKI_SITE, "key", path, sizeof path) && read_text(path, pem)) {
		BIO *in = BIO_new_mem_buf(pem, -1);
		key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
		BIO_free(in);
	}
	BIO *what = BIO_new_mem_buf(text, -1);
	CMS_ContentInfo *cms = cert && key ? CMS_sign(cert, key, NULL, what, flags) : NULL;
	int len = cms ? i2d_CMS_ContentInfo(cms, &der) : 0;
	if (len > 0)
		base64 = malloc((size_t)len / 3 * 4 + 5);
	if (base64)
		(void)EVP_EncodeBlock((unsigned char *)base64, der, len);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(what);
	EVP_PKEY_free(key);
	X509_free(cert);
	return base64;
}

void enrol_site(struct world *w, struct enrol_result *ret)
{
	AUTO_JSON o = json_object_new_object();
	AUTO_FREE char *list = NULL;
	char text[MAX_PEM];
	size_t len = 0;
	FILE *f = open_memstream(&list, &len);

	*ret = (struct enrol_result){ .status = 500, .why = "a file of the set is missing" };
	for (size_t i = 0; f && i < sizeof FILES / sizeof *FILES; i++) {
		if (!read_one(w, i, text)) {
			(void)fclose(f);
			return;
		}
		json_object_object_add(o, FILES[i].name, json_object_new_string(text));
		if (w->fault.site_forged && FILES[i].id == PKI_SEAL)
			text[30] ^= 1; /* the sum is of another one */
		add_sum(f, FILES[i].name, text);
	}
	if (!f || fclose(f) != 0)
		return;
	AUTO_FREE char *p7 = sign(w, list);
	if (!p7)
		return;
	json_object_object_add(o, "site.txt", json_object_new_string(list));
	json_object_object_add(o, "site.p7s", json_object_new_string(p7));
	ret->text = strdup(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	ret->status = ret->text ? 200 : 500;
}

/* A certificate for the key of a request that names the kiosk; NULL: the request is not good. */
static char *issue(struct world *w, const char *text, const char *name, enum pki_id like,
		   enum pki_id by)
{
	BIO *in = text ? BIO_new_mem_buf(text, -1) : NULL;
	X509_REQ *r = in ? PEM_read_bio_X509_REQ(in, NULL, NULL, NULL) : NULL;
	EVP_PKEY *key = r ? X509_REQ_get0_pubkey(r) : NULL;
	struct pki_subject who = { .key = key, .name = name, .now_s = clock_wall_s(&w->clock) };
	char asked[64] = "", *pem = NULL;

	if (key && X509_REQ_verify(r, key) == 1 &&
	    X509_NAME_get_text_by_NID(X509_REQ_get_subject_name(r), NID_commonName, asked,
				      sizeof asked) > 0 &&
	    strcmp(asked, name) == 0)
		(void)!pki_issue(w->dir, like, by, &who, &pem); /* pem stays NULL */
	X509_REQ_free(r);
	BIO_free(in);
	return pem;
}

/* A code is good once; the same code again is an answer that was lost on its way. */
static bool takes(struct fault *f, const char *code)
{
	if (!code || !code[0])
		return false;
	if (strcmp(code, f->enrol_used) == 0)
		return true;
	if (strcmp(code, f->enrol_code) != 0)
		return false;
	memcpy(f->enrol_used, f->enrol_code, sizeof f->enrol_used);
	f->enrol_code[0] = '\0';
	return true;
}

/* Of a code that would take somebody in: else anybody could ask which numbers there are. */
static bool is_taken(const struct fault *f, const char *code, const char *name)
{
	return code && code[0] && strcmp(code, f->enrol_code) == 0 &&
	       strcmp(name, f->enrol_taken) == 0;
}

void enrol_do(struct world *w, const void *body, size_t len, struct enrol_result *ret)
{
	AUTO_JSON asked = json_read(body, len);
	const char *code = asked ? json_text(asked, "code", 31) : NULL;
	const char *name = asked ? json_text(asked, "kiosk", 8) : NULL;

	*ret = (struct enrol_result){ .status = 400, .why = "v, kiosk, code, tls and sign" };
	if (!name)
		return;
	if (is_taken(&w->fault, code, name)) {
		ret->status = 409;
		ret->why = "a kiosk of this number has certificates for other keys";
		return;
	}
	if (!takes(&w->fault, code)) {
		ret->status = 403;
		ret->why = "this code takes nobody in";
		return;
	}
	AUTO_FREE char *tls =
		issue(w, json_text(asked, "tls", MAX_REQUEST), name, PKI_TLS_CLIENT, PKI_TLS_CA);
	AUTO_FREE char *sign_cert =
		issue(w, json_text(asked, "sign", MAX_REQUEST), name, PKI_KIOSK, PKI_KIOSK_CA);
	if (!tls || !sign_cert)
		return;
	AUTO_JSON o = json_object_new_object();
	json_object_object_add(o, "tls", json_object_new_string(tls));
	json_object_object_add(o, "sign", json_object_new_string(sign_cert));
	ret->text = strdup(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	ret->status = ret->text ? 200 : 500;
}
