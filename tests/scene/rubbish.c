#include "tests/scene/rubbish.h"

#include "firmware/base/msg.h"
#include "firmware/base/role.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SUPER_FD 3

/* Another kind in each life. */
static void talk_nonsense(int core, enum role me)
{
	static const size_t SIZES[] = { 1, 3, 64, 4096, 60000 };
	char *noise = malloc(60000);
	size_t len = SIZES[(unsigned)getpid() % (sizeof SIZES / sizeof *SIZES)];

	if (!noise)
		return;
	memset(noise, 0x5a + (int)me, 60000);
	(void)send(core, noise, len, MSG_NOSIGNAL); /* core may hang up first */
	free(noise);
}

int rubbish_main(const char *role)
{
	enum role me = role_by_name(role);
	struct msg m;

	for (struct pollfd p = { .fd = SUPER_FD, .events = POLLIN }; poll(&p, 1, -1) > 0;) {
		enum err e = msg_recv(SUPER_FD, me, ROLE_SUPER, &m);

		if (e == ERR_BUSY)
			continue;
		if (e != ERR_OK)
			return 1;
		if (m.type == MSG_PEER && m.peer.role == ROLE_CORE) {
			talk_nonsense(m.peer.sock, me);
			m.peer.sock = -1; /* stays open: core hangs up, not we */
		}
		msg_finish(&m);
	}
	return 0;
}
