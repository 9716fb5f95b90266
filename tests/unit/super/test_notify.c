#include "firmware/super/notify.h"
#include "tests/tap.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A socket as systemd has it, and its name in the environment. */
static int systemd(const char *name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	size_t len = strlen(name);
	int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memcpy(at.sun_path, name, len);
	if (name[0] == '@')
		at.sun_path[0] = '\0';
	if (bind(sock, (struct sockaddr *)&at,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) < 0)
		return -1;
	setenv("NOTIFY_SOCKET", name, 1);
	return sock;
}

static void hears(int sock, const char *want)
{
	char got[32] = "";
	ssize_t n = recv(sock, got, sizeof got - 1, 0);

	eq_int(n, strlen(want));
	eq_str(got, want);
}

int main(void)
{
	char path[64], abstract[64];

	snprintf(path, sizeof path, "/tmp/test_notify.%d", (int)getpid());
	snprintf(abstract, sizeof abstract, "@test_notify.%d", (int)getpid());
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	notify("READY=1"); /* nobody there: nothing happens */
	eq_int(notify_interval_ms(), 0);

	int sock = systemd(path);
	notify("READY=1");
	hears(sock, "READY=1");
	close(sock);
	unlink(path);

	sock = systemd(abstract);
	notify("WATCHDOG=1");
	hears(sock, "WATCHDOG=1");
	close(sock);

	setenv("WATCHDOG_USEC", "30000000", 1);
	eq_int(notify_interval_ms(), 15000);
	setenv("WATCHDOG_USEC", "nonsense", 1);
	eq_int(notify_interval_ms(), 0);
	return tap_done();
}
