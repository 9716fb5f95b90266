#include "tests/guest/machine.h"

#include "firmware/base/auto.h"
#include "tests/guest/layer.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define DISK_MS   20000
#define LOG_BYTES 3000

/* What the kernel has built in is not there as a file. */
static const char *const MODULES[] = { "virtio_ring",
				       "virtio",
				       "virtio_pci_legacy_dev",
				       "virtio_pci_modern_dev",
				       "virtio_pci",
				       "virtio_mmio",
				       "virtio_blk",
				       "crc16",
				       "crc32c_generic",
				       "mbcache",
				       "jbd2",
				       "ext4",
				       "dm-mod",
				       "dm-log-writes" };

static void load_modules(void)
{
	char path[64];

	for (size_t i = 0; i < sizeof MODULES / sizeof *MODULES; i++) {
		snprintf(path, sizeof path, "/modules/%s.ko", MODULES[i]);
		AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0 && syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST)
			perror(path);
	}
}

/* What ext4 keeps in its journal comes to its place while people file, not half a minute later: a
 * write that fails there, or is lost, is one of the visit. */
static void write_back_soon(void)
{
	static const char *const SETTINGS[] = { "/proc/sys/vm/dirty_writeback_centisecs",
						"/proc/sys/vm/dirty_expire_centisecs" };

	for (size_t i = 0; i < sizeof SETTINGS / sizeof *SETTINGS; i++) {
		AUTO_FD fd = open(SETTINGS[i], O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "10", 2) != 2)
			perror(SETTINGS[i]);
	}
}

/* The kernel makes the name when it has found the disk, and tells nobody else. */
static bool await(const char *path)
{
	for (int ms = 0; ms < DISK_MS; ms += 5) {
		if (access(path, F_OK) == 0)
			return true;
		(void)poll(NULL, 0, 5);
	}
	return false;
}

enum err machine_begin(struct machine *m, bool real)
{
	*m = (struct machine){ .real = real, .scratch = "/tmp", .log = "/dev/null" };
	if (!real)
		return ERR_OK;
	m->disk = "/dev/vda";
	m->tell = "/dev/vdb";
	m->record = "/dev/vdc";
	m->log = "/tmp/core.log";
	(void)mkdir("/data", 0700); /* they may be there already: the mounts will tell */
	(void)mkdir("/proc", 0755);
	(void)mkdir("/dev", 0755);
	(void)mkdir("/tmp", 0700);
	if (mount("dev", "/dev", "devtmpfs", 0, NULL) < 0 ||
	    mount("proc", "/proc", "proc", 0, NULL) < 0 ||
	    mount("tmp", "/tmp", "tmpfs", 0, NULL) < 0)
		return err_of_errno();
	int console = open("/dev/console", O_RDWR);
	for (int fd = 0; fd < 3 && console >= 0; fd++)
		if (fd != console && dup2(console, fd) < 0)
			return err_of_errno();
	load_modules();
	write_back_soon();
	return await(m->disk) && await(m->tell) && await(m->record) ? ERR_OK : ERR_NOT_FOUND;
}

void machine_end(struct machine *m)
{
	if (m->real)
		(void)reboot(RB_AUTOBOOT); /* the emulator ends at a reboot */
}

/* A state of the disk comes and goes behind the kernel's back. */
static void forget(const char *disk)
{
	AUTO_FD fd = open(disk, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)ioctl(fd, BLKFLSBUF, 0);
}

enum err machine_mount(struct machine *m, const char *dir, bool recorded)
{
	const char *disk = recorded ? LAYER_NODE : m->disk;

	if (!m->real)
		return ERR_OK;
	forget(m->disk);
	if (recorded) {
		enum err e = layer_begin(m->disk, m->record);

		if (e != ERR_OK)
			return e;
		if (!await(disk))
			return ERR_NOT_FOUND;
	}
	m->recorded = recorded;
	/* With the default, errors=continue, Linux 6.1 forgets a write of a folder that failed in
	 * the background, and takes it out of its journal: the name of a file that was synced long
	 * ago is gone after the next start (seen in 2026, after some 500 failures). */
	return mount(disk, dir, "ext4", MS_NOATIME, "data=ordered,errors=remount-ro") == 0
		       ? ERR_OK
		       : err_of_errno();
}

void machine_unmount(struct machine *m, const char *dir)
{
	if (!m->real)
		return;
	if (umount(dir) < 0)
		perror("umount");
	if (m->recorded && layer_end() != ERR_OK)
		perror("layer");
	m->recorded = false;
	forget(m->disk);
}

static void ballast_name(const char *dir, char ret_path[300])
{
	snprintf(ret_path, 300, "%s/ballast", dir);
}

/* Large pieces first, the last ones a block each. */
int64_t machine_fill(const struct machine *m, const char *dir)
{
	char path[300];
	int64_t all = 0;

	if (!m->real)
		return 0;
	ballast_name(dir, path);
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	for (off_t piece = 64 << 20; fd >= 0 && piece >= 4096;) {
		if (fallocate(fd, 0, all, piece) == 0)
			all += piece;
		else
			piece /= 2;
	}
	return all;
}

void machine_empty(const struct machine *m, const char *dir)
{
	char path[300];

	ballast_name(dir, path);
	if (m->real)
		(void)unlink(path);
}

void machine_show_log(int log)
{
	char bytes[LOG_BYTES];
	off_t end = lseek(log, 0, SEEK_END), at = end > LOG_BYTES ? end - LOG_BYTES : 0;
	ssize_t n = end < 0 ? -1 : pread(log, bytes, sizeof bytes, at);

	if (n > 0)
		(void)fwrite(bytes, 1, (size_t)n, stderr);
}
