#include "firmware/base/sandbox.h"

#include "firmware/base/calls.h"
#include "firmware/base/landlock.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_FDS     256
#define MAX_THREADS 128 /* of one unix user, over all its programs */
#define MAX_GROUPS  64
#define MIB         ((rlim_t)1 << 20)

/* For all: what the C library and the libraries we link look at. */
static const char *const SYSTEM_READ[] = {
	"/usr/lib",
	"/usr/lib64",
	"/usr/share",
	"/usr/local/lib",
	"/usr/local/share",
	"/lib",
	"/lib64",
	"/etc/ld.so.cache",
	"/etc/localtime",
	"/etc/ssl/openssl.cnf",
	"/etc/ssl/certs",
	"/etc/fonts",
	"/var/cache/fontconfig",
	"/proc/self",
	"/proc/cpuinfo",
	"/proc/meminfo",
	"/proc/sys/kernel/random/boot_id",
	"/sys/devices/system/cpu",
	"/dev/urandom",
	"/dev/random",
	NULL,
};
static const char *const SYSTEM_CHANGE[] = { "/dev/null", "/dev/zero", NULL };

/* The program itself needs it to start. */
static const char *const LOADERS[] = { "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1",
				       NULL };

static const char *const INET_READ[] = {
	"/etc/resolv.conf", "/run/systemd/resolve", "/run/NetworkManager",
	"/etc/hosts",       "/etc/host.conf",       "/etc/nsswitch.conf",
	"/etc/gai.conf",    "/etc/services",        NULL,
};

static const char *const USB_READ[] = { "/sys", "/run/udev", NULL };
static const char *const USB_CHANGE[] = { "/dev/bus/usb", NULL };
static const char *const WORLD_CHANGE[] = { "/dev/pts", NULL }; /* simulated device nodes */

static const char *const PLACES[] = {
	[PLACE_DATA] = "DATA",       [PLACE_ASSETS] = "ASSETS",     [PLACE_CONF] = "CONF",
	[PLACE_KEYS] = "KEYS",       [PLACE_KEYS_TLS] = "KEYS_TLS", [PLACE_SCREEN] = "SCREEN",
	[PLACE_SCANNER] = "SCANNER", [PLACE_TOKEN] = "TOKEN",       [PLACE_STICK] = "STICK",
	[PLACE_DEVICES] = "DEVICES", [PLACE_SETUP] = "SETUP",       [PLACE_BOARD] = "BOARD",
	[PLACE_UPDATE] = "UPDATE",   [PLACE_TPM] = "TPM",
};

static enum err allow_all(struct landlock *l, const char *const *paths, enum landlock_right right)
{
	enum err e = ERR_OK;

	for (; *paths && e == ERR_OK; paths++)
		e = landlock_allow(l, *paths, right);
	return e;
}

/* One word of the `files` column: "r:NAME" or "rw:NAME". */
static enum err allow_place(struct landlock *l, const char *word, size_t len,
			    const struct sandbox_places *places)
{
	enum landlock_right right = strncmp(word, "rw:", 3) == 0 ? MAY_CHANGE : MAY_READ;
	size_t skip = right == MAY_CHANGE ? 3 : 2;

	for (int p = 0; p < PLACE_COUNT; p++)
		if (len > skip && strlen(PLACES[p]) == len - skip &&
		    memcmp(PLACES[p], word + skip, len - skip) == 0)
			return allow_all(l, places->path[p], right);
	return ERR_NOT_FOUND; /* a name in role.def that is none of ours */
}

static enum err allow_row(struct landlock *l, const struct role_row *row,
			  const struct sandbox_places *places)
{
	enum err e = ERR_OK;

	for (const char *at = row->files; *at && e == ERR_OK;) {
		size_t len = strcspn(at, " ");

		e = allow_place(l, at, len, places);
		at += len + strspn(at + len, " ");
	}
	return e;
}

static enum err allow_usb(struct landlock *l, const char *world)
{
	enum err e = allow_all(l, USB_READ, MAY_READ);

	if (e == ERR_OK)
		e = allow_all(l, USB_CHANGE, MAY_CHANGE);
	if (e == ERR_OK && world)
		e = allow_all(l, WORLD_CHANGE, MAY_CHANGE);
	if (e == ERR_OK && world)
		e = landlock_allow(l, world, MAY_CHANGE);
	return e;
}

static enum err limit_files(const struct role_row *row, const struct sandbox_places *places,
			    unsigned *parts)
{
	struct landlock l;
	enum err e = landlock_begin(&l, row->net != NET_INET, row->net == NET_NONE);

	if (e != ERR_OK || l.fd < 0)
		return e;
	e = allow_all(&l, SYSTEM_READ, MAY_READ);
	if (e == ERR_OK)
		e = allow_all(&l, SYSTEM_CHANGE, MAY_CHANGE);
	if (e == ERR_OK)
		e = allow_all(&l, LOADERS, MAY_READ_EXECUTE);
	if (e == ERR_OK && places->program)
		e = landlock_allow(&l, places->program, MAY_READ_EXECUTE);
	if (e == ERR_OK && row->net == NET_INET)
		e = allow_all(&l, INET_READ, MAY_READ);
	if (e == ERR_OK && row->usb)
		e = allow_usb(&l, places->world);
	if (e == ERR_OK)
		e = allow_row(&l, row, places);
	if (e == ERR_OK)
		e = landlock_end(&l);
	if (e == ERR_OK)
		*parts |= SANDBOX_FILES;
	return e; /* after an error the process ends, and l.fd with it */
}

static bool limit(int what, rlim_t soft, rlim_t hard)
{
	struct rlimit now;

	if (getrlimit(what, &now) < 0)
		return false;
	struct rlimit want = { soft < now.rlim_max ? soft : now.rlim_max,
			       hard < now.rlim_max ? hard : now.rlim_max };
	return setrlimit(what, &want) == 0;
}

static enum err limit_use(const struct role_row *row, bool own_user)
{
	bool good = limit(RLIMIT_CORE, 0, 0) && limit(RLIMIT_NOFILE, MAX_FDS, MAX_FDS);

	if (own_user) /* it counts over all programs of the user: a person has many */
		good = good && limit(RLIMIT_NPROC, MAX_THREADS, MAX_THREADS);
	if (row->mem_mb && !calls_are_relaxed())
		good = good && limit(RLIMIT_AS, row->mem_mb * MIB, row->mem_mb * MIB);
	if (row->cpu_s) /* SIGXCPU, and SIGKILL for one that does not listen */
		good = good && limit(RLIMIT_CPU, row->cpu_s, row->cpu_s + 2);
	return good ? ERR_OK : err_of_errno();
}

/* Only root can give more than there is, and not in every container. */
static bool allow_locking(void)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	return setrlimit(RLIMIT_MEMLOCK, &all) == 0;
}

/* A private network has no interface that is up. Programs that hear of USB devices cannot have
 * one: udev's messages stay in the network they were sent in. A supervisor that may not make
 * networks leaves it to the filter of sockets: *ret_needed. */
static enum err leave_network(const struct role_row *row, bool *ret_needed)
{
	if (row->net == NET_INET || row->usb || unshare(CLONE_NEWNET) == 0)
		return ERR_OK;
	if (errno != EPERM)
		return err_of_errno();
	*ret_needed = true;
	return ERR_OK;
}

/* A system that does not know the group has no device for it either. */
static enum err join_group(const char *name)
{
	gid_t of[MAX_GROUPS + 1];
	const struct group *g = name ? getgrnam(name) : NULL;
	int n = getgroups(MAX_GROUPS, of);

	if (!g)
		return ERR_OK;
	if (n < 0)
		return err_of_errno();
	of[n] = g->gr_gid;
	return setgroups((size_t)n + 1, of) < 0 ? err_of_errno() : ERR_OK;
}

bool sandbox_may_enter(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = { 0 };
	const uint32_t want =
		CAP_TO_MASK(CAP_SETUID) | CAP_TO_MASK(CAP_SETGID) | CAP_TO_MASK(CAP_KILL);

	return syscall(SYS_capget, &head, caps) == 0 && (caps[0].effective & want) == want;
}

/* The kernel takes them from one who was root, but not from one who was given them. */
static bool drop_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 &&
	       syscall(SYS_capset, &head, none) == 0;
}

static enum err change_user(const char *name, const char *group)
{
	errno = 0;
	const struct passwd *p = getpwnam(name);
	if (!p)
		return errno ? ERR_IO : ERR_NOT_FOUND;
	if (initgroups(p->pw_name, p->pw_gid) < 0)
		return err_of_errno();
	enum err e = join_group(group);
	if (e != ERR_OK)
		return e;
	if (setresgid(p->pw_gid, p->pw_gid, p->pw_gid) < 0 ||
	    setresuid(p->pw_uid, p->pw_uid, p->pw_uid) < 0 || !drop_capabilities())
		return err_of_errno();
	/* back to root must be impossible */
	return p->pw_uid != 0 && setuid(0) == 0 ? ERR_DENIED : ERR_OK;
}

enum err sandbox_enter(enum role r, const struct sandbox_places *places, unsigned *ret_parts)
{
	const struct role_row *row = role_row(r);
	bool own_user = !places->unprivileged, no_sockets = false, needs_filter = false;
	unsigned parts = 0;
	enum err e = ERR_OK;

	if (own_user)
		e = leave_network(row, &needs_filter);
	if (own_user && allow_locking())
		parts |= SANDBOX_MEMORY;
	if (e == ERR_OK && own_user)
		e = change_user(row->user, places->group);
	if (e == ERR_OK)
		e = limit_use(row, own_user);
	if (e == ERR_OK && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		e = err_of_errno();
	if (e == ERR_OK)
		e = limit_files(row, places, &parts);
	if (e == ERR_OK)
		e = calls_limit_sockets(row, &no_sockets);
	if (e == ERR_OK && needs_filter && !no_sockets)
		e = ERR_DENIED;
	if (e != ERR_OK)
		return e;
	parts |= SANDBOX_LIMITS | (own_user ? SANDBOX_USER : 0) | (no_sockets ? SANDBOX_NET : 0);
	*ret_parts = parts;
	return ERR_OK;
}

enum err sandbox_hide(void)
{
	if (!limit(RLIMIT_CORE, 0, 0))
		return err_of_errno();
	/* its memory is nobody's to read: exec has undone an earlier such wish */
	if (!calls_are_relaxed() && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return err_of_errno();
	return ERR_OK;
}

/* With a limit, later memory would be refused when it is reached. */
static bool may_lock_all(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = { 0 };
	struct rlimit now;

	if (getrlimit(RLIMIT_MEMLOCK, &now) == 0 && now.rlim_cur == RLIM_INFINITY)
		return true;
	return syscall(SYS_capget, &head, caps) == 0 &&
	       (caps[0].effective & CAP_TO_MASK(CAP_IPC_LOCK)) != 0;
}

/* Only what is touched is locked: reserved address space costs nothing. */
static bool lock_memory(void)
{
	return !calls_are_relaxed() && may_lock_all() &&
	       mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}

enum err sandbox_lock(enum role r, unsigned *ret_parts)
{
	bool done = false, kept = lock_memory();
	enum err hidden = sandbox_hide();

	if (hidden != ERR_OK)
		return hidden;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_of_errno();
	enum err e = calls_lock(role_row(r), &done);
	if (e == ERR_OK)
		*ret_parts = (done ? SANDBOX_CALLS : 0u) | (kept ? SANDBOX_MEMORY : 0u);
	return e;
}
