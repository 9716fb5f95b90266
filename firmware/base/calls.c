#include "firmware/base/calls.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined __SANITIZE_ADDRESS__
#define RELAXED true
#elif defined __has_feature
#define RELAXED __has_feature(address_sanitizer)
#else
#define RELAXED false
#endif

enum verdict { DENY, ALLOW, REFUSE, RELAX };

static const struct call {
	enum verdict verdict;
	int number;
} CALLS[] = {
#define DENY(name)   { DENY, SCMP_SYS(name) },
#define ALLOW(name)  { ALLOW, SCMP_SYS(name) },
#define REFUSE(name) { REFUSE, SCMP_SYS(name) },
#define RELAX(name)  { RELAX, SCMP_SYS(name) },
#include "firmware/base/calls.def"
#undef DENY
#undef ALLOW
#undef REFUSE
#undef RELAX
};

bool calls_are_relaxed(void)
{
	return RELAXED;
}

/* Rules pile up; the first failure is kept in `bad`. */
struct filter {
	scmp_filter_ctx ctx;
	bool bad;
};

static enum err filter_begin(struct filter *f, uint32_t otherwise)
{
	*f = (struct filter){ .ctx = seccomp_init(otherwise) };
	if (!f->ctx)
		return ERR_NO_MEMORY;
	f->bad = seccomp_attr_set(f->ctx, SCMP_FLTATR_CTL_TSYNC, 1) < 0;
	return ERR_OK;
}

static void rule(struct filter *f, uint32_t action, int call)
{
	f->bad |= seccomp_rule_add(f->ctx, action, call, 0) < 0;
}

static void rule_if(struct filter *f, uint32_t action, int call, struct scmp_arg_cmp when)
{
	f->bad |= seccomp_rule_add(f->ctx, action, call, 1, when) < 0;
}

static void rules(struct filter *f, uint32_t action, enum verdict which)
{
	for (size_t i = 0; i < sizeof CALLS / sizeof *CALLS; i++)
		if (CALLS[i].verdict == which)
			rule(f, action, CALLS[i].number);
}

static enum err filter_end(struct filter *f)
{
	bool good = !f->bad && seccomp_load(f->ctx) == 0;

	seccomp_release(f->ctx);
	return good ? ERR_OK : ERR_IO;
}

/* A kernel with filters complains of the missing filter, one without of the question. */
static bool kernel_filters(void)
{
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) < 0 && errno == EFAULT;
}

static bool family_allowed(const struct role_row *row, int family)
{
	bool inet = row->net == NET_INET;

	switch (family) {
	case AF_UNIX:
		return row->net != NET_NONE || row->usb;
	case AF_NETLINK: /* hot plug; and the addresses of this machine, for getaddrinfo */
		return row->usb || row->net != NET_NONE;
	case AF_INET:
	case AF_INET6:
		return inet;
	default:
		return false;
	}
}

enum err calls_limit_sockets(const struct role_row *row, bool *ret_done)
{
	uint32_t refuse = SCMP_ACT_ERRNO(EAFNOSUPPORT);
	int call = SCMP_SYS(socket);
	struct filter f;

	*ret_done = kernel_filters();
	if (!*ret_done)
		return ERR_OK;
	enum err e = filter_begin(&f, SCMP_ACT_ALLOW);
	if (e != ERR_OK)
		return e;
	for (int family = 0; family < AF_MAX; family++)
		if (!family_allowed(row, family))
			rule_if(&f, refuse, call, SCMP_CMP64(0, SCMP_CMP_EQ, (uint64_t)family, 0));
	/* the kernel looks at the low 32 bits only: high ones must not lead around the rules */
	rule_if(&f, refuse, call, SCMP_CMP64(0, SCMP_CMP_GE, AF_MAX, 0));
	rule(&f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(io_uring_setup)); /* has sockets of its own */
	return filter_end(&f);
}

static void deny(struct filter *f)
{
	uint32_t refuse = SCMP_ACT_ERRNO(EPERM);

	rules(f, refuse, DENY);
	if (!RELAXED)
		rule(f, refuse, SCMP_SYS(ptrace));
	/* threads, but no user namespaces; clone3 hides its flags, the C library does without */
	rule(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
	rule_if(f, refuse, SCMP_SYS(clone),
		SCMP_CMP64(0, SCMP_CMP_MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER));
	rule_if(f, refuse, SCMP_SYS(ioctl), SCMP_CMP64(1, SCMP_CMP_MASKED_EQ, 0xffffffff, TIOCSTI));
}

static void strict(struct filter *f)
{
	uint32_t allow = SCMP_ACT_ALLOW, refuse = SCMP_ACT_ERRNO(EACCES);

	rules(f, allow, ALLOW);
	if (RELAXED)
		rules(f, allow, RELAX);
	else
		rules(f, refuse, REFUSE);
	/* fstat(fd) is newfstatat(fd, "", AT_EMPTY_PATH) */
	rule_if(f, allow, SCMP_SYS(newfstatat),
		SCMP_CMP64(3, SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
	rule_if(f, refuse, SCMP_SYS(newfstatat),
		SCMP_CMP64(3, SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, 0));
	/* memory, but no new code */
	rule_if(f, allow, SCMP_SYS(mmap), SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	rule_if(f, allow, SCMP_SYS(mprotect), SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* limits may be read; abort() may raise its signal; stdio asks whether it has a terminal */
	rule_if(f, allow, SCMP_SYS(prlimit64), SCMP_CMP64(2, SCMP_CMP_EQ, 0, 0));
	rule_if(f, allow, SCMP_SYS(tgkill), SCMP_CMP64(0, SCMP_CMP_EQ, (uint64_t)getpid(), 0));
	rule_if(f, allow, SCMP_SYS(ioctl), SCMP_CMP64(1, SCMP_CMP_EQ, TCGETS, 0));
}

enum err calls_lock(const struct role_row *row, bool *ret_done)
{
	struct filter f;

	*ret_done = row->lock != LOCK_NONE && kernel_filters();
	if (!*ret_done)
		return ERR_OK;
	enum err e =
		filter_begin(&f, row->lock == LOCK_STRICT ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ALLOW);
	if (e != ERR_OK)
		return e;
	if (row->lock == LOCK_STRICT)
		strict(&f);
	else
		deny(&f);
	return filter_end(&f);
}
