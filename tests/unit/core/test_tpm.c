/* Keys of core that lie in the TPM: the one of a renewed certificate, and, where an operator wants
 * it so, the one that signs packages. */
#include "firmware/core/capture_seal.h"
#include "firmware/core/copy_code.h"
#include "firmware/core/files.h"
#include "firmware/core/renew_files.h"
#include "firmware/core/seal.h"
#include "firmware/tpm/tpm.h"
#include "tests/unit/core/fixture.h"
#include "tests/unit/swtpm.h"

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <time.h>

#define SIGNATURES 50

static struct fixture f;

static char *pem_of(X509 *cert)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text = NULL;

	PEM_write_bio_X509(out, cert);
	long len = BIO_get_mem_data(out, &text);
	char *pem = strndup(text, (size_t)len);
	BIO_free(out);
	return pem;
}

/* By whoever: a certificate for a public key. */
static char *certify(EVP_PKEY *key)
{
	EVP_PKEY *ca = EVP_EC_gen("P-256");
	X509 *c = X509_new();

	X509_set_version(c, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(c), 1);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8,
				   (const unsigned char *)"K01", -1, -1, 0);
	X509_set_issuer_name(c, X509_get_subject_name(c));
	X509_gmtime_adj(X509_getm_notBefore(c), 0);
	X509_gmtime_adj(X509_getm_notAfter(c), 86400);
	X509_set_pubkey(c, key);
	X509_sign(c, ca, EVP_sha256());
	char *pem = pem_of(c);
	X509_free(c);
	EVP_PKEY_free(ca);
	return pem;
}

static X509_REQ *read_request(const char *text)
{
	BIO *in = BIO_new_mem_buf(text, -1);
	X509_REQ *r = PEM_read_bio_X509_REQ(in, NULL, NULL, NULL);

	BIO_free(in);
	return r;
}

static void renewal(struct swtpm *tpm)
{
	char state[96], *first = NULL, *again = NULL;
	uint8_t *pem = NULL;
	size_t len = 0;

	mkdir(f.data, 0700);
	int dir = open(f.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	eq_int(renew_request(dir, "K01", &first), ERR_OK);
	eq_int(renew_request(dir, "K01", &again), ERR_OK);
	X509_REQ *a = read_request(first), *b = read_request(again);
	EVP_PKEY *key = X509_REQ_get0_pubkey(a);
	eq_int(X509_REQ_verify(a, key), 1);
	ok(EVP_PKEY_eq(key, X509_REQ_get0_pubkey(b)) == 1);
	eq_int(files_read(dir, "next.key", 8192, &pem, &len), ERR_OK);
	ok(tpm_has_key(pem, len));
	free(pem);

	char *chain = certify(key);
	swtpm_stop(tpm);
	eq_str(err_name(renew_take(dir, chain, strlen(chain))), "GONE");
	snprintf(state, sizeof state, "%s/tpm", f.dir);
	ok(swtpm_start(tpm, state));
	eq_int(renew_take(dir, chain, strlen(chain)), ERR_OK);
	eq_int(renew_promote(dir), ERR_OK);
	eq_int(renew_load(dir, RENEW_NOW, &pem, &len), ERR_OK);
	ok(tpm_has_key(pem, len));
	free(pem);
	free(chain);
	X509_REQ_free(a);
	X509_REQ_free(b);
	free(first);
	free(again);
	close(dir);
}

static void put(const char *name, const char *text, size_t len)
{
	char path[160];

	in(&f, name, path);
	FILE *out = fopen(path, "we");
	fwrite(text, 1, len, out);
	fclose(out);
}

static void sign_key(void)
{
	struct tpm *t = NULL;
	EVP_PKEY *key = NULL;
	char *pem = NULL;
	size_t len = 0;

	eq_int(tpm_open(&t), ERR_OK);
	eq_int(tpm_make(t, &pem, &len), ERR_OK);
	eq_int(tpm_load(t, pem, len, &key), ERR_OK);
	char *cert = certify(key);
	put("kiosk.key", pem, len);
	put("kiosk.pem", cert, strlen(cert));
	EVP_PKEY_free(key);
	tpm_close(t);
	free(cert);
	free(pem);
}

static bool verifies(const uint8_t *der, size_t len)
{
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &der, (long)len);
	X509_STORE *none = X509_STORE_new();
	bool good = CMS_verify(cms, NULL, none, NULL, NULL,
			       CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1;

	X509_STORE_free(none);
	CMS_ContentInfo_free(cms);
	return good;
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* What the emulator takes says what is ours; a TPM of silicon takes a tenth of a second itself. */
static void packages(void)
{
	struct package_keys *k = NULL;
	char key[160], cert[160], seal[160], code[COPY_CODE_CAP];
	const struct copy_statement s = { .title = "Bản sao", .number = "1", .pages = 1 };
	uint8_t *der = NULL;
	size_t len = 0;

	in(&f, "kiosk.key", key);
	in(&f, "kiosk.pem", cert);
	in(&f, "seal.pem", seal);
	eq_int(package_keys_load(key, cert, seal, &k), ERR_OK);
	if (!k)
		return;
	double began = now_ms();
	for (int i = 0; i < SIGNATURES; i++) {
		free(der);
		der = NULL;
		if (seal_sign(k, "hello", 5, &der, &len) != ERR_OK)
			break;
	}
	printf("# %.1f ms a signature\n", (now_ms() - began) / SIGNATURES);
	ok(der && verifies(der, len));
	free(der);
	eq_int(copy_code_make(k, &s, code), ERR_OK);
	package_keys_free(k);
}

int main(void)
{
	char state[96];
	struct swtpm tpm = { 0 };

	fixture_init(&f);
	snprintf(state, sizeof state, "%s/tpm", f.dir);
	if (!swtpm_start(&tpm, state)) {
		tap_skip("there is no swtpm, or no provider tpm2 for OpenSSL");
	} else {
		package_keys_free(make_keys(&f));
		renewal(&tpm);
		sign_key();
		packages();
		swtpm_stop(&tpm);
		struct package_keys *k = NULL;
		char key[160], cert[160], seal[160];
		in(&f, "kiosk.key", key);
		in(&f, "kiosk.pem", cert);
		in(&f, "seal.pem", seal);
		eq_str(err_name(package_keys_load(key, cert, seal, &k)), "GONE");
	}
	swtpm_stop(&tpm);
	fixture_finish(&f);
	return tap_done();
}
