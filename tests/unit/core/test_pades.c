/* Signatures in the gap of a file, opened by openssl's own program. */
#include "tests/unit/core/fixture.h"

#include "firmware/core/capture_seal.h"

#include <openssl/evp.h>

static struct fixture f;

enum { BEFORE = 100, GAP = 8194, BEHIND = 50, WHOLE = BEFORE + GAP + BEHIND };

/* A file that is nothing but its gap and what stands around it. */
static struct pades_file fresh(uint8_t pdf[WHOLE])
{
	memset(pdf, 'a', BEFORE);
	memset(pdf + BEFORE, '0', GAP);
	pdf[BEFORE] = '<';
	pdf[BEFORE + GAP - 1] = '>';
	memset(pdf + BEFORE + GAP, 'b', BEHIND);
	return (struct pades_file){ pdf, WHOLE, BEFORE, GAP };
}

static void write_file(const char *name, const void *bytes, size_t len, char path[160])
{
	in(&f, name, path);
	FILE *file = fopen(path, "we");
	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
		abort();
}

static int digit(uint8_t c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/* The CMS of the gap, and what it signs, as files. */
static void take_apart(const struct pades_file *p, char cms[160], char content[160])
{
	uint8_t der[GAP / 2], signed_bytes[WHOLE];
	const uint8_t *hex = p->pdf + p->gap_at + 1;
	size_t n = 0;

	for (; n < (p->gap_len - 2) / 2; n++)
		der[n] = (uint8_t)(digit(hex[2 * n]) << 4 | digit(hex[2 * n + 1]));
	/* SEQUENCE of two length bytes: the zeros behind it are not its */
	ok(der[0] == 0x30 && der[1] == 0x82);
	size_t len = 4 + (size_t)(der[2] << 8 | der[3]);
	memcpy(signed_bytes, p->pdf, p->gap_at);
	memcpy(signed_bytes + p->gap_at, p->pdf + p->gap_at + p->gap_len, BEHIND);
	write_file("sig.der", der, len, cms);
	write_file("content", signed_bytes, p->gap_at + BEHIND, content);
}

static int verify(const char *cms, const char *content)
{
	char ca[160];

	in(&f, "kiosk.pem", ca);
	return RUN(NULL, "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in",
		   cms, "-content", content, "-CAfile", ca, "-purpose", "any");
}

static bool says(const char *cms, const char *word)
{
	char out[160], text[32768];

	in(&f, "printed", out);
	eq_int(RUN(out, "openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", cms), 0);
	FILE *file = fopen(out, "re");
	size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
	text[n] = '\0';
	if (file)
		fclose(file);
	return strstr(text, word) != NULL;
}

static void opened_by_openssl(const struct package_keys *keys)
{
	uint8_t pdf[WHOLE];
	struct pades_file p = fresh(pdf);
	char cms[160], content[160];

	eq_int(capture_seal(keys, &p), ERR_OK);
	take_apart(&p, cms, content);
	eq_int(verify(cms, content), 0);
	ok(says(cms, "messageDigest") && says(cms, "id-smime-aa-signingCertificateV2"));
	ok(!says(cms, "signingTime"));
	pdf[0] ^= 1;
	take_apart(&p, cms, content);
	ok(verify(cms, content) != 0);
	pdf[0] ^= 1;
	pdf[WHOLE - 1] ^= 1;
	take_apart(&p, cms, content);
	ok(verify(cms, content) != 0);
	/* a gap that is filled is none any more */
	eq_int(capture_seal(keys, &p), ERR_BAD_DATA);
}

static void no_gap(const struct package_keys *keys)
{
	static const struct {
		size_t at, len;
	} GAPS[] = { { BEFORE, GAP - 2 }, { BEFORE - 1, GAP },  { BEFORE + 1, GAP },
		     { BEFORE, GAP + 2 }, { WHOLE, 4 },         { WHOLE - 2, 4 },
		     { SIZE_MAX, GAP },   { BEFORE, SIZE_MAX }, { 0, WHOLE },
		     { BEFORE, 0 },       { BEFORE + 1, 2 },    { BEFORE + 1, 1 } };
	uint8_t pdf[WHOLE], old[WHOLE];

	for (size_t i = 0; i < sizeof GAPS / sizeof *GAPS; i++) {
		struct pades_file p = fresh(pdf);

		memcpy(old, pdf, WHOLE);
		p.gap_at = GAPS[i].at;
		p.gap_len = GAPS[i].len;
		eq_int(capture_seal(keys, &p), ERR_BAD_DATA);
		ok(memcmp(old, pdf, WHOLE) == 0);
	}
	struct pades_file p = fresh(pdf);
	pdf[BEFORE + 77] = '1';
	eq_int(capture_seal(keys, &p), ERR_BAD_DATA);
}

/* The CMS takes about 700 bytes. */
static void too_small(const struct package_keys *keys)
{
	uint8_t pdf[WHOLE], old[WHOLE];
	struct pades_file p = fresh(pdf);

	p.gap_len = 402;
	pdf[BEFORE + p.gap_len - 1] = '>';
	memcpy(old, pdf, WHOLE);
	eq_int(capture_seal(keys, &p), ERR_NO_SPACE);
	ok(memcmp(old, pdf, WHOLE) == 0);
}

static struct package_keys *rsa_keys(void)
{
	struct package_keys *keys = NULL;
	char key[160], cert[160], seal[160];

	in(&f, "kiosk.key", key);
	in(&f, "kiosk.pem", cert);
	in(&f, "seal.pem", seal);
	eq_int(RUN(NULL, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
		   "-subj", "/CN=kiosk K02/O=UBND phường Mẫu", "-utf8", "-keyout", key, "-out",
		   cert),
	       0);
	eq_int(package_keys_load(key, cert, seal, &keys), ERR_OK);
	return keys;
}

int main(void)
{
	fixture_init(&f);
	struct package_keys *keys = make_keys(&f);
	opened_by_openssl(keys);
	no_gap(keys);
	too_small(keys);
	package_keys_free(keys);
	keys = rsa_keys();
	opened_by_openssl(keys);
	package_keys_free(keys);
	fixture_finish(&f);
	return tap_done();
}
