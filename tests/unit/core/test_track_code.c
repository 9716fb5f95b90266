/* What is the code of a dossier, and what is not. */
#include "firmware/core/track_code.h"

#include "firmware/core/day_code.h"
#include "tests/tap.h"

static char code[TRACK_CODE_CAP];

static bool reads(const char *text)
{
	return track_code_read(text, strlen(text), code);
}

static void good(void)
{
	char slip[DAY_CODE_CAP], small[DAY_CODE_CAP + 2];

	ok(reads("000.00.06.H56-260701-0007"));
	eq_str(code, "000.00.06.H56-260701-0007");
	ok(reads(" g09.20-20260701-0000042\r\n"));
	eq_str(code, "G09.20-20260701-0000042");
	ok(reads("https://dvc.example/tra-cuu?mahs=000.00.06.H56-260701-12345&p=1"));
	eq_str(code, "000.00.06.H56-260701-12345");
	eq_int(day_code_make("TAM", "K01", 261121, 7, slip), ERR_OK);
	ok(reads(slip));
	eq_str(code, slip);
	snprintf(small, sizeof small, " %s", slip);
	for (char *c = small; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
	ok(reads(small));
	eq_str(code, slip);
	slip[strlen(slip) - 1] = slip[strlen(slip) - 1] == '4' ? 'A' : '4';
	ok(!reads(slip)); /* its check letter is wrong */
}

static void bad(void)
{
	static const char *const BAD[] = {
		"",
		" ",
		"Nguyễn Văn An",
		"000.00.06.H56-260701-007",
		"000.00.06.H56-2607011-0007",
		"000.00.06.H56-260701-000700070",
		"00-260701-0007",
		"000.00.06.H56-260701-0007-",
		"000.00.06.H56 260701 0007",
		"001190654321||Lê Thị Ngọc Trâm|15011990|Nữ|Hà Nội|01082024",
		"https://dvc.example/tra-cuu?mahs=",
		"0000000000000000000000000000000000000000000000000000-260701-0007",
	};

	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		ok(!reads(BAD[i]));
	ok(!track_code_read("000.00.06.H56-260701-0007\0x", 27, code));
}

int main(void)
{
	good();
	bad();
	return tap_done();
}
