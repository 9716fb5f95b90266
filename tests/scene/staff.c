#include "tests/scene/staff.h"

#include "firmware/base/auto.h"
#include "firmware/base/msg.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define ANSWER_MS 300000

enum err staff_ask(const struct world *w, const char *command, char answer[LINE_CAP])
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct msg m = { .type = MSG_ASK };
	AUTO_FD sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	size_t len = 0;

	answer[0] = '\0';
	snprintf(at.sun_path, sizeof at.sun_path, "%.90s/run/ctl", w->dir);
	snprintf(m.ask.line, sizeof m.ask.line, "%s", command);
	if (sock < 0 || connect(sock, (struct sockaddr *)&at, sizeof at) < 0 ||
	    msg_send(sock, ROLE_CTL, ROLE_CORE, &m) != ERR_OK)
		return ERR_GONE;
	for (struct pollfd p = { .fd = sock, .events = POLLIN }; poll(&p, 1, ANSWER_MS) > 0;) {
		if (msg_recv(sock, ROLE_CTL, ROLE_CORE, &m) != ERR_OK)
			return ERR_GONE;
		if (m.type == MSG_SAID)
			return m.said.code == 0 ? ERR_OK : ERR_REFUSED;
		if (m.type == MSG_SAY && len + sizeof m.say.text < LINE_CAP)
			len += (size_t)snprintf(answer + len, LINE_CAP - len, "%s\n", m.say.text);
	}
	return ERR_TIMEOUT;
}
