/* zone: drivers */
/* An answer to reset. What is accepted keeps to its bounds. */
#include "drivers/atr.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct atr a;

	if (atr_of(bytes, len, &a) != ERR_OK)
		return 0;
	if (len > ATR_MAX || a.protocols == 0 || a.history_len > sizeof a.history ||
	    a.history_len + 2u > len)
		abort();
	if (a.ifsc == 0 || a.ifsc > ATR_MAX_IFSC || a.first > 15 || a.cwi > 15 || a.bwi > 15)
		abort();
	(void)atr_fi(a.rate);
	(void)atr_di(a.rate);
	return 0;
}
