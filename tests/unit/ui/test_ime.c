/* Typing Vietnamese: known words, and every syllable of the spelling tables typed four ways. */
#include "tests/tap.h"
#include "tests/unit/ui/syllables.h"

#include <stdlib.h>
#include <string.h>

static const char *type(char *buf, size_t cap, unsigned how, const char *keys)
{
	struct ime_text t = { .bytes = buf, .cap = cap };

	buf[0] = '\0';
	while (*keys) {
		size_t n;
		ime_letter(&t, how, utf8_get(keys, &n));
		keys += n;
	}
	return buf;
}

static void known_words(void)
{
	static const char *const ROWS[][2] = {
		{ "chuaarn", "chuẩn" },
		{ "ddafi", "đài" },
		{ "mootj", "một" },
		{ "VIEETJ", "VIỆT" },
		{ "hanhj", "hạnh" },
		{ "loanj", "loạn" },
		{ "wowfi", "ười" },
		{ "aloo", "alô" },
		{ "catr", "catr" },
		{ "noww", "now" },
		{ "sawss", "săs" },
		{ "nguyeenx", "nguyễn" },
		{ "vietej", "việt" },
		{ "benhfe", "bềnh" },
		{ "ass", "as" },
		{ "tooss", "tôs" },
		{ "aaa", "aa" },
		{ "aww", "aw" },
		{ "uww", "uw" },
		{ "ddd", "dd" },
		{ "thuowr", "thuở" },
		{ "huow", "huơ" },
		{ "dduowngf", "đường" },
		{ "dduwowngf", "đường" },
		{ "dduongwf", "đường" },
		{ "duoiws", "dưới" },
		{ "muaw", "mưa" },
		{ "xoong", "xông" },
		{ "xooong", "xoong" },
		{ "quys", "quý" },
		{ "quaf", "quà" },
		{ "giaf", "già" },
		{ "gif", "gì" },
		{ "giees", "giế" },
		{ "gieengs", "giếng" },
		{ "hoaf", "hòa" },
		{ "thuys", "thúy" },
		{ "khoer", "khỏe" },
		{ "hoangf", "hoàng" },
		{ "khuyur", "khuỷu" },
		{ "ngoeof", "ngoèo" },
		{ "huwux", "hữu" },
		{ "quoocs", "quốc" },
		{ "dakws", "dắk" },
		{ "ddawks lawks", "đắk lắk" },
		{ "kroong", "krông" },
		{ "offfice", "office" },
		{ "tw", "tư" },
		{ "dad", "đa" },
		{ "TDD", "TĐ" },
		{ "uwoong", "uông" },
		{ "asz", "a" },
		{ "asf", "à" },
		{ "Nguyeenx Vawn An", "Nguyễn Văn An" },
		{ "toans hocj", "toán học" },
		{ "ngoawcj", "ngoặc" },
		{ "thuees", "thuế" },
		{ "gia ddinhf", "gia đình" },
		{ "add", "add" },
		{ "so 0123s", "so 0123s" },
	};
	char buf[64];

	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
		eq_str(type(buf, sizeof buf, IME_TELEX, ROWS[i][0]), ROWS[i][1]);
	eq_str(type(buf, sizeof buf, IME_TELEX | IME_NEW_STYLE, "hoaf thuys khoer"),
	       "hoà thuý khoẻ");
	eq_str(type(buf, sizeof buf, IME_TELEX | IME_NEW_STYLE, "quys muaf"), "quý mùa");
	eq_str(type(buf, sizeof buf, 0, "vieets aa dd"), "vieets aa dd");
}

struct tally {
	int wrong, all;
};

static void try_syllable(void *data, const char *keys, const char *want)
{
	struct tally *t = data;
	char got[64];

	t->all++;
	type(got, sizeof got, IME_TELEX, keys);
	if (strcmp(got, want) && t->wrong++ < 20)
		printf("# %s gives %s, want %s\n", keys, got, want);
}

static void explicit_keys(void)
{
	char buf[32] = "";
	struct ime_text t = { .bytes = buf, .cap = sizeof buf, .max_letters = 6 };

	ime_letter(&t, 0, 'h');
	ok(!ime_accent(&t, 0, ACCENT_GRAVE)); /* no vowel yet */
	ime_letter(&t, 0, 'o');
	ok(ime_accent(&t, 0, ACCENT_GRAVE));
	ime_letter(&t, 0, 'a');
	eq_str(buf, "hòa");
	ime_letter(&t, 0, 'n');
	eq_str(buf, "hoàn"); /* the tone moves with the spelling */
	ok(ime_erase(&t, 0));
	eq_str(buf, "hòa");
	ok(ime_accent(&t, IME_NEW_STYLE, ACCENT_HOOK));
	eq_str(buf, "hoả");
	ok(ime_accent(&t, 0, ACCENT_HOOK)); /* the same again takes it away */
	eq_str(buf, "hoa");
	ok(ime_letter(&t, 0, ' ') && ime_letter(&t, 0, U'Đ') && ime_letter(&t, 0, U'ắ'));
	eq_str(buf, "hoa Đắ");
	ok(!ime_letter(&t, 0, 'k')); /* six letters are enough */
	t.caret = 3;
	ok(ime_erase(&t, 0));
	eq_str(buf, "ho Đắ");
	eq_int(t.caret, 2);
	t.caret = 0;
	ok(!ime_erase(&t, 0));
	char tiny[5] = "ââ";
	struct ime_text full = { .bytes = tiny, .cap = sizeof tiny, .caret = 4 };
	ok(!ime_letter(&full, 0, 'x'));
	eq_str(tiny, "ââ");
}

int main(void)
{
	struct tally t = { 0 };

	known_words();
	ok(each_syllable(try_syllable, &t) > 5000);
	eq_int(t.wrong, 0);
	printf("# %d syllables with tones\n", t.all);
	explicit_keys();
	return tap_done();
}
