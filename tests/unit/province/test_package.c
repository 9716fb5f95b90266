#include "tests/province/package.h"
#include "tests/province/pki.h"
#include "tests/tap.h"
#include "tests/unit/province/pack.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY "0b9d8d52-5f0f-4c57-9d9b-3a1f6a1b2c3d"

static int remove_one(const char *path, const struct stat *st, int how, struct FTW *at)
{
	(void)st, (void)how, (void)at;
	return remove(path);
}

static enum err open_it(const struct pack_order *o, struct complaint *why)
{
	struct pack p = pack_make(o);
	struct package *got = NULL;
	enum err e = package_open(o->dir, p.bytes, p.len, &got, why);

	if (e == ERR_OK) {
		eq_str(got->manifest_sha256, p.manifest);
		eq_str(got->manifest.name, "Nguyễn Văn An");
		eq_int(got->manifest.paper_count, 2);
		ok(memcmp(got->papers[0], "%PDF", 4) == 0);
	}
	package_destroy(got);
	free(p.bytes);
	return e;
}

static void a_good_one_opens(const char *dir)
{
	struct complaint why = { "" };

	eq_int(open_it(&(struct pack_order){ .dir = dir, .key = KEY }, &why), ERR_OK);
	eq_str(why.text, "");
}

static void each_layer_must_be_there(const char *dir)
{
	struct complaint why;

	eq_int(open_it(&(struct pack_order){ .dir = dir, .key = KEY, .no_seal = true }, &why),
	       ERR_BAD_DATA);
	ok(strstr(why.text, "AuthEnvelopedData"));
	eq_int(open_it(&(struct pack_order){ .dir = dir, .key = KEY, .no_signature = true }, &why),
	       ERR_BAD_DATA);
	ok(strstr(why.text, "SignedData"));
}

static void only_a_kiosk_of_the_province_signs(const char *dir)
{
	static const char *const SIGNERS[] = { "rogue/kiosk", "province/answer",
					       "kiosk/tls/kiosk" };
	struct complaint why;

	for (size_t i = 0; i < 3; i++) {
		struct pack_order o = { .dir = dir, .key = KEY, .signer = SIGNERS[i] };

		eq_int(open_it(&o, &why), ERR_FORGED);
	}
}

static void a_kiosk_signs_for_itself_only(const char *dir)
{
	struct pack_order o = { .dir = dir, .key = KEY, .replace = "K01", .by = "K02" };
	struct complaint why;

	eq_int(open_it(&o, &why), ERR_FORGED);
	ok(strstr(why.text, "K02"));
}

static void every_hash_counts(const char *dir)
{
	struct pack_order o = { .dir = dir, .key = KEY, .changed_paper = true };
	struct complaint why;

	eq_int(open_it(&o, &why), ERR_FORGED);
	ok(strstr(why.text, "papers/002.pdf"));
}

static void every_changed_byte_is_seen(const char *dir)
{
	struct pack p = pack_make(&(struct pack_order){ .dir = dir, .key = KEY });
	struct complaint why;
	unsigned opened = 0;

	for (size_t i = 0; i < p.len; i += 97) {
		struct package *got = NULL;

		p.bytes[i] ^= 0x01;
		opened += package_open(dir, p.bytes, p.len, &got, &why) == ERR_OK;
		package_destroy(got);
		p.bytes[i] ^= 0x01;
	}
	eq_int(opened, 0);
	free(p.bytes);
}

static void fields_must_be_as_agreed(const char *dir)
{
	static const struct {
		const char *replace, *by, *named;
	} CHANGES[] = {
		{ "\"v\":1", "\"v\":2", "version" },
		{ "\"1.001193\"", "\"1001193\"", "MaTTHC" },
		{ "\"1.001193\"", "1.001193", "MaTTHC" },
		{ "\"KenhThucHien\":\"1\"", "\"KenhThucHien\":\"2\"", "KenhThucHien" },
		{ "20261121093000", "20261131093000", "NgayNopHoSo" },
		{ "20261121093000", "21/11/2026 093", "NgayNopHoSo" },
		{ "000.00.06.H56", "", "agency" },
		{ "Nguyễn Văn An", "", "ChuHoSo" },
		{ "000.00.00.G15-KQ004389", "giấy", "MaThanhPhanHoSo" },
		{ "\"DuocTaiSuDung\":\"0\"", "\"DuocTaiSuDung\":\"3\"", "DuocTaiSuDung" },
		{ "\"trang\":1", "\"trang\":0", "trang" },
		{ "\"trang\":1", "\"trang\":-1", "trang" },
		{ "\"chat_luong\"", "\"chat\"", "chat_luong" },
		{ "\"TaiLieuNop\":[", "\"TaiLieu\":[", "TaiLieuNop" },
		{ "\"verified\":false", "\"verified\":\"no\"", "verified" },
		{ "\"consent\":{}", "\"consent\":1", "consent" },
		{ "\"times\":{}}", "\"times\":{}} {}", "JSON" },
	};
	struct complaint why;

	for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
		struct pack_order o = {
			.dir = dir, .key = KEY, .replace = CHANGES[i].replace, .by = CHANGES[i].by
		};

		eq_int(open_it(&o, &why), ERR_BAD_DATA);
		ok(strstr(why.text, CHANGES[i].named));
	}
}

static void rubbish_is_bad_data(const char *dir)
{
	static const uint8_t BYTES[300] = { 0x30, 0x82, 0xff, 0xff };
	struct complaint why;
	struct package *got;

	for (size_t n = 0; n < sizeof BYTES; n += 13)
		eq_int(package_open(dir, BYTES, n, &got, &why), ERR_BAD_DATA);
}

int main(void)
{
	char dir[32];

	pack_folder(dir);
	eq_int(pki_make(dir, "K01"), ERR_OK);
	a_good_one_opens(dir);
	each_layer_must_be_there(dir);
	only_a_kiosk_of_the_province_signs(dir);
	a_kiosk_signs_for_itself_only(dir);
	every_hash_counts(dir);
	every_changed_byte_is_seen(dir);
	fields_must_be_as_agreed(dir);
	rubbish_is_bad_data(dir);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return tap_done();
}
