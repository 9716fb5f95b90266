/* zone: flash */
#include "board/flash/gpt.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define SECTORS 40000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void look(const struct gpt *g)
{
	static uint8_t head[GPT_HEAD_BYTES], tail[GPT_TAIL_BYTES];
	struct gpt_part p;

	for (unsigned n = 0; gpt_part(g, n, &p); n++) {
		if (p.bytes == 0 || p.start / 512 < 34 || (p.start + p.bytes) / 512 > SECTORS - 33)
			abort();
	}
	gpt_write(g, SECTORS, head, tail);
	struct gpt again;
	if (gpt_read_head(head, sizeof(head), SECTORS, &again) != ERR_OK ||
	    gpt_read_tail(tail, sizeof(tail), SECTORS, &again) != ERR_OK)
		abort();
}

/* First as it is; then with sums that are right, so that what is behind them is reached. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t head[GPT_HEAD_BYTES];
	struct gpt g;

	memset(head, 0, sizeof(head));
	memcpy(head, data, size < sizeof(head) ? size : sizeof(head));
	if (gpt_read_head(head, sizeof(head), SECTORS, &g) == ERR_OK)
		look(&g);
	put(head + 512 + 88, (uint32_t)crc32(0, head + 1024, GPT_TABLE_BYTES));
	put(head + 512 + 16, 0);
	put(head + 512 + 16, (uint32_t)crc32(0, head + 512, 92));
	if (gpt_read_head(head, sizeof(head), SECTORS, &g) == ERR_OK)
		look(&g);
	return 0;
}
