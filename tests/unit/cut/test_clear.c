#include "tests/cut/clear.h"
#include "tests/tap.h"

#include <stdlib.h>

static uint8_t drive[1 << 20];

static unsigned looks(const char **ret_what)
{
	uint64_t at = 0;

	return clear_words(drive, sizeof drive, ret_what, &at);
}

int main(void)
{
	static const char NAME[] = "Nguyễn Văn An";
	const char *what = "";
	int missed = 0;

	eq_int(looks(&what), 0);
	memset(drive + 4096, 0xff, 4096);
	memset(drive + 8192, 'x', 100);
	eq_int(looks(&what), 0);
	for (size_t at = 4000; at < 4000 + 4300; at += 7) { /* over every edge of a block */
		memcpy(drive + at, NAME, sizeof NAME - 1);
		missed += looks(&what) != 1 || strcmp(what, NAME) != 0;
		memset(drive + at, 0, sizeof NAME - 1);
	}
	memcpy(drive + sizeof drive - (sizeof NAME - 1), NAME, sizeof NAME - 1);
	missed += looks(&what) != 1;
	eq_int(missed, 0);
	memcpy(drive, "001090000007", 12);
	eq_int(looks(&what), 2);
	return tap_done();
}
