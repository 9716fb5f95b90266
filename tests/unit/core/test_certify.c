/* Who may certify, what is kept of a signature, and what the kiosk says of it on paper. */
#include "firmware/base/msg.h"
#include "firmware/core/audit.h"
#include "firmware/core/copy_code.h"
#include "firmware/core/core.h"
#include "firmware/core/seal.h"
#include "firmware/core/staff_lock.h"
#include "firmware/core/staff_pin.h"
#include "tests/unit/core/fixture.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

static struct fixture f;

static struct core *core(struct store *s)
{
	struct core *c = calloc(1, sizeof *c);

	if (!c)
		exit(1);
	c->store = s;
	c->child.clock = f.clock;
	snprintf(c->certify.boot, sizeof c->certify.boot, "boot");
	eq_int(staff_pin_make("246810", c->config.staff_pin), ERR_OK);
	return c;
}

static struct msg_pdf_told good_told(void)
{
	return (struct msg_pdf_told){ .kind = COPY_KIND_PDF,
				      .count = 2,
				      .bytes = BYTES_INTACT,
				      .signer = SIGNER_STRANGER,
				      .after = AFTER_NOTHING,
				      .dated = 1 };
}

static void only_what_is_proven(void)
{
	struct core *c = calloc(1, sizeof *c);
	struct msg_pdf_told t = good_told();

	eq_int(certify_judge(c, &t), ERR_OK); /* no anchors: nobody can be known */
	snprintf(c->config.copy_anchor, sizeof c->config.copy_anchor, "/etc/kiosk/officers.pem");
	eq_int(certify_judge(c, &t), ERR_STRANGE_SIGNER);
	t.signer = SIGNER_KNOWN;
	eq_int(certify_judge(c, &t), ERR_OK);
	t.dated = 0;
	eq_int(certify_judge(c, &t), ERR_OLD_CERT);
	t = good_told(), t.signer = SIGNER_EXPIRED;
	eq_int(certify_judge(c, &t), ERR_OLD_CERT);
	t = good_told(), t.signer = SIGNER_UNFIT;
	eq_int(certify_judge(c, &t), ERR_BAD_TOKEN);
	t = good_told(), t.signer = SIGNER_KNOWN, t.bytes = BYTES_CHANGED;
	eq_int(certify_judge(c, &t), ERR_BAD_TOKEN);
	t.bytes = BYTES_UNKNOWN;
	eq_int(certify_judge(c, &t), ERR_BAD_TOKEN);
	t = good_told(), t.count = 1;
	eq_int(certify_judge(c, &t), ERR_BAD_TOKEN);
	t = good_told(), t.after = AFTER_SIGNATURES;
	eq_int(certify_judge(c, &t), ERR_BAD_TOKEN);
	t = good_told(), t.kind = COPY_KIND_OTHER;
	eq_int(certify_judge(c, &t), ERR_BAD_TOKEN);
	free(c);
}

static void the_clock_does_not_go_back(void)
{
	struct core *c = core(NULL);

	c->certify.known_s = T0 + 3600;
	ok(certify_now(c) >= T0 + 3600);
	c->certify.known_s = T0 - 3600;
	ok(certify_now(c) >= T0 && certify_now(c) < T0 + 600);
	free(c);
}

static bool note_what(void *data, const struct audit_line *line)
{
	snprintf(data, 64, "%s %s", line->what, line->detail);
	return false;
}

static void last_line(struct store *s, const char *want)
{
	char got[64] = "";

	eq_int(audit_list(s, 1, note_what, got), ERR_OK);
	eq_str(got, want);
}

static void officers_pins(void)
{
	struct store *s = open_store(&f);
	struct core *c = core(s);
	uint8_t left = 99;

	eq_int(certify_may(c), ERR_OK);
	eq_int(certify_check_staff(c, "246810", &left), ERR_OK);
	last_line(s, "staff.pin OK");
	eq_int(certify_check_staff(c, "111111", &left), ERR_WRONG_PIN);
	eq_int(left, 2);
	last_line(s, "staff.pin WRONG_PIN");
	free(c);
	c = core(s); /* the program begins anew */
	eq_int(certify_check_staff(c, "111111", &left), ERR_WRONG_PIN);
	eq_int(left, 1);
	eq_int(certify_check_staff(c, "111111", &left), ERR_WAIT_PIN);
	last_line(s, "staff.pin WAIT_PIN");
	eq_int(certify_check_staff(c, "246810", &left), ERR_WAIT_PIN); /* the right one waits too */
	f.shift.mono_ms += STAFF_LOCK_MS + 1;
	eq_int(certify_check_staff(c, "246810", &left), ERR_OK);
	c->config.staff_pin[0] = '\0';
	eq_int(certify_may(c), ERR_DENIED);
	free(c);
	store_close(s);
}

static void a_dropped_copy_is_told(void)
{
	struct store *s = open_store(&f);
	struct core *c = core(s);
	struct copy *copy = &c->visit.staff.copies[3];
	struct copy_entry got;

	eq_int(copy_book_give(s, "K01", "d", "p", copy->number), ERR_OK);
	certify_dropped(c, 3);
	char want[64];
	snprintf(want, sizeof want, "copy.dropped %s", copy->number);
	last_line(s, want);
	eq_int(copy_book_find(s, copy->number, &got), ERR_OK);
	eq_int(got.state, ENTRY_DROPPED);
	free(c);
	store_close(s);
}

static void unbase64(const char *text, uint8_t out[COPY_SIGNATURE + 2])
{
	char padded[96];
	int n = snprintf(padded, sizeof padded, "%s", text);

	for (char *at = padded; *at; at++)
		*at = *at == '-' ? '+' : *at == '_' ? '/' : *at;
	while (n % 4)
		padded[n++] = '=';
	ok(EVP_DecodeBlock(out, (uint8_t *)padded, n) > 0);
}

/* As anybody would check it who has read base/copy.h. */
static bool is_true(const char *code, EVP_PKEY *key)
{
	const char *bar = strrchr(code, '|');
	uint8_t raw[COPY_SIGNATURE + 2], der[160], *at = der;
	ECDSA_SIG *sig = ECDSA_SIG_new();

	unbase64(bar + 1, raw);
	ECDSA_SIG_set0(sig, BN_bin2bn(raw, 32, NULL), BN_bin2bn(raw + 32, 32, NULL));
	int len = i2d_ECDSA_SIG(sig, &at);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool good = EVP_DigestVerifyInit(c, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestVerify(c, der, (size_t)len, (const uint8_t *)code,
				     (size_t)(bar - code)) == 1;
	EVP_MD_CTX_free(c);
	ECDSA_SIG_free(sig);
	return good;
}

static void the_code_on_paper(void)
{
	struct package_keys *keys = make_keys(&f);
	struct copy_statement s = { .number = "BS-K01-261121-0007-QX",
				    .title =
					    "Giấy chứng nhận | quyền sử dụng đất, quyền sở hữu nhà "
					    "ở và tài sản khác gắn liền với đất",
				    .at_s = T0,
				    .pages = 12,
				    .hint = "0011223344556677" };
	char code[COPY_CODE_CAP];

	memset(s.digest, 0xff, sizeof s.digest);
	eq_int(copy_code_make(keys, &s, code), ERR_OK);
	ok(strncmp(code, "MCC1|BS-K01-261121-0007-QX|20261121190000|12|Giấy chứng nhận   quyền",
		   68) == 0);
	ok(utf8_ok(code, strlen(code)));
	ok(strlen(code) <= 287); /* a QR code of version 12, level M */
	ok(is_true(code, seal_key(keys)));
	code[30] ^= 1;
	ok(!is_true(code, seal_key(keys)));
	package_keys_free(keys);
}

int main(void)
{
	fixture_init(&f);
	only_what_is_proven();
	the_clock_does_not_go_back();
	officers_pins();
	a_dropped_copy_is_told();
	the_code_on_paper();
	fixture_finish(&f);
	return tap_done();
}
