/* Signatures by themselves: names, digests, keys that do not fit together. */
#include "firmware/parse/chip/sign.h"
#include "firmware/parse/chip/trust.h"
#include "tests/tap.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <string.h>

static const uint8_t TEXT[] = "what was signed";
#define TEXT_SPAN ((struct span){ TEXT, sizeof TEXT })

struct made {
	EVP_PKEY *key;
	uint8_t bytes[1024];
	size_t len;
};

/* By whatever OpenSSL does with such a key. */
static struct made make(EVP_PKEY *key, const EVP_MD *md, bool pss)
{
	struct made m = { .key = key, .len = sizeof m.bytes };
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *how = NULL;

	ok(EVP_DigestSignInit(ctx, &how, md, NULL, key) == 1);
	if (pss)
		ok(EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING) > 0);
	ok(EVP_DigestSign(ctx, m.bytes, &m.len, TEXT, sizeof TEXT) == 1);
	EVP_MD_CTX_free(ctx);
	return m;
}

/* `digest` NULL: not said beside the algorithm. Parameters are absent. */
static enum sign_result check(const struct made *m, const char *algorithm, const char *digest,
			      unsigned *notes)
{
	X509_ALGOR *a = X509_ALGOR_new(), *d = digest ? X509_ALGOR_new() : NULL;

	X509_ALGOR_set0(a, OBJ_txt2obj(algorithm, 0), V_ASN1_UNDEF, NULL);
	if (d)
		X509_ALGOR_set0(d, OBJ_txt2obj(digest, 0), V_ASN1_UNDEF, NULL);
	struct sign s = { .digest = d,
			  .algorithm = a,
			  .signed_bytes = TEXT_SPAN,
			  .signature = { m->bytes, m->len } };
	enum sign_result r = sign_check(m->key, &s, notes);
	X509_ALGOR_free(a);
	X509_ALGOR_free(d);
	return r;
}

static void the_name_says_the_digest_or_leaves_it(void)
{
	EVP_PKEY *ec = EVP_EC_gen("P-256");
	struct made m = make(ec, EVP_sha384(), false);
	unsigned notes = 0;

	eq_int(check(&m, "ecdsa-with-SHA384", NULL, &notes), SIGN_GOOD);
	eq_int(check(&m, "id-ecPublicKey", "SHA384", &notes), SIGN_GOOD);
	eq_int(check(&m, "id-ecPublicKey", "SHA256", &notes), SIGN_BAD);
	eq_int(check(&m, "id-ecPublicKey", NULL, &notes), SIGN_UNKNOWN);
	eq_int(check(&m, "id-ecPublicKey", "MD5", &notes), SIGN_UNKNOWN);
	/* one says another digest than the one that was used */
	eq_int(check(&m, "ecdsa-with-SHA256", "SHA384", &notes), SIGN_GOOD);
	eq_int(check(&m, "ecdsa-with-SHA256", "SHA512", &notes), SIGN_BAD);
	eq_int(notes, 0);
	eq_int(check(&m, "ecdsa-with-SHA384", NULL, NULL), SIGN_GOOD);
	EVP_PKEY_free(ec);
}

static void sha1_is_good_and_noted(void)
{
	EVP_PKEY *ec = EVP_EC_gen("P-256");
	struct made m = make(ec, EVP_sha1(), false);
	unsigned notes = 0;

	eq_int(check(&m, "ecdsa-with-SHA1", NULL, &notes), SIGN_GOOD);
	eq_int(notes, TRUST_NOTE_SHA1);
	m.bytes[m.len - 1] ^= 1;
	notes = 0;
	eq_int(check(&m, "ecdsa-with-SHA1", NULL, &notes), SIGN_BAD);
	eq_int(notes, 0);
	EVP_PKEY_free(ec);
}

static void names_nobody_knows_are_unknown(void)
{
	EVP_PKEY *ec = EVP_EC_gen("P-256");
	struct made m = make(ec, EVP_sha256(), false);

	eq_int(check(&m, "1.2.3.4.5", "SHA256", NULL), SIGN_UNKNOWN);
	eq_int(check(&m, "RSA-MD5", "SHA256", NULL), SIGN_UNKNOWN);
	/* PSS without its parameters */
	eq_int(check(&m, "rsassaPss", "SHA256", NULL), SIGN_UNKNOWN);
	EVP_PKEY_free(ec);
}

static void a_key_of_another_kind_proves_nothing(void)
{
	EVP_PKEY *rsa = EVP_RSA_gen(2048), *ec = EVP_EC_gen("P-256");
	struct made by_rsa = make(rsa, EVP_sha256(), false);
	struct made pss = make(rsa, EVP_sha256(), true);
	struct made crossed = by_rsa;

	eq_int(check(&by_rsa, "RSA-SHA256", NULL, NULL), SIGN_GOOD);
	eq_int(check(&by_rsa, "rsaEncryption", "SHA256", NULL), SIGN_GOOD);
	eq_int(check(&pss, "RSA-SHA256", NULL, NULL), SIGN_BAD);
	crossed.key = ec;
	ok(check(&crossed, "RSA-SHA256", NULL, NULL) != SIGN_GOOD);
	ok(check(&crossed, "ecdsa-with-SHA256", NULL, NULL) != SIGN_GOOD);
	crossed.key = NULL;
	eq_int(check(&crossed, "RSA-SHA256", NULL, NULL), SIGN_UNKNOWN);
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
}

static void weak_keys_prove_nothing(void)
{
	EVP_PKEY *weak = EVP_RSA_gen(512), *curve = EVP_EC_gen("secp160r1");
	struct made m = make(weak, EVP_sha256(), false), n = make(curve, EVP_sha256(), false);
	EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	eq_int(check(&m, "RSA-SHA256", NULL, NULL), SIGN_UNKNOWN);
	eq_int(check(&n, "ecdsa-with-SHA256", NULL, NULL), SIGN_UNKNOWN);
	m.key = other;
	eq_int(check(&m, "ecdsa-with-SHA256", NULL, NULL), SIGN_UNKNOWN);
	EVP_PKEY_free(weak);
	EVP_PKEY_free(curve);
	EVP_PKEY_free(other);
}

static void signatures_of_any_length_are_looked_at(void)
{
	EVP_PKEY *ec = EVP_EC_gen("P-256");
	struct made m = make(ec, EVP_sha256(), false);

	for (m.len = 0; m.len < 140; m.len++)
		ok(check(&m, "ecdsa-with-SHA256", NULL, NULL) != SIGN_UNKNOWN);
	memset(m.bytes, 0, sizeof m.bytes);
	m.len = 64;
	eq_int(check(&m, "0.4.0.127.0.7.1.1.4.1.3", NULL, NULL), SIGN_BAD);
	EVP_PKEY_free(ec);
}

static void digests_have_their_lengths(void)
{
	static const size_t BYTES[] = { 0, 20, 28, 32, 48, 64 };
	uint8_t hash[SOD_HASH_MAX];

	for (enum sod_digest d = SOD_SHA1; d <= SOD_SHA512; d++) {
		size_t len = 0;

		ok(sign_hash(d, TEXT_SPAN, hash, &len));
		eq_int(len, BYTES[d]);
	}
	size_t len = 7;
	ok(!sign_hash(SOD_NO_DIGEST, TEXT_SPAN, hash, &len));
	ok(!sign_hash(SOD_SHA512 + 1, TEXT_SPAN, hash, &len));
	eq_int(len, 7);
}

int main(void)
{
	eq_int(trust_prepare(), ERR_OK);
	the_name_says_the_digest_or_leaves_it();
	sha1_is_good_and_noted();
	names_nobody_knows_are_unknown();
	a_key_of_another_kind_proves_nothing();
	weak_keys_prove_nothing();
	signatures_of_any_length_are_looked_at();
	digests_have_their_lengths();
	return tap_done();
}
