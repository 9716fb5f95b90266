/* zone: base */
/* A message between our programs: two bytes say from whom to whom, one how many descriptors
 * came along. What is accepted must pack to the same bytes again. */
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	int fds[MSG_MAX_FDS], out_fds[MSG_MAX_FDS], sealed;
	uint8_t out[MSG_MAX_BYTES];
	size_t out_len, out_fd_count;
	struct msg m;

	if (len < 3 || len - 3 > MSG_MAX_BYTES || mem_of("x", 1, &sealed) != ERR_OK)
		return 0;
	enum role from = bytes[0] % (ROLE_COUNT + 1), to = bytes[1] % (ROLE_COUNT + 1);
	size_t fd_count = bytes[2] % (MSG_MAX_FDS + 1);
	for (size_t i = 0; i < MSG_MAX_FDS; i++)
		fds[i] = sealed;
	if (msg_unpack(bytes + 3, len - 3, fds, fd_count, to, from, &m) == ERR_OK) {
		if (msg_pack(&m, from, to, out, &out_len, out_fds, &out_fd_count) != ERR_OK)
			abort();
		if (out_len != len - 3 || memcmp(out, bytes + 3, out_len) != 0 ||
		    out_fd_count != fd_count)
			abort();
	}
	close(sealed);
	return 0;
}
