#include "tests/province/answer.h"

#include "tests/province/json.h"

#include <limits.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *to_json(const struct answer *a)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "v", json_object_new_int(1));
	json_object_object_add(o, "key", json_object_new_string(a->key));
	json_object_object_add(o, "manifest_sha256", json_object_new_string(a->manifest_sha256));
	json_object_object_add(o, "accepted", json_object_new_boolean(a->accepted));
	json_object_object_add(o, "code", json_object_new_string(a->code));
	json_object_object_add(o, "received_at", json_object_new_int64(a->received_at));
	json_object_object_add(o, "due_at", json_object_new_int64(a->due_at));
	json_object_object_add(o, "reason", json_object_new_string(a->reason));
	return o;
}

static bool load(const char *dir, enum pki_id id, EVP_PKEY **ret_key, X509 **ret_cert)
{
	char path[PATH_MAX];
	BIO *in = pki_path(dir, id, "key", path, sizeof path) ? BIO_new_file(path, "r") : NULL;

	*ret_key = in ? PEM_read_bio_PrivateKey(in, NULL, NULL, NULL) : NULL;
	BIO_free(in);
	in = pki_path(dir, id, "pem", path, sizeof path) ? BIO_new_file(path, "r") : NULL;
	*ret_cert = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
	BIO_free(in);
	return *ret_key && *ret_cert;
}

#define HOW (CMS_BINARY | CMS_NOSMIMECAP)

struct signed_text {
	uint8_t *der;
	size_t len;
};

struct signing {
	EVP_PKEY *key;
	X509 *cert;
	unsigned how;
};

static enum err sign(const struct signing *by, const char *text, uint8_t **ret_der, size_t *ret_len)
{
	BIO *in = BIO_new_mem_buf(text, -1);
	CMS_ContentInfo *cms = in ? CMS_sign(by->cert, by->key, NULL, in, by->how) : NULL;
	unsigned char *der = NULL;
	int len = cms ? i2d_CMS_ContentInfo(cms, &der) : -1;

	CMS_ContentInfo_free(cms);
	BIO_free(in);
	if (len <= 0)
		return ERR_IO;
	*ret_der = malloc((size_t)len);
	if (*ret_der)
		memcpy(*ret_der, der, (size_t)len);
	OPENSSL_free(der);
	*ret_len = (size_t)len;
	return *ret_der ? ERR_OK : ERR_NO_MEMORY;
}

static enum err sign_how(const char *dir, enum pki_id signer, struct signing by, const char *text,
			 struct signed_text *ret)
{
	enum err e = ERR_IO;

	if (load(dir, signer, &by.key, &by.cert))
		e = sign(&by, text, &ret->der, &ret->len);
	X509_free(by.cert);
	EVP_PKEY_free(by.key);
	return e;
}

enum err answer_sign_text(const char *dir, enum pki_id signer, const char *text, uint8_t **ret_der,
			  size_t *ret_len)
{
	struct signed_text out = { 0 };
	enum err e = sign_how(dir, signer, (struct signing){ .how = HOW }, text, &out);

	if (e == ERR_OK) {
		*ret_der = out.der;
		*ret_len = out.len;
	}
	return e;
}

enum err answer_sign_beside(const char *dir, enum pki_id signer, const char *text,
			    uint8_t **ret_der, size_t *ret_len)
{
	struct signed_text out = { 0 };
	enum err e =
		sign_how(dir, signer, (struct signing){ .how = HOW | CMS_DETACHED }, text, &out);

	if (e == ERR_OK) {
		*ret_der = out.der;
		*ret_len = out.len;
	}
	return e;
}

enum err answer_sign(const char *dir, enum pki_id signer, const struct answer *a, uint8_t **ret_der,
		     size_t *ret_len)
{
	AUTO_JSON o = to_json(a);

	return o ? answer_sign_text(dir, signer,
				    json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN),
				    ret_der, ret_len)
		 : ERR_NO_MEMORY;
}
