/* The words of the screens: all there in both languages, short, and values written right. */
#include "tests/tap.h"
#include "ui/words.h"

#include <string.h>

static const struct {
	const char *name;
	enum word word;
} ALL[] = {
#define WORD(name, vi, en) { #name, WORD_##name },
#include "ui/words.def"
#undef WORD
};

/* Words of the longest sentence of `text`; a sentence ends with . ! ? ; or : and a space. */
static int longest_sentence(const char *text)
{
	int longest = 0, n = 0;

	while (*text) {
		size_t len = strcspn(text, " ");
		n++;
		if (n > longest)
			longest = n;
		if (len > 0 && strchr(".!?;:", text[len - 1]))
			n = 0;
		text += len;
		text += strspn(text, " ");
	}
	return longest;
}

static void every_word_is_there_and_short(void)
{
	int missing = 0, twisted = 0, err_long = 0, rest_long = 0;

	for (size_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++) {
		const char *vi = words(LANGUAGE_VI, ALL[i].word);
		const char *en = words(LANGUAGE_EN, ALL[i].word);
		missing += !*vi || !*en;
		twisted += !!strstr(vi, "{1}") != !!strstr(en, "{1}") ||
			   !!strstr(vi, "{2}") != !!strstr(en, "{2}");
		int limit = strncmp(ALL[i].name, "ERR_", 4) == 0 ? 15 : 22;
		if (longest_sentence(vi) > limit || longest_sentence(en) > limit) {
			printf("# long: %s\n", ALL[i].name);
			err_long += limit == 15;
			rest_long += limit != 15;
		}
	}
	eq_int(missing, 0);
	eq_int(twisted, 0);
	eq_int(err_long, 0);
	eq_int(rest_long, 0);
}

static void errors_have_sentences_for_people(void)
{
	int bad = 0;

	for (int e = 0; e < ERR_COUNT; e++)
		for (int l = 0; l < LANGUAGE_COUNT; l++) {
			const char *text = words_err(l, e);
			bad += strlen(text) < 10 || text[strlen(text) - 1] != '.';
		}
	eq_int(bad, 0);
	eq_str(words_err(LANGUAGE_EN, ERR_COUNT), "?");
	eq_str(words(LANGUAGE_COUNT, WORD_BACK), "?");
	eq_str(words_device(LANGUAGE_VI, "PRINT"), "Máy in phiếu");
	eq_str(words_device(LANGUAGE_EN, "scan"), "Document scanner");
	eq_str(words_device(LANGUAGE_EN, "no such"), "Device");
}

static void patterns_are_filled(void)
{
	char buf[WORDS_CAP], small[6];

	eq_str(words_fill(buf, sizeof buf, "{1} của {2}", "một", "hai"), "một của hai");
	eq_str(words_fill(buf, sizeof buf, "{3} {", "a", "b"), "{3} {");
	eq_str(words_fill(buf, sizeof buf, "[{1}]", NULL, NULL), "[]");
	eq_str(words_fill_num(buf, sizeof buf, "Trang {1} trên {2}", 2, 9), "Trang 2 trên 9");
	/* cut at a whole letter: "ă" has two bytes, "ắ" three */
	eq_str(words_fill(small, sizeof small, "ăắă", "", ""), "ăắ");
	eq_str(words_fill(small, 5, "ăắ", "", ""), "ă");
}

static void dates_are_vietnamese(void)
{
	char buf[WORDS_CAP];
	int64_t t = 1770258720; /* 2026-02-05 02:32:00 UTC */

	eq_str(words_date(buf, sizeof buf, t), "05/02/2026");
	eq_str(words_time(buf, sizeof buf, t), "09:32");
	eq_str(words_formal_date(buf, sizeof buf, t), "ngày 05 tháng 02 năm 2026");
	eq_str(words_formal_date(buf, sizeof buf, t + 60 * 86400LL), "ngày 06 tháng 4 năm 2026");
	eq_str(words_moment(buf, sizeof buf, LANGUAGE_VI, t), "9 giờ 32 phút, ngày 05/02/2026");
	eq_str(words_moment(buf, sizeof buf, LANGUAGE_EN, t), "09:32, 05/02/2026");
	/* after 17:00 UTC it is tomorrow in Vietnam */
	eq_str(words_date(buf, sizeof buf, 1770310800), "06/02/2026");
}

static void numbers_are_vietnamese(void)
{
	char buf[WORDS_CAP];

	eq_str(words_money(buf, sizeof buf, 1285408), "1.285.408\u00a0₫");
	eq_str(words_money(buf, sizeof buf, 0), "0\u00a0₫");
	eq_str(words_money(buf, sizeof buf, 8000), "8.000\u00a0₫");
	eq_str(words_money(buf, sizeof buf, -1000005), "-1.000.005\u00a0₫");
	eq_str(words_grouped(buf, sizeof buf, "0912345678", "433"), "0912 345 678");
	eq_str(words_grouped(buf, sizeof buf, "001090000000", "3"), "001 090 000 000");
	eq_str(words_grouped(buf, sizeof buf, "0912", "433"), "0912");
	eq_str(words_grouped(buf, sizeof buf, "001******000", "3"), "001******000");
	eq_str(words_masked(buf, sizeof buf, "001090000123"), "001******123");
	eq_str(words_masked(buf, sizeof buf, "12345"), "*****");
}

static void amounts_are_spelled(void)
{
	static const struct {
		int64_t n;
		const char *text;
	} ROWS[] = {
		{ 0, "Không đồng" },
		{ 4005, "Bốn nghìn không trăm linh năm đồng" },
		{ 15, "Mười lăm đồng" },
		{ 21, "Hai mươi mốt đồng" },
		{ 24, "Hai mươi tư đồng" },
		{ 14, "Mười bốn đồng" },
		{ 105, "Một trăm linh năm đồng" },
		{ 1015, "Một nghìn không trăm mười lăm đồng" },
		{ 8000, "Tám nghìn đồng" },
		{ 115000, "Một trăm mười lăm nghìn đồng" },
		{ 1000001, "Một triệu không trăm linh một đồng" },
		{ 1005000, "Một triệu không trăm linh năm nghìn đồng" },
		{ 12345678,
		  "Mười hai triệu ba trăm bốn mươi lăm nghìn sáu trăm bảy mươi tám đồng" },
		{ 1000000001, "Một tỷ không trăm linh một đồng" },
		{ 1234567890123, "Một nghìn hai trăm ba mươi tư tỷ năm trăm sáu mươi bảy triệu "
				 "tám trăm chín mươi nghìn một trăm hai mươi ba đồng" },
		{ -21, "Âm hai mươi mốt đồng" },
		{ 1000000000000000000, "Một tỷ tỷ đồng" },
	};
	char buf[512];

	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
		eq_str(words_amount(buf, sizeof buf, ROWS[i].n), ROWS[i].text);
	ok(strlen(words_amount(buf, sizeof buf, INT64_MIN)) < sizeof buf - 1);
}

int main(void)
{
	every_word_is_there_and_short();
	errors_have_sentences_for_people();
	patterns_are_filled();
	dates_are_vietnamese();
	numbers_are_vietnamese();
	amounts_are_spelled();
	return tap_done();
}
