/* What a role may not do is tried and refused; what it must do still works. Each attempt is
 * made in a forked child of its own, and its errno is the child's exit code. */
#include "firmware/base/calls.h"
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"
#include "firmware/base/sandbox.h"
#include "tests/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENTERED, LOCKED };

/* Results of an attempt: 0 it worked, an errno, or one of these. */
enum { KILLED = 1000, NO_SANDBOX = 200, WRONG };

static char dir[] = "/tmp/test_sandbox.XXXXXX";
static char data[64], conf[64], keys[64], world[64], outside[64];
static struct sandbox_places places;
static unsigned parts_here; /* what this kernel offers */

typedef int attempt(void);

static int result(int rc)
{
	return rc < 0 ? errno : 0;
}

static int status_of(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return WRONG;
	return WIFSIGNALED(status) ? KILLED + WTERMSIG(status) : WEXITSTATUS(status);
}

static int as(enum role r, int how_far, attempt *try)
{
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		unsigned parts;

		if (sandbox_enter(r, &places, &parts) != ERR_OK)
			_exit(NO_SANDBOX);
		if (how_far == LOCKED && sandbox_lock(r, &parts) != ERR_OK)
			_exit(NO_SANDBOX);
		_exit(try());
	}
	return status_of(pid);
}

static int read_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return result(fd);
}

static int write_path(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return result(fd);
}

static int read_passwd(void)
{
	return read_path("/etc/passwd");
}

static int read_data(void)
{
	char path[80];

	snprintf(path, sizeof path, "%s/there", data);
	return read_path(path);
}

static int read_conf(void)
{
	return read_path(conf);
}

static int read_keys(void)
{
	return read_path(keys);
}

static int write_conf(void)
{
	return write_path(conf);
}

static int write_outside(void)
{
	return write_path(outside);
}

static int write_data(void)
{
	char from[80], to[80];
	int e;

	snprintf(from, sizeof from, "%s/a", data);
	snprintf(to, sizeof to, "%s/b", data);
	e = write_path(from);
	if (e == 0)
		e = result(rename(from, to));
	return e ? e : result(unlink(to));
}

static int use_world(void)
{
	char path[80];

	snprintf(path, sizeof path, "%s/node", world);
	return write_path(path);
}

static int read_a_library(void)
{
	return read_path("/usr/share") || read_path("/usr/lib") || write_path("/dev/null");
}

static int run(const char *path)
{
	char *argv[] = { (char *)(uintptr_t)path, NULL };
	char *env[] = { NULL };

	execve(path, argv, env);
	return errno;
}

static int run_true(void)
{
	return run("/usr/bin/true");
}

static int run_false(void)
{
	return run("/usr/bin/false");
}

static int trace(void)
{
	return result((int)ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int inet(void)
{
	return result(socket(AF_INET, SOCK_STREAM, 0));
}

static int inet6(void)
{
	return result(socket(AF_INET6, SOCK_DGRAM, 0));
}

static int local(void)
{
	return result(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int hot_plug(void)
{
	return result(socket(AF_NETLINK, SOCK_RAW, 15 /* NETLINK_KOBJECT_UEVENT */));
}

static int packet(void)
{
	return result(socket(AF_PACKET, SOCK_RAW, 0));
}

static int inet_with_high_bits(void)
{
	return result((int)syscall(SYS_socket, 0x100000000L + AF_INET, SOCK_STREAM, 0));
}

static int ring(void)
{
	return result((int)syscall(SYS_io_uring_setup, 1, NULL));
}

static int too_much_memory(void)
{
	size_t len = (size_t)1100 << 20;
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int some_memory(void)
{
	size_t len = (size_t)100 << 20;
	void *p = malloc(len);

	if (!p)
		return ENOMEM;
	memset(p, 1, len);
	free(p);
	return 0;
}

static int many_files(void)
{
	int fd = 0;

	while (fd >= 0 && fd < 1000)
		fd = dup(STDOUT_FILENO);
	return result(fd);
}

static int burn(void)
{
	struct rlimit one = { 1, 2 };

	if (setrlimit(RLIMIT_CPU, &one) < 0)
		return WRONG;
	for (volatile unsigned n = 0;; n++)
		;
}

static int limits_of_parse(void)
{
	struct rlimit cpu, core;

	getrlimit(RLIMIT_CPU, &cpu);
	getrlimit(RLIMIT_CORE, &core);
	return cpu.rlim_cur == 20 && cpu.rlim_max == 22 && core.rlim_max == 0 ? 0 : WRONG;
}

static int new_user_namespace(void)
{
	return result(unshare(CLONE_NEWUSER));
}

static int mount_something(void)
{
	return result(mount("none", dir, "tmpfs", 0, NULL));
}

static int fake_key_press(void)
{
	return result((int)syscall(SYS_ioctl, STDIN_FILENO, 0x5412L /* TIOCSTI */, "x"));
}

static int is_dumpable(void)
{
	return prctl(PR_GET_DUMPABLE) == 0 ? 0 : WRONG;
}

static void *in_thread(void *seen)
{
	*(int *)seen = 7;
	return NULL;
}

static int thread(void)
{
	pthread_t t;
	int seen = 0;

	if (pthread_create(&t, NULL, in_thread, &seen) != 0)
		return EAGAIN;
	pthread_join(t, NULL);
	return seen == 7 ? 0 : WRONG;
}

static int fork_one(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? errno : status_of(pid);
}

static int new_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int call_abort(void)
{
	abort();
}

/* With AddressSanitizer: including its search for leaks. */
static int leave(void)
{
	exit(0);
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* What a job of kiosk-parse does with the system. */
static int do_a_job(void)
{
	int socks[2] = { 50, 51 }, fd, numbers[600];
	struct msg m = { .type = MSG_JOB_FAILED }, got;
	char text[64];

	for (int i = 0; i < 600; i++)
		numbers[i] = 600 - i;
	qsort(numbers, 600, sizeof *numbers, compare);
	snprintf(text, sizeof text, "%d %.3f", numbers[0], 0.5);
	if (some_memory() || mem_of(text, sizeof text, &fd) != ERR_OK || !mem_is_sealed(fd))
		return WRONG;
	if (msg_send(socks[0], ROLE_PARSE, ROLE_CORE, &m) != ERR_OK ||
	    msg_recv(socks[1], ROLE_CORE, ROLE_PARSE, &got) != ERR_OK)
		return WRONG;
	return close(fd);
}

static void files(void)
{
	if (!(parts_here & SANDBOX_FILES)) {
		tap_skip("this kernel has no Landlock");
		return;
	}
	for (enum role r = ROLE_CORE; r <= ROLE_SYNC; r++) {
		printf("# %s\n", role_name(r));
		eq_int(as(r, ENTERED, read_passwd), EACCES);
		eq_int(as(r, ENTERED, write_outside), EACCES);
		eq_int(as(r, ENTERED, write_conf), EACCES);
		eq_int(as(r, ENTERED, read_conf), r == ROLE_PARSE ? EACCES : 0);
		eq_int(as(r, ENTERED, read_keys), r == ROLE_CORE ? 0 : EACCES);
		eq_int(as(r, ENTERED, read_data), r == ROLE_CORE ? 0 : EACCES);
		eq_int(as(r, ENTERED, write_data), r == ROLE_CORE ? 0 : EACCES);
		eq_int(as(r, ENTERED, use_world), role_row(r)->usb ? 0 : EACCES);
		eq_int(as(r, ENTERED, read_a_library), 0);
		eq_int(as(r, ENTERED, run_true), 0); /* its program */
		eq_int(as(r, ENTERED, run_false), EACCES);
	}
}

static void sockets(void)
{
	if (!(parts_here & SANDBOX_NET)) {
		tap_skip("this kernel has no seccomp");
		return;
	}
	for (enum role r = ROLE_CORE; r <= ROLE_SYNC; r++) {
		const struct role_row *row = role_row(r);
		int net = row->net == NET_INET ? 0 : EAFNOSUPPORT;

		printf("# %s\n", role_name(r));
		eq_int(as(r, ENTERED, inet), net);
		eq_int(as(r, ENTERED, inet6), net);
		eq_int(as(r, ENTERED, packet), EAFNOSUPPORT);
		eq_int(as(r, ENTERED, inet_with_high_bits), EAFNOSUPPORT);
		eq_int(as(r, ENTERED, local), row->net || row->usb ? 0 : EAFNOSUPPORT);
		eq_int(as(r, ENTERED, hot_plug), row->usb || !net ? 0 : EAFNOSUPPORT);
		eq_int(as(r, ENTERED, ring), ENOSYS);
	}
}

static void limits(void)
{
	eq_int(as(ROLE_PARSE, ENTERED, limits_of_parse), 0);
	eq_int(as(ROLE_PARSE, ENTERED, burn), KILLED + SIGXCPU);
	for (enum role r = ROLE_CORE; r <= ROLE_SYNC; r++) {
		eq_int(as(r, ENTERED, many_files), EMFILE);
		eq_int(as(r, ENTERED, some_memory), 0);
		if (calls_are_relaxed())
			tap_skip("AddressSanitizer needs the address space");
		else
			eq_int(as(r, ENTERED, too_much_memory), role_row(r)->mem_mb ? ENOMEM : 0);
	}
}

static void locked_deny(enum role r)
{
	printf("# %s\n", role_name(r));
	eq_int(as(r, LOCKED, run_true), EPERM);
	eq_int(as(r, LOCKED, new_user_namespace), EPERM);
	eq_int(as(r, LOCKED, mount_something), EPERM);
	eq_int(as(r, LOCKED, fake_key_press), EPERM);
	eq_int(as(r, LOCKED, thread), 0);
	eq_int(as(r, LOCKED, fork_one), 0);
	eq_int(as(r, LOCKED, leave), 0);
	eq_int(as(r, LOCKED, read_a_library), 0);
	if (calls_are_relaxed()) {
		tap_skip("AddressSanitizer needs ptrace and its memory read");
		return;
	}
	eq_int(as(r, LOCKED, trace), EPERM);
	eq_int(as(r, LOCKED, is_dumpable), 0);
}

static void locked_strict(enum role r)
{
	eq_int(as(r, LOCKED, do_a_job), 0);
	eq_int(as(r, LOCKED, leave), 0);
	eq_int(as(r, LOCKED, run_true), KILLED + SIGSYS);
	eq_int(as(r, LOCKED, inet), KILLED + SIGSYS);
	eq_int(as(r, LOCKED, local), KILLED + SIGSYS);
	eq_int(as(r, LOCKED, new_code), KILLED + SIGSYS);
	eq_int(as(r, LOCKED, mount_something), KILLED + SIGSYS);
	eq_int(as(r, LOCKED, read_passwd), EACCES);
	eq_int(as(r, LOCKED, call_abort), KILLED + SIGABRT);
	if (calls_are_relaxed()) {
		tap_skip("AddressSanitizer needs ptrace, clone and open");
		return;
	}
	eq_int(as(r, LOCKED, trace), KILLED + SIGSYS);
	eq_int(as(r, LOCKED, fork_one), KILLED + SIGSYS);
	eq_int(as(r, LOCKED, read_a_library), 1);
}

static void calls(void)
{
	if (!(parts_here & SANDBOX_CALLS)) {
		tap_skip("this kernel has no seccomp");
		return;
	}
	for (enum role r = ROLE_CORE; r <= ROLE_SYNC; r++) {
		if (role_row(r)->lock == LOCK_DENY)
			locked_deny(r);
		else
			locked_strict(r);
	}
}

static ino_t network(void)
{
	struct stat st = { 0 };

	return stat("/proc/self/ns/net", &st) < 0 ? 0 : st.st_ino;
}

/* As root: another user, another network, and no way back. The users need not exist here; a
 * passwd file of our own is laid over the system's, for this child only. */
static int change_user_and_network(void)
{
	enum role r = ROLE_PARSE;
	ino_t before = network();
	char passwd[80];
	unsigned parts;

	snprintf(passwd, sizeof passwd, "%s/passwd", dir);
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(passwd, "/etc/passwd", NULL, MS_BIND, NULL) < 0)
		return EPERM;
	places.unprivileged = false;
	if (sandbox_enter(r, &places, &parts) != ERR_OK)
		return NO_SANDBOX;
	if (!(parts & SANDBOX_USER) || getuid() != 54321 || getegid() != 54322)
		return WRONG;
	if (setuid(0) == 0 || network() == before)
		return WRONG;
	return 0;
}

static void as_root(void)
{
	unsigned parts;

	if (geteuid() != 0) {
		tap_skip("only root can change the user");
		return;
	}
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0)
		_exit(change_user_and_network());
	int got = status_of(pid);
	if (got == EPERM)
		tap_skip("no mount namespace here");
	else
		eq_int(got, 0);

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		places.unprivileged = false;
		_exit(unshare(CLONE_NEWNS) == 0 &&
		      mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
		      mount("/dev/null", "/etc/passwd", NULL, MS_BIND, NULL) == 0 &&
		      sandbox_enter(ROLE_CORE, &places, &parts) != ERR_NOT_FOUND);
	}
	eq_int(status_of(pid), 0);
}

/* A kernel without a part, played by a filter that refuses the question. The program runs all
 * the same, and the supervisor can say what is missing. */
static int without(int call, struct scmp_arg_cmp when, int error, unsigned missing)
{
	unsigned entered = 0, locked = 0;
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	if (seccomp_rule_add(ctx, SCMP_ACT_ERRNO((uint32_t)error), call, 1, when) < 0 ||
	    seccomp_load(ctx) < 0)
		return WRONG;
	if (sandbox_enter(ROLE_CORE, &places, &entered) != ERR_OK ||
	    sandbox_lock(ROLE_CORE, &locked) != ERR_OK)
		return NO_SANDBOX;
	return (entered | locked) == (parts_here & ~missing) ? 0 : WRONG;
}

static void older_kernels(void)
{
	fflush(stdout);
	pid_t pid = fork();

	if (pid == 0)
		_exit(without(SYS_landlock_create_ruleset, SCMP_A2_64(SCMP_CMP_EQ, 1, 0),
			      EOPNOTSUPP, SANDBOX_FILES));
	eq_int(status_of(pid), 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(without(SYS_prctl, SCMP_A0_64(SCMP_CMP_EQ, PR_SET_SECCOMP, 0), EINVAL,
			      SANDBOX_NET | SANDBOX_CALLS));
	eq_int(status_of(pid), 0);
}

static int probe(void)
{
	unsigned entered, locked;
	fflush(stdout);
	pid_t pid = fork();

	if (pid == 0) {
		if (sandbox_enter(ROLE_CORE, &places, &entered) != ERR_OK ||
		    sandbox_lock(ROLE_CORE, &locked) != ERR_OK)
			_exit(NO_SANDBOX);
		_exit((int)(entered | locked));
	}
	return status_of(pid);
}

static bool make_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return good;
}

static bool prepare(void)
{
	char path[80];
	int socks[2];

	if (!mkdtemp(dir) || chmod(dir, 0755) < 0)
		return false;
	snprintf(data, sizeof data, "%s/data", dir);
	snprintf(conf, sizeof conf, "%s/kiosk.conf", dir);
	snprintf(keys, sizeof keys, "%s/kiosk.key", dir);
	snprintf(world, sizeof world, "%s/world", dir);
	snprintf(outside, sizeof outside, "%s/outside", dir);
	snprintf(path, sizeof path, "%s/passwd", dir);
	if (mkdir(data, 0700) < 0 || mkdir(world, 0700) < 0 || !make_file(conf, "a = b\n") ||
	    !make_file(keys, "key") ||
	    !make_file(path, "kiosk-parse:x:54321:54322::/:/bin/false\n"))
		return false;
	snprintf(path, sizeof path, "%s/there", data);
	places = (struct sandbox_places){
		.path = { [PLACE_DATA] = { data },
			  [PLACE_CONF] = { conf },
			  [PLACE_KEYS] = { keys } },
		.program = "/usr/bin/true",
		.world = world,
		.unprivileged = true,
	};
	return make_file(path, "there") && msg_pair(socks) == ERR_OK && dup2(socks[0], 50) == 50 &&
	       dup2(socks[1], 51) == 51;
}

static void clean_up(void)
{
	static const char *const NAMES[] = { "data/there", "data/a", "data/b",     "data",
					     "world/node", "world",  "kiosk.conf", "kiosk.key",
					     "passwd",     "outside" };
	char path[80];

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, NAMES[i]);
		(void)remove(path);
	}
	(void)rmdir(dir);
}

int main(void)
{
	ok(prepare());
	int here = probe();
	ok(here < NO_SANDBOX);
	parts_here = (unsigned)here;
	printf("# parts of the sandbox in force: %#x\n", parts_here);
	files();
	sockets();
	limits();
	calls();
	as_root();
	if (parts_here & SANDBOX_CALLS)
		older_kernels();
	clean_up();
	return tap_done();
}
