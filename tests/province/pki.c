#include "tests/province/pki.h"

#include "firmware/base/auto.h"
#include "firmware/base/clock.h"

#include <fcntl.h>
#include <limits.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct row {
	const char *file;
	enum pki_id issuer;
	const char *name;
	int from_day, until_day;
	bool ca;
	const char *usage, *extended, *names;
} ROWS[] = {
#define PKI(id, file, issuer, ...) { file, PKI_##issuer, __VA_ARGS__ },
#include "tests/province/pki.def"
#undef PKI
};

/* What a kiosk also gets: copies of certificates whose keys it must not have. */
static const struct {
	enum pki_id id;
	const char *to;
} COPIES[] = {
	{ PKI_SEAL, "kiosk/seal.pem" },           { PKI_ANSWER_CA, "kiosk/answer.pem" },
	{ PKI_CATALOGUE, "kiosk/catalogue.pem" }, { PKI_KIOSK_CA, "kiosk/kiosk-ca.pem" },
	{ PKI_TLS_CA, "kiosk/tls/ca.pem" },
};

static const char *const FOLDERS[] = {
	"", "/pki", "/pki/kiosk", "/pki/kiosk/tls", "/pki/province", "/pki/rogue"
};

struct identity {
	EVP_PKEY *key;
	X509 *cert;
};

static void identity_finish(struct identity *i)
{
	X509_free(i->cert);
	EVP_PKEY_free(i->key);
}
#define AUTO_IDENTITY __attribute__((cleanup(identity_finish))) struct identity

bool pki_path(const char *dir, enum pki_id id, const char *suffix, char *ret, size_t cap)
{
	const char *file = id == PKI_NONE ? "shown" : ROWS[id].file;
	int n = snprintf(ret, cap, "%s/pki/%s.%s", dir, file, suffix);

	return n > 0 && (size_t)n < cap;
}

static enum err save(const char *path, const struct identity *what, bool key)
{
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, key ? 0600 : 0644);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (!f)
		return ERR_IO;
	(void)take_fd(&fd);
	int good = key ? PEM_write_PKCS8PrivateKey(f, what->key, NULL, NULL, 0, NULL, NULL)
		       : PEM_write_X509(f, what->cert);
	if (fclose(f) != 0)
		good = 0;
	return good == 1 ? ERR_OK : ERR_IO;
}

static enum err load(const char *dir, enum pki_id id, struct identity *ret)
{
	char path[PATH_MAX];
	struct identity got = { 0 };

	FILE *f = pki_path(dir, id, "key", path, sizeof path) ? fopen(path, "re") : NULL;
	if (f) {
		got.key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
		fclose(f);
	}
	f = pki_path(dir, id, "pem", path, sizeof path) ? fopen(path, "re") : NULL;
	if (f) {
		got.cert = PEM_read_X509(f, NULL, NULL, NULL);
		fclose(f);
	}
	if (!got.key || !got.cert) {
		identity_finish(&got);
		return ERR_NOT_FOUND;
	}
	*ret = got;
	return ERR_OK;
}

static bool extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;

	if (!value)
		return true;
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	bool good = e && X509_add_ext(cert, e, -1) == 1;
	X509_EXTENSION_free(e);
	return good;
}

static bool set_serial(X509 *cert)
{
	unsigned char bytes[16];

	if (RAND_bytes(bytes, sizeof bytes) != 1)
		return false;
	bytes[0] = (bytes[0] & 0x7f) | 0x40; /* positive, and always 16 bytes long */
	BIGNUM *n = BN_bin2bn(bytes, sizeof bytes, NULL);
	bool good = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert));
	BN_free(n);
	return good;
}

static bool set_name(X509 *cert, const char *name)
{
	X509_NAME *n = X509_get_subject_name(cert);
	const unsigned char *text = (const unsigned char *)name;

	return X509_NAME_add_entry_by_txt(n, "C", MBSTRING_UTF8, (const unsigned char *)"VN", -1,
					  -1, 0) == 1 &&
	       X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1;
}

static bool fill(const struct row *r, const char *name, struct identity *new,
		 const struct identity *by)
{
	X509 *c = new->cert, *issuer = by->cert;
	struct clock clock = { 0 };

	if (clock_init(&clock) != ERR_OK)
		return false;
	time_t now = clock_wall_s(&clock); /* that of the world */
	return X509_set_version(c, X509_VERSION_3) && set_serial(c) && set_name(c, name) &&
	       X509_set_issuer_name(c, X509_get_subject_name(issuer)) &&
	       X509_time_adj_ex(X509_getm_notBefore(c), r->from_day, 0, &now) &&
	       X509_time_adj_ex(X509_getm_notAfter(c), r->until_day, 0, &now) &&
	       X509_set_pubkey(c, new->key) &&
	       extend(c, issuer, NID_basic_constraints,
		      r->ca ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE") &&
	       extend(c, issuer, NID_key_usage, r->usage) &&
	       extend(c, issuer, NID_ext_key_usage, r->extended) &&
	       extend(c, issuer, NID_subject_alt_name, r->names) &&
	       extend(c, issuer, NID_subject_key_identifier, "hash") &&
	       extend(c, issuer, NID_authority_key_identifier, "keyid:always") &&
	       X509_sign(c, by->key, EVP_sha256()) > 0;
}

static enum err make_one(const char *dir, enum pki_id id, const char *kiosk_id)
{
	const struct row *r = &ROWS[id];
	AUTO_IDENTITY new = { 0 };
	AUTO_IDENTITY issuer = { 0 };
	char name[64], path[PATH_MAX];

	if (load(dir, id, &new) == ERR_OK)
		return ERR_OK;
	if (r->issuer != PKI_NONE && load(dir, r->issuer, &issuer) != ERR_OK)
		return ERR_IO;
	new.key = EVP_EC_gen("P-256");
	new.cert = X509_new();
	snprintf(name, sizeof name, "%s", strcmp(r->name, "%s") == 0 ? kiosk_id : r->name);
	if (!new.key || !new.cert || !fill(r, name, &new, issuer.cert ? &issuer : &new))
		return ERR_IO;
	if (!pki_path(dir, id, "key", path, sizeof path) || save(path, &new, true) != ERR_OK)
		return ERR_IO;
	return pki_path(dir, id, "pem", path, sizeof path) ? save(path, &new, false) : ERR_IO;
}

static enum err copy_one(const char *dir, enum pki_id id, const char *to)
{
	AUTO_IDENTITY have = { 0 };
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%s/pki/%s", dir, to);

	if (n < 0 || (size_t)n >= sizeof path)
		return ERR_NO_SPACE;
	enum err e = load(dir, id, &have);
	return e == ERR_OK ? save(path, &have, false) : e;
}

static enum err make_folders(const char *dir)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
		int n = snprintf(path, sizeof path, "%s%s", dir, FOLDERS[i]);

		if (n < 0 || (size_t)n >= sizeof path)
			return ERR_NO_SPACE;
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return err_of_errno();
	}
	return ERR_OK;
}

enum err pki_make(const char *dir, const char *kiosk_id)
{
	enum err e = make_folders(dir);

	for (int id = 0; e == ERR_OK && id < PKI_COUNT; id++)
		e = make_one(dir, id, kiosk_id);
	for (size_t i = 0; e == ERR_OK && i < sizeof COPIES / sizeof *COPIES; i++)
		e = copy_one(dir, COPIES[i].id, COPIES[i].to);
	return e;
}

enum err pki_issue(const char *dir, enum pki_id like, enum pki_id issuer,
		   const struct pki_subject *who, char **ret_pem)
{
	AUTO_IDENTITY by = { 0 };
	struct identity new = { .key = who->key, .cert = X509_new() };
	enum err e = load(dir, issuer, &by);
	char *text = NULL;
	time_t now = who->now_s;

	if (e != ERR_OK || !new.cert || !fill(&ROWS[like], who->name, &new, &by) ||
	    !X509_time_adj_ex(X509_getm_notBefore(new.cert), -1, 0, &now) ||
	    !X509_time_adj_ex(X509_getm_notAfter(new.cert), 396, 0, &now) ||
	    X509_sign(new.cert, by.key, EVP_sha256()) <= 0) {
		X509_free(new.cert);
		return ERR_IO;
	}
	BIO *out = BIO_new(BIO_s_mem());
	long len = out && PEM_write_bio_X509(out, new.cert) == 1 ? BIO_get_mem_data(out, &text) : 0;
	char *pem = len > 0 ? strndup(text, (size_t)len) : NULL;
	BIO_free(out);
	X509_free(new.cert);
	if (!pem)
		return ERR_IO;
	*ret_pem = pem;
	return ERR_OK;
}
