/* zone: setup */
/* A file of answers as it may come from a stick: whatever it says, what was taken can be right. */
#include "firmware/setup/answers.h"
#include "firmware/setup/check.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct answers a = { 0 };

	(void)answers_parse((const char *)data, len, &a, NULL, NULL);
	for (enum ask i = 0; i < ASK_COUNT; i++)
		if (a.of[i][0] && check_answer(i, a.of[i], &a) != FAULT_NONE)
			abort();
	return 0;
}
