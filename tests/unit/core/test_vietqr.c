/* VietQR payloads: the vectors of the specification and of the domain reference, and a reader of
 * another make that takes them apart again. */
#include "firmware/core/vietqr.h"
#include "tests/tap.h"

#include <stdbool.h>
#include <stdlib.h>

/* The length of a field's head, "IILL"; -1 when it is none, or its value is not all there. */
static int field(const char *at, const char *end, char ret_id[3], const char **ret_value)
{
	if (end - at < 4 || strspn(at, "0123456789") < 4)
		return -1;
	int len = (at[2] - '0') * 10 + at[3] - '0';
	memcpy(ret_id, at, 2);
	ret_id[2] = '\0';
	*ret_value = at + 4;
	return len > 0 && end - at - 4 >= len ? len : -1;
}

/* The value under a path of ids, "38 01 00"; "" when it is not there, "?" when it is malformed. */
static const char *value(const char *text, const char *path)
{
	static char out[128];
	const char *at = text, *end = text + strlen(text), *v;
	char id[3];

	while (at < end) {
		int len = field(at, end, id, &v);

		if (len < 0)
			return "?";
		if (strncmp(id, path, 2) == 0) {
			if (path[2] == '\0') {
				snprintf(out, sizeof out, "%.*s", len, v);
				return out;
			}
			at = v;
			end = v + len;
			path += 3;
			continue;
		}
		at = v + len;
	}
	return "";
}

/* Format first, checksum last and right, every field whole. */
static bool sound(const char *text)
{
	size_t len = strlen(text);
	const char *at = text, *v;
	char id[3], crc[5];

	if (len < 16 || strncmp(text, "000201", 6) != 0 || strncmp(text + len - 8, "6304", 4) != 0)
		return false;
	snprintf(crc, sizeof crc, "%04X", vietqr_crc(text, len - 4));
	while (at < text + len) {
		int n = field(at, text + len, id, &v);

		if (n < 0)
			return false;
		at = v + n;
	}
	return strcmp(crc, text + len - 4) == 0;
}

static void checksum(void)
{
	eq_int(vietqr_crc("123456789", 9), 0x29b1);
	eq_int(vietqr_crc("", 0), 0xffff);
}

static void vectors(void)
{
	static const struct {
		struct vietqr q;
		const char *text;
	} ALL[] = {
		{ { .bin = "970403", .account = "9704031101234567", .service = VIETQR_CARD },
		  "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC5303"
		  "7"
		  "045802VN63044F52" },
		{ { .bin = "970403",
		    .account = "0011012345678",
		    .amount_vnd = 180000,
		    .bill = "NPS6869",
		    .purpose = "thanh toan don hang" },
		  "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA5303704"
		  "5"
		  "40618"
		  "00005802VN62340107NPS68690819thanh toan don hang63042E2E" },
		/* 6.1.1 of the specification, its length put right */
		{ { .bin = "970403", .account = "0011012345678" },
		  "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA5303704"
		  "5"
		  "802VN63049E6F" },
	};
	char text[VIETQR_CAP];

	for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++) {
		eq_int(vietqr_make(&ALL[i].q, text, sizeof text), ERR_OK);
		eq_str(text, ALL[i].text);
		ok(sound(ALL[i].text));
	}
	/* the dossier code of this one has a dot, which our purpose does not keep */
	static const char OWN[] =
		"00020101021238540010A00000072701240006970422011001234567890208QRIBFTT"
		"A5303704540480005802VN62230819H56.123 260701 00016304A223";
	ok(sound(OWN));
	eq_str(value(OWN, "38 01 01"), "0123456789");
	struct vietqr q = { .bin = "970422",
			    .account = "0123456789",
			    .amount_vnd = 8000,
			    .purpose = "H56.123 260701 0001" };
	eq_int(vietqr_make(&q, text, sizeof text), ERR_OK);
	eq_str(value(text, "62 08"), "H56 123 260701 0001");
}

static void parts(void)
{
	struct vietqr q = { .bin = "970436",
			    .account = "A123B456",
			    .amount_vnd = VIETQR_MAX_VND,
			    .name = "Trung tâm Phục vụ hành chính công xã Ví Dụ",
			    .city = "Thừa Thiên - Huế",
			    .bill = "TAM-K01-261121-0001",
			    .reference = "x.1",
			    .purpose = "Lệ phí đăng ký khai sinh" };
	char text[VIETQR_CAP];

	eq_int(vietqr_make(&q, text, sizeof text), ERR_OK);
	ok(sound(text));
	eq_str(value(text, "01"), "12");
	eq_str(value(text, "38 00"), "A000000727");
	eq_str(value(text, "38 01 00"), "970436");
	eq_str(value(text, "38 01 01"), "A123B456");
	eq_str(value(text, "38 02"), "QRIBFTTA");
	eq_str(value(text, "53"), "704");
	eq_str(value(text, "54"), "499999999");
	eq_str(value(text, "58"), "VN");
	eq_str(value(text, "59"), "Trung tam Phuc vu hanh ch");
	eq_str(value(text, "60"), "Thua Thien Hue");
	eq_str(value(text, "62 01"), "TAM-K01-261121-0001");
	eq_str(value(text, "62 05"), "x.1");
	eq_str(value(text, "62 08"), "Le phi dang ky khai sinh");
}

static void folding(void)
{
	static const char *const PAIRS[][2] = {
		{ "Đường Nguyễn Ái Quốc", "Duong Nguyen Ai Quoc" },
		{ "àáảãạăằắẳẵặâầấẩẫậ", "aaaaaaaaaaaaaaaaa" },
		{ "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ", "AAAAAAAAAAAAAAAAA" },
		{ "èéẻẽẹêềếểễệìíỉĩị", "eeeeeeeeeeeiiiii" },
		{ "ÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊ", "EEEEEEEEEEEIIIII" },
		{ "òóỏõọôồốổỗộơờớởỡợ", "ooooooooooooooooo" },
		{ "ÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ", "OOOOOOOOOOOOOOOOO" },
		{ "ùúủũụưừứửữựỳýỷỹỵđ", "uuuuuuuuuuuyyyyyd" },
		{ "ÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ", "UUUUUUUUUUUYYYYYD" },
		{ "Ho\u0302\u0300 so\u031b", "Ho so" }, /* marks apart */
		{ "  a,,b--c  ", "a b c" },
		{ "€ ☃ 5", "5" },
		{ "", "" },
		{ "...", "" },
	};
	char out[64];

	for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
		size_t n = vietqr_fold(PAIRS[i][0], out, sizeof out);

		eq_str(out, PAIRS[i][1]);
		eq_int(n, strlen(PAIRS[i][1]));
	}
	eq_int(vietqr_fold("ab cd", out, 4), 2); /* no space at a cut end */
	eq_str(out, "ab");
	eq_int(vietqr_fold("abc", out, 1), 0);
	eq_int(vietqr_fold("abc", out, 0), 0);
}

static enum err with(struct vietqr q, const char *bin, const char *account)
{
	char text[VIETQR_CAP] = "untouched";

	q.bin = bin;
	q.account = account;
	enum err e = vietqr_make(&q, text, sizeof text);
	if (e != ERR_OK && strcmp(text, "untouched") != 0)
		ok(!"untouched");
	return e;
}

static void lengths(void)
{
	static const char NINETEEN[] = "1234567890123456789", LONG[] = "12345678901234567890123456";
	struct vietqr q = { 0 };

	eq_int(with(q, "970403", "1"), ERR_OK);
	eq_int(with(q, "970403", NINETEEN), ERR_OK);
	eq_int(with(q, "970403", "12345678901234567890"), ERR_BAD_DATA);
	eq_int(with(q, "970403", ""), ERR_BAD_DATA);
	eq_int(with(q, "970403", NULL), ERR_BAD_DATA);
	eq_int(with(q, "970403", "12 34"), ERR_BAD_DATA);
	eq_int(with(q, "97040", "1"), ERR_BAD_DATA);
	eq_int(with(q, "9704033", "1"), ERR_BAD_DATA);
	eq_int(with(q, "97O403", "1"), ERR_BAD_DATA);
	eq_int(with(q, NULL, "1"), ERR_BAD_DATA);
	eq_int(with((struct vietqr){ .service = VIETQR_CARD }, "970403", "A1"), ERR_BAD_DATA);
	eq_int(with((struct vietqr){ .amount_vnd = -1 }, "970403", "1"), ERR_FIELD_RANGE);
	eq_int(with((struct vietqr){ .amount_vnd = VIETQR_MAX_VND + 1 }, "970403", "1"),
	       ERR_FIELD_RANGE);
	eq_int(with((struct vietqr){ .bill = LONG }, "970403", "1"), ERR_FIELD_LONG);
	eq_int(with((struct vietqr){ .bill = "số" }, "970403", "1"), ERR_FIELD_TEXT);
	eq_int(with((struct vietqr){ .reference = "a\nb" }, "970403", "1"), ERR_FIELD_TEXT);
	eq_int(with((struct vietqr){ .purpose = LONG }, "970403", "1"), ERR_FIELD_LONG);
	eq_int(with((struct vietqr){ .purpose = LONG + 1 }, "970403", "1"), ERR_OK);
	eq_int(with((struct vietqr){ .bill = LONG + 1, .reference = LONG + 1, .purpose = LONG + 1 },
		    "970403", NINETEEN),
	       ERR_OK);
}

static void small_buffers(void)
{
	struct vietqr q = { .bin = "970403", .account = "0011012345678", .amount_vnd = 1 };
	char text[VIETQR_CAP], cut[VIETQR_CAP];

	eq_int(vietqr_make(&q, text, sizeof text), ERR_OK);
	for (size_t cap = 0; cap <= strlen(text); cap++) {
		memset(cut, '#', sizeof cut);
		if (vietqr_make(&q, cut, cap) != ERR_NO_SPACE || cut[cap] != '#')
			ok(!"refused");
	}
	eq_int(vietqr_make(&q, cut, strlen(text) + 1), ERR_OK);
	eq_str(cut, text);
}

int main(void)
{
	checksum();
	vectors();
	parts();
	folding();
	lengths();
	small_buffers();
	return tap_done();
}
