/* The TLS key of a kiosk lies in its TPM: kiosk-sync shakes hands with it, in both versions of TLS,
 * and what is copied from the disk is of no use elsewhere. */
#include "firmware/sync/tls.h"
#include "firmware/tpm/tpm.h"
#include "tests/unit/swtpm.h"
#include "tests/unit/sync/world.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define DAY_S 86400L

static void *read_pem(const struct world *w, const char *file, bool key)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/pki/%s.%s", w->dir, file, key ? "key" : "pem");
	FILE *f = fopen(path, "re");
	void *got = NULL;
	if (f && key)
		got = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	else if (f)
		got = PEM_read_X509(f, NULL, NULL, NULL);
	if (f)
		fclose(f);
	return got;
}

/* The province's CA: a certificate for a kiosk's key. */
static char *issue(const struct world *w, EVP_PKEY *key, int days)
{
	X509 *ca = read_pem(w, "province/tls-ca", false), *c = X509_new();
	EVP_PKEY *by = read_pem(w, "province/tls-ca", true);
	BIO *out = BIO_new(BIO_s_mem());
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, "clientAuth");
	char *text = NULL;

	X509_set_version(c, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(c), 77);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8,
				   (const unsigned char *)"K01", -1, -1, 0);
	X509_set_issuer_name(c, X509_get_subject_name(ca));
	X509_gmtime_adj(X509_getm_notBefore(c), -DAY_S);
	X509_gmtime_adj(X509_getm_notAfter(c), days * DAY_S);
	X509_set_pubkey(c, key);
	X509_add_ext(c, e, -1);
	X509_sign(c, by, EVP_sha256());
	PEM_write_bio_X509(out, c);
	long len = BIO_get_mem_data(out, &text);
	char *pem = strndup(text, (size_t)len);
	X509_EXTENSION_free(e);
	BIO_free(out);
	X509_free(c);
	X509_free(ca);
	EVP_PKEY_free(by);
	return pem;
}

static void write_file(const struct world *w, const char *file, const char *text, size_t len)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/pki/%s", w->dir, file);
	FILE *f = fopen(path, "we");
	fwrite(text, 1, len, f);
	fclose(f);
}

/* Certificate and key of a kiosk, the key in the TPM; both in `ret`, too. */
static void make_own(const struct world *w, const char *name, int days, char ret[4096])
{
	char file[64], *key = NULL;
	struct tpm *t = NULL;
	EVP_PKEY *loaded = NULL;
	size_t len = 0;

	eq_int(tpm_open(&t), ERR_OK);
	eq_int(tpm_make(t, &key, &len), ERR_OK);
	ok(tpm_has_key(key, len));
	eq_int(tpm_load(t, key, len, &loaded), ERR_OK);
	tpm_close(t);
	char *cert = issue(w, loaded, days);
	snprintf(file, sizeof file, "%s.key", name);
	write_file(w, file, key, len);
	snprintf(file, sizeof file, "%s.pem", name);
	write_file(w, file, cert, strlen(cert));
	snprintf(ret, 4096, "%s\n%.*s", cert, (int)len, key);
	free(cert);
	free(key);
	EVP_PKEY_free(loaded);
}

static SSL_CTX *server_of(const struct world *w, int version)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	X509 *cert = read_pem(w, "province/server", false);
	X509 *ca = read_pem(w, "province/tls-ca", false);
	EVP_PKEY *key = read_pem(w, "province/server", true);

	SSL_CTX_use_certificate(ctx, cert);
	SSL_CTX_use_PrivateKey(ctx, key);
	X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), ca);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_max_proto_version(ctx, version);
	X509_free(cert);
	X509_free(ca);
	EVP_PKEY_free(key);
	return ctx;
}

/* Both ends in one process. True: the server has seen the client sign. */
static bool shakes_hands(const struct world *w, const char *pem, EVP_PKEY *key, int version)
{
	SSL_CTX *to = server_of(w, version), *from = SSL_CTX_new(TLS_client_method());
	BIO *one, *other;

	ok(tls_set_own(from, pem, strlen(pem), key));
	SSL *server = SSL_new(to), *client = SSL_new(from);
	BIO_new_bio_pair(&one, 0, &other, 0);
	SSL_set_bio(server, one, one);
	SSL_set_bio(client, other, other);
	SSL_set_accept_state(server);
	SSL_set_connect_state(client);
	for (int i = 0; i < 10; i++) {
		(void)SSL_do_handshake(client);
		(void)SSL_do_handshake(server);
	}
	bool done = SSL_is_init_finished(server) && SSL_get_verify_result(server) == X509_V_OK &&
		    SSL_version(server) == version;
	ERR_clear_error();
	SSL_free(server);
	SSL_free(client);
	SSL_CTX_free(to);
	SSL_CTX_free(from);
	return done;
}

static void test_versions(const struct world *w, const char *both)
{
	struct tpm *t = NULL;
	EVP_PKEY *key = NULL, *other = EVP_EC_gen("P-256");
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	eq_int(tpm_open(&t), ERR_OK);
	eq_int(tpm_load(t, both, strlen(both), &key), ERR_OK);
	tpm_close(t); /* the key holds on to it */
	ok(shakes_hands(w, both, key, TLS1_2_VERSION));
	ok(shakes_hands(w, both, key, TLS1_3_VERSION));
	ok(tls_pair_ok(both, strlen(both), key));
	ok(!tls_pair_ok(both, strlen(both), other));
	ok(!tls_set_own(ctx, both, strlen(both), other));
	ok(!tls_set_own(ctx, "none", 4, key));
	SSL_CTX_free(ctx);
	EVP_PKEY_free(other);
	EVP_PKEY_free(key);
}

static void offer(struct world *w, const char *both, enum err want)
{
	struct msg m = { .type = MSG_IDENTITY, .identity = { .pem = -1 } };

	eq_int(mem_of(both, strlen(both), &m.identity.pem), ERR_OK);
	eq_int(msg_send(w->core, ROLE_CORE, ROLE_SYNC, &m), ERR_OK);
	msg_finish(&m);
	if (world_expect(w, MSG_IDENTITY_TRIED, &m))
		eq_int(m.identity_tried.why, want);
}

static void test_sync(struct world *w, const char *next, const char *broken)
{
	world_conf(w, w->url, "tpm");
	world_start_sync(w);
	world_expect_link(w, true);
	offer(w, broken, ERR_BAD_DATA);
	offer(w, next, ERR_OK);
	struct parcel p = parcel_make(w, 1000);
	char code[64];
	world_send(w, &p, "");
	world_expect_code(w, &p, code);
	world_stop_sync(w);
}

/* The files of the disk, and another board. */
static void test_elsewhere(struct world *w, const char *both)
{
	struct tpm *t = NULL;
	EVP_PKEY *key = NULL;

	eq_int(tpm_open(&t), ERR_OK);
	enum err e = tpm_load(t, both, strlen(both), &key);
	ok(e != ERR_OK || !shakes_hands(w, both, key, TLS1_3_VERSION));
	EVP_PKEY_free(key);
	tpm_close(t);
	eq_int(tpm_load(NULL, both, strlen(both), &key), ERR_GONE);
}

int main(void)
{
	char own[4096], next[4096], broken[8192], state[64];
	struct swtpm tpm = { 0 };
	struct world w;

	world_init(&w);
	snprintf(state, sizeof state, "%s/tpm1", w.dir);
	if (!swtpm_start(&tpm, state)) {
		tap_skip("there is no swtpm, or no provider tpm2 for OpenSSL");
	} else {
		make_own(&w, "tpm", 30, own);
		make_own(&w, "next", 60, next);
		snprintf(broken, sizeof broken, "%.*s%s",
			 (int)(strstr(own, "-----BEGIN TSS2") - own), own,
			 strstr(next, "-----BEGIN TSS2"));
		test_versions(&w, own);
		test_sync(&w, next, broken);
		swtpm_stop(&tpm);
		snprintf(state, sizeof state, "%s/tpm2", w.dir);
		ok(swtpm_start(&tpm, state));
		test_elsewhere(&w, own);
	}
	swtpm_stop(&tpm);
	world_finish(&w);
	return tap_done();
}
