#include "firmware/base/mem.h"

#include "tests/tap.h"

int main(void)
{
	eq_int(mem_swap_in("MemTotal: 4000 kB\nSwapCached: 7 kB\nSwapTotal:       2097148 kB\n"),
	       2097148);
	eq_int(mem_swap_in("MemTotal: 4000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n"), 0);
	eq_int(mem_swap_in(""), 0);
	return tap_done();
}
