/* What sandbox_enter() takes away. */
#include "tests/unit/base/attempt.h"

#include <grp.h>
#include <linux/capability.h>

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

static int run_false(void)
{
	return run("/usr/bin/false");
}

static int inet6(void)
{
	return result(socket(AF_INET6, SOCK_DGRAM, 0));
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
		eq_int(as(r, ENTERED, read_conf), r == ROLE_PARSE || r == ROLE_PAGES ? EACCES : 0);
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
		eq_int(as(r, ENTERED, hot_plug), row->net || row->usb ? 0 : EAFNOSUPPORT);
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

static ino_t network(void)
{
	struct stat st = { 0 };

	return stat("/proc/self/ns/net", &st) < 0 ? 0 : st.st_ino;
}

/* The users need not exist here; a passwd file of our own is laid over the system's, for this child
 * only. */
static bool lay_passwd(void)
{
	char passwd[80];

	snprintf(passwd, sizeof passwd, "%s/passwd", dir);
	return unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount(passwd, "/etc/passwd", NULL, MS_BIND, NULL) == 0;
}

/* As root: another user, another network, and no way back. */
static int change_user_and_network(void)
{
	enum role r = ROLE_PARSE;
	ino_t before = network();
	const struct group *video = getgrnam("video");
	gid_t gid = video ? video->gr_gid : 0, of[64];
	unsigned parts;

	if (!lay_passwd())
		return EPERM;
	places.unprivileged = false;
	places.group = "video";
	if (sandbox_enter(r, &places, &parts) != ERR_OK)
		return NO_SANDBOX;
	if (!(parts & SANDBOX_USER) || getuid() != 54321 || getegid() != 54322)
		return WRONG;
	if (setuid(0) == 0 || network() == before)
		return WRONG;
	int n = getgroups(64, of);
	for (int i = 0; video && i < n; i++)
		if (of[i] == gid)
			return 0;
	return video ? WRONG : 0;
}

/* Becomes somebody who is not root, with three of its rights: the supervisor under systemd. */
static bool become_supervisor(void)
{
	static const unsigned RIGHTS[] = { CAP_SETUID, CAP_SETGID, CAP_KILL };
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = { 0 };

	for (size_t i = 0; i < 3; i++)
		caps[0].effective |= CAP_TO_MASK(RIGHTS[i]);
	caps[0].permitted = caps[0].inheritable = caps[0].effective;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setresgid(4321, 4321, 4321) < 0 ||
	    setresuid(4321, 4321, 4321) < 0 || sandbox_may_enter() ||
	    syscall(SYS_capset, &head, caps) < 0)
		return false;
	for (size_t i = 0; i < 3; i++)
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, RIGHTS[i], 0, 0) < 0)
			return false;
	return sandbox_may_enter();
}

/* From there too: another user, no rights, no sockets of a network that it could not leave. */
static int change_user_without_root(void)
{
	unsigned parts;

	if (!lay_passwd())
		return EPERM;
	if (!become_supervisor())
		return WRONG;
	places.unprivileged = false;
	places.group = NULL;
	if (sandbox_enter(ROLE_PARSE, &places, &parts) != ERR_OK)
		return NO_SANDBOX;
	if (!(parts & SANDBOX_USER) || !(parts & SANDBOX_NET) || getuid() != 54321)
		return WRONG;
	if (setuid(0) == 0 || setuid(4321) == 0 || setgroups(0, NULL) == 0 || inet() == 0)
		return WRONG;
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_SETUID, 0, 0) == 0 ? 0 : WRONG;
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
	if (pid == 0)
		_exit(change_user_without_root());
	got = status_of(pid);
	if (got == EPERM || !(parts_here & SANDBOX_NET))
		tap_skip("no mount namespace here, or no filter of calls");
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
	as_root();
	if (parts_here & SANDBOX_CALLS)
		older_kernels();
	clean_up();
	return tap_done();
}
