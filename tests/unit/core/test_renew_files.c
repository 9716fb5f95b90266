/* A new certificate and its key, whatever call fails or is the last one: what worked stays whole,
 * and the next start goes on to the end. */
#include "firmware/core/files.h"
#include "firmware/core/renew_files.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/wait.h>

static struct fixture f;

/* The province: a certificate for the request's key, or for another. */
static char *issue(const char *request, bool strange)
{
	BIO *in = BIO_new_mem_buf(request, -1), *out = BIO_new(BIO_s_mem());
	X509_REQ *r = PEM_read_bio_X509_REQ(in, NULL, NULL, NULL);
	EVP_PKEY *ca = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	char *text = NULL;

	eq_int(X509_REQ_verify(r, X509_REQ_get0_pubkey(r)), 1);
	X509_set_pubkey(cert, strange ? ca : X509_REQ_get0_pubkey(r));
	X509_set_subject_name(cert, X509_REQ_get_subject_name(r));
	X509_gmtime_adj(X509_getm_notBefore(cert), 0);
	X509_gmtime_adj(X509_getm_notAfter(cert), 86400);
	X509_sign(cert, ca, EVP_sha256());
	PEM_write_bio_X509(out, cert);
	long len = BIO_get_mem_data(out, &text);
	char *pem = strndup(text, (size_t)len);
	X509_free(cert);
	EVP_PKEY_free(ca);
	X509_REQ_free(r);
	BIO_free(in);
	BIO_free(out);
	return pem;
}

/* A certificate with its own key in one file. "" when there is none, "broken" when it is not. */
static void look(int dir, enum renew_which which, char ret[65])
{
	uint8_t *pem = NULL, sum[EVP_MAX_MD_SIZE];
	size_t len = 0;

	snprintf(ret, 65, "%s", "");
	if (renew_load(dir, which, &pem, &len) != ERR_OK)
		return;
	BIO *in = BIO_new_mem_buf(pem, (int)len), *again = BIO_new_mem_buf(pem, (int)len);
	X509 *cert = PEM_read_bio_X509(in, NULL, NULL, NULL);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(again, NULL, NULL, NULL);

	EVP_Digest(pem, len, sum, NULL, EVP_sha256(), NULL);
	hex_of(sum, 32, ret);
	if (!cert || !key || X509_check_private_key(cert, key) != 1)
		snprintf(ret, 65, "broken");
	X509_free(cert);
	EVP_PKEY_free(key);
	BIO_free(in);
	BIO_free(again);
	free(pem);
}

/* The whole way, from wherever it stands. */
static enum err renew(int dir)
{
	char next[65], *request = NULL, *chain;
	enum err e = ERR_OK;

	look(dir, RENEW_NEXT, next);
	if (!next[0]) {
		e = renew_request(dir, "K01", &request);
		if (e != ERR_OK)
			return e;
		chain = issue(request, false);
		e = renew_take(dir, chain, strlen(chain));
		free(chain);
		free(request);
	}
	return e == ERR_OK ? renew_promote(dir) : e;
}

static int open_folder(void)
{
	int dir;

	mkdir(f.data, 0700);
	dir = open(f.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir;
}

static void the_good_way(void)
{
	int dir = open_folder();
	char first[65], second[65], *request = NULL, *again = NULL, *chain;

	look(dir, RENEW_NOW, first);
	eq_str(first, "");
	eq_str(err_name(renew_promote(dir)), "NOT_FOUND");
	eq_int(renew(dir), ERR_OK);
	look(dir, RENEW_NOW, first);
	eq_int(strlen(first), 64);
	eq_int(renew_request(dir, "K01", &request), ERR_OK);
	eq_int(renew_request(dir, "K01", &again), ERR_OK); /* the same key, asked for again */
	chain = issue(request, true);
	eq_int(renew_take(dir, chain, strlen(chain)), ERR_FORGED);
	free(chain);
	eq_int(renew_take(dir, "no certificate", 14), ERR_BAD_DATA);
	chain = issue(again, false);
	free(again);
	eq_int(renew_take(dir, chain, strlen(chain)), ERR_OK);
	eq_int(renew_take(dir, chain, strlen(chain)), ERR_NOT_FOUND); /* no key is waiting */
	look(dir, RENEW_NOW, second);
	eq_str(second, first); /* until it has worked */
	eq_int(renew_promote(dir), ERR_OK);
	look(dir, RENEW_NOW, second);
	ok(strcmp(second, first) != 0);
	look(dir, RENEW_NEXT, second);
	eq_str(second, "");
	free(chain);
	free(request);
	eq_int(renew_drop(dir), ERR_OK);
	close(dir);
}

/* True when the fault came. */
static bool one_fault(int dir, unsigned kind, enum fault_how how, long at)
{
	char before[65], now[65];
	int status = 0;
	bool fired = false;

	look(dir, RENEW_NOW, before);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		faults_set(kind, how, at, ENOSPC);
		enum err e = renew(dir);
		if (how == FAULT_ONCE && faults_fired())
			_exit(e == ERR_OK && kind != FAULT_NAME ? 98 : 99);
		_exit(e == ERR_OK ? 0 : 97);
	}
	waitpid(pid, &status, 0);
	fired = WIFEXITED(status) && WEXITSTATUS(status) == 99;
	if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && !fired))
		ok(!"a fault that was not told");
	look(dir, RENEW_NOW, now);
	if (strlen(now) != 64)
		ok(!"what worked is gone");
	if (renew(dir) != ERR_OK)
		ok(!"it does not go on");
	look(dir, RENEW_NOW, now);
	if (strlen(now) != 64 || strcmp(now, before) == 0)
		ok(!"renewed in the end");
	return fired;
}

static void every_fault(unsigned kind, enum fault_how how)
{
	int dir = open_folder();
	long at = 1;

	while (one_fault(dir, kind, how, at))
		at++;
	printf("# kind %u: %ld places\n", kind, at - 1);
	ok(at > 3);
	close(dir);
}

int main(void)
{
	fixture_init(&f);
	the_good_way();
	every_fault(FAULT_SYNC, FAULT_KILL);
	every_fault(FAULT_WRITE, FAULT_KILL);
	every_fault(FAULT_NAME, FAULT_KILL);
	every_fault(FAULT_SYNC, FAULT_ONCE);
	every_fault(FAULT_WRITE, FAULT_ONCE);
	every_fault(FAULT_NAME, FAULT_ONCE);
	fixture_finish(&f);
	return tap_done();
}
