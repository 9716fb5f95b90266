/* The code of a printed copy: drawn, read again, judged; and every way to forge one. */
#include "firmware/base/auto.h"
#include "firmware/parse/brought.h"
#include "firmware/parse/pdf/qr.h"
#include "tests/unit/parse/sealed.h"

#include <openssl/ec.h>

#define HINT "0011223344556677"

static const struct signer_form KIOSK_FORM = {
	.name = "Kiosk K01",
	.usage = "critical,digitalSignature",
	.constraints = "critical,CA:FALSE",
	.days_before = 10,
	.days_after = 10,
	.serial = 77,
};
static struct room room;

/* "base64url" of RFC 4648 by OpenSSL. */
static void base64(const uint8_t *bytes, int len, char *out)
{
	int n = EVP_EncodeBlock((unsigned char *)out, bytes, len);

	while (out[n - 1] == '=')
		n--;
	out[n] = '\0';
	for (; *out; out++)
		*out = *out == '+' ? '-' : *out == '/' ? '_' : *out;
}

static void sign_raw(const struct signer *by, const char *text, uint8_t raw[COPY_SIGNATURE])
{
	uint8_t der[160];
	const uint8_t *at = der;
	size_t len = sizeof der;
	EVP_MD_CTX *c = EVP_MD_CTX_new();

	if (EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, by->key) != 1 ||
	    EVP_DigestSign(c, der, &len, (const uint8_t *)text, strlen(text)) != 1)
		abort();
	EVP_MD_CTX_free(c);
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)len);
	if (!sig || BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, 32) != 32 ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + 32, 32) != 32)
		abort();
	ECDSA_SIG_free(sig);
}

/* As base/copy.h says it, beside the kiosk's own writer of it. */
static void write_code(const struct signer *by, const char *facts, char code[COPY_CODE_CAP])
{
	uint8_t hash[32], raw[COPY_SIGNATURE], digest[COPY_DIGEST];
	char digest64[64], raw64[96];

	memset(digest, 0xfe, sizeof digest);
	base64(digest, sizeof digest, digest64);
	X509_digest(by->cert, EVP_sha256(), hash, NULL);
	int n = snprintf(code, COPY_CODE_CAP, "%s|%s|" HINT "|%02x%02x%02x%02x", facts, digest64,
			 hash[0], hash[1], hash[2], hash[3]);
	sign_raw(by, code, raw);
	base64(raw, sizeof raw, raw64);
	snprintf(code + n, (size_t)(COPY_CODE_CAP - n), "|%s", raw64);
}

#define FACTS "MCC1|BS-K01-261121-0007-QX|20261121190000|12|Giấy khai sinh"

static struct copy_said said_of(const char *code, const struct verify_anchors *a, int64_t now_s)
{
	struct copy_said s = { .signer = SIGNER_UNFIT };

	eq_int(copy_code_read((const uint8_t *)code, strlen(code), a, now_s, &s), ERR_OK);
	return s;
}

static struct verify_anchors *anchors_of(const struct signer *s)
{
	struct verify_anchors *a = NULL;
	size_t len;
	AUTO_FREE char *pem = pem_of(s, &len);

	eq_int(verify_anchors_of((uint8_t *)pem, len, &a), ERR_OK);
	return a;
}

static void true_code(const char *code, const struct verify_anchors *a)
{
	struct copy_said s = said_of(code, a, NOW_S);
	char around[COPY_CODE_CAP + 8];

	eq_int(s.bytes, BYTES_INTACT);
	eq_int(s.signer, SIGNER_KNOWN);
	eq_str(s.number, "BS-K01-261121-0007-QX");
	eq_str(s.title, "Giấy khai sinh");
	eq_int(s.pages, 12);
	eq_int(s.time_s, 1795262400);
	eq_str(s.hint, HINT);
	for (int i = 0; i < COPY_DIGEST; i++)
		ok(s.digest[i] == 0xfe);
	snprintf(around, sizeof around, " \t%s\r\n", code);
	eq_int(said_of(around, a, NOW_S).bytes, BYTES_INTACT);
	eq_int(said_of(code, a, NOW_S + 11 * 86400).signer, SIGNER_EXPIRED);
	eq_int(said_of(code, NULL, NOW_S).bytes, BYTES_UNKNOWN);
	eq_int(said_of(code, NULL, NOW_S).signer, SIGNER_STRANGER);
}

/* Whatever one byte is changed into, it is not the kiosk's any more. */
static void every_byte_counts(const char *code, const struct verify_anchors *a)
{
	char other[COPY_CODE_CAP];
	size_t len = strlen(code);
	int intact = 0;

	for (size_t i = sizeof COPY_MARK - 1; i < len; i++) {
		struct copy_said s;

		memcpy(other, code, len + 1);
		other[i] = (char)(other[i] == 'A' ? 'B' : 'A');
		if (copy_code_read((uint8_t *)other, len, a, NOW_S, &s) == ERR_OK)
			intact += s.bytes == BYTES_INTACT;
	}
	for (size_t cut = sizeof COPY_MARK; cut < len; cut++) {
		struct copy_said s;

		if (copy_code_read((const uint8_t *)code, cut, a, NOW_S, &s) == ERR_OK)
			intact += s.bytes == BYTES_INTACT;
	}
	eq_int(intact, 0);
}

static void forged(const struct signer *kiosk, const struct verify_anchors *a)
{
	static const char *const BAD[] = {
		"MCC1|bs-k01|20261121190000|12|Giấy",
		"MCC1|BS-K01-261121-0007-QX|20261321190000|12|Giấy",
		"MCC1|BS-K01-261121-0007-QX|20260230190000|12|Giấy",
		"MCC1|BS-K01-261121-0007-QX|2026112119000|12|Giấy",
		"MCC1|BS-K01-261121-0007-QX|20261121190000|0|Giấy",
		"MCC1|BS-K01-261121-0007-QX|20261121190000|65536|Giấy",
		"MCC1|BS-K01-261121-0007-QX|20261121190000|-1|Giấy",
		"MCC1|BS-K01-261121-0007-QX|20261121190000|12|Gi\xe1y",
		"MCC1|BS-K01-261121-0007-QX|20261121190000|12|a\nb",
		"MCC1|BS-K01-261121-0007-QX|20261121190000|12|a|b",
		"MCC1|BS-K01-261121-0007-QX|20261121190000|12",
		"MCC1|0123456789012345678901234567890123456789|20261121190000|12|Giấy",
	};
	struct signer other = make_signer(NULL, &KIOSK_FORM);
	char code[COPY_CODE_CAP], mixed[COPY_CODE_CAP];
	struct copy_said s;

	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) { /* even when signed */
		write_code(kiosk, BAD[i], code);
		s = said_of(code, a, NOW_S);
		eq_int(s.bytes, BYTES_UNKNOWN);
		eq_int(s.pages, 0);
		eq_str(s.number, "");
	}
	write_code(&other, FACTS, code); /* somebody's own kiosk */
	s = said_of(code, a, NOW_S);
	eq_int(s.bytes, BYTES_UNKNOWN);
	eq_int(s.signer, SIGNER_STRANGER);
	write_code(kiosk, FACTS, mixed); /* that says it is ours */
	memcpy(strrchr(mixed, '|'), strrchr(code, '|'), 87);
	s = said_of(mixed, a, NOW_S);
	eq_int(s.bytes, BYTES_CHANGED);
	eq_int(s.signer, SIGNER_KNOWN);
	eq_int(copy_code_read((const uint8_t *)"https://example.org", 19, a, NOW_S, &s),
	       ERR_NO_CODE);
	eq_int(copy_code_read((const uint8_t *)"", 0, a, NOW_S, &s), ERR_NO_CODE);
	char longer[2 * COPY_CODE_CAP];
	snprintf(longer, sizeof longer, COPY_MARK "%0*d", COPY_CODE_CAP, 0);
	eq_int(said_of(longer, a, NOW_S).bytes, BYTES_UNKNOWN);
	signer_free(&other);
}

enum { MODULE = 4, QUIET = 16, SIDE = 400 };

/* The bars of a drawn code, as pixels. */
static void paint(const char *ops, uint8_t *gray, size_t modules)
{
	memset(gray, 255, (size_t)SIDE * SIDE);
	for (const char *at = strchr(ops, '\n'); at; at = strchr(at + 1, '\n')) {
		unsigned x, y, w;

		if (sscanf(at, "\n%u %u %u 1 re", &x, &y, &w) != 3)
			continue;
		for (unsigned py = 0; py < MODULE; py++)
			for (unsigned px = 0; px < w * MODULE; px++)
				gray[(QUIET + (modules - 1 - y) * MODULE + py) * SIDE + QUIET +
				     x * MODULE + px] = 0;
	}
}

static void drawn_and_read(const char *code, const struct verify_anchors *a)
{
	static uint8_t gray[SIDE * SIDE];
	struct out o = { 0 };
	double side_module = 0;
	const double at[2] = { 10.5, 20 };

	ok(strlen(code) <= 287);
	eq_int(qr_draw(&o, code, at, 65), ERR_OK);
	out_bytes(&o, "", 1);
	ok(sscanf((char *)o.bytes, "q 0 g %lf", &side_module) == 1);
	size_t modules = (size_t)(65 / side_module + 0.5);
	ok(modules >= 57 && modules <= 69);
	paint((char *)o.bytes, gray, modules);
	AUTO_FREE uint8_t *pgm = malloc(sizeof gray + 32);
	AUTO_FREE struct brought *b = calloc(1, sizeof *b);
	int head = snprintf((char *)pgm, 32, "P5 %d %d 255\n", SIDE, SIDE);
	memcpy(pgm + head, gray, sizeof gray);
	eq_int(brought_judge(&room, pgm, (size_t)head + sizeof gray, a, NOW_S, b), ERR_OK);
	eq_int(b->kind, COPY_KIND_CODE);
	ok(b->good);
	eq_str(b->code.title, "Giấy khai sinh");
	ok(strstr(b->words, "is as the kiosk signed it") != NULL);
	ok(strstr(b->words, "copy BS-K01-261121-0007-QX of Giấy khai sinh, 12 pages, "
			    "21/11/2026 19:00:00") != NULL);
	memset(pgm + head, 255, sizeof gray);
	eq_int(brought_judge(&room, pgm, (size_t)head + sizeof gray, a, NOW_S, b), ERR_OK);
	eq_int(b->kind, COPY_KIND_OTHER);
	ok(!b->good);
	out_finish(&o);
}

static void anything_else(const struct verify_anchors *a)
{
	static const char *const OTHER[] = { "", "no PDF at all", "https://example.org/",
					     "P5 99999 99999 255\n", "\xff\xd8\xff" };
	AUTO_FREE struct brought *b = calloc(1, sizeof *b);

	for (size_t i = 0; i < sizeof OTHER / sizeof *OTHER; i++) {
		eq_int(brought_judge(&room, (const uint8_t *)OTHER[i], strlen(OTHER[i]), a, NOW_S,
				     b),
		       ERR_BAD_DATA);
		ok(!b->good);
	}
}

int main(void)
{
	struct signer kiosk = make_signer(NULL, &KIOSK_FORM);
	struct verify_anchors *a = anchors_of(&kiosk);
	char code[COPY_CODE_CAP];

	eq_int(room_prepare(&room), ERR_OK);
	write_code(&kiosk, FACTS, code);
	true_code(code, a);
	every_byte_counts(code, a);
	forged(&kiosk, a);
	drawn_and_read(code, a);
	anything_else(a);
	verify_anchors_free(a);
	signer_free(&kiosk);
	room_finish(&room);
	return tap_done();
}
