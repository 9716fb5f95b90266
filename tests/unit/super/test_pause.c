#include "firmware/super/pause.h"
#include "tests/tap.h"

int main(void)
{
	static const uint32_t WANT_MS[] = { 0, 250, 500, 1000, 2000, 4000, 8000, 16000, 30000 };
	unsigned n = 1;

	for (; n <= sizeof WANT_MS / sizeof *WANT_MS; n++)
		eq_int(pause_ms(n), WANT_MS[n - 1]);
	eq_int(n, GIVE_UP_DEATHS);
	eq_int(pause_ms(n), GAVE_UP_PAUSE_MS);
	eq_int(pause_ms(1000000), GAVE_UP_PAUSE_MS);
	eq_int(pause_ms(0), 0);
	return tap_done();
}
