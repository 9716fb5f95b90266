#include "tests/scene/sensor.h"

#include "firmware/base/auto.h"
#include "firmware/base/msg.h"
#include "firmware/base/role.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define SUPER_FD 3

static void tell(int core, const char *file)
{
	struct msg status = { .type = MSG_STATUS, .status = { .state = ERR_OK } };
	struct msg left = { .type = MSG_SCAN_LEFT };
	AUTO_FD fd = open(file, O_RDONLY | O_CLOEXEC);
	char said = '2';

	if (core < 0 || fd < 0 || read(fd, &said, 1) != 1)
		return; /* it is being written: the next event tells */
	left.scan_left.left = left.scan_left.loaded = (uint8_t)(said - '0');
	snprintf(status.status.model, sizeof status.status.model, "scanner with a sensor");
	if (msg_send(core, ROLE_SCAN, ROLE_CORE, &status) == ERR_OK)
		(void)msg_send(core, ROLE_SCAN, ROLE_CORE,
			       &left); /* core may be gone: it comes again */
}

/* False when the supervisor has gone. */
static bool meet(int *core)
{
	struct msg m;
	enum err e = msg_recv(SUPER_FD, ROLE_SCAN, ROLE_SUPER, &m);

	if (e != ERR_OK)
		return e == ERR_BUSY;
	if (m.type == MSG_PEER && m.peer.role == ROLE_CORE) {
		if (*core >= 0)
			close(*core);
		*core = take_fd(&m.peer.sock);
	}
	msg_finish(&m);
	return true;
}

static void path_of(char out[PATH_MAX])
{
	const char *dir = getenv("SANE_CONFIG_DIR");

	snprintf(out, PATH_MAX, "%s/left", dir ? dir : "");
}

bool sensor_wanted(const char *role)
{
	char file[PATH_MAX];

	path_of(file);
	return strcmp(role, "scan") == 0 && access(file, R_OK) == 0;
}

int sensor_main(void)
{
	char file[PATH_MAX];
	AUTO_FD notes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	AUTO_FD core = -1;
	char events[4096];
	struct pollfd p[2] = { { .fd = SUPER_FD, .events = POLLIN },
			       { .fd = notes, .events = POLLIN } };

	path_of(file);
	if (notes < 0 || inotify_add_watch(notes, file, IN_CLOSE_WRITE) < 0)
		return 1;
	while (poll(p, 2, -1) > 0) {
		if (p[0].revents && !meet(&core))
			return 0;
		while (read(notes, events, sizeof events) > 0)
			;
		tell(core, file);
	}
	return 1;
}
