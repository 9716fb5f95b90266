#include "tests/cut/rig.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define TELL_BYTES (1u << 20)
#define FIRST_FD   20 /* of the disks, in the emulator */

enum { DISK_DATA, DISK_TELL, DISK_RECORD };

static enum err data_read(void *data, uint64_t at, uint32_t len, uint8_t *to)
{
	struct rig *r = data;

	return drive_read(&r->drive, at, len, to);
}

/* The request came too late to be answered. */
static enum err power_gone(struct rig *r)
{
	if (r->cut_at == 0 || r->drive.requests < r->cut_at)
		return ERR_OK;
	r->was_cut = true;
	return ERR_GONE;
}

static enum err data_write(void *data, uint64_t at, uint32_t len, const uint8_t *bytes)
{
	struct rig *r = data;
	enum err e = drive_write(&r->drive, at, len, bytes);
	enum err gone = power_gone(r);

	return gone == ERR_OK ? e : gone;
}

static enum err data_flush(void *data)
{
	struct rig *r = data;

	if (r->cut_at && r->drive.requests + 1 >= r->cut_at) {
		r->was_cut = true;
		return ERR_GONE;
	}
	return drive_flush(&r->drive);
}

static enum err tell_read(void *data, uint64_t at, uint32_t len, uint8_t *to)
{
	struct rig *r = data;

	memset(to, 0, len);
	if (at == 0)
		memcpy(to, r->order, len < RIG_ORDER ? len : RIG_ORDER);
	return ERR_OK;
}

static enum err tell_write(void *data, uint64_t at, uint32_t len, const uint8_t *bytes)
{
	struct rig *r = data;
	const char *text = (const char *)bytes, *end = text + strnlen(text, len);
	char line[RIG_ORDER + 1];

	(void)at;
	for (const char *next; text < end; text = next + 1) {
		next = memchr(text, '\n', (size_t)(end - text));
		if (!next)
			break;
		snprintf(line, sizeof line, "%.*s", (int)(next - text), text);
		r->line(r->data, line);
	}
	return ERR_OK;
}

static enum err no_flush(void *data)
{
	(void)data;
	return ERR_OK;
}

/* The kernel looks for partitions there, too. */
static enum err record_read(void *data, uint64_t at, uint32_t len, uint8_t *to)
{
	struct rig *r = data;

	if (at > RIG_RECORD || len > RIG_RECORD - at)
		return ERR_NO_SPACE;
	if (r->record)
		memcpy(to, r->record + at, len);
	else
		memset(to, 0, len);
	return ERR_OK;
}

static enum err record_write(void *data, uint64_t at, uint32_t len, const uint8_t *bytes)
{
	struct rig *r = data;

	if (!r->record || at > RIG_RECORD || len > RIG_RECORD - at)
		return ERR_NO_SPACE;
	memcpy(r->record + at, bytes, len);
	return ERR_OK;
}

/* Not the smaller "microvm": it has no timer to measure its clock against but one that a busy
 * computer serves too late, and then its kernel never comes up. Nor does the kernel try whether
 * the timer of this one works: it would not wait for a busy computer, and panic. */
static void exec_emulator(const struct rig *r, int out, const int disks[RIG_DISKS])
{
	char kernel[300], initrd[300];
	const char *const words[] = { "qemu-system-x86_64",
				      "-M",
				      "pc",
				      "-accel",
				      "tcg",
				      "-cpu",
				      "max",
				      "-m",
				      "256",
				      "-nodefaults",
				      "-nographic",
				      "-no-user-config",
				      "-no-reboot",
				      "-serial",
				      "stdio",
				      "-kernel",
				      kernel,
				      "-initrd",
				      initrd,
				      "-append",
				      "console=ttyS0 quiet panic=-1 reboot=t no_timer_check",
				      "-blockdev",
				      "driver=nbd,node-name=a,server.type=fd,server.str=20",
				      "-device",
				      "virtio-blk-pci,drive=a,write-cache=on",
				      "-blockdev",
				      "driver=nbd,node-name=b,server.type=fd,server.str=21",
				      "-device",
				      "virtio-blk-pci,drive=b",
				      "-blockdev",
				      "driver=nbd,node-name=c,server.type=fd,server.str=22",
				      "-device",
				      "virtio-blk-pci,drive=c",
				      NULL };

	snprintf(kernel, sizeof kernel, "%s/vmlinuz", r->dir);
	snprintf(initrd, sizeof initrd, "%s/initrd", r->dir);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < RIG_DISKS; i++)
		if (dup2(disks[i], FIRST_FD + i) < 0)
			_exit(127);
	if (dup2(out, 1) < 0 || dup2(out, 2) < 0 || !freopen("/dev/null", "r", stdin))
		_exit(127);
	execvp(words[0], (char *const *)(uintptr_t)words);
	dprintf(2, "cannot start %s\n", words[0]);
	_exit(127);
}

static enum err start_emulator(struct rig *r)
{
	int theirs[RIG_DISKS], pipes[2];

	for (int i = 0; i < RIG_DISKS; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
			return err_of_errno();
		r->socks[i] = pair[0];
		theirs[i] = pair[1];
	}
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return err_of_errno();
	r->screen = pipes[0];
	r->machine = fork();
	if (r->machine == 0)
		exec_emulator(r, pipes[1], theirs);
	for (int i = 0; i < RIG_DISKS; i++)
		close(theirs[i]);
	close(pipes[1]);
	return r->machine > 0 ? ERR_OK : ERR_IO;
}

enum err rig_on(struct rig *r)
{
	const struct nbd_device devices[RIG_DISKS] = {
		[DISK_DATA] = { r->drive.size, data_read, data_write, data_flush, r },
		[DISK_TELL] = { TELL_BYTES, tell_read, tell_write, no_flush, r },
		[DISK_RECORD] = { RIG_RECORD, record_read, record_write, no_flush, r },
	};

	r->was_cut = false;
	r->console_len = 0;
	enum err e = start_emulator(r);
	for (int i = 0; i < RIG_DISKS && e == ERR_OK; i++)
		e = nbd_begin(&r->disks[i], r->socks[i], &devices[i]);
	return e;
}

static void read_screen(struct rig *r)
{
	size_t half = RIG_CONSOLE / 2;

	if (r->console_len > half) {
		memmove(r->console, r->console + r->console_len - half, half);
		r->console_len = half;
	}
	ssize_t n = read(r->screen, r->console + r->console_len, RIG_CONSOLE - 1 - r->console_len);
	if (n > 0)
		r->console_len += (size_t)n;
	r->console[r->console_len] = '\0';
	if (n <= 0)
		close(take_fd(&r->screen));
}

enum err rig_run(struct rig *r, int wait_ms)
{
	enum err e = ERR_OK;

	while (e == ERR_OK) {
		struct pollfd p[RIG_DISKS + 1] = {
			[DISK_DATA] = { .fd = r->socks[DISK_DATA], .events = POLLIN },
			[DISK_TELL] = { .fd = r->socks[DISK_TELL], .events = POLLIN },
			[DISK_RECORD] = { .fd = r->socks[DISK_RECORD], .events = POLLIN },
			[RIG_DISKS] = { .fd = r->screen, .events = POLLIN },
		};
		int n = poll(p, RIG_DISKS + 1, wait_ms);

		if (n == 0)
			e = ERR_TIMEOUT;
		if (n > 0 && p[RIG_DISKS].revents)
			read_screen(r);
		for (int i = 0; i < RIG_DISKS && n > 0 && e == ERR_OK; i++)
			if (p[i].revents)
				e = nbd_serve(&r->disks[i]);
	}
	rig_off(r);
	return e == ERR_GONE ? ERR_OK : e;
}

void rig_off(struct rig *r)
{
	int status;

	if (r->machine <= 0)
		return;
	kill(r->machine, SIGKILL);
	while (waitpid(r->machine, &status, 0) < 0 && errno == EINTR)
		;
	r->machine = 0;
	for (int i = 0; i < RIG_DISKS; i++) {
		nbd_finish(&r->disks[i]);
		close(r->socks[i]);
	}
	if (r->screen >= 0)
		close(take_fd(&r->screen));
}
