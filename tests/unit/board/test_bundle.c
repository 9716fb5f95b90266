/* Which bundles are refused, and with which words, and which permit lets an older one through. */
#include "firmware/board/bundle.h"
#include "firmware/board/install.h"
#include "firmware/board/permit.h"
#include "firmware/board/prove.h"
#include "firmware/board/release.h"
#include "firmware/board/start.h"
#include "tests/tap.h"
#include "tests/unit/board/world.h"

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define DAY_S 86400

static void releases(void)
{
	ok(release_ok("1.816+g9081d97") && release_ok("1.9") && release_ok("2.0+g1.dirty"));
	ok(!release_ok("") && !release_ok("1") && !release_ok("1.") && !release_ok("1.2 ") &&
	   !release_ok("v1.2") && !release_ok("1.2+g'") && !release_ok("1.2-3") &&
	   !release_ok("1.9999999999") && !release_ok("-1.2"));
	ok(release_older("1.9+gffff", "1.10+g0000") && !release_older("1.10", "1.9"));
	ok(!release_older("1.10+ga", "1.10+gb") && !release_older("1.10+gb", "1.10+ga"));
	ok(release_older("1.999", "2.0") && release_older("rubbish", "1.0"));
	ok(!release_older("1.0", "rubbish") && !release_older("1.0", ""));
}

static enum err parse(const char *text)
{
	struct permit p = { .version = "kept" };
	enum err e = permit_parse(text, strlen(text), &p);

	if (e != ERR_OK)
		eq_str(p.version, "kept");
	return e;
}

static void permits(void)
{
	struct permit p;
	const char *good = "PERMIT=downgrade\nVERSION=1.5+gabc\nMACHINE=K01\nUNTIL=2026-02-28\n";

	eq_int(permit_parse(good, strlen(good), &p), ERR_OK);
	eq_int(p.until_s, 1772323199); /* the last second of that day */
	eq_int(permit_allows(&p, "1.5+gabc", "K01", p.until_s), ERR_OK);
	eq_int(permit_allows(&p, "1.5+gabc", "K01", p.until_s + 1), ERR_TIMEOUT);
	eq_int(permit_allows(&p, "1.5+gabd", "K01", 0), ERR_DENIED);
	eq_int(permit_allows(&p, "1.5+gabc", "K02", 0), ERR_DENIED);
	eq_int(permit_allows(&p, "1.5+gabc", "", 0), ERR_DENIED);
	eq_int(parse("VERSION=1.5\nMACHINE=K01\nUNTIL=2026-12-31\n"), ERR_BAD_DATA);
	eq_int(parse("PERMIT=all\nVERSION=1.5\nMACHINE=K01\nUNTIL=2026-12-31\n"), ERR_BAD_DATA);
	eq_int(parse("PERMIT=downgrade\nVERSION=\nMACHINE=K01\nUNTIL=2026-12-31\n"), ERR_BAD_DATA);
	eq_int(parse("PERMIT=downgrade\nVERSION=1.5\nMACHINE=\nUNTIL=2026-12-31\n"), ERR_BAD_DATA);
	eq_int(parse("PERMIT=downgrade\nVERSION=1.5\nMACHINE=any\n"), ERR_BAD_DATA);
	eq_int(parse("PERMIT=downgrade\nVERSION=1.5\nMACHINE=any\nUNTIL=2026-02-29\n"),
	       ERR_BAD_DATA);
	eq_int(parse("PERMIT=downgrade\nVERSION=1.5\nMACHINE=any\nUNTIL=26-2-2\n"), ERR_BAD_DATA);
}

struct signer {
	EVP_PKEY *key;
	X509 *cert;
};

/* Under `ca`, or by itself. */
static struct signer make_signer(const char *name, const struct signer *ca, const char *purpose)
{
	struct signer s = { EVP_EC_gen("P-256"), X509_new() };
	X509V3_CTX ctx;

	assert(s.key && s.cert);
	X509_set_version(s.cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(s.cert), ca ? 2 : 1);
	X509_gmtime_adj(X509_getm_notBefore(s.cert), -DAY_S);
	X509_gmtime_adj(X509_getm_notAfter(s.cert), 3650l * DAY_S);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(s.cert), "CN", MBSTRING_ASC,
				   (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(s.cert, X509_get_subject_name(ca ? ca->cert : s.cert));
	X509_set_pubkey(s.cert, s.key);
	X509V3_set_ctx(&ctx, ca ? ca->cert : s.cert, s.cert, NULL, NULL, 0);
	X509_EXTENSION *e = ca ? X509V3_EXT_conf_nid(NULL, &ctx, NID_ext_key_usage, purpose)
			       : X509V3_EXT_conf_nid(NULL, &ctx, NID_basic_constraints, purpose);
	assert(e && X509_add_ext(s.cert, e, -1) == 1);
	X509_EXTENSION_free(e);
	assert(X509_sign(s.cert, ca ? ca->key : s.key, EVP_sha256()) > 0);
	return s;
}

static void drop_signer(struct signer *s)
{
	EVP_PKEY_free(s->key);
	X509_free(s->cert);
}

static void put_permit(const struct signer *s, const char *words)
{
	char path[PATH_MAX];
	BIO *in = BIO_new_mem_buf(words, -1);
	CMS_ContentInfo *cms = CMS_sign(s->cert, s->key, NULL, in, CMS_BINARY);

	snprintf(path, sizeof path, "%s" BOARD_STICK "/x.raucb.permit", world.root);
	BIO *out = BIO_new_file(path, "w");
	assert(cms && out && i2d_CMS_bio(out, cms) == 1);
	BIO_free(in);
	BIO_free(out);
	CMS_ContentInfo_free(cms);
}

static void put_anchor(const struct signer *ca)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s" BOARD_ANCHOR, world.root);
	FILE *f = fopen(path, "we");
	assert(f && PEM_write_X509(f, ca->cert) == 1 && fclose(f) == 0);
}

static struct bundle judged;

static enum err judge(const char *info)
{
	struct board b = slot_runs(SLOT_A);
	char path[PATH_MAX];

	put_file("/rauc.info", info);
	snprintf(path, sizeof path, "%s" BOARD_STICK "/x.raucb", world.root);
	return bundle_judge(&b, path, &judged);
}

#define OURS      "RAUC_MF_COMPATIBLE='mocua-test'\n"
#define ALLOWS    "PERMIT=downgrade\nVERSION=1.5\nMACHINE=any\nUNTIL=2999-01-01\n"
#define NOT_OURS  "PERMIT=downgrade\nVERSION=1.5\nMACHINE=K77\nUNTIL=2999-01-01\n"
#define LONG_PAST "PERMIT=downgrade\nVERSION=1.5\nMACHINE=any\nUNTIL=2020-01-01\n"

static bool says(const char *words)
{
	if (strstr(judged.why, words))
		return true;
	printf("# %s\n", judged.why);
	return false;
}

static void refusals(void)
{
	eq_int(judge(OURS "RAUC_MF_VERSION='1.20+gabc'\n"), ERR_OK);
	eq_str(judged.version, "1.20+gabc");
	ok(!judged.permitted);
	eq_int(judge(OURS "RAUC_MF_VERSION='1.10'\n"), ERR_OK); /* the same once more */
	ok(judge("RAUC_MF_COMPATIBLE='mocua-other'\nRAUC_MF_VERSION='1.20'\n") == ERR_REFUSED &&
	   says("another board: mocua-other"));
	ok(judge(OURS "RAUC_MF_VERSION='newest'\n") == ERR_REFUSED && says("none of ours"));
	ok(judge("signature verification failed: Verify error: unable to get local issuer "
		 "certificate\n") == ERR_REFUSED &&
	   says("not signed for this kiosk"));
	ok(judge("Invalid bundle format: Signature size (180304) exceeds bundle size\n") ==
		   ERR_REFUSED &&
	   says("incomplete"));
	ok(judge("807F:error:1700009E:CMS routines:CMS_SignerInfo_verify:verification "
		 "failure:../crypto/cms/cms_sd.c:919:\n") == ERR_REFUSED &&
	   says("signature is damaged"));
	ok(judge("Bundle format 'plain' not allowed\n") == ERR_REFUSED && says("verity"));
	ok(judge("x\nSomething else\n") == ERR_REFUSED && says("cannot be read: Something else"));
	ok(judge("") == ERR_REFUSED);
}

static void places(void)
{
	struct board b = slot_runs(SLOT_A);
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s" BOARD_STICK "/x.raucb", world.root);
	ok(bundle_place_ok(&b, path));
	snprintf(path, sizeof path, "%s" BOARD_STICK "/../stick/x.raucb", world.root);
	ok(!bundle_place_ok(&b, path));
	snprintf(path, sizeof path, "%s" BOARD_STICK "/none.raucb", world.root);
	ok(!bundle_place_ok(&b, path));
	put_file("/elsewhere.raucb", "");
	put_link(BOARD_STICK "/link.raucb", "../../../elsewhere.raucb");
	snprintf(path, sizeof path, "%s" BOARD_STICK "/link.raucb", world.root);
	ok(!bundle_place_ok(&b, path));
	snprintf(path, sizeof path, "%s/elsewhere.raucb", world.root);
	ok(!bundle_place_ok(&b, path));
	put_file(BOARD_STICK "/x.txt", "");
	snprintf(path, sizeof path, "%s" BOARD_STICK "/x.txt", world.root);
	ok(!bundle_place_ok(&b, path));
}

static void downgrades(void)
{
	const char *older = OURS "RAUC_MF_VERSION='1.5'\n";
	struct signer ca = make_signer("updates", NULL, "critical,CA:TRUE");
	struct signer rogue_ca = make_signer("updates", NULL, "critical,CA:TRUE");
	struct signer technician = make_signer("technician", &ca, "emailProtection");
	struct signer release = make_signer("release", &ca, "codeSigning,emailProtection");
	struct signer rogue = make_signer("technician", &rogue_ca, "emailProtection");

	put_anchor(&ca);
	ok(judge(older) == ERR_REFUSED && says("no permit"));
	put_permit(&technician, ALLOWS);
	ok(judge(older) == ERR_OK && judged.permitted);
	ok(judge(OURS "RAUC_MF_VERSION='1.6'\n") == ERR_REFUSED && says("another version"));
	put_permit(&technician, NOT_OURS);
	ok(judge(older) == ERR_REFUSED && says("another version or kiosk"));
	put_permit(&technician, LONG_PAST);
	ok(judge(older) == ERR_REFUSED && says("has ended"));
	put_permit(&rogue, ALLOWS);
	ok(judge(older) == ERR_REFUSED && says("not signed by a technician"));
	put_permit(&release, ALLOWS);
	ok(judge(older) == ERR_REFUSED && says("not signed by a technician"));
	put_file(BOARD_STICK "/x.raucb.permit", ALLOWS);
	ok(judge(older) == ERR_REFUSED && says("cannot be read"));
	/* what was good once is the measure, also where an older one runs again */
	put_file(BOARD_SLOTS, "FIRST=A\nVERSION_A=1.10\nVERSION_B=\nBEST=1.15\n");
	ok(judge(OURS "RAUC_MF_VERSION='1.12'\n") == ERR_REFUSED && says("1.15"));
	eq_int(judge(OURS "RAUC_MF_VERSION='1.15'\n"), ERR_OK);
	drop_signer(&ca), drop_signer(&rogue_ca), drop_signer(&technician), drop_signer(&release);
	drop_signer(&rogue);
}

/* rauc asks once more, whoever has called it. */
static void asked_by_rauc(void)
{
	char folder[PATH_MAX];
	struct board b = slot_runs(SLOT_A);

	make_folder("/mounted");
	snprintf(folder, sizeof folder, "%s/mounted", world.root);
	eq_int(install_may(&b, folder), ERR_NOT_FOUND);
	put_file("/mounted/manifest.raucm", "[update]\ncompatible=mocua-test\nversion=1.16\n");
	eq_int(install_may(&b, folder), ERR_OK);
	put_file("/mounted/manifest.raucm", "[update]\nversion=1.5\n");
	eq_int(install_may(&b, folder), ERR_REFUSED);
	put_file("/run/kiosk-board/permitted", "VERSION=1.6\n");
	eq_int(install_may(&b, folder), ERR_REFUSED);
	put_file("/run/kiosk-board/permitted", "VERSION=1.5\n");
	eq_int(install_may(&b, folder), ERR_OK);
}

static void deaf(void *data, const char *words, const char *vi)
{
	(void)vi;
	snprintf(data, BUNDLE_WORDS, "%s", words);
}

/* Nothing is written as long as what runs was not proven; and a failure leaves it first. */
static void installs(void)
{
	char path[PATH_MAX], said[BUNDLE_WORDS] = "";
	bool again = false;
	struct board b = slot_runs(SLOT_A);

	put_file(BOARD_SLOTS, "");
	put_file("/rauc.info", OURS "RAUC_MF_VERSION='1.20'\n");
	put_file("/rauc.version", "1.20");
	put_file("/rauc.fails", "1");
	snprintf(path, sizeof path, "%s" BOARD_STICK "/x.raucb", world.root);
	eq_int(start_decide(&b, &again), ERR_OK);
	eq_int(install(&b, path, deaf, said), ERR_REFUSED);
	ok(strstr(said, "not been found good") != NULL);
	eq_str(get_slot(SLOT_B), "");
	eq_int(prove_good(&b), ERR_OK);
	eq_int(install(&b, path, deaf, said), ERR_IO);
	ok(strstr(said, "failed: Failed to copy image") != NULL);
	eq_int(firmware_chooses(), SLOT_A);
	eq_str(get_file(BOARD_PENDING), "");
	put_file("/rauc.fails", "0");
	eq_int(install(&b, path, deaf, said), ERR_OK);
	eq_int(install(&b, path, deaf, said), ERR_REFUSED);
	ok(strstr(said, "waits for a restart") != NULL);
	eq_int(firmware_chooses(), SLOT_B);
}

int main(int argc, char **argv)
{
	int played = world_plays(argc, argv);

	if (played >= 0)
		return played;
	releases();
	permits();
	world_begin();
	put_file(BOARD_STICK "/x.raucb", "");
	refusals();
	places();
	downgrades();
	asked_by_rauc();
	installs();
	world_end();
	return tap_done();
}
