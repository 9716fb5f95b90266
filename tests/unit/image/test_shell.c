/* A real shell on the other end of a machine's line, with noise before it and a parrot on it. */
#include "firmware/base/auto.h"
#include "tests/image/shell.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <sys/socket.h>

/* Says what it is told, as a terminal does, and does it. */
static _Noreturn void be_shell(int sock)
{
	static const char LOOP[] = "echo 'boot: begin-1 of a noise'; while read -r line; do "
				   "echo \"$line\"; eval \"$line\" 2>&1; done";
	AUTO_FD nothing = open("/dev/null", O_WRONLY);

	if (dup2(sock, 0) < 0 || dup2(sock, 1) < 0 || dup2(nothing, 2) < 0)
		_exit(127);
	execl("/bin/sh", "sh", "-c", LOOP, (char *)NULL);
	_exit(127);
}

static bool start(struct machine *m, int *ret_other)
{
	int line[2], control[2];

	if (machine_init(m) != ERR_OK ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) < 0)
		return false;
	m->pid = fork();
	if (m->pid == 0)
		be_shell(line[1]);
	close(line[1]);
	m->ports[PORT_SHELL].sock = line[0];
	m->ports[PORT_SERIAL].sock = dup(control[0]);
	m->control = control[0];
	*ret_other = control[1];
	return machine_listen(m) == ERR_OK;
}

static void does(struct machine *m, const char *command, const char *want, int want_status)
{
	AUTO_FREE char *said = NULL;
	struct budget b;
	int status = -1;

	budget_begin(&b, 10, clock_mono_ms(&m->clock));
	eq_int(shell_do(m, PORT_SHELL, command, &b, &said, &status), ERR_OK);
	eq_int(status, want_status);
	ok(said && strstr(said, want));
	ok(said && !strstr(said, "end-"));
}

static void test_commands(struct machine *m)
{
	AUTO_FREE char *said = NULL;
	struct budget b = { .begun_ms = clock_mono_ms(&m->clock), .quiet_ms = 25 };
	int status = -1;

	does(m, "echo one; echo two", "one\ntwo\n", 0);
	does(m, "X=7; false", "", 1);
	does(m, "echo $X", "7\n", 0); /* it is the same shell */
	does(m, "(exit 42)", "", 42);
	does(m, "printf 'no end of a line'", "no end of a line", 0);
	eq_int(shell_do(m, PORT_SHELL, "read -r never", &b, &said, &status), ERR_TIMEOUT);
}

static void test_gone(struct machine *m)
{
	AUTO_FREE char *said = NULL;
	struct budget b;
	int status = -1;

	machine_off(m, false);
	ok(!machine_is_on(m));
	budget_begin(&b, 10, clock_mono_ms(&m->clock));
	eq_int(shell_do(m, PORT_SHELL, "true", &b, &said, &status), ERR_GONE);
	eq_int(shell_type(m, PORT_SHELL, "true"), ERR_GONE);
}

int main(void)
{
	static const char *const FILES[] = { "serial.log", "shell.log", "events.log" };
	AUTO_FREE struct machine *m = calloc(1, sizeof *m);
	char path[MACHINE_PATH + 16];
	AUTO_FD other = -1;

	if (!m)
		return 1;
	snprintf(m->dir, sizeof m->dir, "/tmp/image-shell-XXXXXX");
	ok(mkdtemp(m->dir) != NULL);
	ok(start(m, &other));
	test_commands(m);
	test_gone(m);
	for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
		snprintf(path, sizeof path, "%s/%s", m->dir, FILES[i]);
		eq_int(unlink(path), 0);
	}
	machine_finish(m);
	ok(rmdir(m->dir) == 0);
	return tap_done();
}
