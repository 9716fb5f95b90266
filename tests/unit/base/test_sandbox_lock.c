/* What sandbox_lock() takes away. */
#include "tests/unit/base/attempt.h"

#include <linux/capability.h>

static int trace(void)
{
	return result((int)ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int new_user_namespace(void)
{
	return result(unshare(CLONE_NEWUSER));
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

/* In KiB, of what this process has locked; the descriptor is of /proc/self/status. */
static long locked_kib(int status)
{
	char text[4096] = "";
	ssize_t n = pread(status, text, sizeof text - 1, 0);
	const char *at = n > 0 ? strstr(text, "\nVmLck:") : NULL;

	return at ? strtol(at + strlen("\nVmLck:"), NULL, 10) : -1;
}

#define MUCH_KIB 2048

/* What is asked for after the lock is locked as soon as it is touched, or nothing is. */
static int memory_of(enum role r, bool may)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };
	const struct rlimit little = { 64 << 10, 64 << 10 };
	pid_t pid = fork();
	unsigned parts = 0;

	if (pid != 0)
		return pid < 0 ? errno : status_of(pid);
	int status = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	if (!may &&
	    (setrlimit(RLIMIT_MEMLOCK, &little) < 0 || syscall(SYS_capset, &head, none) < 0))
		_exit(WRONG);
	if (sandbox_lock(r, &parts) != ERR_OK)
		_exit(WRONG);
	if (may && !(parts & SANDBOX_MEMORY))
		_exit(EPERM);
	long before = locked_kib(status);
	uint8_t *bytes = mmap(NULL, MUCH_KIB << 10, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (bytes == MAP_FAILED)
		_exit(WRONG);
	memset(bytes, 1, MUCH_KIB << 10);
	long more = locked_kib(status) - before;
	_exit(before >= 0 && (may ? before > 0 && more >= MUCH_KIB : more == 0) ? 0 : WRONG);
}

static void memory(void)
{
	for (enum role r = ROLE_CORE; r <= ROLE_SYNC; r++) {
		int locked = memory_of(r, true);

		if (locked == EPERM)
			tap_skip("it may not lock as much memory as it likes");
		else
			eq_int(locked, 0);
		eq_int(memory_of(r, false), 0);
	}
}

static int core_files(void)
{
	struct rlimit core = { 1, 1 };

	return sandbox_hide() == ERR_OK && getrlimit(RLIMIT_CORE, &core) == 0 &&
			       core.rlim_cur == 0 && core.rlim_max == 0 &&
			       (calls_are_relaxed() || prctl(PR_GET_DUMPABLE) == 0)
		       ? 0
		       : WRONG;
}

/* kiosk and kioskctl have no row that is locked. */
static void hidden(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(core_files());
	eq_int(status_of(pid), 0);
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

int main(void)
{
	ok(prepare());
	int here = probe();
	ok(here < NO_SANDBOX);
	parts_here = (unsigned)here;
	printf("# parts of the sandbox in force: %#x\n", parts_here);
	calls();
	memory();
	hidden();
	clean_up();
	return tap_done();
}
