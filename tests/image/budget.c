#include "tests/image/budget.h"

#include <stdlib.h>
#include <unistd.h>

#define FACTOR 4

static uint32_t load_percent(void)
{
	double load = 0;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (getloadavg(&load, 1) != 1 || processors < 1)
		return 100;
	double percent = 100 * load / (double)processors;
	return percent < 100 ? 100 : percent > 2000 ? 2000 : (uint32_t)percent;
}

void budget_begin(struct budget *b, uint32_t quiet_s, int64_t now_ms)
{
	*b = (struct budget){ .begun_ms = now_ms,
			      .quiet_ms = quiet_s * 1000,
			      .load_percent = load_percent() };
}

uint32_t budget_whole_ms(const struct budget *b)
{
	uint64_t ms = (uint64_t)b->quiet_ms * FACTOR * b->load_percent / 100;

	return ms > INT32_MAX ? INT32_MAX : (uint32_t)ms;
}

uint32_t budget_left_ms(struct budget *b, int64_t now_ms)
{
	uint32_t load = load_percent();

	if (load > b->load_percent)
		b->load_percent = load;
	int64_t left = b->begun_ms + budget_whole_ms(b) - now_ms;
	return left > 0 ? (uint32_t)left : 0;
}
