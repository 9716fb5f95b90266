#include "firmware/super/pause.h"

#define FIRST_MS 250
#define MOST_MS  30000

uint32_t pause_ms(unsigned deaths)
{
	uint32_t ms = FIRST_MS;

	if (deaths >= GIVE_UP_DEATHS)
		return GAVE_UP_PAUSE_MS;
	if (deaths < 2)
		return 0;
	for (unsigned n = 2; n < deaths && ms < MOST_MS; n++)
		ms *= 2;
	return ms < MOST_MS ? ms : MOST_MS;
}
