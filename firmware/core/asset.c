#include "firmware/core/asset.h"

#include "firmware/base/auto.h"

#include <json-c/json.h>
#include <limits.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MAX_ASSET_BYTES (64l << 20)

static void bio_end(BIO **b)
{
	BIO_free_all(*b);
}
#define AUTO_BIO __attribute__((cleanup(bio_end))) BIO

static enum err read_file(const char *path, char **ret_text, size_t *ret_len)
{
	FILE *f = fopen(path, "rbe");
	long len = -1;
	char *text = NULL;

	if (!f)
		return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	if (fseek(f, 0, SEEK_END) == 0)
		len = ftell(f);
	if (len >= 0 && len <= MAX_ASSET_BYTES && fseek(f, 0, SEEK_SET) == 0)
		text = malloc((size_t)len + 1);
	bool whole = text && fread(text, 1, (size_t)len, f) == (size_t)len;
	(void)fclose(f); /* it was only read */
	if (!whole) {
		free(text);
		return ERR_IO;
	}
	text[len] = '\0';
	*ret_text = text;
	*ret_len = (size_t)len;
	return ERR_OK;
}

static X509 *read_anchor(const char *path)
{
	AUTO_BIO *b = BIO_new_file(path, "r");

	return b ? PEM_read_bio_X509(b, NULL, NULL, NULL) : NULL;
}

static CMS_ContentInfo *read_signature(const char *path)
{
	AUTO_BIO *b = BIO_new_file(path, "r");

	return b ? d2i_CMS_bio(b, NULL) : NULL;
}

/* Signed by exactly this certificate: the anchor is the signer, there is no chain to build. */
static bool signed_by(const char *text, size_t len, CMS_ContentInfo *cms, X509 *anchor)
{
	STACK_OF(X509) *only = sk_X509_new_null();
	AUTO_BIO *content = len <= INT_MAX ? BIO_new_mem_buf(text, (int)len) : NULL;
	unsigned how = CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY;

	bool good = only && content && sk_X509_push(only, anchor) > 0 &&
		    CMS_verify(cms, only, NULL, content, NULL, how) == 1;
	sk_X509_free(only);
	return good;
}

static enum err check(const char *path, const char *text, size_t len, const char *anchor_path)
{
	char sig_path[PATH_MAX];

	if (snprintf(sig_path, sizeof sig_path, "%s.p7s", path) >= (int)sizeof sig_path)
		return ERR_NO_SPACE;
	X509 *anchor = read_anchor(anchor_path);
	CMS_ContentInfo *cms = read_signature(sig_path);
	bool good = anchor && cms && signed_by(text, len, cms, anchor);
	X509_free(anchor);
	CMS_ContentInfo_free(cms);
	return good ? ERR_OK : ERR_FORGED;
}

enum err asset_load(const char *dir, const char *name, const char *anchor,
		    struct json_object **ret_json)
{
	char path[PATH_MAX];
	AUTO_FREE char *text = NULL;
	size_t len = 0;

	if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
		return ERR_NO_SPACE;
	enum err e = read_file(path, &text, &len);
	if (e == ERR_OK)
		e = check(path, text, len, anchor);
	if (e != ERR_OK)
		return e;
	struct json_object *json = json_tokener_parse(text);
	if (!json)
		return ERR_BAD_DATA;
	*ret_json = json;
	return ERR_OK;
}

static struct json_object *member(struct json_object *json, const char *name, enum json_type type)
{
	struct json_object *o = NULL;

	if (!json_object_is_type(json, json_type_object) ||
	    !json_object_object_get_ex(json, name, &o) || !json_object_is_type(o, type))
		return NULL;
	return o;
}

const char *json_text(struct json_object *json, const char *name)
{
	struct json_object *o = member(json, name, json_type_string);

	return o ? json_object_get_string(o) : "";
}

int json_num(struct json_object *json, const char *name)
{
	struct json_object *o = member(json, name, json_type_int);

	return o ? json_object_get_int(o) : 0;
}

bool json_flag(struct json_object *json, const char *name)
{
	struct json_object *o = member(json, name, json_type_boolean);

	return o && json_object_get_boolean(o);
}

struct json_object *json_list(struct json_object *json, const char *name)
{
	return member(json, name, json_type_array);
}
