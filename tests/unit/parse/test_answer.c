#include "firmware/parse/answer.h"
#include "tests/tap.h"
#include "tests/unit/parse/signing.h"

#define KEY  "3f2b6c1e-9a4d-4c1b-8f00-0123456789ab"
#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define ACCEPTED                                                                           \
	"{\"v\":1,\"key\":\"" KEY "\",\"manifest_sha256\":\"" HASH "\",\"accepted\":true," \
	"\"code\":\"000.00.06.H56-261121-0007\",\"received_at\":1795000000,"               \
	"\"due_at\":1795400000,\"reason\":\"\"}"
#define REFUSED                                                                             \
	"{\"v\":1,\"key\":\"" KEY "\",\"manifest_sha256\":\"" HASH "\",\"accepted\":false," \
	"\"code\":\"\",\"received_at\":1795000000,\"due_at\":0,\"reason\":\"Thiếu tờ khai\"}"

static struct signer ca, signer;
static char *anchor;
static size_t anchor_len;
static struct msg_answer_facts facts;

static enum err read_der(const unsigned char *der, size_t len, int64_t now_s)
{
	return answer_read((struct blob){ der, len },
			   (struct blob){ (const uint8_t *)anchor, anchor_len }, now_s, &facts);
}

static enum err read_signed(const struct signer *s, const struct signer *also, const EVP_MD *digest,
			    const char *text)
{
	size_t len;
	unsigned char *der = sign_text(s, also, digest, text, &len);
	enum err e = read_der(der, len, NOW_S);

	OPENSSL_free(der);
	return e;
}

static void good_answers(void)
{
	eq_int(read_signed(&signer, NULL, EVP_sha256(), ACCEPTED), ERR_OK);
	eq_int(facts.accepted, 1);
	eq_str(facts.key, KEY);
	eq_str(facts.manifest, HASH);
	eq_str(facts.code, "000.00.06.H56-261121-0007");
	eq_int(facts.time_s, 1795000000);
	eq_int(facts.due_s, 1795400000);
	eq_str(facts.reason, "");
	eq_int(read_signed(&signer, &ca, EVP_sha512(), REFUSED), ERR_OK);
	eq_int(facts.accepted, 0);
	eq_str(facts.reason, "Thiếu tờ khai");
	eq_str(facts.code, "");
}

/* Made by issuer `by` in a form that differs from the right one. */
static enum err with_form(const struct signer *by, struct signer_form f)
{
	struct signer s = make_signer(by, &f);
	enum err e = read_signed(&s, NULL, EVP_sha256(), ACCEPTED);

	signer_free(&s);
	return e;
}

static void wrong_signers(void)
{
	struct signer other_ca = make_signer(NULL, &CA_FORM);
	struct signer_form f = SIGNER_FORM;

	eq_int(with_form(&other_ca, f), ERR_FORGED);
	eq_int(with_form(NULL, f), ERR_FORGED);
	f.extended = "serverAuth";
	eq_int(with_form(&ca, f), ERR_FORGED);
	f.extended = NULL;
	eq_int(with_form(&ca, f), ERR_FORGED);
	f = SIGNER_FORM;
	f.usage = "critical,keyAgreement";
	eq_int(with_form(&ca, f), ERR_FORGED);
	f = SIGNER_FORM;
	f.days_after = -1;
	eq_int(with_form(&ca, f), ERR_FORGED);
	f = SIGNER_FORM;
	f.days_before = -1;
	eq_int(with_form(&ca, f), ERR_FORGED);
	eq_int(read_signed(&signer, NULL, EVP_sha1(), ACCEPTED), ERR_FORGED);
	signer_free(&other_ca);
}

/* A signer's certificate must not be able to make further signers. */
static void no_issuing_by_signers(void)
{
	struct signer child = make_signer(&signer, &SIGNER_FORM);

	eq_int(read_signed(&child, &signer, EVP_sha256(), ACCEPTED), ERR_FORGED);
	signer_free(&child);

	struct signer_form f = CA_FORM;
	f.name = "Answer sub CA";
	f.serial = 3;
	struct signer sub = make_signer(&ca, &f), leaf = make_signer(&sub, &SIGNER_FORM);
	eq_int(read_signed(&leaf, &sub, EVP_sha256(), ACCEPTED), ERR_OK);
	eq_int(read_signed(&leaf, NULL, EVP_sha256(), ACCEPTED), ERR_FORGED);
	signer_free(&sub);
	signer_free(&leaf);
}

static void times(void)
{
	size_t len;
	unsigned char *der = sign_text(&signer, NULL, EVP_sha256(), ACCEPTED, &len);

	eq_int(read_der(der, len, NOW_S + 9 * 86400), ERR_OK);
	eq_int(read_der(der, len, NOW_S + 11 * 86400), ERR_FORGED);
	eq_int(read_der(der, len, NOW_S - 11 * 86400), ERR_FORGED);
	eq_int(read_der(der, len, 0), ERR_FORGED);
	OPENSSL_free(der);
}

static bool same(const struct msg_answer_facts *a, const struct msg_answer_facts *b)
{
	return a->accepted == b->accepted && a->time_s == b->time_s && a->due_s == b->due_s &&
	       strcmp(a->key, b->key) == 0 && strcmp(a->manifest, b->manifest) == 0 &&
	       strcmp(a->code, b->code) == 0 && strcmp(a->reason, b->reason) == 0;
}

/* Any one bit changed: either it is no longer signed, or no longer CMS; what is not covered by
 * the signature (the order of sets, say) may change without changing the facts. */
static void changed_bits(void)
{
	size_t len, wrong = 0, forged = 0;
	unsigned char *der = sign_text(&signer, NULL, EVP_sha256(), ACCEPTED, &len);
	struct msg_answer_facts right;

	eq_int(read_der(der, len, NOW_S), ERR_OK);
	right = facts;
	for (size_t i = 0; i < len; i += 3) {
		der[i] ^= (unsigned char)(1u << i % 8);
		enum err e = read_der(der, len, NOW_S);
		wrong += e == ERR_OK && !same(&facts, &right);
		forged += e == ERR_FORGED;
		der[i] ^= (unsigned char)(1u << i % 8);
	}
	eq_int(wrong, 0);
	ok(forged > len / 10);
	OPENSSL_free(der);
}

static void not_cms(void)
{
	size_t len, wrong = 0;
	unsigned char *der = sign_text(&signer, NULL, EVP_sha256(), ACCEPTED, &len);

	for (size_t cut = 0; cut < len; cut += 7)
		wrong += read_der(der, cut, NOW_S) != ERR_BAD_DATA;
	eq_int(wrong, 0);
	unsigned char *more = calloc(1, len + 1);
	memcpy(more, der, len);
	eq_int(read_der(more, len + 1, NOW_S), ERR_BAD_DATA);
	free(more);
	OPENSSL_free(der);
	eq_int(read_der((const unsigned char *)ACCEPTED, strlen(ACCEPTED), NOW_S), ERR_BAD_DATA);
	BIO *in = BIO_new_mem_buf(ACCEPTED, -1);
	der = der_of(CMS_sign(signer.cert, signer.key, NULL, in, CMS_BINARY | CMS_DETACHED), &len);
	eq_int(read_der(der, len, NOW_S), ERR_BAD_DATA);
	OPENSSL_free(der);
	BIO_free(in);
	in = BIO_new_mem_buf(ACCEPTED, -1);
	der = der_of(CMS_data_create(in, CMS_BINARY), &len);
	eq_int(read_der(der, len, NOW_S), ERR_BAD_DATA);
	OPENSSL_free(der);
	BIO_free(in);
}

static void no_anchor(void)
{
	size_t len;
	unsigned char *der = sign_text(&signer, NULL, EVP_sha256(), ACCEPTED, &len);

	eq_int(answer_read((struct blob){ der, len }, (struct blob){ der, len }, NOW_S, &facts),
	       ERR_BAD_CONFIG);
	eq_int(answer_read((struct blob){ der, len }, (struct blob){ der, 0 }, NOW_S, &facts),
	       ERR_BAD_CONFIG);
	OPENSSL_free(der);
}

static enum err read_text(const char *text)
{
	return answer_read_text(text, strlen(text), &facts);
}

/* The accepted text with its first `from` replaced. */
static enum err replaced(const char *from, const char *to)
{
	char text[4096];
	const char *at = strstr(ACCEPTED, from);

	snprintf(text, sizeof text, "%.*s%s%s", (int)(at - ACCEPTED), ACCEPTED, to,
		 at + strlen(from));
	return read_text(text);
}

static void texts(void)
{
	eq_int(read_text(ACCEPTED), ERR_OK);
	eq_int(read_text(" " ACCEPTED "\n"), ERR_OK);
	eq_int(read_text("[" ACCEPTED "]"), ERR_BAD_DATA);
	eq_int(read_text(ACCEPTED "{}"), ERR_BAD_DATA);
	eq_int(read_text("1"), ERR_BAD_DATA);
	eq_int(read_text("null"), ERR_BAD_DATA);
	eq_int(replaced("\"v\":1", "\"v\":2"), ERR_BAD_DATA);
	eq_int(replaced("\"v\":1", "\"v\":1.0"), ERR_BAD_DATA);
	eq_int(replaced("\"v\":1,", ""), ERR_BAD_DATA);
	eq_int(replaced("\"v\":1", "\"v\":1,\"more\":0"), ERR_BAD_DATA);
	eq_int(replaced("\"v\":1", "\"v\":1,\"v\":[[[[]]]]"), ERR_BAD_DATA);
	eq_int(replaced("3f2b", "3F2B"), ERR_BAD_DATA);
	eq_int(replaced("3f2b6c1e-", "3f2b6c1e0"), ERR_BAD_DATA);
	eq_int(replaced("001122", "00112g"), ERR_BAD_DATA);
	eq_int(replaced("001122", "0011"), ERR_BAD_DATA);
	eq_int(replaced("true", "\"true\""), ERR_BAD_DATA);
	eq_int(replaced("000.00.06.H56-261121-0007", ""), ERR_BAD_DATA);
	eq_int(replaced("000.00.06.H56-261121-0007", "TAM-MC01-261121-0007-X"), ERR_BAD_DATA);
	eq_int(replaced("0007", "0007\\u0000"), ERR_BAD_DATA);
	eq_int(replaced("1795000000", "\"1795000000\""), ERR_BAD_DATA);
	eq_int(replaced("1795000000", "-1"), ERR_BAD_DATA);
	eq_int(replaced("1795000000", "0"), ERR_BAD_DATA);
	eq_int(replaced("1795000000", "1e9"), ERR_BAD_DATA);
	eq_int(replaced("1795000000", "99999999999999999999"), ERR_BAD_DATA);
	eq_int(replaced("1795400000", "1794000000"), ERR_BAD_DATA);
	eq_int(replaced("1795400000", "0"), ERR_OK);
	eq_int(replaced("\"reason\":\"\"", "\"reason\":\"vì\""), ERR_BAD_DATA);
	eq_int(replaced("\"reason\":\"\"", "\"reason\":\"\xff\""), ERR_BAD_DATA);
	eq_int(replaced("true", "false"), ERR_BAD_DATA);
	eq_int(read_text(REFUSED), ERR_OK);
}

static void long_reasons_are_cut(void)
{
	char text[8192], reason[4096] = "";

	for (size_t i = 0; i < 1000; i++)
		memcpy(reason + 3 * i, "ế", sizeof "ế");
	snprintf(text, sizeof text,
		 "{\"v\":1,\"key\":\"" KEY "\",\"manifest_sha256\":\"" HASH
		 "\",\"accepted\":false,\"code\":\"\",\"received_at\":5,\"due_at\":0,"
		 "\"reason\":\"%s\"}",
		 reason);
	eq_int(read_text(text), ERR_OK);
	ok(utf8_ok(facts.reason, strlen(facts.reason)));
	ok(strlen(facts.reason) > 1000);
	eq_str(facts.reason + strlen(facts.reason) - 6, "ế…");
}

static void codes(void)
{
	ok(answer_is_code("000.00.06.H56-260701-0007"));
	ok(answer_is_code("G09.20-20260701-0000042"));
	ok(answer_is_code("000.00.06.H56-260701-12345"));
	ok(!answer_is_code("TAM-MC01-261121-0007"));
	ok(!answer_is_code("00-260701-0007"));
	ok(!answer_is_code("000.00.06.h56-260701-0007"));
	ok(!answer_is_code("000-2607011-0007"));
	ok(!answer_is_code("000-260701-007"));
	ok(!answer_is_code("000-260701-123456789"));
	ok(!answer_is_code("000-260701-0007\n"));
	ok(!answer_is_code(""));
}

int main(void)
{
	eq_int(statement_prepare(), ERR_OK);
	ca = make_signer(NULL, &CA_FORM);
	signer = make_signer(&ca, &SIGNER_FORM);
	anchor = pem_of(&ca, &anchor_len);
	good_answers();
	wrong_signers();
	no_issuing_by_signers();
	times();
	changed_bits();
	not_cms();
	no_anchor();
	texts();
	long_reasons_are_cut();
	codes();
	free(anchor);
	signer_free(&signer);
	signer_free(&ca);
	return tap_done();
}
