/* What is sealed here is opened by programs that nobody here wrote. */
#include "tests/unit/core/fixture.h"

#include "firmware/core/manifest.h"

#include <json-c/json.h>

static const char KEY[] = "6f1c2b3a-0000-4000-8000-000000000001";

static struct fixture f;

static bool same_file(const char *name, const void *bytes, size_t len)
{
	char path[160];
	static char got[65536];

	in(&f, name, path);
	FILE *file = fopen(path, "re");
	size_t n = file ? fread(got, 1, sizeof got, file) : 0;
	if (file)
		fclose(file);
	return file && n == len && memcmp(got, bytes, len) == 0;
}

static int unpack(const char *file)
{
	char recip[160], key[160], ca[160], signed_[160], tar[160], out[160];

	in(&f, "seal.pem", recip);
	in(&f, "seal.key", key);
	in(&f, "kiosk.pem", ca);
	in(&f, "signed.der", signed_);
	in(&f, "dossier.tar", tar);
	in(&f, "out", out);
	int bad = RUN(NULL, "openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", file,
		      "-recip", recip, "-inkey", key, "-out", signed_);
	bad |= RUN(NULL, "openssl", "cms", "-verify", "-binary", "-purpose", "any", "-inform",
		   "DER", "-in", signed_, "-CAfile", ca, "-out", tar);
	bad |= RUN(NULL, "mkdir", "-p", out);
	return bad | RUN(NULL, "tar", "-xf", tar, "-C", out);
}

static const char *text_at(struct json_object *o, const char *name)
{
	struct json_object *v;

	return json_object_object_get_ex(o, name, &v) ? json_object_get_string(v) : "(none)";
}

static void check_manifest(const struct package *p)
{
	char path[160], sum[160], want[80];
	struct json_object *form, *papers, *id, *consent;

	in(&f, "out/manifest.json", path);
	in(&f, "sum", sum);
	eq_int(RUN(sum, "sha256sum", path), 0);
	snprintf(want, sizeof want, "%s", p->manifest);
	FILE *file = fopen(sum, "re");
	char got[65] = "";
	ok(file && fread(got, 1, 64, file) == 64);
	fclose(file);
	eq_str(got, want);

	struct json_object *o = json_object_from_file(path);
	eq_str(text_at(o, "v"), "1");
	eq_str(text_at(o, "key"), KEY);
	eq_str(text_at(o, "receipt_code"), p->receipt_code);
	eq_str(text_at(o, "MaTTHC"), "1.001193");
	eq_str(text_at(o, "TenTTHC"), "Đăng ký khai sinh");
	eq_str(text_at(o, "KenhThucHien"), "1");
	eq_str(text_at(o, "ChuHoSo"), "Nguyễn Văn An");
	eq_str(text_at(o, "SoGiayToChuHoSo"), CITIZEN);
	eq_str(text_at(o, "NgayNopHoSo"), "20261121190000");
	ok(json_object_object_get_ex(o, "form", &form));
	eq_str(text_at(form, "child_name"), "Nguyễn Thị Bình");
	eq_str(text_at(form, "note"), "dòng \"một\"\nvà \\ hai / ba");
	ok(json_object_object_get_ex(o, "identity", &id));
	eq_str(text_at(id, "verified"), "false");
	eq_str(text_at(id, "source"), "card-qr");
	ok(json_object_object_get_ex(o, "consent", &consent));
	eq_str(text_at(consent, "given_at"), "20261121190000");
	ok(json_object_object_get_ex(o, "TaiLieuNop", &papers));
	eq_int(json_object_array_length(papers), 2);
	struct json_object *one = json_object_array_get_idx(papers, 0);
	eq_str(text_at(one, "TepDinhKemId"), "papers/001.pdf");
	eq_str(text_at(one, "MaThanhPhanHoSo"), "000.00.00.G15-KQ004946");
	eq_str(text_at(one, "DuocSoHoa"), "1");
	eq_str(text_at(one, "DuocTaiSuDung"), "0");
	eq_str(text_at(one, "trang"), "2");
	json_object_put(o);
}

static void stock_tools_open_it(struct store *s, const struct package_keys *keys)
{
	char code[RECEIPT_CODE_CAP], file[400];
	struct package p;

	eq_int(receipt_code_next(s, "K01", code), ERR_OK);
	struct dossier d = sample(KEY, code);
	eq_int(package_make(&d, keys, store_outbox_fd(s), &p), ERR_OK);
	snprintf(file, sizeof file, "%s/outbox/%s.new", f.data, p.name);
	struct stat st;
	ok(stat(file, &st) == 0 && (uint64_t)st.st_size == p.bytes);
	eq_int(unpack(file), 0);
	check_manifest(&p);
	ok(same_file("out/papers/001.pdf", PDF_A, sizeof PDF_A - 1));
	ok(same_file("out/papers/002.pdf", PDF_B, sizeof PDF_B - 1));

	/* manifest.json is the first of the archive, and every header is the same each time */
	char list[160], tar[160];
	in(&f, "list", list);
	in(&f, "dossier.tar", tar);
	eq_int(RUN(list, "tar", "--numeric-owner", "-tvf", tar), 0);
	FILE *names = fopen(list, "re");
	char line[200] = "";
	ok(names && fgets(line, sizeof line, names));
	ok(strstr(line, "-rw-r--r-- 0/0") == line && strstr(line, "manifest.json"));
	fclose(names);

	eq_int(outbox_add(s, &p, NULL), ERR_OK);
	int fd = -1;
	eq_int(outbox_open(s, KEY, &fd), ERR_OK);
	close(fd);
}

static struct json_object *manifest_of(const struct dossier *d)
{
	char *json = NULL;
	size_t len = 0;

	eq_int(manifest_make(d, &json, &len), ERR_OK);
	struct json_tokener *t = json_tokener_new();
	struct json_object *o = json_tokener_parse_ex(t, json, (int)len);
	json_tokener_free(t);
	free(json);
	return o;
}

/* What the chip proved is said apart from what it said; who files for whom is in both places. */
static void chip_and_owner(void)
{
	static const struct dossier_chip CHIP = { .verdict = "NO_ANCHOR",
						  .data = "SIGNED",
						  .issuer = "UNKNOWN",
						  .proof = "ORIGINAL",
						  .access = "PACE",
						  .signer = "C=VN, CN=Document Signer 7",
						  .expires = "20300115",
						  .read_s = T0 - 200 };
	static const struct dossier_owner OWNER = { .name = "Lê Thị Bưởi",
						    .number = "",
						    .relation = "Cha hoặc mẹ",
						    .authority = "Không có" };
	struct dossier d = sample(KEY, "TAM-K01-261121-0001-A");
	struct json_object *id, *chip, *who, *detail;

	d.filer.source = "card-chip";
	d.filer.chip = &CHIP;
	d.owner = &OWNER;
	struct json_object *o = manifest_of(&d);
	ok(json_object_object_get_ex(o, "identity", &id));
	eq_str(text_at(id, "source"), "card-chip");
	eq_str(text_at(id, "verified"), "false");
	eq_str(text_at(id, "name"), "Nguyễn Văn An");
	ok(json_object_object_get_ex(id, "chip", &chip));
	eq_str(text_at(chip, "verdict"), "NO_ANCHOR");
	eq_str(text_at(chip, "issuer"), "UNKNOWN");
	eq_str(text_at(chip, "access"), "PACE");
	eq_str(text_at(chip, "signer"), "C=VN, CN=Document Signer 7");
	eq_str(text_at(chip, "expired"), "false");
	eq_str(text_at(chip, "read_at"), "20261121185640");
	eq_str(text_at(o, "ChuHoSo"), "Lê Thị Bưởi");
	eq_str(text_at(o, "SoGiayToChuHoSo"), "");
	ok(json_object_object_get_ex(o, "ThongTinNguoiNop", &who));
	ok(json_object_object_get_ex(who, "ThongTinChiTiet", &detail));
	eq_str(text_at(detail, "TenNguoiNop"), "Nguyễn Văn An");
	eq_str(text_at(detail, "SoDinhDanh"), CITIZEN);
	eq_str(text_at(detail, "TenChuHs"), "Lê Thị Bưởi");
	eq_str(text_at(detail, "quan_he"), "Cha hoặc mẹ");
	json_object_put(o);

	d.owner = NULL;
	o = manifest_of(&d);
	eq_str(text_at(o, "ChuHoSo"), "Nguyễn Văn An");
	ok(!json_object_object_get_ex(o, "ThongTinNguoiNop", &who));
	json_object_put(o);
}

/* Nothing of what the citizen gave is readable in the file. */
static void nothing_shows(void)
{
	char folder[160], out[160];
	struct stat st;

	in(&f, "grep", out);
	snprintf(folder, sizeof folder, "%s", f.data);
	(void)RUN(out, "grep", "-rlaE", CITIZEN "|Nguyễn|giay chung sinh|child_name", folder);
	ok(stat(out, &st) == 0 && st.st_size == 0);
}

static void wrong_fields(struct store *s, const struct package_keys *keys)
{
	const int dir = store_outbox_fd(s);
	struct package p = { 0 };
	struct dossier d = sample(KEY, "TAM-K01-261121-0001-?");
	char code[RECEIPT_CODE_CAP];

	eq_int(package_make(&d, keys, dir, &p), ERR_BAD_DATA);
	eq_int(receipt_code_next(s, "K01", code), ERR_OK);
	d = sample("../../../../../../../../etc/passwd---", code);
	eq_int(package_make(&d, keys, dir, &p), ERR_BAD_DATA);
	d = sample(KEY, code);
	d.filer.name = "Nguy\xe1\xbb";
	eq_int(package_make(&d, keys, dir, &p), ERR_BAD_DATA);
	d = sample(KEY, code);
	d.procedure = NULL;
	eq_int(package_make(&d, keys, dir, &p), ERR_BAD_DATA);
	const struct dossier_answer twice[] = { ANSWERS[0], ANSWERS[0] };
	d = sample(KEY, code);
	d.answers = twice;
	eq_int(package_make(&d, keys, dir, &p), ERR_BAD_DATA);
	const struct dossier_paper huge[] = { { .name = "x", .pdf = PDF_A, .pdf_len = 0 } };
	struct dossier_paper big = huge[0];
	big.pdf_len = PACKAGE_MAX_BYTES + 1;
	big.pdf = calloc(1, big.pdf_len);
	d = sample(KEY, code);
	d.papers = &big;
	d.paper_count = 1;
	eq_int(package_make(&d, keys, dir, &p), ERR_NO_SPACE);
	free((void *)(uintptr_t)big.pdf);
	eq_str(p.key, ""); /* untouched on failure */
}

static void wrong_keys(void)
{
	struct package_keys *k = NULL;
	char key[160], cert[160], seal[160], none[160], junk[160];

	in(&f, "kiosk.key", key);
	in(&f, "kiosk.pem", cert);
	in(&f, "seal.pem", seal);
	in(&f, "none.pem", none);
	in(&f, "list", junk);
	eq_int(package_keys_load(key, cert, none, &k), ERR_IO);
	eq_int(package_keys_load(key, seal, seal, &k), ERR_FORGED);
	eq_int(package_keys_load(junk, cert, seal, &k), ERR_FORGED);
	eq_int(package_keys_load(key, cert, junk, &k), ERR_FORGED);
	ok(!k);
}

int main(void)
{
	fixture_init(&f);
	struct package_keys *keys = make_keys(&f);
	struct store *s = open_store(&f);

	chip_and_owner();
	stock_tools_open_it(s, keys);
	nothing_shows();
	wrong_fields(s, keys);
	wrong_keys();
	package_keys_free(keys);
	package_keys_free(NULL);
	store_close(s);
	fixture_finish(&f);
	return tap_done();
}
