/* Lines of an image's proofs, as words. */
#include "tests/image/words.h"
#include "tests/tap.h"

static const char *look_up(void *data, const char *name)
{
	(void)data;
	return strcmp(name, "DIR") == 0 ? "/a b" : NULL;
}

static void test_split(void)
{
	struct words w;

	eq_int(words_split(&w, "  disk main\tfrom \"a file\"x # why\n", look_up, NULL), ERR_OK);
	eq_int(w.count, 4);
	eq_str(w.word[0], "disk");
	eq_str(w.word[3], "a filex");
	eq_int(words_split(&w, "plug $DIR/stick \"$DIR\" a$", look_up, NULL), ERR_OK);
	eq_int(w.count, 4);
	eq_str(w.word[1], "/a b/stick");
	eq_str(w.word[2], "/a b");
	eq_str(w.word[3], "a$");
	eq_int(words_split(&w, "# only a comment", look_up, NULL), ERR_OK);
	eq_int(w.count, 0);
	eq_int(words_split(&w, "a#b \"\"", look_up, NULL), ERR_OK);
	eq_str(w.word[0], "a#b");
	eq_str(w.word[1], "");
}

static void test_refused(void)
{
	struct words w;
	char many[3 * WORDS_MAX], large[WORDS_BYTES + 8];

	eq_int(words_split(&w, "say \"no end", look_up, NULL), ERR_BAD_DATA);
	eq_int(words_split(&w, "say $NOBODY", look_up, NULL), ERR_BAD_DATA);
	eq_int(words_split(&w, "say $DIR", NULL, NULL), ERR_BAD_DATA);
	memset(many, 'a', sizeof many);
	for (size_t i = 1; i < sizeof many; i += 2)
		many[i] = ' ';
	many[sizeof many - 1] = '\0';
	eq_int(words_split(&w, many, look_up, NULL), ERR_NO_SPACE);
	memset(large, 'a', sizeof large);
	large[sizeof large - 1] = '\0';
	eq_int(words_split(&w, large, look_up, NULL), ERR_NO_SPACE);
}

static void test_numbers(void)
{
	struct words w;
	uint64_t bytes = 7;
	char text[32];

	eq_int(words_split(&w, "wait serial ready 90 s", NULL, NULL), ERR_OK);
	eq_int(words_seconds(&w, 5), 90);
	eq_int(w.count, 3);
	eq_int(words_seconds(&w, 5), 5);
	eq_int(words_split(&w, "wait serial many s", NULL, NULL), ERR_OK);
	eq_int(words_seconds(&w, 5), 5);
	words_join(&w, 1, text, sizeof text);
	eq_str(text, "serial many s");
	words_join(&w, 1, text, 9);
	eq_str(text, "serial m");
	ok(words_bytes("4096", &bytes) && bytes == 4096);
	ok(words_bytes("64M", &bytes) && bytes == 64u << 20);
	ok(words_bytes("8G", &bytes) && bytes == 8ull << 30);
	ok(!words_bytes("8T", &bytes) && !words_bytes("M", &bytes) && !words_bytes("1MB", &bytes) &&
	   !words_bytes("99999999999G", &bytes) && !words_bytes("-1", &bytes));
	eq_int(bytes, 8ll << 30);
}

int main(void)
{
	test_split();
	test_refused();
	test_numbers();
	return tap_done();
}
