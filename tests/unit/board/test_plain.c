/* What rauc says of how far it is, and what else it says, on its way to the screen. */
#include "firmware/board/plain.h"
#include "tests/tap.h"

static void percents(void)
{
	static const struct {
		const char *line;
		int percent;
	} LINES[] = {
		{ "  0% Installing", 0 },
		{ " 20% Checking bundle done.", 20 },
		{ " 40% Checking manifest contents done.", 40 },
		{ " 85% Copying image to root.1", 85 },
		{ "100% Installing done.", 100 },
		{ "7%", 7 },
		{ "100% 3% twice", 100 },
		{ "", -1 },
		{ "%", -1 },
		{ " % Installing", -1 },
		{ "installing", -1 },
		{ "Installing `/run/x/40%.raucb` succeeded", -1 },
		{ "LastError: Failed mounting bundle: 40% gone", -1 },
		{ "40", -1 },
		{ "40 % Installing", -1 },
		{ "40%%", -1 },
		{ "40%Installing", -1 },
		{ "40.5% Installing", -1 },
		{ "0x10% Installing", -1 },
		{ "+40% Installing", -1 },
		{ "-40% Installing", -1 },
		{ "-0% Installing", -1 },
		{ "101% Installing", -1 },
		{ "999% Installing", -1 },
		{ "0040% Installing", -1 },
		{ "18446744073709551656% Installing", -1 },
		{ "99999999999999999999999999999999999999% Installing", -1 },
		{ "\t40% Installing", -1 },
		{ "\x1b[J 40% Installing", -1 },
		{ "\xd9\xa4\xd9\xa0% Installing", -1 },
	};

	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
		if (plain_percent(LINES[i].line) != LINES[i].percent)
			printf("# of \"%s\"\n", LINES[i].line);
		eq_int(plain_percent(LINES[i].line), LINES[i].percent);
	}
}

static void words(void)
{
	static const char *const LINES[][2] = {
		{ "", "" },
		{ "a line", "a line" },
		{ "chữ ký bị hỏng 🙂", "chữ ký bị hỏng 🙂" },
		{ "one\ntwo\r\ttab\x1b[Jred\x7f", "one two  tab [Jred " },
		{ "cut in a letter \xe1\xbb", "cut in a letter ??" },
		{ "\xff\xfe.raucb", "??.raucb" },
		{ "\xc0\xaf over \xed\xa0\x80 long", "?? over ??? long" },
		{ "\xa0\xc3\xa9\xc3", "?é?" },
	};
	char line[100];

	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
		snprintf(line, sizeof line, "%s", LINES[i][0]);
		plain_words(line);
		eq_str(line, LINES[i][1]);
	}
}

int main(void)
{
	percents();
	words();
	return tap_done();
}
