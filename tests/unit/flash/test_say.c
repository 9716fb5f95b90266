/* The sentences, and how they are put. */
#include "board/flash/say.h"
#include "board/flash/talk.h"
#include "board/flash/tell.h"
#include "tests/tap.h"

#include <stdlib.h>

#define BOOK "board/FLASHING.md"

static char *read_book(void)
{
	FILE *f = fopen(BOOK, "r");
	char *text = calloc(1, 1 << 20);

	ok(f && fread(text, 1, (1 << 20) - 1, f) > 1000);
	if (f)
		fclose(f);
	return text;
}

/* Whatever the tool refuses with, the technician finds under its code. */
static void in_the_book(void)
{
	char *book = read_book(), entry[16];

	for (enum say s = SAY_OK; s < SAY_COUNT; s++) {
		const char *code = say_code(s);
		if (!strchr("RIF", code[0]))
			continue;
		snprintf(entry, sizeof(entry), "**%s**", code);
		bool there =
			strstr(book, entry) && strstr(book, say_vi(s)) && strstr(book, say_en(s));
		if (!there)
			printf("# %s is not in " BOOK "\n", code);
		ok(there);
	}
	free(book);
}

/* So does who reads a code on the kiosk's own screen. */
static void of_the_kiosk(void)
{
#define TROUBLE(word, code, holds, vi, vi_do, en, en_do) \
	{ "**" code "** " vi " " vi_do, "*" en " " en_do "*" },
	static const char *const ENTRIES[][2] = {
#include "firmware/base/board.def"
	};
#undef TROUBLE
	char *book = read_book();

	for (size_t i = 0; i < sizeof(ENTRIES) / sizeof(ENTRIES[0]); i++) {
		bool there = strstr(book, ENTRIES[i][0]) && strstr(book, ENTRIES[i][1]);
		if (!there)
			printf("# not in " BOOK ": %s\n", ENTRIES[i][0]);
		ok(there);
	}
	free(book);
}

static void codes(void)
{
	unsigned twice = 0;

	for (enum say s = SAY_OK; s < SAY_COUNT; s++) {
		for (enum say o = SAY_OK; o < s; o++)
			twice += strcmp(say_code(s), say_code(o)) == 0;
	}
	eq_int(twice, 0);
	eq_int(say_status(SAY_OK), 0);
	eq_int(say_status(SAY_MOUNTED), 3);
	eq_int(say_status(SAY_SIGNATURE), 4);
	eq_int(say_status(SAY_DIFFERS), 1);
	eq_str(say_vi(SAY_COUNT), "");
}

static void wrapped(void)
{
	char out[64];

	tell_wrap("đĩa này đang được dùng", 10, out, sizeof(out));
	eq_str(out, "đĩa này\nđang được\ndùng");
	tell_wrap("  a  b", 10, out, sizeof(out));
	eq_str(out, "  a  b");
	tell_wrap("abcdefghijkl mn", 5, out, sizeof(out));
	eq_str(out, "abcdefghijkl\nmn");
	tell_wrap("abc def", 80, out, 6);
	eq_str(out, "abc");
	tell_sentence("R05", "Sentence.", NULL, out, sizeof(out));
	eq_str(out, "[R05] Sentence.");
	tell_sentence("N05", "Note", "x", out, sizeof(out));
	eq_str(out, "Note x");
}

static void progress(void)
{
	char out[200];

	tell_progress(SAY_WRITING, 50000000, 200000000, 10000, out, sizeof(out));
	eq_str(out, "Ghi | Write [##........]  25% 50/200 MB, còn | left 0:29");
	tell_progress(SAY_WRITING, 0, 200000000, 9000, out, sizeof(out));
	eq_str(out, "Ghi | Write [..........]   0% 0/200 MB, còn | left -:--");
	tell_progress(SAY_VERIFYING, 0, 0, 0, out, sizeof(out));
	ok(strstr(out, "  0%") != NULL);
}

int main(void)
{
	codes();
	wrapped();
	progress();
	in_the_book();
	of_the_kiosk();
	return tap_done();
}
