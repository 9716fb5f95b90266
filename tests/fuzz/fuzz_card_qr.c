/* zone: parse */
#include "firmware/parse/card_qr.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct msg_card_facts facts;

	if (card_qr_read(bytes, len, &facts) != ERR_OK)
		return 0;
	/* what leaves the room must pass as a message */
	struct msg m = { .type = MSG_CARD_FACTS, .card_facts = facts };
	uint8_t packed[MSG_MAX_BYTES];
	int fds[MSG_MAX_FDS];
	size_t packed_len, fd_count;
	if (msg_pack(&m, ROLE_PARSE, ROLE_CORE, packed, &packed_len, fds, &fd_count) != ERR_OK)
		abort();
	return 0;
}
