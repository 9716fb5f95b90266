/* How long a fact may be waited for: a figure of a quiet computer, four times, and longer the more
 * others want the processors. */
#ifndef IMAGE_BUDGET_H
#define IMAGE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

struct budget {
	int64_t begun_ms;
	uint32_t quiet_ms;
	uint32_t load_percent; /* the highest seen; 100: each processor has one who wants it */
};

void budget_begin(struct budget *b, uint32_t quiet_s, int64_t now_ms);

/* Milliseconds that are left; 0: none. Looks at the load each time. */
uint32_t budget_left_ms(struct budget *b, int64_t now_ms);

uint32_t budget_whole_ms(const struct budget *b);

#endif
