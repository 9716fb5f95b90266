/* Lists of procedures: what was published lies in DIR/catalogue as NUMBER.json and NUMBER.p7s; the
 * statement that brings the next key, as FINGERPRINT.key. */
#include "tests/province/catalogue.h"

#include "firmware/base/auto.h"
#include "tests/province/answer.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_LIST (6u << 20)

static bool path_of(const struct world *w, const char *name, char ret[PATH_MAX])
{
	return snprintf(ret, PATH_MAX, "%s/catalogue/%s", w->dir, name) < PATH_MAX;
}

static bool read_file(const char *path, uint8_t **ret, size_t *ret_len)
{
	FILE *f = fopen(path, "re");
	uint8_t *bytes = f ? malloc(MAX_LIST + 1) : NULL;
	size_t len = bytes ? fread(bytes, 1, MAX_LIST + 1, f) : 0;

	if (f)
		(void)fclose(f);
	if (!bytes || len == 0 || len > MAX_LIST) {
		free(bytes);
		return false;
	}
	*ret = bytes;
	*ret_len = len;
	return true;
}

static bool write_file(const char *path, const void *bytes, size_t len)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return false;
	bool whole = fwrite(bytes, 1, len, f) == len;
	return fclose(f) == 0 && whole;
}

static bool read_named(const struct world *w, int64_t number, const char *suffix, uint8_t **ret,
		       size_t *ret_len)
{
	char name[64], path[PATH_MAX];

	snprintf(name, sizeof name, "%lld.%s", (long long)number, suffix);
	return path_of(w, name, path) && read_file(path, ret, ret_len);
}

static struct json_object *read_list(const struct world *w, int64_t number)
{
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len;

	return read_named(w, number, "json", &bytes, &len) ? json_read(bytes, len) : NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A copy whose members stand in the order of their names, all the way down. */
static struct json_object *sorted(struct json_object *v)
{
	const char *names[64];
	size_t n = 0;

	if (json_object_is_type(v, json_type_array)) {
		struct json_object *all = json_object_new_array();

		for (size_t i = 0; i < json_object_array_length(v); i++)
			json_object_array_add(all, sorted(json_object_array_get_idx(v, i)));
		return all;
	}
	if (!json_object_is_type(v, json_type_object))
		return json_object_get(v);
	json_object_object_foreach(v, name, unused)
	{
		(void)unused;
		if (n < 64)
			names[n++] = name;
	}
	qsort(names, n, sizeof *names, by_name);
	struct json_object *o = json_object_new_object();
	for (size_t i = 0; i < n; i++)
		json_object_object_add(o, names[i], sorted(json_object_object_get(v, names[i])));
	return o;
}

static const char *text_of(struct json_object *o)
{
	return json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
							 JSON_C_TO_STRING_NOSLASHESCAPE);
}

static void put_bytes(struct json_object *data, const char *name, const void *bytes, size_t len)
{
	AUTO_FREE char *text = malloc(len / 3 * 4 + 8);

	if (!text)
		return;
	text[0] = '\0';
	if (len > 0)
		EVP_EncodeBlock((unsigned char *)text, bytes, (int)len);
	json_object_object_add(data, name, json_object_new_string(text));
}

static void put_all(struct json_object *data, int64_t number, int64_t from)
{
	json_object_object_add(data, "number", json_object_new_int64(number));
	json_object_object_add(data, "from", json_object_new_int64(from));
	put_bytes(data, "signature", "", 0);
	put_bytes(data, "body", "", 0);
	put_bytes(data, "key", "", 0);
}

/* The next key, if the one that the kiosk knows has given way to another. */
static bool put_key(const struct world *w, struct json_object *asked, struct json_object *data)
{
	const char *known = json_text(asked, "key", 64);
	char name[80], path[PATH_MAX];
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len;

	if (!known || strspn(known, "0123456789abcdef") != 64)
		return false;
	snprintf(name, sizeof name, "%s.key", known);
	if (!path_of(w, name, path) || !read_file(path, &bytes, &len))
		return false;
	put_bytes(data, "key", bytes, len);
	return true;
}

static struct json_object *find(struct json_object *list, const char *code)
{
	struct json_object *all = json_object_object_get(list, "procedures");

	for (size_t i = 0; all && i < json_object_array_length(all); i++) {
		struct json_object *p = json_object_array_get_idx(all, i);
		const char *its = json_text(p, "code", 16);

		if (its && strcmp(its, code) == 0)
			return p;
	}
	return NULL;
}

/* The newest list, of the base's procedures only the codes. */
static struct json_object *delta_of(struct json_object *base, struct json_object *list)
{
	struct json_object *all = json_object_object_get(list, "procedures");
	struct json_object *delta = json_object_new_object(), *out = json_object_new_array();

	json_object_object_foreach(list, name, v)
	{
		if (strcmp(name, "procedures") != 0)
			json_object_object_add(delta, name, json_object_get(v));
	}
	for (size_t i = 0; all && i < json_object_array_length(all); i++) {
		struct json_object *p = json_object_array_get_idx(all, i);
		const char *code = json_text(p, "code", 16);
		struct json_object *old = code ? find(base, code) : NULL;

		if (old && json_object_equal(old, p))
			json_object_array_add(out, json_object_new_string(code));
		else
			json_object_array_add(out, json_object_get(p));
	}
	json_object_object_add(delta, "procedures", out);
	return delta;
}

static void put_list(const struct world *w, int64_t number, int64_t base_number,
		     struct json_object *data)
{
	int64_t signer = w->fault.catalogue_mix ? w->fault.catalogue_mix : number;
	AUTO_FREE uint8_t *signature = NULL;
	size_t len = 0;
	AUTO_JSON base = base_number > 0 ? read_list(w, base_number) : NULL;
	AUTO_JSON list = read_list(w, number);
	AUTO_JSON delta = base && list ? delta_of(base, list) : NULL;
	const char *body = delta ? text_of(delta) : list ? text_of(list) : "";

	if (!read_named(w, signer, "p7s", &signature, &len))
		return;
	json_object_object_add(data, "from", json_object_new_int64(delta ? base_number : 0));
	put_bytes(data, "signature", signature, len);
	put_bytes(data, "body", body, strlen(body));
}

const char *query_catalogue(struct world *w, struct json_object *asked, struct json_object *data)
{
	struct json_object *whole = NULL;
	int64_t has;

	if (!json_count(asked, "number", &has))
		return "number is missing";
	json_object_object_get_ex(asked, "whole", &whole);
	int64_t number = w->fault.catalogue_replay ? w->fault.catalogue_replay : w->catalogue;
	bool fast = w->fault.catalogue_replay != 0 || number != has;
	put_all(data, number, 0);
	if (put_key(w, asked, data) || number == 0 || !fast)
		return NULL;
	put_list(w, number, json_object_get_boolean(whole) ? 0 : has, data);
	return NULL;
}

static bool sign_list(const struct world *w, int64_t number, const char *text)
{
	char name[64], path[PATH_MAX];
	AUTO_FREE uint8_t *der = NULL;
	size_t len;

	snprintf(name, sizeof name, "%lld.p7s", (long long)number);
	if (answer_sign_beside(w->dir, PKI_CATALOGUE, text, &der, &len) != ERR_OK ||
	    !path_of(w, name, path) || !write_file(path, der, len))
		return false;
	snprintf(name, sizeof name, "%lld.json", (long long)number);
	return path_of(w, name, path) && write_file(path, text, strlen(text));
}

bool catalogue_publish(struct world *w, const char *file, int64_t number, int64_t days)
{
	char path[PATH_MAX];
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len = 0;

	if (!path_of(w, "", path) || (mkdir(path, 0700) < 0 && errno != EEXIST))
		return false;
	if (snprintf(path, sizeof path, "%s/%s", w->dir, file) >= PATH_MAX ||
	    !read_file(path, &bytes, &len))
		return false;
	while (len > 0 && bytes[len - 1] == '\n')
		len--;
	AUTO_JSON list = json_read(bytes, len);
	if (!list)
		return false;
	json_object_object_add(list, "number", json_object_new_int64(number));
	if (days != 0)
		json_object_object_add(
			list, "expires_s",
			json_object_new_int64(clock_wall_s(&w->clock) + days * 86400));
	AUTO_JSON plain = sorted(list);
	if (!sign_list(w, number, text_of(plain)))
		return false;
	w->catalogue = number;
	return true;
}

static bool fingerprint(const char *path, char ret[65])
{
	FILE *f = fopen(path, "re");
	X509 *cert = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (f)
		(void)fclose(f);
	bool good = cert && X509_digest(cert, EVP_sha256(), hash, &len) == 1;
	X509_free(cert);
	for (unsigned i = 0; good && i < len && i < 32; i++)
		snprintf(ret + 2 * i, 3, "%02x", hash[i]);
	return good;
}

bool catalogue_next_key(struct world *w, const char *name)
{
	char old[PATH_MAX], path[PATH_MAX], id[65], file[80];
	AUTO_FREE uint8_t *pem = NULL;
	AUTO_FREE uint8_t *cms = NULL;
	size_t len = 0, cms_len = 0;

	if (!pki_path(w->dir, PKI_CATALOGUE, "pem", old, sizeof old) || !fingerprint(old, id) ||
	    snprintf(path, sizeof path, "%s/%s.pem", w->dir, name) >= PATH_MAX ||
	    !read_file(path, &pem, &len))
		return false;
	AUTO_FREE char *text = strndup((const char *)pem, len);
	if (!text || answer_sign_text(w->dir, PKI_CATALOGUE, text, &cms, &cms_len) != ERR_OK)
		return false;
	snprintf(file, sizeof file, "%s.key", id);
	if (!path_of(w, file, path) || !write_file(path, cms, cms_len) ||
	    !write_file(old, pem, len))
		return false;
	AUTO_FREE uint8_t *key = NULL;
	snprintf(path, sizeof path, "%s/%s.key", w->dir, name);
	return read_file(path, &key, &len) &&
	       pki_path(w->dir, PKI_CATALOGUE, "key", old, sizeof old) && write_file(old, key, len);
}
