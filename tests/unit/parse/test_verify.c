/* Who signed a PDF, judged against anchors: three answers apart. */
#include "firmware/base/auto.h"
#include "firmware/parse/pdf/verify.h"
#include "tests/unit/parse/sealed.h"

static const struct signer_form OFFICER_FORM = {
	.name = "Trần Thị Mẫu",
	.usage = "critical,nonRepudiation",
	.constraints = "critical,CA:FALSE",
	.days_before = 10,
	.days_after = 10,
	.serial = 9,
};
static const struct signer_form LOGIN_FORM = {
	.name = "login only",
	.usage = "critical,keyEncipherment",
	.constraints = "critical,CA:FALSE",
	.days_before = 10,
	.days_after = 10,
	.serial = 10,
};

static struct verify_anchors *anchors_of(const struct signer *ca)
{
	struct verify_anchors *a = NULL;
	size_t len;
	AUTO_FREE char *pem = pem_of(ca, &len);

	eq_int(verify_anchors_of((uint8_t *)pem, len, &a), ERR_OK);
	return a;
}

/* What is said of signature `i`. */
static struct verified judged(const struct bytes *f, size_t i, const struct verify_anchors *a,
			      int64_t now_s)
{
	struct foreign read = { 0 };
	struct verified v = { .bytes = BYTES_UNKNOWN, .signer = SIGNER_UNFIT };

	eq_int(foreign_read(f->at, f->len, &read), ERR_OK);
	ok(read.count > i);
	if (read.count > i)
		eq_int(verify_signature(f->at, &read.signatures[i], a, now_s, &v), ERR_OK);
	foreign_finish(&read);
	return v;
}

static void two_signatures(const struct signer *ca, const struct verify_anchors *a)
{
	struct signer kiosk = make_signer(ca, &SIGNER_FORM),
		      officer = make_signer(ca, &OFFICER_FORM);
	struct bytes f = endorsed(sealed_file(&kiosk), usual_words(), &officer);
	struct verified v = judged(&f, 0, a, NOW_S);

	eq_int(v.bytes, BYTES_INTACT);
	eq_int(v.signer, SIGNER_KNOWN);
	eq_str(v.holder, "Answers");
	eq_str(v.issuer, "Answer CA");
	v = judged(&f, 1, a, NOW_S);
	eq_int(v.bytes, BYTES_INTACT);
	eq_int(v.signer, SIGNER_KNOWN);
	eq_str(v.holder, "Trần Thị Mẫu");
	ok(v.dated);
	ok(!judged(&f, 1, NULL, NOW_S + 11 * 86400).dated); /* whomever it leads to */
	ok(!judged(&f, 1, NULL, NOW_S - 11 * 86400).dated);
	eq_int(judged(&f, 1, a, NOW_S + 11 * 86400).signer, SIGNER_EXPIRED);
	eq_int(judged(&f, 1, a, NOW_S - 11 * 86400).signer, SIGNER_EXPIRED);
	f.at[9] ^= 1; /* in the comment of the head: both cover it */
	eq_int(judged(&f, 0, a, NOW_S).bytes, BYTES_CHANGED);
	eq_int(judged(&f, 1, a, NOW_S).bytes, BYTES_CHANGED);
	free(f.at);
	signer_free(&kiosk);
	signer_free(&officer);
}

static void strangers(const struct signer *ca, const struct verify_anchors *a)
{
	struct signer other_ca = make_signer(NULL, &CA_FORM),
		      other = make_signer(&other_ca, &OFFICER_FORM);
	struct signer login = make_signer(ca, &LOGIN_FORM), own = make_signer(NULL, &OFFICER_FORM);
	struct bytes f = sealed_file(&other);
	struct verified v = judged(&f, 0, a, NOW_S);

	eq_int(v.bytes, BYTES_INTACT); /* of somebody, and that is all */
	ok(v.dated);
	eq_int(v.signer, SIGNER_STRANGER);
	free(f.at);
	f = sealed_file(&login);
	eq_int(judged(&f, 0, a, NOW_S).signer, SIGNER_UNFIT);
	free(f.at);
	f = sealed_file(&own);
	eq_int(judged(&f, 0, a, NOW_S).signer, SIGNER_STRANGER);
	struct verify_anchors *alone = anchors_of(&own);
	eq_int(judged(&f, 0, alone, NOW_S).signer, SIGNER_KNOWN);
	verify_anchors_free(alone);
	free(f.at);
	signer_free(&other_ca);
	signer_free(&other);
	signer_free(&login);
	signer_free(&own);
}

/* Whatever stands in the gap, it is judged or it is not, and nothing breaks. */
static void damaged_cms(const struct signer *ca, const struct verify_anchors *a)
{
	struct signer kiosk = make_signer(ca, &SIGNER_FORM);
	struct pdf_gap gap;
	struct bytes f = made_file(usual_wish(), 2, &gap);

	seal(&f, &gap, &kiosk);
	for (size_t i = 0; i < 400; i += 7) {
		uint8_t *hex = f.at + gap.at + 1 + i, old = *hex;

		*hex = old == '0' ? '1' : '0';
		struct foreign read = { 0 };
		if (foreign_read(f.at, f.len, &read) == ERR_OK && read.count > 0) {
			struct verified v;

			eq_int(verify_signature(f.at, &read.signatures[0], a, NOW_S, &v), ERR_OK);
			ok(v.bytes != BYTES_INTACT || v.signer != SIGNER_KNOWN || i > 0);
		}
		foreign_finish(&read);
		*hex = old;
	}
	free(f.at);
	signer_free(&kiosk);
}

static void no_anchors(void)
{
	struct verify_anchors *a = NULL;

	eq_int(verify_anchors_of((const uint8_t *)"no certificate", 14, &a), ERR_BAD_CONFIG);
	ok(a == NULL);
	eq_int(verify_anchors_of(NULL, 0, &a), ERR_BAD_CONFIG);
}

int main(void)
{
	struct signer ca = make_signer(NULL, &CA_FORM);
	struct verify_anchors *a = anchors_of(&ca);

	two_signatures(&ca, a);
	strangers(&ca, a);
	damaged_cms(&ca, a);
	no_anchors();
	verify_anchors_free(a);
	signer_free(&ca);
	return tap_done();
}
