/* A signing token by SoftHSM: what is on it, a signature, and the PIN that is wrong until it is
 * locked. Where SoftHSM or pkcs11-tool are not installed, only what needs none is tested. */
#include "drivers/token.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MODULE "/usr/lib/softhsm/libsofthsm2.so"
#define PIN    "246810"

static char dir[] = "/tmp/kiosk-token-XXXXXX";

static int run(const char *const argv[])
{
	posix_spawn_file_actions_t files;
	pid_t pid;
	int status = -1;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &files, NULL, (char *const *)(uintptr_t)argv, environ) == 0)
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&files);
	return status;
}
#define RUN(...) run((const char *const[]){ __VA_ARGS__, NULL })

static bool make_hsm(void)
{
	char path[64], tokens[64];

	if (access(MODULE, R_OK) < 0 || access("/usr/bin/pkcs11-tool", X_OK) < 0 || !mkdtemp(dir))
		return false;
	snprintf(tokens, sizeof tokens, "%s/tokens", dir);
	snprintf(path, sizeof path, "%s/conf", dir);
	if (mkdir(tokens, 0700) < 0)
		return false;
	FILE *f = fopen(path, "we");
	if (!f)
		return false;
	fprintf(f, "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n",
		tokens);
	fclose(f);
	setenv("SOFTHSM2_CONF", path, 1);
	return RUN("softhsm2-util", "--init-token", "--free", "--label", "officer", "--pin", PIN,
		   "--so-pin", "1234567890") == 0;
}

/* A key and its certificate on the token, as an issuer does it. */
static bool fill_token(const char *algorithm, const char *option)
{
	char key[64], cert[64], der[64];

	snprintf(key, sizeof key, "%s/key.pem", dir);
	snprintf(cert, sizeof cert, "%s/cert.pem", dir);
	snprintf(der, sizeof der, "%s/cert.der", dir);
	return RUN("openssl", "req", "-x509", "-newkey", algorithm, "-pkeyopt", option, "-nodes",
		   "-days", "30", "-utf8", "-subj", "/CN=Trần Thị Mẫu/O=UBND phường Mẫu", "-addext",
		   "basicConstraints=critical,CA:FALSE", "-addext",
		   "keyUsage=critical,nonRepudiation", "-keyout", key, "-out", cert) == 0 &&
	       RUN("openssl", "x509", "-in", cert, "-outform", "DER", "-out", der) == 0 &&
	       RUN("softhsm2-util", "--import", key, "--token", "officer", "--label", "sign",
		   "--id", "01", "--pin", PIN) == 0 &&
	       RUN("pkcs11-tool", "--module", MODULE, "--token-label", "officer", "--login",
		   "--pin", PIN, "--write-object", der, "--type", "cert", "--id", "01", "--label",
		   "sign") == 0;
}

static void empty_token(void)
{
	(void)RUN("pkcs11-tool", "--module", MODULE, "--token-label", "officer", "--login", "--pin",
		  PIN, "--delete-object", "--type", "cert", "--id", "01");
	(void)RUN("pkcs11-tool", "--module", MODULE, "--token-label", "officer", "--login", "--pin",
		  PIN, "--delete-object", "--type", "privkey", "--id", "01");
	(void)RUN("pkcs11-tool", "--module", MODULE, "--token-label", "officer", "--login", "--pin",
		  PIN, "--delete-object", "--type", "pubkey", "--id", "01");
}

static struct msg_token_sign order(const char *pin)
{
	struct msg_token_sign o = { .job = 7, .digest_len = 32 };

	snprintf(o.pin, sizeof o.pin, "%s", pin);
	memset(o.digest, 0x5a, 32);
	return o;
}

static bool verifies(const struct msg_token_cert *c, const struct msg_token_signed *s)
{
	const unsigned char *at = c->cert;
	X509 *x = d2i_X509(NULL, &at, c->cert_len);
	EVP_PKEY_CTX *v = EVP_PKEY_CTX_new(X509_get0_pubkey(x), NULL);
	uint8_t digest[32];

	memset(digest, 0x5a, 32);
	bool good = EVP_PKEY_verify_init(v) == 1 &&
		    EVP_PKEY_CTX_set_signature_md(v, EVP_sha256()) == 1 &&
		    EVP_PKEY_verify(v, s->signature, s->signature_len, digest, 32) == 1;
	EVP_PKEY_CTX_free(v);
	X509_free(x);
	return good;
}

static void signs(struct token *t)
{
	struct msg_token_cert c;
	struct msg_token_signed s;
	struct msg_token_sign o = order(PIN);
	char model[64];

	eq_int(token_look(t, model), ERR_OK);
	ok(strstr(model, "SoftHSM") != NULL);
	eq_int(token_cert(t, &c), ERR_OK);
	eq_str(c.holder, "Trần Thị Mẫu");
	ok(c.until_s > c.from_s && c.issuer_len > 0 && c.number_len > 2);
	token_sign(t, &o, &s);
	eq_int(s.why, ERR_OK);
	eq_int(s.job, 7);
	ok(s.left > 0);
	ok(verifies(&c, &s));
	s.signature[20] ^= 1;
	ok(!verifies(&c, &s));
}

static void wrong_pin(struct token *t)
{
	struct msg_token_signed s;
	struct msg_token_sign o = order("000000");

	token_sign(t, &o, &s);
	eq_int(s.why, ERR_WRONG_PIN);
	eq_int(s.signature_len, 0);
	o = order("");
	token_sign(t, &o, &s);
	ok(s.why == ERR_WRONG_PIN || s.why == ERR_LOCKED_PIN);
	o = order(PIN);
	o.digest_len = 31;
	token_sign(t, &o, &s);
	eq_int(s.why, ERR_BAD_MESSAGE);
	o = order(PIN);
	token_sign(t, &o, &s);
	eq_int(s.why, ERR_OK);
}

static void no_certificate(struct token *t)
{
	char model[64];
	struct msg_token_cert c;
	struct msg_token_signed s;
	struct msg_token_sign o = order(PIN);

	eq_int(token_look(t, model), ERR_NO_TOKEN);
	eq_int(token_cert(t, &c), ERR_NO_TOKEN);
	token_sign(t, &o, &s);
	eq_int(s.why, ERR_NO_TOKEN);
}

/* A module sees objects that another process has written when it is loaded anew. */
static void with_module(void (*test)(struct token *t))
{
	struct token *t = NULL;

	eq_int(token_open(MODULE, &t), ERR_OK);
	if (t)
		test(t);
	token_close(t);
}

int main(void)
{
	struct token *t = NULL;

	eq_int(token_open("/nowhere/module.so", &t), ERR_NO_TOKEN);
	ok(t == NULL);
	if (!make_hsm()) {
		puts("# SKIP SoftHSM or pkcs11-tool is not installed");
		return tap_done();
	}
	with_module(no_certificate);
	ok(fill_token("rsa", "rsa_keygen_bits:2048"));
	with_module(signs);
	with_module(wrong_pin);
	empty_token();
	with_module(no_certificate);
	ok(fill_token("ec", "ec_paramgen_curve:P-256"));
	with_module(signs);
	(void)RUN("rm", "-r", dir);
	return tap_done();
}
