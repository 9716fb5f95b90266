/* torture-wraps: fork socketpair */
/* The n-th fork or socketpair of a start fails: in the end all programs run and are wired. */
#include "firmware/super/super.h"
#include "tests/tap.h"
#include "tests/unit/super/fake.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/test_torture.XXXXXX";
static struct host host;
static struct super s;
static struct clock_shift shift;
static const struct clock CLOCK = { .shift = &shift };
static struct loop *loop;
static int said;
static long left; /* calls that still succeed */

static bool fails(void)
{
	if (left-- != 0)
		return false;
	errno = EAGAIN;
	return true;
}

pid_t __real_fork(void);
pid_t __wrap_fork(void);
pid_t __wrap_fork(void)
{
	return fails() ? -1 : __real_fork();
}

int __real_socketpair(int domain, int type, int protocol, int socks[2]);
int __wrap_socketpair(int domain, int type, int protocol, int socks[2]);
int __wrap_socketpair(int domain, int type, int protocol, int socks[2])
{
	return fails() ? -1 : __real_socketpair(domain, type, protocol, socks);
}

static void on_signal(void *data, short signal)
{
	(void)signal;
	super_reap(data);
}

/* Bit r: core has met r, and has not lost it since. */
static unsigned met(unsigned before)
{
	static char text[1 << 16];
	static size_t len;
	ssize_t n;

	while ((n = read(said, text + len, sizeof text - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	char *line = text, *end;
	for (; (end = strchr(line, '\n')); line = end + 1) {
		char who[16];

		*end = '\0';
		if (sscanf(line, "info core came me=core who=%15s", who) == 1)
			before |= 1u << role_by_name(who);
		else if (sscanf(line, "info core went me=core who=%15s", who) == 1)
			before &= ~(1u << role_by_name(who));
		else if (strstr(line, "info core lives"))
			before = 0;
	}
	len -= (size_t)(line - text);
	memmove(text, line, len);
	return before;
}

static bool all_are_wired(void)
{
	const struct clock real = { 0 };
	int64_t until_ms = clock_mono_ms(&real) + 20000;
	unsigned want = 0, have = 0;

	for (enum role r = ROLE_UI; r < ROLE_COUNT; r++)
		want |= super_keeps(r) ? 1u << r : 0;
	while (have != want && clock_mono_ms(&real) < until_ms) {
		(void)!loop_turn(loop, 1);
		shift.mono_ms += 10; /* pauses pass at once */
		have = met(have);
	}
	return have == want;
}

static bool start_with(long good_calls)
{
	static const int SIGNALS[] = { SIGCHLD, 0 };

	if (loop_create(&CLOCK, &loop) != ERR_OK ||
	    loop_signals(loop, SIGNALS, on_signal, &s) != ERR_OK)
		return false;
	left = good_calls;
	super_start(&s, &host, loop);
	bool wired = all_are_wired();
	bool was_reached = left < 0;

	super_stop(&s);
	(void)!loop_run(loop);
	(void)met(0);
	loop_destroy(loop);
	ok(wired);
	return was_reached;
}

static bool link_program(const char *name)
{
	char path[128], self[256] = "";
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return n > 0 && (symlink(self, path) == 0 || errno == EEXIST);
}

static bool prepare(void)
{
	int ends[2];

	if (!mkdtemp(dir) || pipe2(ends, O_CLOEXEC) < 0 || dup2(ends[1], STDERR_FILENO) < 0 ||
	    fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0)
		return false;
	said = ends[0];
	host = (struct host){
		.sim = true, .run_fd = -1, .ctl_sock = -1, .remote_sock = -1, .clock_fd = -1
	};
	snprintf(host.bin_dir, sizeof host.bin_dir, "%s", dir);
	snprintf(host.sim_dir, sizeof host.sim_dir, "%s", dir);
	snprintf(host.config.data_dir, sizeof host.config.data_dir, "%s/data", dir);
	snprintf(host.config.assets_dir, sizeof host.config.assets_dir, "/usr/share");
	for (enum role r = ROLE_CORE; r < ROLE_CTL; r++)
		if (!link_program(role_row(r)->program))
			return false;
	return true;
}

int main(int argc, char **argv)
{
	long n = 0;

	left = -1;
	if (getenv("KIOSK_SUPER_FD"))
		return fake_main(argc, argv);
	log_open(ROLE_SUPER);
	ok(prepare());
	while (start_with(n) && n < 100)
		n++;
	eq_int(n, 23); /* eight programs: a fork and a pair each, and seven pairs with core */
	for (enum role r = ROLE_CORE; r < ROLE_CTL; r++) {
		char path[128];

		snprintf(path, sizeof path, "%s/%s", dir, role_row(r)->program);
		(void)unlink(path);
	}
	ok(rmdir(dir) == 0);
	return tap_done();
}
