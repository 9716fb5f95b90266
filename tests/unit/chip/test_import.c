/* What an operator brings: each form a file may have, and what is refused. */
#include "firmware/base/mem.h"
#include "firmware/parse/anchors_job.h"
#include "firmware/parse/chip/import.h"
#include "firmware/parse/chip/trust.h"
#include "tests/tap.h"
#include "tests/unit/chip/anchoring.h"

#include <openssl/evp.h>
#include <unistd.h>

#define SIGNER "CN=Test State Master List Signer,O=Test State,C=UT SHA-256 "

static const struct span NONE;

/* Frees `file`. */
static enum err import(struct issuer_bytes file, struct span installed, struct import *ret)
{
	struct import i = { 0 };
	enum err e = import_read(span_der(file), installed, ISSUER_NOW_S, &i);

	issuer_free(&file);
	*ret = i;
	return e;
}

static struct issuer_bytes both(struct issuer_bytes a, struct issuer_bytes b)
{
	struct issuer_bytes all = { malloc(a.len + b.len), a.len + b.len };

	memcpy(all.at, a.at, a.len);
	memcpy(all.at + a.len, b.at, b.len);
	issuer_free(&a);
	issuer_free(&b);
	return all;
}

static struct issuer_bytes text(const char *s)
{
	struct issuer_bytes b = { malloc(strlen(s)), strlen(s) };

	memcpy(b.at, s, b.len);
	return b;
}

/* Frees `der`. */
static struct issuer_bytes pem(const char *label, struct issuer_bytes der)
{
	struct issuer_bytes out = issuer_pem(label, der);

	issuer_free(&der);
	return out;
}

/* Kind, source, and how many; of the first and only ones. */
static void holds(const struct import *i, uint32_t count, uint16_t refused)
{
	eq_int(i->list.count, count);
	eq_int(i->refused, refused);
	eq_int(anchors_check(i->list.bytes, i->list.len, NULL), ERR_OK);
}

static struct anchor first(const struct import *i)
{
	struct reader r = anchors_reader(i->list.bytes, i->list.len);
	struct anchor a = { 0 };

	eq_int(anchors_next(&r, &a), ERR_OK);
	return a;
}

static void a_certificate_tells_its_name_and_time(void)
{
	struct issuer *s = issuer_create(NULL);
	struct issuer_bytes der = issuer_csca(s);
	uint8_t sha256[ANCHOR_SHA256];
	struct import i;

	EVP_Digest(der.at, der.len, sha256, NULL, EVP_sha256(), NULL);
	eq_int(import(der, NONE, &i), ERR_OK);
	holds(&i, 1, 0);
	struct anchor a = first(&i);
	eq_int(a.kind, ANCHOR_CSCA);
	eq_int(a.source, ANCHOR_FROM_FILE);
	eq_str(a.subject, "CN=Test State CSCA,O=Test State,C=UT");
	eq_int(a.from_s, ISSUER_NOW_S - INT64_C(1000) * 86400);
	eq_int(a.until_s, ISSUER_NOW_S + INT64_C(5000) * 86400);
	ok(memcmp(a.sha256, sha256, sizeof sha256) == 0);
	ok(!i.known && !i.signer[0]);
	import_finish(&i);
	issuer_destroy(s);
}

static void a_file_may_hold_several(void)
{
	struct issuer *s = issuer_create(NULL), *t = issuer_create(NULL);
	struct import i;

	eq_int(import(both(issuer_csca(s), issuer_csca(t)), NONE, &i), ERR_OK);
	holds(&i, 2, 0);
	import_finish(&i);
	/* and one twice counts once */
	eq_int(import(both(issuer_csca(s), issuer_csca(s)), NONE, &i), ERR_OK);
	holds(&i, 1, 0);
	import_finish(&i);
	eq_int(import(both(pem("CERTIFICATE", issuer_csca(s)), pem("CERTIFICATE", issuer_csca(t))),
		      NONE, &i),
	       ERR_OK);
	holds(&i, 2, 0);
	import_finish(&i);
	eq_int(import(both(text("Bag Attributes: none\n"), pem("CERTIFICATE", issuer_csca(s))),
		      NONE, &i),
	       ERR_OK);
	holds(&i, 1, 0);
	import_finish(&i);
	issuer_destroy(s);
	issuer_destroy(t);
}

static void a_link_is_said_to_be_one(void)
{
	struct issuer *s = issuer_create(NULL);
	struct issuer *t = issuer_create(&(struct issuer_form){ .name = "Test State CSCA 2" });
	struct import i;

	eq_int(import(issuer_link(s, t), NONE, &i), ERR_OK);
	holds(&i, 1, 0);
	eq_int(first(&i).kind, ANCHOR_LINK);
	eq_str(first(&i).subject, "CN=Test State CSCA 2,O=Test State,C=UT");
	import_finish(&i);
	issuer_destroy(s);
	issuer_destroy(t);
}

static void what_is_no_anchor_is_refused(void)
{
	static const struct issuer_form FORMS[] = { { .not_a_ca = true },
						    { .when = ISSUER_EXPIRED } };
	struct issuer *good = issuer_create(NULL);
	struct import i;

	for (size_t n = 0; n < 2; n++) {
		struct issuer *s = issuer_create(&FORMS[n]);

		eq_int(import(issuer_csca(s), NONE, &i), ERR_OK);
		holds(&i, 0, 1);
		import_finish(&i);
		eq_int(import(both(issuer_csca(s), issuer_csca(good)), NONE, &i), ERR_OK);
		holds(&i, 1, 1);
		import_finish(&i);
		issuer_destroy(s);
	}
	struct issuer *later = issuer_create(&(struct issuer_form){ .when = ISSUER_NOT_YET });
	eq_int(import(issuer_csca(later), NONE, &i), ERR_OK);
	holds(&i, 1, 0);
	import_finish(&i);
	issuer_destroy(later);
	issuer_destroy(good);
}

static void malformed_parts_are_counted(void)
{
	struct issuer *s = issuer_create(NULL);
	struct issuer_bytes cut = issuer_csca(s);
	struct import i;

	cut.len -= 7;
	eq_int(import(both(issuer_csca(s), cut), NONE, &i), ERR_OK);
	holds(&i, 1, 1);
	import_finish(&i);
	eq_int(import(both(pem("CERTIFICATE", issuer_csca(s)),
			   text("-----BEGIN CERTIFICATE-----\nMIIC?\n-----END CERTIFICATE-----\n")),
		      NONE, &i),
	       ERR_OK);
	holds(&i, 1, 1);
	import_finish(&i);
	eq_int(import(both(pem("PUBLIC KEY", issuer_csca(s)), pem("CERTIFICATE", issuer_csca(s))),
		      NONE, &i),
	       ERR_OK);
	holds(&i, 1, 1);
	import_finish(&i);
	/* a certificate whose signature, by itself, is wrong is no root */
	struct issuer_bytes bent = issuer_csca(s);
	bent.at[bent.len - 10] ^= 1;
	eq_int(import(bent, NONE, &i), ERR_OK);
	holds(&i, 1, 0);
	eq_int(first(&i).kind, ANCHOR_LINK);
	import_finish(&i);
	issuer_destroy(s);
}

static void something_else_is_said_to_be(void)
{
	struct import i;

	eq_int(import(text(""), NONE, &i), ERR_BAD_DATA);
	eq_int(import(text("Dear operator"), NONE, &i), ERR_BAD_DATA);
	eq_int(import(text("dn: c=UT\ncn: nothing\n"), NONE, &i), ERR_BAD_DATA);
	eq_int(import(text("0\x80\x01"), NONE, &i), ERR_BAD_DATA);
	eq_int(import_read((struct span){ (const uint8_t *)"x", 1 },
			   (struct span){ (const uint8_t *)"y", 1 }, ISSUER_NOW_S, &i),
	       ERR_BAD_DATA);
}

static void a_crl_needs_somebody_we_know(void)
{
	struct issuer *s = issuer_create(NULL), *other = issuer_create(NULL);
	struct anchors list = { 0 };
	struct import i;

	eq_int(import(issuer_crl(s, true), NONE, &i), ERR_OK);
	holds(&i, 0, 1);
	import_finish(&i);
	anchor(&list, ANCHOR_CSCA, issuer_csca(other));
	eq_int(import(issuer_crl(s, true), span_of(&list), &i), ERR_OK);
	holds(&i, 0, 1);
	import_finish(&i);
	anchor(&list, ANCHOR_CSCA, issuer_csca(s));
	eq_int(import(pem("X509 CRL", issuer_crl(s, true)), span_of(&list), &i), ERR_OK);
	holds(&i, 1, 0);
	eq_int(first(&i).kind, ANCHOR_CRL);
	eq_str(first(&i).subject, "CN=Test State CSCA,O=Test State,C=UT");
	eq_int(first(&i).from_s, ISSUER_NOW_S - 86400);
	eq_int(first(&i).until_s, ISSUER_NOW_S + 90 * 86400);
	import_finish(&i);
	/* it comes with its anchor, and before it */
	eq_int(import(both(issuer_crl(s, true), issuer_csca(s)), NONE, &i), ERR_OK);
	holds(&i, 2, 0);
	import_finish(&i);
	anchors_finish(&list);
	issuer_destroy(s);
	issuer_destroy(other);
}

static struct issuer_bytes list_of(struct issuer *by, struct issuer *other, struct issuer_list l)
{
	struct issuer_bytes certs[] = { issuer_csca(by), issuer_csca(other) };

	l.certs = certs;
	l.cert_count = 2;
	struct issuer_bytes ml = issuer_master_list(by, &l);
	issuer_free(&certs[0]);
	issuer_free(&certs[1]);
	return ml;
}

static void a_master_list_is_known_by_its_signer(void)
{
	struct issuer *s = issuer_create(NULL), *t = issuer_create(NULL);
	struct anchors list = { 0 };
	struct import i;

	eq_int(import(list_of(s, t, (struct issuer_list){ 0 }), NONE, &i), ERR_OK);
	holds(&i, 2, 0);
	ok(!i.known);
	ok(strncmp(i.signer, SIGNER, strlen(SIGNER)) == 0);
	eq_int(first(&i).source, ANCHOR_FROM_LIST);
	import_finish(&i);

	anchor(&list, ANCHOR_CSCA, issuer_csca(t));
	eq_int(import(list_of(s, t, (struct issuer_list){ 0 }), span_of(&list), &i), ERR_OK);
	ok(!i.known);
	import_finish(&i);
	anchor(&list, ANCHOR_CSCA, issuer_csca(s));
	eq_int(import(list_of(s, t, (struct issuer_list){ 0 }), span_of(&list), &i), ERR_OK);
	ok(i.known);
	import_finish(&i);
	eq_int(import(pem("CMS", list_of(s, t, (struct issuer_list){ .sign.key = ISSUER_RSA_PSS })),
		      span_of(&list), &i),
	       ERR_OK);
	ok(i.known);
	import_finish(&i);
	/* whoever may sign cards may not sign lists */
	eq_int(import(list_of(s, t, (struct issuer_list){ .not_for_lists = true }), span_of(&list),
		      &i),
	       ERR_OK);
	ok(!i.known);
	holds(&i, 2, 0);
	import_finish(&i);
	anchors_finish(&list);
	issuer_destroy(s);
	issuer_destroy(t);
}

static void a_revoked_signer_of_lists_is_not_known(void)
{
	struct issuer *s = issuer_create(NULL);
	struct issuer_bytes ml = list_of(s, s, (struct issuer_list){ 0 });
	struct anchors list = { 0 };
	struct import i;

	anchor(&list, ANCHOR_CSCA, issuer_csca(s));
	anchor(&list, ANCHOR_CRL, issuer_crl(s, true));
	eq_int(import(ml, span_of(&list), &i), ERR_OK);
	ok(!i.known);
	holds(&i, 1, 0);
	import_finish(&i);
	anchors_finish(&list);
	issuer_destroy(s);
}

static void a_wrong_master_list_brings_nothing(void)
{
	static const struct {
		struct issuer_list list;
		enum err e;
	} WRONGS[] = {
		{ { .bad_signature = true }, ERR_FORGED },
		{ { .no_certificate = true }, ERR_FORGED },
		{ { .wrong_type = true }, ERR_BAD_DATA },
	};
	struct issuer *s = issuer_create(NULL);
	struct import i;

	for (size_t n = 0; n < sizeof WRONGS / sizeof *WRONGS; n++) {
		eq_int(import(list_of(s, s, WRONGS[n].list), NONE, &i), WRONGS[n].e);
		holds(&i, 0, 0);
	}
	/* also when there is something good beside it */
	eq_int(import(both(issuer_csca(s), list_of(s, s, WRONGS[0].list)), NONE, &i), ERR_FORGED);
	holds(&i, 0, 0);
	struct issuer_bytes cut = list_of(s, s, (struct issuer_list){ 0 });
	cut.len -= 100;
	eq_int(import(cut, NONE, &i), ERR_BAD_DATA);
	issuer_destroy(s);
}

static char *base64(struct issuer_bytes der)
{
	char *out = malloc(der.len * 2 + 100);

	EVP_EncodeBlock((unsigned char *)out, der.at, (int)der.len);
	issuer_free(&der);
	return out;
}

/* The PKD's files fold their lines. */
static void ldif_is_read(void)
{
	struct issuer *s = issuer_create(NULL), *t = issuer_create(NULL);
	char *a = base64(list_of(s, t, (struct issuer_list){ 0 })),
	     *b = base64(issuer_crl(t, true));
	size_t cap = strlen(a) + strlen(b) + 400;
	struct issuer_bytes file = { malloc(cap), 0 };
	struct import i;

	file.len = (size_t)snprintf(
		(char *)file.at, cap,
		"version: 1\r\ndn: cn=1,o=ml\npkdMasterListContent:: %.70s\n %.76s\n"
		" %s\ncn: x\n\ndn: c=UT\ncertificateRevocationList;binary:: %s",
		a, a + 70, a + 146, b);
	eq_int(import(file, NONE, &i), ERR_OK);
	holds(&i, 3, 0);
	ok(strncmp(i.signer, SIGNER, strlen(SIGNER)) == 0);
	import_finish(&i);
	eq_int(import(text("dn: c=UT\ncACertificate;binary:: MIIB*!\n"), NONE, &i), ERR_OK);
	holds(&i, 0, 1);
	import_finish(&i);
	free(a);
	free(b);
	issuer_destroy(s);
	issuer_destroy(t);
}

static void a_job_hands_over_a_sealed_list(void)
{
	struct issuer *s = issuer_create(NULL);
	struct issuer_bytes der = issuer_csca(s);
	struct msg_job_anchors job = { .now_s = ISSUER_NOW_S, .file = -1, .anchors = -1 };
	struct msg answer = { 0 };
	const void *at;
	size_t len = 0;
	uint32_t count = 0;

	eq_int(mem_of(der.at, der.len, &job.file), ERR_OK);
	eq_int(mem_of("", 0, &job.anchors), ERR_OK);
	eq_int(anchors_job(&job, &answer), ERR_OK);
	eq_int(answer.type, MSG_ANCHORS_READ);
	eq_int(answer.anchors_read.count, 1);
	eq_int(mem_map(answer.anchors_read.anchors, ANCHORS_MAX_BYTES, &at, &len), ERR_OK);
	eq_int(anchors_check(at, len, &count), ERR_OK);
	eq_int(count, 1);
	mem_unmap(at, len);
	msg_finish(&answer);
	close(job.file);
	eq_int(mem_of("no", 2, &job.file), ERR_OK);
	eq_int(anchors_job(&job, &answer), ERR_BAD_DATA);
	close(job.file);
	close(job.anchors);
	issuer_free(&der);
	issuer_destroy(s);
}

int main(void)
{
	eq_int(trust_prepare(), ERR_OK);
	a_certificate_tells_its_name_and_time();
	a_file_may_hold_several();
	a_link_is_said_to_be_one();
	what_is_no_anchor_is_refused();
	malformed_parts_are_counted();
	something_else_is_said_to_be();
	a_crl_needs_somebody_we_know();
	a_master_list_is_known_by_its_signer();
	a_revoked_signer_of_lists_is_not_known();
	a_wrong_master_list_brings_nothing();
	ldif_is_read();
	a_job_hands_over_a_sealed_list();
	return tap_done();
}
