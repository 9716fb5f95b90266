#include "firmware/parse/page/paper.h"
#include "firmware/parse/page/words.h"
#include "tests/tap.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

enum { WIDE = 2480, HIGH = 3508, LETTER = 20, LEADING = 80 };

static PIX *sheet(void)
{
	return pixCreate(WIDE, HIGH, 8);
}

/* A page of these lines, each "x|words": words a space apart, every letter as wide as another. A
 * word that begins with ~ was read unsurely. */
static struct text page(const char *const *lines)
{
	struct text t = { 0 };

	for (int i = 0; lines[i]; i++) {
		const char *at = strchr(lines[i], '|') + 1;
		int32_t x = atoi(lines[i]);
		while (*at) {
			size_t len = strcspn(at, " ");
			bool unsure = *at == '~';
			char word[64];
			snprintf(word, sizeof word, "%.*s", (int)len - unsure, at + unsure);
			struct word w = { .x = x,
					  .y = 200 + LEADING * i,
					  .w = LETTER * (int32_t)len,
					  .h = 40,
					  .line = (uint32_t)i,
					  .confidence = unsure ? 40 : 95 };
			if (words_add(&t, &w, word) != ERR_OK)
				exit(1);
			x += LETTER * ((int32_t)len + 1);
			at += len + (at[len] == ' ');
		}
	}
	return t;
}

static struct paper_facts facts(const char *const *lines, const char *asked, const char *code)
{
	struct leaf l = { .gray = sheet(), .dpi = 300 };
	struct text t = page(lines);
	struct paper_facts f;

	paper_read(&t, &l, asked, code, &f);
	text_finish(&t);
	pixDestroy(&l.gray);
	return f;
}

static const char *const BIRTH[] = { "200|ỦY BAN NHÂN DÂN",
				     "200|XÃ LONG ĐIỀN",
				     "1300|CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
				     "1400|Độc lập - Tự do - Hạnh phúc",
				     "900|GIẦY KHAl SINH",
				     "1000|Số: 699/2026",
				     "300|Họ, chữ đệm, tên: NGÔ THỊ THỦY",
				     "300|Ngày, tháng, năm sinh: 13/12/2025",
				     "300|Họ, chữ đệm, tên người mẹ: BÙI THỊ KIM HUỆ",
				     "300|Nơi đăng ký khai sinh: ỦY BAN NHÂN DÂN XÃ LONG ĐIỀN",
				     "300|Ngày, tháng, năm đăng ký: 08/03/2020",
				     NULL };

static void birth(void)
{
	struct paper_facts f = facts(BIRTH, "Giấy khai sinh;", "");

	eq_str(paper_kind_name(f.kind), "birth-certificate");
	eq_int(f.fits, FIT_YES);
	eq_str(f.title, "GIẦY KHAl SINH");
	eq_str(f.number, "699/2026");
	eq_str(f.name, "NGÔ THỊ THỦY");
	eq_str(f.date, "08032020");
	eq_str(f.place, "ỦY BAN NHÂN DÂN XÃ LONG ĐIỀN");
}

static enum paper_fit fit(const char *asked)
{
	return facts(BIRTH, asked, "").fits;
}

static void a_hint_is_rarely_wrong(void)
{
	eq_int(fit(""), FIT_UNKNOWN);
	eq_int(fit("Bản sao giấy khai sinh hoặc trích lục giấy khai sinh"), FIT_YES);
	eq_int(fit("Giấy chứng nhận kết hôn"), FIT_OTHER);
	eq_int(fit("Tờ khai đăng ký khai sinh theo mẫu"), FIT_OTHER);
	eq_int(fit("Tờ khai cấp bản sao giấy khai sinh"), FIT_UNKNOWN);
	eq_int(fit("Giấy tờ chứng minh nơi cư trú"), FIT_UNKNOWN);
	eq_int(fit("Giấy xác nhận thông tin về cư trú hoặc giấy tờ khác"), FIT_UNKNOWN);
	eq_int(fit("Văn bản ủy quyền (khi làm thay người khác)"), FIT_OTHER);
	eq_int(fit("Trường hợp trẻ em ngoài bản sao Giấy chứng tử còn phải có"), FIT_UNKNOWN);
	eq_int(fit("Một trong các giấy tờ sau: Căn cước điện tử; Hộ chiếu"), FIT_UNKNOWN);
}

static void forms_are_told_by_their_topic(void)
{
	static const char *const FORM[] = { "700|CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
					    "900|TỜ KHAI ĐĂNG KÝ KẾT HÔN",
					    "300|Họ, chữ đệm, tên: Lê Văn An", NULL };
	struct paper_facts f = facts(FORM, "Tờ khai đăng ký kết hôn theo mẫu", "");

	eq_str(paper_kind_name(f.kind), "declaration");
	eq_int(f.fits, FIT_YES);
	eq_str(f.name, "Lê Văn An");
	eq_int(facts(FORM, "Tờ khai đăng ký khai tử theo mẫu", "").fits, FIT_OTHER);
	eq_int(facts(FORM, "Tờ khai theo Mẫu số 1a", "").fits, FIT_UNKNOWN);
}

static void certificates_of_two_lines(void)
{
	static const char *const LAND[] = {
		"900|GIẤY CHỨNG NHẬN",
		"400|QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT",
		"300|Ông: LÒ QUỐC KHẢI, sinh năm 1985, căn cước số 092967271488",
		"300|a) Thửa đất số: 142, tờ bản đồ số 89",
		"1500|Gia Lai, ngày 24 tháng 9 năm 2026",
		"300|MAU 390691",
		NULL
	};
	struct paper_facts f = facts(LAND, "", "");

	eq_str(paper_kind_name(f.kind), "land-use-certificate");
	eq_str(f.name, "LÒ QUỐC KHẢI");
	eq_str(f.number, "MAU 390691");
	eq_str(f.date, "24092026");
}

static void sentences_are_no_titles(void)
{
	static const char *const OFFICIAL[] = { "200|ỦY BAN NHÂN DÂN",
						"200|XÃ PHÚ XUÂN",
						"200|Số: 1163/UBND-VP",
						"1500|Hà Tĩnh, ngày 31 tháng 9 năm 2024",
						"200|V/v cấp giấy khai sinh",
						"700|Kính gửi: Sở Tư pháp",
						"300|Giấy khai sinh của các cháu",
						NULL };
	struct paper_facts f = facts(OFFICIAL, "Giấy khai sinh", "");

	eq_str(paper_kind_name(f.kind), "official-letter");
	eq_int(f.fits, FIT_UNKNOWN);
	eq_str(f.number, "1163/UBND-VP");
	eq_str(f.place, "ỦY BAN NHÂN DÂN XÃ PHÚ XUÂN");
	eq_str(f.date, ""); /* there is no such day */
}

static void unsure_words_are_not_offered(void)
{
	static const char *const LINES[] = { "900|GIẤY KHAI SINH", "1000|Số: ~699/2026",
					     "300|Họ, chữ đệm, tên: NGÔ ~THỊ THỦY",
					     "300|Ngày, tháng, năm đăng ký: ~08/03/2020", NULL };
	struct paper_facts f = facts(LINES, "", "");

	eq_str(paper_kind_name(f.kind), "birth-certificate");
	eq_str(f.number, "");
	eq_str(f.name, "");
	eq_str(f.date, "");
}

static void a_card_says_it_by_its_code(void)
{
	static const char *const CARD[] = { "900|CĂN CƯỚC",
					    "300|Số định danh cá nhân:", "300|~079203001230",
					    NULL };
	static const char CODE[] =
		"079203001230||Nguyễn Văn Thử|01022003|Nam|Thôn Một, Xã Thử|15082021";
	struct paper_facts f = facts(CARD, "", CODE);

	eq_str(paper_kind_name(f.kind), "identity-card");
	eq_str(f.number, "079203001230");
	eq_str(f.name, "Nguyễn Văn Thử");
	eq_str(f.date, "15082021");
	eq_str(facts(BIRTH, "", CODE).name, "NGÔ THỊ THỦY");
}

static void nothing_is_unknown(void)
{
	static const char *const NONE[] = { NULL };
	struct paper_facts f = facts(NONE, "Giấy khai sinh", "");

	eq_int(f.kind, 0);
	eq_int(f.fits, FIT_UNKNOWN);
	eq_str(f.title, "");
	eq_str(paper_kind_name(0), "unknown");
	eq_str(paper_kind_name(255), "unknown");
}

int main(void)
{
	birth();
	a_hint_is_rarely_wrong();
	forms_are_told_by_their_topic();
	certificates_of_two_lines();
	sentences_are_no_titles();
	unsure_words_are_not_offered();
	a_card_says_it_by_its_code();
	nothing_is_unknown();
	return tap_done();
}
