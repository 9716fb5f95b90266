/* Typing Vietnamese: known words, and every syllable of the spelling tables typed four ways. */
#include "tests/tap.h"
#include "ui/ime.h"
#include "ui/syllable.h"

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

static const char ONSET_LIST[] =
#define ONSETS(list) list
#define RIMES(list)
#include "ui/rimes.def"
#undef ONSETS
#undef RIMES
	;
static const char RIME_LIST[] =
#define ONSETS(list)
#define RIMES(list) list
#include "ui/rimes.def"
#undef ONSETS
#undef RIMES
	;

/* The next word of a list of words. */
static const char *next(const char **list, char *word, size_t cap)
{
	size_t n = strcspn(*list, " ");

	snprintf(word, cap, "%.*s", (int)n, *list);
	*list += n + strspn(*list + n, " ");
	return n > 0 ? word : NULL;
}

static bool starts(const char *text, const char *const *with)
{
	for (; *with; with++)
		if (strncmp(text, *with, strlen(*with)) == 0)
			return true;
	return false;
}

/* Does Vietnamese spell this onset before this rime? k gh ngh before e ê i y, c g ng elsewhere;
 * qu stands for a sound with u of its own; gi before a vowel that is not i. */
static bool spelled_so(const char *onset, const char *rime)
{
	static const char *const FRONT[] = { "e", "ê", "i", "y", NULL };
	static const char *const ROUND[] = { "u", "ư", "o", "ô", "ơ", "i", NULL };
	static const char *const Y[] = { "y", NULL };
	bool k = !strcmp(onset, "k") || !strcmp(onset, "gh") || !strcmp(onset, "ngh");
	bool c = !strcmp(onset, "c") || !strcmp(onset, "g") || !strcmp(onset, "ng");

	if (k || c)
		return k == starts(rime, FRONT);
	if (!strcmp(onset, "qu"))
		return !starts(rime, ROUND);
	if (!strcmp(onset, "gi"))
		return !starts(rime, FRONT);
	return *onset == '\0' || !starts(rime, Y) || strcmp(rime, "y") == 0;
}

static void letter_keys(const struct letter *l, char *mark_key)
{
	static const char KEYS[] = { [MARK_BREVE] = 'w', [MARK_HORN] = 'w' };

	*mark_key = l->mark == MARK_ROOF || l->mark == MARK_STROKE ? (char)l->base
		    : l->mark == MARK_NONE                         ? '\0'
								   : KEYS[l->mark];
}

static void add(char *out, const char *text)
{
	memcpy(out + strlen(out), text, strlen(text) + 1);
}

/* The Telex keys for `toneless` with tone `a`. order 0: marks at once, tone at the end; 1: tone
 * after the vowels; 2: marks and tone at the end; 3: marks after the vowels. */
static void keys_of(const char *toneless, enum accent a, int order, char *out)
{
	struct syllable s = { 0 };
	char late[8] = "", tone[2] = { a ? "sfrxj"[a - 1] : '\0', '\0' };
	bool tone_typed = false;

	for (size_t n; *toneless; toneless += n)
		s.letters[s.count++] = letter_of(utf8_get(toneless, &n));
	struct parts p = syllable_parts(&s);
	for (size_t i = 0; i < s.count; i++) {
		char mark;
		letter_keys(&s.letters[i], &mark);
		if (order == 1 && i == p.coda && a)
			add(out, tone), tone_typed = true;
		if (order == 3 && i == p.coda)
			add(out, late), late[0] = '\0';
		add(out, (char[]){ (char)s.letters[i].base, '\0' });
		/* oo is ô, so that xoong needs one more */
		if (i > 0 && s.letters[i].base == 'o' && s.letters[i - 1].base == 'o')
			add(out, "o");
		/* of ươ only one w: the other horn comes by itself */
		bool second = i > 0 && s.letters[i].mark == MARK_HORN &&
			      s.letters[i - 1].mark == MARK_HORN && s.letters[i].base == 'o';
		if (second && order == 0)
			continue;
		if (mark && !(second && late[0]))
			add(order == 0 || i < p.vowels ? out : late, (char[]){ mark, '\0' });
	}
	add(out, late);
	if (!tone_typed)
		add(out, tone);
}

static void accented(const char *toneless, enum accent a, char *out)
{
	struct ime_text t = { .bytes = out, .cap = 64, .caret = strlen(toneless) };

	memcpy(out, toneless, strlen(toneless) + 1);
	ime_accent(&t, 0, a);
}

/* Every syllable of the tables, every tone it can bear, in one of the four key orders each. */
static void every_syllable(void)
{
	char onset[8], rime[16], toneless[32], want[64], got[64];
	int n = 0, wrong = 0;
	bool bare = true;
	const char *onsets = ONSET_LIST;

	for (onset[0] = '\0'; bare || next(&onsets, onset, sizeof onset); bare = false) {
		const char *rimes = RIME_LIST;
		while (next(&rimes, rime, sizeof rime)) {
			if (!spelled_so(onset, rime))
				continue;
			n++;
			struct syllable s = { 0 };
			snprintf(toneless, sizeof toneless, "%s%s", onset, rime);
			const char *c = toneless;
			for (size_t len; *c; c += len)
				s.letters[s.count++] = letter_of(utf8_get(c, &len));
			for (enum accent a = ACCENT_NONE; a < ACCENT_COUNT; a++) {
				char keys[32] = "";
				if (!syllable_takes(&s, a))
					continue;
				keys_of(toneless, a, (n + (int)a) % 4, keys);
				if (a)
					accented(toneless, a, want);
				else
					memcpy(want, toneless, sizeof toneless);
				type(got, sizeof got, IME_TELEX, keys);
				if (strcmp(got, want) && wrong++ < 20)
					printf("# %s gives %s, want %s\n", keys, got, want);
			}
		}
	}
	printf("# %d syllables\n", n);
	ok(n > 3000);
	eq_int(wrong, 0);
}

int main(void)
{
	known_words();
	every_syllable();
	return tap_done();
}
