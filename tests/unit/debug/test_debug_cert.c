/* Certificates that open the serial console, and those that do not. */
#include "firmware/debug/debug_cert.h"
#include "tests/tap.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#define DAY_S 86400
#define NOW_S 1800000000

struct who {
	EVP_PKEY *key;
	X509 *cert;
};

struct wish {
	const char *serial, *again; /* in the subject; NULL: not there */
	bool authority;
	int64_t from_s, until_s;
};

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
	X509_EXTENSION *x = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	ok(x && X509_add_ext(cert, x, -1) == 1);
	X509_EXTENSION_free(x);
}

static void name_it(X509 *cert, const char *name, const struct wish *w)
{
	X509_NAME *subject = X509_get_subject_name(cert);

	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const uint8_t *)name, -1, -1, 0);
	if (w->serial)
		X509_NAME_add_entry_by_txt(subject, "serialNumber", MBSTRING_UTF8,
					   (const uint8_t *)w->serial, -1, -1, 0);
	if (w->again)
		X509_NAME_add_entry_by_txt(subject, "serialNumber", MBSTRING_UTF8,
					   (const uint8_t *)w->again, -1, -1, 0);
}

/* `by` NULL: by itself. */
static struct who make(const char *name, const struct wish *w, const struct who *by)
{
	struct who it = { EVP_EC_gen("P-256"), X509_new() };

	X509_set_version(it.cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(it.cert), 7);
	ASN1_TIME_set(X509_getm_notBefore(it.cert), NOW_S + w->from_s);
	ASN1_TIME_set(X509_getm_notAfter(it.cert), NOW_S + w->until_s);
	X509_set_pubkey(it.cert, it.key);
	name_it(it.cert, name, w);
	X509_set_issuer_name(it.cert, X509_get_subject_name(by ? by->cert : it.cert));
	add_extension(it.cert, it.cert, NID_subject_key_identifier, "hash");
	add_extension(it.cert, by ? by->cert : it.cert, NID_authority_key_identifier, "keyid");
	add_extension(it.cert, it.cert, NID_basic_constraints,
		      w->authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
	if (w->authority)
		add_extension(it.cert, it.cert, NID_key_usage, "critical,keyCertSign");
	X509_sign(it.cert, by ? by->key : it.key, EVP_sha256());
	return it;
}

static void drop(struct who *w)
{
	EVP_PKEY_free(w->key);
	X509_free(w->cert);
}

static void write_to(const char *path, const struct who *w)
{
	FILE *f = fopen(path, "we");

	ok(f && PEM_write_X509(f, w->cert) == 1);
	if (f)
		fclose(f);
}

struct place {
	char anchor[64], cert[64];
	struct who authority;
	struct debug_cert_here here;
};

static enum err check(struct place *p, const struct wish *w, const struct who *by)
{
	struct who it = make("debug", w, by);

	write_to(p->cert, &it);
	drop(&it);
	return debug_cert_check(p->cert, &p->here);
}

static void test_machine(struct place *p)
{
	const struct who *ca = &p->authority;
	struct wish w = { .serial = "S1", .from_s = -DAY_S, .until_s = 7 * DAY_S };

	eq_int(check(p, &w, ca), ERR_OK);
	w.serial = "S2";
	eq_int(check(p, &w, ca), ERR_DENIED);
	w.serial = "S11";
	eq_int(check(p, &w, ca), ERR_DENIED);
	w.serial = "any";
	eq_int(check(p, &w, ca), ERR_DENIED);
	p->here.any = true;
	eq_int(check(p, &w, ca), ERR_OK);
	w.again = "S1"; /* which of the two? */
	eq_int(check(p, &w, ca), ERR_BAD_DATA);
	w.again = w.serial = NULL;
	eq_int(check(p, &w, ca), ERR_BAD_DATA);
	w.serial = "S1";
	p->here.disk = "";
	eq_int(check(p, &w, ca), ERR_DENIED);
	p->here.disk = "S1";
	p->here.any = false;
}

static void test_days(struct place *p)
{
	const struct who *ca = &p->authority;
	struct wish w = { .serial = "S1", .from_s = -5 * DAY_S, .until_s = -1 };

	eq_int(check(p, &w, ca), ERR_OLD_CERT);
	w = (struct wish){ .serial = "S1", .from_s = 1, .until_s = DAY_S };
	eq_int(check(p, &w, ca), ERR_OLD_CERT);
	w = (struct wish){ .serial = "S1", .from_s = 0, .until_s = (DEBUG_CERT_DAYS + 1) * DAY_S };
	eq_int(check(p, &w, ca), ERR_OLD_CERT);
	w.until_s = DEBUG_CERT_DAYS * DAY_S;
	eq_int(check(p, &w, ca), ERR_OK);
}

/* Of another authority of the same name; by itself; by one that the right
 * authority did not make one; the authority's own. */
static void test_authority(struct place *p)
{
	struct wish ca = { .authority = true, .until_s = DAY_S };
	struct wish w = { .serial = "S1", .until_s = DAY_S };
	struct who other = make("authority", &ca, NULL);
	struct who plain = make("debug", &w, &p->authority);

	eq_int(check(p, &w, &other), ERR_FORGED);
	eq_int(check(p, &w, NULL), ERR_FORGED);
	eq_int(check(p, &w, &plain), ERR_FORGED);
	w.authority = true;
	eq_int(check(p, &w, &p->authority), ERR_FORGED);
	write_to(p->cert, &p->authority);
	eq_int(debug_cert_check(p->cert, &p->here), ERR_FORGED);
	drop(&other);
	drop(&plain);
}

static void test_files(struct place *p)
{
	struct debug_cert_here nobody = p->here;
	FILE *f = fopen(p->cert, "we");

	for (int i = 0; f && i < DEBUG_CERT_MAX; i++)
		fputc('a', f);
	if (f)
		fclose(f);
	eq_int(debug_cert_check(p->cert, &p->here), ERR_BAD_DATA);
	ok(truncate(p->cert, 100) == 0);
	eq_int(debug_cert_check(p->cert, &p->here), ERR_BAD_DATA);
	ok(unlink(p->cert) == 0);
	eq_int(debug_cert_check(p->cert, &p->here), ERR_NOT_FOUND);
	ok(symlink(p->anchor, p->cert) == 0);
	eq_int(debug_cert_check(p->cert, &p->here), ERR_IO);
	nobody.anchor_path = "/nowhere/debug.pem";
	eq_int(debug_cert_check(p->cert, &nobody), ERR_NOT_FOUND);
	ok(unlink(p->cert) == 0);
}

int main(void)
{
	char dir[] = "/tmp/debug-cert-XXXXXX";
	struct place p = { .here = { .disk = "S1", .now_s = NOW_S } };
	struct wish ca = { .authority = true, .from_s = -DAY_S, .until_s = 3650 * DAY_S };

	ok(mkdtemp(dir) != NULL);
	snprintf(p.anchor, sizeof p.anchor, "%s/anchor", dir);
	snprintf(p.cert, sizeof p.cert, "%s/cert", dir);
	p.here.anchor_path = p.anchor;
	p.authority = make("authority", &ca, NULL);
	write_to(p.anchor, &p.authority);
	test_machine(&p);
	test_days(&p);
	test_authority(&p);
	test_files(&p);
	drop(&p.authority);
	ok(unlink(p.anchor) == 0 && rmdir(dir) == 0);
	return tap_done();
}
