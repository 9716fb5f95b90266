/* What a card is made of: printed lines, files, the issuer's signature, faults. */
#include "tests/mrtd/issuer.h"
#include "tests/mrtd/lds.h"
#include "tests/unit/usim/mrtd_talk.h"

#include <openssl/cms.h>
#include <time.h>

static struct mrtd_spec sample(const char *name)
{
	struct mrtd_spec s;
	char path[256];
	unsigned line;

	mrtd_spec_init(&s);
	snprintf(path, sizeof path, "tests/mrtd/cards/%s.card", name);
	if (mrtd_spec_load(&s, path, &line) != ERR_OK)
		printf("# %s:%u\n", path, line);
	return s;
}

static void printed_lines(void)
{
	struct mrtd_spec s = sample("sample-01");
	char mrz[91], key[48], can[16], qr[1024];

	mrtd_spec_mrz(&s, mrz);
	eq_str(mrz, "IDVNM0900000007001090000000<<8"
		    "9001158M3001156VNM<<<<<<<<<<<0"
		    "NGUYEN<<VAN<AN<<<<<<<<<<<<<<<<");
	mrtd_spec_mrz_key(&s, key);
	eq_str(key, "090000000790011583001156");
	mrtd_spec_can(&s, can);
	eq_str(can, "000000");
	(void)mrtd_spec_line(&s, "can = 271828");
	mrtd_spec_can(&s, can);
	eq_str(can, "271828");
	mrtd_spec_qr(&s, qr, sizeof qr);
	eq_str(qr, "001090000000||Nguyễn Văn An|15011990|Nam|Số 1, phường Ba Đình, Hà Nội|"
		   "01082024||||");
	(void)mrtd_spec_line(&s, "profile = 2021");
	(void)mrtd_spec_line(&s, "name = Đặng Thị Ngọc Hoàng Phương Khánh Uyên");
	(void)mrtd_spec_line(&s, "birth = 00/00/1940");
	(void)mrtd_spec_line(&s, "expires =");
	mrtd_spec_mrz(&s, mrz);
	ok(strstr(mrz, "40<<<<8M9912315VNM") != NULL);
	eq_str(mrz + 60, "DANG<<THI<NGOC<HOANG<PHUONG<KH");
	mrtd_spec_qr(&s, qr, sizeof qr);
	ok(strstr(qr, "|00001940|") && qr[strlen(qr) - 1] == '4');
}

static void lines_of_a_card_file(void)
{
	struct mrtd_spec s;

	mrtd_spec_init(&s);
	eq_int(mrtd_spec_line(&s, ""), ERR_OK);
	eq_int(mrtd_spec_line(&s, "  # x"), ERR_OK);
	eq_int(mrtd_spec_line(&s, "  name =  Lê  Văn  \r"), ERR_OK);
	eq_str(s.name, "Lê  Văn");
	eq_int(mrtd_spec_line(&s, "max_le=65537"), ERR_BAD_DATA);
	eq_int(mrtd_spec_line(&s, "max_le=-1"), ERR_BAD_DATA);
	eq_int(mrtd_spec_line(&s, "max_le=512"), ERR_OK);
	eq_int(s.max_le, 512);
	eq_int(mrtd_spec_line(&s, "mf=9000"), ERR_BAD_DATA);
	eq_int(mrtd_spec_line(&s, "mf=ok"), ERR_OK);
	eq_int(s.mf, 1);
	eq_int(mrtd_spec_line(&s, "colour=red"), ERR_NOT_FOUND);
	eq_int(mrtd_spec_line(&s, "name"), ERR_BAD_DATA);
	eq_int(mrtd_spec_line(&s, "sex=12345678901234567890"), ERR_BAD_DATA);
	eq_str(s.sex, "Nam");
}

static struct mrtd *make(const struct mrtd_spec *s, struct issuer *i, const char *fault)
{
	struct mrtd_faults f = { 0 };
	struct mrtd *m = NULL;

	if (fault)
		eq_int(mrtd_faults_set(&f, fault), ERR_OK);
	eq_int(mrtd_create(s, i, &f, &m), ERR_OK);
	return m;
}

/* The SOD's content, when its signature is good. */
static bool sod_is_signed(const struct mrtd *m)
{
	const uint8_t *at, *in;
	size_t len;

	at = mrtd_file(m, 0x011D, true, &len);
	if (!at || !mrtd_find(at, len, 0x77, &in, &len))
		return false;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &in, (long)len);
	bool good = cms && CMS_verify(cms, NULL, NULL, NULL, NULL,
				      CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1;
	CMS_ContentInfo_free(cms);
	return good;
}

static bool sod_has_hash_of(const struct mrtd *m, uint16_t file)
{
	uint8_t hash[32];
	size_t len, sod_len;
	const uint8_t *at = mrtd_file(m, file, true, &len);
	const uint8_t *sod = mrtd_file(m, 0x011D, true, &sod_len);

	EVP_Digest(at, len, hash, NULL, EVP_sha256(), NULL);
	return memmem(sod, sod_len, hash, sizeof hash) != NULL;
}

static void a_card_is_whole(void)
{
	struct mrtd_spec s = sample("sample-01");
	struct issuer *i = issuer_create(NULL);
	struct mrtd *m = make(&s, i, NULL);
	const uint8_t *at;
	size_t len;

	ok(sod_is_signed(m));
	for (uint16_t dg = 1; dg <= 14; dg++)
		if (mrtd_file(m, 0x0100 | dg, true, &len))
			ok(sod_has_hash_of(m, 0x0100 | dg));
	at = mrtd_file(m, 0x011E, true, &len);
	ok(at && len == 25 && memcmp(at + len - 7, "\x5C\x05\x61\x75\x63\x6D\x6E", 7) == 0);
	at = mrtd_file(m, 0x0102, true, &len);
	ok(at && len > 15000 && len < 17500 && memmem(at, 100, "FAC\0", 4) && at[0] == 0x75);
	ok(mrtd_file(m, 0x011C, false, &len) && mrtd_file(m, 0x011D, false, &len));
	mrtd_destroy(m);
	issuer_destroy(i);
}

static void faults_of_signed_data(void)
{
	struct mrtd_spec s = sample("sample-01");
	struct issuer *i = issuer_create(NULL);
	struct mrtd *m = make(&s, i, "altered-dg 1");
	size_t len;

	ok(sod_is_signed(m) && !sod_has_hash_of(m, 0x0101) && sod_has_hash_of(m, 0x010D));
	mrtd_destroy(m);
	m = make(&s, i, "sod-signature");
	ok(!sod_is_signed(m) && sod_has_hash_of(m, 0x0101));
	mrtd_destroy(m);
	m = make(&s, i, "wrong_hash 13");
	ok(sod_is_signed(m) && !sod_has_hash_of(m, 0x010D));
	mrtd_destroy(m);
	m = make(&s, i, "unlisted_dg 2");
	ok(sod_is_signed(m) && !sod_has_hash_of(m, 0x0102) && sod_has_hash_of(m, 0x0101));
	mrtd_destroy(m);
	m = make(&s, i, "sod_none");
	ok(!mrtd_file(m, 0x011D, true, &len));
	mrtd_destroy(m);
	m = make(&s, i, "missing_dg 13");
	ok(!mrtd_file(m, 0x010D, true, &len));
	mrtd_destroy(m);
	issuer_destroy(i);
}

static void faults_of_form(void)
{
	static const struct {
		const char *fault;
		uint8_t head[6];
	} forms[] = {
		{ "deep_tlv 13", { 0x6D, 0x82, 0x1F, 0x3C, 0x30, 0x82 } },
		{ "long_tlv 1", { 0x61, 0x84, 0xFF, 0xFF, 0xFF, 0xFF } },
		{ "lying_length 1", { 0x61, 0x83, 0x00, 0x04, 0x45, 0x5F } },
		{ "short_length 1", { 0x61, 0x83, 0x00, 0x00, 0x58, 0x5F } },
		{ "endless 2", { 0x75, 0x83, 0xFF, 0xFF, 0xFF, 0x75 } },
	};
	struct mrtd_spec s = sample("sample-01");

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		struct mrtd *m = make(&s, NULL, forms[i].fault);
		uint16_t id = (uint16_t)(0x0100 + atoi(strchr(forms[i].fault, ' ')));
		size_t len = 0;
		const uint8_t *at = mrtd_file(m, id, true, &len);

		ok(at && len > 6 && memcmp(at, forms[i].head, 6) == 0);
		mrtd_destroy(m);
	}
	struct mrtd *m = make(&s, NULL, "other_person");
	size_t len = 0;
	const uint8_t *at = mrtd_file(m, 0x010D, true, &len);
	ok(at && memmem(at, len, "001199000000", 12));
	mrtd_destroy(m);
}

static void fault_words(void)
{
	struct mrtd_faults f = { 0 };

	eq_int(mrtd_faults_set(&f, "colour"), ERR_NOT_FOUND);
	eq_int(mrtd_faults_set(&f, "altered_dg"), ERR_BAD_DATA);
	eq_int(mrtd_faults_set(&f, "altered_dg x"), ERR_BAD_DATA);
	eq_int(mrtd_faults_set(&f, "altered_dg -1"), ERR_BAD_DATA);
	eq_int(mrtd_faults_set(&f, "altered-dg 2"), ERR_OK);
	eq_int(f.n[MRTD_FAULT_altered_dg], 2);
	eq_int(mrtd_faults_set(&f, "altered-dg 0"), ERR_OK);
	eq_int(f.n[MRTD_FAULT_altered_dg], 0);
	eq_int(mrtd_faults_set(&f, "altered-dg 13"), ERR_OK);
	eq_int(mrtd_faults_set(&f, "cloned"), ERR_OK);
	eq_int(f.n[MRTD_FAULT_cloned], 1);
	eq_int(mrtd_faults_set(&f, "cloned 0"), ERR_OK);
	eq_int(f.n[MRTD_FAULT_cloned], 0);
	eq_int(mrtd_faults_set(&f, "none"), ERR_OK);
	eq_int(f.n[MRTD_FAULT_altered_dg], 0);
}

static void picture_has_its_note(void)
{
	static const char *const LINES[] = { "picture = jp2", "picture = j2k", "picture = jpeg" };
	struct mrtd_spec s = sample("tram");

	for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++) {
		(void)mrtd_spec_line(&s, LINES[i]);
		struct mrtd *m = make(&s, NULL, NULL);
		size_t len = 0;
		const uint8_t *at = mrtd_file(m, 0x0102, true, &len);
		ok(at && memmem(at, len, s.picture_note, strlen(s.picture_note)));
		mrtd_destroy(m);
	}
	ok(s.picture_note[0]);
}

int main(void)
{
	printed_lines();
	lines_of_a_card_file();
	a_card_is_whole();
	faults_of_signed_data();
	faults_of_form();
	fault_words();
	picture_has_its_note();
	return tap_done();
}
