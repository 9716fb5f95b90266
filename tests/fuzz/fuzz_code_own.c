/* zone: parse */
#include "firmware/parse/code_mend.h"
#include "firmware/parse/code_read.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Modules as sure as the bytes say, of the version that the second byte says. */
static void mend(const struct rs *rs, const uint8_t *bytes, size_t len)
{
	static struct plan p;
	static float sure[PLAN_MAX_SIDE * PLAN_MAX_SIDE];
	static int8_t known[PLAN_MAX_SIDE * PLAN_MAX_SIDE];

	plan_make(1 + bytes[0] % PLAN_MAX_VERSION, &p);
	memset(known, 0, sizeof known);
	for (int i = 0; i < p.side * p.side; i++)
		sure[i] = (float)((int)bytes[1 + (size_t)i % (len - 1)] - 128) / 4;
	(void)code_mend(rs, &p, sure, known);
}

/* Rows of gray, the second byte being their width; all of it, and turned. */
static void look(const struct rs *rs, const uint8_t *bytes, size_t len)
{
	struct gray g = { bytes[0], (uint32_t)(len - 1) / bytes[0], NULL };
	struct symbols found = { 0 };
	struct regions busy;

	if (g.height == 0)
		return;
	g.at = malloc((size_t)g.width * g.height);
	if (!g.at)
		return;
	memcpy(g.at, bytes + 1, (size_t)g.width * g.height);
	if (code_regions_of_page(&g, &busy) == ERR_OK)
		(void)code_read(rs, &g, &busy.at[0], &found);
	struct region all = { .width = g.width, .height = g.height, .turn_rad = .3F };
	(void)code_read(rs, &g, &all, &found);
	symbols_finish(&found);
	free(g.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct rs rs;

	if (rs.power[0] == 0)
		rs_make(&rs);
	if (len < 3 || len > 40000 || bytes[1] == 0)
		return 0;
	if (bytes[0] & 1)
		mend(&rs, bytes + 1, len - 1);
	else
		look(&rs, bytes + 1, len - 1);
	return 0;
}
