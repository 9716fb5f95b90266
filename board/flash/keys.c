#include "board/flash/keys.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GLOBAL   "8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define AUTH_CAP 16384

/* UEFI 3.3, global variables; efivarfs puts four bytes of attributes before the value. */
static int variable(const struct host *h, const char *name)
{
	char path[PATH_MAX];
	uint8_t bytes[5];
	int len = snprintf(path, sizeof(path),
			   "%s/firmware/efi/efivars/%s-8be4df61-93ca-11d2-aa0d-00e098032b8c",
			   h->sys, name);
	AUTO_FD fd = len > 0 && (size_t)len < sizeof(path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	return fd >= 0 && read(fd, bytes, sizeof(bytes)) == sizeof(bytes) ? bytes[4] : -1;
}

enum keys_state keys_state(const struct host *h)
{
	int secure = variable(h, "SecureBoot"), setup = variable(h, "SetupMode");

	if (secure < 0 || setup < 0)
		return KEYS_NONE;
	if (setup == 1)
		return KEYS_SETUP;
	return secure == 1 ? KEYS_ON : KEYS_OFF;
}

const char *keys_state_name(enum keys_state s)
{
	static const char *const NAMES[] = { "none", "off", "setup", "on" };

	return NAMES[s];
}

/* The kernel keeps variables that are there from being written by mistake. */
static void unlock(int fd)
{
	int flags = 0;

	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0 && (flags & FS_IMMUTABLE_FL)) {
		flags &= ~FS_IMMUTABLE_FL;
		(void)ioctl(fd, FS_IOC_SETFLAGS, &flags);
	}
}

/* One write is one call of SetVariable: attributes, then what sign-efi-sig-list made. */
static bool put_variable(const char *path, const uint8_t *bytes, size_t len)
{
	AUTO_FD there = open(path, O_RDONLY | O_CLOEXEC);

	if (there >= 0)
		unlock(there);
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	return fd >= 0 && write(fd, bytes, len) == (ssize_t)len;
}

static bool give(const struct host *h, const char *folder, const char *name, const char *guid)
{
	/* non-volatile, seen by boot and run time, authenticated by time: UEFI 8.2 */
	uint8_t bytes[4 + AUTH_CAP] = { 0x27 };
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/%s.auth", folder, name);

	if (len <= 0 || (size_t)len >= sizeof(path))
		return false;
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes + 4, AUTH_CAP);
	len = snprintf(path, sizeof(path), "%s/firmware/efi/efivars/%s-%s", h->sys, name, guid);
	return n > 0 && n < AUTH_CAP && len > 0 && (size_t)len < sizeof(path) &&
	       put_variable(path, bytes, (size_t)n + 4);
}

bool keys_enrol(const struct host *h, const char *folder)
{
	return give(h, folder, "db", "d719b2cb-3d3a-4596-a3bc-dad00e67656f") &&
	       give(h, folder, "KEK", GLOBAL) && give(h, folder, "PK", GLOBAL) &&
	       keys_state(h) != KEYS_SETUP;
}
