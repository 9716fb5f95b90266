/* Passive authentication at cards of a test state: every answer it can give, and why. */
#include "firmware/base/msg.h"
#include "firmware/parse/chip/trust.h"
#include "tests/tap.h"
#include "tests/unit/chip/anchoring.h"

#define DG1        \
	"\x61\x05" \
	"one.."
#define DG2        \
	"\x75\x05" \
	"face."
#define DG13       \
	"\x6d\x05" \
	"vn..."

static const struct issuer_file FILES[] = { { 1, DG1, 7 }, { 2, DG2, 7 }, { 13, DG13, 7 } };

#define SIGNER "CN=Test State Document Signer,O=Test State,C=UT"

#define SOD(...) ((struct issuer_sod){ .files = FILES, .file_count = 3, __VA_ARGS__ })

static struct span file(const char *bytes)
{
	return (struct span){ (const uint8_t *)bytes, 7 };
}

static struct trust judge_at(struct issuer *i, const struct issuer_sod *s,
			     const struct anchors *anchors, int64_t now_s)
{
	struct issuer_bytes sod = issuer_sod(i, s);
	struct trust t;

	eq_int(trust_read(span_der(sod), span_of(anchors), now_s, &t), ERR_OK);
	issuer_free(&sod);
	return t;
}

/* As a kiosk that has this state's root installed sees it. */
static struct trust judge(const struct issuer_sign *root, const struct issuer_sod *s)
{
	struct issuer *i = issuer_create(&(struct issuer_form){ .sign = *root });
	struct anchors list = { 0 };

	anchor(&list, ANCHOR_CSCA, issuer_csca(i));
	struct trust t = judge_at(i, s, &list, ISSUER_NOW_S);
	anchors_finish(&list);
	issuer_destroy(i);
	return t;
}

static const struct issuer_sign USUAL = { 0 };

static void is_good(struct trust *t)
{
	eq_int(t->data, CHIP_DATA_SIGNED);
	eq_int(t->issuer, CHIP_ISSUER_KNOWN);
	ok(trust_hash_ok(t, 1, file(DG1)));
	ok(trust_hash_ok(t, 2, file(DG2)));
	ok(trust_hash_ok(t, 13, file(DG13)));
	eq_int(t->data, CHIP_DATA_SIGNED);
}

static void every_kind_of_key_is_read(void)
{
	for (enum issuer_key k = 0; k < ISSUER_KEYS; k++)
		for (int explicit_curve = 0; explicit_curve <= (k < ISSUER_RSA); explicit_curve++) {
			struct issuer_sign sign = { .key = k, .explicit_curve = explicit_curve };
			struct issuer_sod s = SOD(.sign = sign);
			struct trust t = judge(&sign, &s);

			printf("# key %d, explicit %d\n", (int)k, explicit_curve);
			is_good(&t);
			eq_int(t.notes, k == ISSUER_RSA_1024 ? TRUST_NOTE_SHORT_KEY : 0);
			eq_str(t.signer, SIGNER);
		}
}

static void every_digest_is_read(void)
{
	static const char *const DIGESTS[] = { "SHA1", "SHA224", "SHA256", "SHA384", "SHA512" };

	for (int d = 0; d < 5; d++)
		for (enum issuer_key k = ISSUER_P256; k <= ISSUER_RSA_PSS;
		     k += ISSUER_RSA_PSS / 3) {
			struct issuer_sign sign = { .key = k, .digest = DIGESTS[d] };
			struct issuer_sod s = SOD(.sign = sign, .hash = DIGESTS[d], .v1 = d & 1);
			struct trust t = judge(&sign, &s);

			printf("# %s, key %d\n", DIGESTS[d], (int)k);
			is_good(&t);
			eq_int(t.notes, d == 0 ? TRUST_NOTE_SHA1 : 0);
			eq_int(t.sod.digest, SOD_SHA1 + d);
		}
}

static void every_shape_is_read(void)
{
	static const struct {
		const char *name;
		struct issuer_sod s;
		unsigned notes;
	} SHAPES[] = {
		{ "v1", SOD(.v1 = true), 0 },
		{ "legacy type", SOD(.legacy_type = true), TRUST_NOTE_LEGACY },
		{ "bare type", SOD(.bare_type = true), TRUST_NOTE_BARE },
		{ "key id", SOD(.by_key_id = true), 0 },
		{ "no attributes", SOD(.no_attributes = true), 0 },
		{ "plain", SOD(.plain_signature = true), 0 },
		{ "plain, unsaid", SOD(.plain_unsaid = true), 0 },
		{ "plain, SHA-512, P512",
		  SOD(.plain_signature = true, .sign = { ISSUER_BP512, false, "SHA512" }), 0 },
		{ "plain, SHA-224", SOD(.plain_signature = true, .sign = { .digest = "SHA224" }),
		  0 },
		{ "no attributes, PSS",
		  SOD(.no_attributes = true, .sign = { .key = ISSUER_RSA_PSS }), 0 },
		{ "two signers", SOD(.signers = 2), TRUST_NOTE_SIGNERS },
	};

	for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
		struct trust t = judge(&USUAL, &SHAPES[i].s);

		printf("# %s\n", SHAPES[i].name);
		is_good(&t);
		eq_int(t.notes, SHAPES[i].notes);
		eq_str(t.sod.lds_version, SHAPES[i].s.v1 ? "0108" : "");
		eq_str(t.sod.unicode_version, SHAPES[i].s.v1 ? "040000" : "");
	}
}

static void signer_is(const struct trust *t, const char *text)
{
	char said[TRUST_SIGNER_CAP];

	memset(said, 'x', sizeof said);
	trust_signer_text(t, said);
	eq_str(said, text);
}

/* What is old or weak is told behind the signer's name. */
static void notes_are_said(void)
{
	struct issuer_sign weak = { .key = ISSUER_RSA_1024, .digest = "SHA1" };
	struct issuer_sod s = SOD(.sign = weak, .hash = "SHA1", .legacy_type = true, .signers = 2);
	struct trust t = judge(&weak, &s);

	signer_is(&t, SIGNER "; SHA-1; short key; old content type; several signers");
	s = SOD(.bare_type = true);
	t = judge(&USUAL, &s);
	signer_is(&t, SIGNER "; no content type");
	s = SOD(.no_certificate = true, .hash = "SHA1");
	t = judge(&USUAL, &s);
	signer_is(&t, "SHA-1");
	s = SOD(.v1 = true);
	t = judge(&USUAL, &s);
	signer_is(&t, SIGNER);
	t = (struct trust){ 0 };
	signer_is(&t, "");
}

/* Of a name that is too long, the notes take what they need, and no half of a character stays. */
static void long_names_make_room(void)
{
	struct trust t = { 0 };
	char said[TRUST_SIGNER_CAP], all[TRUST_SIGNER_CAP];

	memset(t.signer, 'n', sizeof t.signer - 1);
	signer_is(&t, t.signer);
	t.notes = TRUST_NOTE_SHA1;
	trust_signer_text(&t, said);
	eq_int(strlen(said), TRUST_SIGNER_CAP - 1);
	eq_str(said + TRUST_SIGNER_CAP - 1 - 8, "n; SHA-1");
	for (size_t i = 0; i + 1 < sizeof t.signer - 1; i += 2)
		memcpy(t.signer + i, "é", 2);
	t.signer[254] = '\0';
	for (unsigned notes = 0; notes < 32; notes++) {
		t.notes = notes;
		trust_signer_text(&t, all);
		ok(utf8_ok(all, strlen(all)));
		ok(strlen(all) >= TRUST_SIGNER_CAP - 2);
	}
	eq_str(strchr(all, ';'),
	       "; SHA-1; short key; old content type; no content type; several signers");
}

static void what_is_wrong_is_named(void)
{
	static const struct {
		const char *name;
		struct issuer_sod s;
		enum chip_data data;
		enum chip_issuer issuer;
	} WRONGS[] = {
		{ "expired", SOD(.when = ISSUER_EXPIRED), CHIP_DATA_SIGNED, CHIP_ISSUER_EXPIRED },
		{ "not yet", SOD(.when = ISSUER_NOT_YET), CHIP_DATA_SIGNED, CHIP_ISSUER_EXPIRED },
		{ "signature", SOD(.bad_signer = 1), CHIP_DATA_ALTERED, CHIP_ISSUER_UNCHECKED },
		{ "signature, no attributes", SOD(.bad_signer = 1, .no_attributes = true),
		  CHIP_DATA_ALTERED, CHIP_ISSUER_UNCHECKED },
		{ "signature, PSS", SOD(.bad_signer = 1, .sign = { .key = ISSUER_RSA_PSS }),
		  CHIP_DATA_ALTERED, CHIP_ISSUER_UNCHECKED },
		{ "list", SOD(.altered_list = true), CHIP_DATA_ALTERED, CHIP_ISSUER_UNCHECKED },
		{ "list, no attributes", SOD(.altered_list = true, .no_attributes = true),
		  CHIP_DATA_ALTERED, CHIP_ISSUER_UNCHECKED },
		{ "first of two", SOD(.signers = 2, .bad_signer = 1), CHIP_DATA_ALTERED,
		  CHIP_ISSUER_UNCHECKED },
		{ "second of two", SOD(.signers = 2, .bad_signer = 2), CHIP_DATA_ALTERED,
		  CHIP_ISSUER_UNCHECKED },
		{ "no certificate", SOD(.no_certificate = true), CHIP_DATA_UNCHECKED,
		  CHIP_ISSUER_UNCHECKED },
		{ "algorithm", SOD(.unknown_algorithm = true), CHIP_DATA_UNCHECKED,
		  CHIP_ISSUER_UNCHECKED },
		{ "type", SOD(.foreign_type = true), CHIP_DATA_UNCHECKED, CHIP_ISSUER_UNCHECKED },
		{ "type, and signature", SOD(.foreign_type = true, .bad_signer = 1),
		  CHIP_DATA_ALTERED, CHIP_ISSUER_UNCHECKED },
		{ "twice in the list", SOD(.double_dg = 2), CHIP_DATA_UNCHECKED,
		  CHIP_ISSUER_UNCHECKED },
		{ "signer of lists", SOD(.list_signer = true), CHIP_DATA_SIGNED,
		  CHIP_ISSUER_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof WRONGS / sizeof *WRONGS; i++) {
		struct trust t = judge(&USUAL, &WRONGS[i].s);

		printf("# %s\n", WRONGS[i].name);
		eq_int(t.data, WRONGS[i].data);
		eq_int(t.issuer, WRONGS[i].issuer);
	}
}

static void a_file_that_does_not_fit_is_altered(void)
{
	struct trust t = judge(&USUAL, &SOD());

	ok(!trust_hash_ok(&t, 1, file(DG2)));
	eq_int(t.data, CHIP_DATA_ALTERED);
	ok(trust_hash_ok(&t, 2, file(DG2)));
	eq_int(t.data, CHIP_DATA_ALTERED);

	t = judge(&USUAL, &SOD(.wrong_dg = 13));
	ok(trust_hash_ok(&t, 1, file(DG1)));
	ok(!trust_hash_ok(&t, 13, file(DG13)));
	eq_int(t.data, CHIP_DATA_ALTERED);
}

static void a_file_outside_the_list_was_put_there(void)
{
	for (unsigned dg = 0; dg <= 17; dg++) {
		struct trust t = judge(&USUAL, &SOD(.missing_dg = 13));

		if (dg == 1 || dg == 2)
			continue;
		ok(!sod_lists(&t.sod, dg));
		ok(!trust_hash_ok(&t, dg, file(DG13)));
		eq_int(t.data, CHIP_DATA_ALTERED);
	}
}

/* Nothing can be held against a list that was not read. */
static void without_a_list_nothing_is_said(void)
{
	struct trust t = judge(&USUAL, &SOD(.foreign_type = true));

	ok(!trust_hash_ok(&t, 1, file(DG1)));
	eq_int(t.data, CHIP_DATA_UNCHECKED);
}

static void only_installed_anchors_count(void)
{
	struct issuer *ours = issuer_create(NULL), *theirs = issuer_create(NULL);
	struct anchors list = { 0 };
	struct trust t = judge_at(theirs, &SOD(), &list, ISSUER_NOW_S);

	eq_int(t.data, CHIP_DATA_SIGNED);
	eq_int(t.issuer, CHIP_ISSUER_UNKNOWN);
	/* the same names, another key */
	anchor(&list, ANCHOR_CSCA, issuer_csca(ours));
	t = judge_at(theirs, &SOD(), &list, ISSUER_NOW_S);
	eq_int(t.data, CHIP_DATA_SIGNED);
	eq_int(t.issuer, CHIP_ISSUER_UNKNOWN);
	t = judge_at(ours, &SOD(), &list, ISSUER_NOW_S);
	eq_int(t.issuer, CHIP_ISSUER_KNOWN);
	anchors_finish(&list);
	issuer_destroy(ours);
	issuer_destroy(theirs);
}

static void an_anchor_has_its_time_and_its_right(void)
{
	static const struct {
		struct issuer_form form;
		enum chip_issuer issuer;
	} ROOTS[] = {
		{ { .when = ISSUER_EXPIRED }, CHIP_ISSUER_EXPIRED },
		{ { .when = ISSUER_NOT_YET }, CHIP_ISSUER_EXPIRED },
		{ { .not_a_ca = true }, CHIP_ISSUER_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof ROOTS / sizeof *ROOTS; i++) {
		struct issuer *root = issuer_create(&ROOTS[i].form);
		struct anchors list = { 0 };

		anchor(&list, ANCHOR_CSCA, issuer_csca(root));
		struct trust t = judge_at(root, &SOD(), &list, ISSUER_NOW_S);
		eq_int(t.data, CHIP_DATA_SIGNED);
		eq_int(t.issuer, ROOTS[i].issuer);
		anchors_finish(&list);
		issuer_destroy(root);
	}
}

static void a_link_is_worth_what_it_leads_to(void)
{
	struct issuer *old = issuer_create(&(struct issuer_form){ .name = "Test State CSCA 1" });
	struct issuer *new = issuer_create(&(struct issuer_form){ .name = "Test State CSCA 2" });
	struct anchors list = { 0 };

	anchor(&list, ANCHOR_LINK, issuer_link(old, new));
	struct trust t = judge_at(new, &SOD(), &list, ISSUER_NOW_S);
	eq_int(t.issuer, CHIP_ISSUER_UNKNOWN);
	anchor(&list, ANCHOR_CSCA, issuer_csca(old));
	t = judge_at(new, &SOD(), &list, ISSUER_NOW_S);
	eq_int(t.issuer, CHIP_ISSUER_KNOWN);
	anchors_finish(&list);
	issuer_destroy(old);
	issuer_destroy(new);
}

/* Each signs the other: going up ends nevertheless. */
static void links_in_a_circle_lead_nowhere(void)
{
	struct issuer *a = issuer_create(&(struct issuer_form){ .name = "Test State CSCA A" });
	struct issuer *b = issuer_create(&(struct issuer_form){ .name = "Test State CSCA B" });
	struct anchors list = { 0 };

	for (int i = 0; i < 4; i++) {
		anchor(&list, ANCHOR_LINK, issuer_link(a, b));
		anchor(&list, ANCHOR_LINK, issuer_link(b, a));
	}
	struct trust t = judge_at(a, &SOD(), &list, ISSUER_NOW_S);
	eq_int(t.issuer, CHIP_ISSUER_UNKNOWN);
	anchors_finish(&list);
	issuer_destroy(a);
	issuer_destroy(b);
}

static void what_was_taken_back_is_not_good(void)
{
	struct issuer *i = issuer_create(NULL), *other = issuer_create(NULL);
	struct anchors list = { 0 };
	struct issuer_bytes sod = issuer_sod(i, &SOD());
	struct trust t;

	anchor(&list, ANCHOR_CSCA, issuer_csca(i));
	anchor(&list, ANCHOR_CRL, issuer_crl(i, false));
	eq_int(trust_read(span_der(sod), span_of(&list), ISSUER_NOW_S, &t), ERR_OK);
	eq_int(t.issuer, CHIP_ISSUER_KNOWN);

	anchor(&list, ANCHOR_CRL, issuer_crl(i, true));
	eq_int(trust_read(span_der(sod), span_of(&list), ISSUER_NOW_S, &t), ERR_OK);
	eq_int(t.data, CHIP_DATA_SIGNED);
	eq_int(t.issuer, CHIP_ISSUER_REVOKED);
	/* long after the CRL should have been renewed */
	eq_int(trust_read(span_der(sod), span_of(&list), ISSUER_NOW_S + 1000 * 86400, &t), ERR_OK);
	eq_int(t.issuer, CHIP_ISSUER_REVOKED);
	/* nobody is revoked by whom the kiosk does not know */
	anchors_finish(&list);
	anchor(&list, ANCHOR_CSCA, issuer_csca(other));
	anchor(&list, ANCHOR_CRL, issuer_crl(i, true));
	eq_int(trust_read(span_der(sod), span_of(&list), ISSUER_NOW_S, &t), ERR_OK);
	eq_int(t.issuer, CHIP_ISSUER_UNKNOWN);
	issuer_free(&sod);
	anchors_finish(&list);
	issuer_destroy(i);
	issuer_destroy(other);
}

/* A CRL that says what we want, under the right name, with the wrong key. */
static void a_forged_crl_revokes_nobody(void)
{
	struct issuer *i = issuer_create(NULL), *forger = issuer_create(NULL);
	struct issuer_bytes sod = issuer_sod(i, &SOD()), crl = issuer_crl(i, true);
	struct anchors list = { 0 };
	struct trust t;

	crl.at[crl.len - 10] ^= 1;
	anchor(&list, ANCHOR_CSCA, issuer_csca(i));
	anchor(&list, ANCHOR_CRL, crl);
	anchor(&list, ANCHOR_CRL, issuer_crl(forger, true));
	eq_int(trust_read(span_der(sod), span_of(&list), ISSUER_NOW_S, &t), ERR_OK);
	eq_int(t.issuer, CHIP_ISSUER_KNOWN);
	anchors_finish(&list);
	issuer_free(&sod);
	issuer_destroy(i);
	issuer_destroy(forger);
}

static void card_security_is_judged_alike(void)
{
	static const uint8_t INFOS[] = { 0x31, 0x03, 0x30, 0x01, 0x00 };
	static const struct {
		struct issuer_sod s;
		enum chip_issuer issuer;
	} CASES[] = {
		{ { 0 }, CHIP_ISSUER_KNOWN },
		{ { .when = ISSUER_EXPIRED }, CHIP_ISSUER_EXPIRED },
		{ { .revoked = true }, CHIP_ISSUER_REVOKED },
	};
	struct trust_infos t;

	for (size_t n = 0; n < sizeof CASES / sizeof *CASES; n++) {
		struct issuer *i = issuer_create(NULL);
		struct issuer_bytes ef = issuer_card_security(i, &CASES[n].s, INFOS, sizeof INFOS);
		struct anchors list = { 0 };

		eq_int(trust_card_security(span_der(ef), span_of(&list), ISSUER_NOW_S, &t), ERR_OK);
		eq_int(t.data, CHIP_DATA_SIGNED);
		eq_int(t.issuer, CHIP_ISSUER_UNKNOWN);
		eq_int(t.len, sizeof INFOS);
		ok(memcmp(t.bytes, INFOS, sizeof INFOS) == 0);
		anchor(&list, ANCHOR_CSCA, issuer_csca(i));
		anchor(&list, ANCHOR_CRL, issuer_crl(i, false));
		eq_int(trust_card_security(span_der(ef), span_of(&list), ISSUER_NOW_S, &t), ERR_OK);
		eq_int(t.issuer, CASES[n].issuer);
		ef.at[ef.len - 8] ^= 1; /* of the signature */
		eq_int(trust_card_security(span_der(ef), span_of(&list), ISSUER_NOW_S, &t), ERR_OK);
		eq_int(t.data, CHIP_DATA_ALTERED);
		ef.len--;
		eq_int(trust_card_security(span_der(ef), span_of(&list), ISSUER_NOW_S, &t),
		       ERR_BAD_DATA);
		eq_int(t.len, 0);
		anchors_finish(&list);
		issuer_free(&ef);
		issuer_destroy(i);
	}
}

/* One is not taken for the other, whoever signed it. */
static void a_sod_is_no_card_security(void)
{
	struct issuer *i = issuer_create(NULL);
	struct issuer_bytes sod = issuer_sod(i, &SOD());
	struct span inner = { 0 };
	struct trust_infos t;

	eq_int(tlv_find(span_der(sod), 0x77, &inner), ERR_OK);
	eq_int(trust_card_security(inner, (struct span){ 0 }, ISSUER_NOW_S, &t), ERR_BAD_DATA);
	issuer_free(&sod);
	issuer_destroy(i);
}

static void what_is_no_sod_is_refused(void)
{
	struct issuer *i = issuer_create(NULL);
	struct issuer_bytes sod = issuer_sod(i, &SOD());
	struct span nothing = { 0 };
	uint8_t junk[] = { 'M', 'C', 'A', '1', 9, 9 };
	struct trust t;

	for (size_t len = 0; len < sod.len; len += 13)
		eq_int(trust_read((struct span){ sod.at, len }, nothing, ISSUER_NOW_S, &t),
		       ERR_BAD_DATA);
	eq_int(t.data, CHIP_DATA_UNCHECKED);
	eq_int(trust_read(span_der(sod), (struct span){ junk, sizeof junk }, ISSUER_NOW_S, &t),
	       ERR_BAD_DATA);
	eq_int(trust_read(span_der(sod), nothing, ISSUER_NOW_S, &t), ERR_OK);
	sod.at[0] = 0x76;
	eq_int(trust_read(span_der(sod), nothing, ISSUER_NOW_S, &t), ERR_BAD_DATA);
	issuer_free(&sod);
	issuer_destroy(i);
}

int main(void)
{
	eq_int(trust_prepare(), ERR_OK);
	every_kind_of_key_is_read();
	every_digest_is_read();
	every_shape_is_read();
	notes_are_said();
	long_names_make_room();
	what_is_wrong_is_named();
	a_file_that_does_not_fit_is_altered();
	a_file_outside_the_list_was_put_there();
	without_a_list_nothing_is_said();
	only_installed_anchors_count();
	an_anchor_has_its_time_and_its_right();
	a_link_is_worth_what_it_leads_to();
	links_in_a_circle_lead_nowhere();
	what_was_taken_back_is_not_good();
	a_forged_crl_revokes_nobody();
	card_security_is_judged_alike();
	a_sod_is_no_card_security();
	what_is_no_sod_is_refused();
	return tap_done();
}
