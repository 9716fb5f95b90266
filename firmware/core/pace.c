#include "firmware/core/pace.h"

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

uint32_t pace_pause_ms(uint32_t failures, uint64_t random)
{
	uint32_t limit = PACE_BASE_MS;

	for (; failures > 1 && limit < PACE_CAP_MS; failures--)
		limit *= 2;
	return (uint32_t)(random % (limit < PACE_CAP_MS ? limit : PACE_CAP_MS));
}

int64_t pace_asked_ms(uint32_t retry_after_s)
{
	return 1000LL * (retry_after_s < PACE_MAX_AFTER_S ? retry_after_s : PACE_MAX_AFTER_S);
}

void pace_failed(struct pace *p, int64_t now_ms, uint32_t retry_after_s, uint64_t random)
{
	int64_t asked = pace_asked_ms(retry_after_s);

	if (asked > 0)
		p->asked_ms = later(p->asked_ms, now_ms + asked);
	p->hold_ms = now_ms + asked + pace_pause_ms(++p->fails_in_row, random);
}

void pace_good(struct pace *p)
{
	p->hold_ms = 0;
	p->asked_ms = 0;
	p->fails_in_row = 0;
}

void pace_link_up(struct pace *p, int64_t now_ms, uint32_t spread_ms, uint64_t random)
{
	p->hold_ms = 0;
	p->fails_in_row = 0;
	p->spread_ms = now_ms + (spread_ms ? (int64_t)(random % spread_ms) : 0);
}

int64_t pace_from_ms(const struct pace *p, enum pace_who who)
{
	int64_t from = p->asked_ms;

	if (who != PACE_FIRST)
		from = later(from, p->hold_ms);
	return who == PACE_BACKLOG ? later(from, p->spread_ms) : from;
}
