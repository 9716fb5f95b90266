#include "board/flash/disks.h"

#include "board/flash/sysfs.h"
#include "firmware/base/auto.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_UP 12 /* folders between a disk and the USB device it is behind */

uint64_t disk_number(unsigned major, unsigned minor)
{
	return (uint64_t)(major + 1) << 32 | minor;
}

unsigned disk_major(uint64_t number)
{
	return (unsigned)(number >> 32) - 1;
}

unsigned disk_minor(uint64_t number)
{
	return (unsigned)(number & UINT32_MAX);
}

bool disk_is_inside(const struct disk *d)
{
	return !d->usb && !d->removable;
}

static bool begins_with(const char *text, const char *begin)
{
	return strncmp(text, begin, strlen(begin)) == 0;
}

/* Devices of the kernel's own making, and the small hidden parts of an eMMC. */
static bool is_no_disk(const char *name)
{
	static const char *const OTHERS[] = { "loop", "ram", "zram", "dm-", "md",
					      "sr",   "fd",  "nbd",  "mtd" };

	for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
		if (begins_with(name, OTHERS[i]))
			return true;
	}
	return begins_with(name, "mmcblk") && (strstr(name, "boot") || strstr(name, "rpmb"));
}

/* The folder of the device that the disk is in, as the kernel nests them. */
static bool real_folder(const struct host *h, const char *name, char ret[PATH_MAX])
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/block/%s", h->sys, name);

	return n > 0 && (size_t)n < sizeof(path) && realpath(path, ret);
}

/* A USB device is known by its vendor's number; it has the serial number of the whole. */
static void look_for_usb(const struct host *h, struct disk *d)
{
	char path[PATH_MAX], vendor[8];

	if (!real_folder(h, d->name, path))
		return;
	for (int up = 0; up < MAX_UP; up++) {
		char *slash = strrchr(path, '/');
		if (!slash || slash == path)
			return;
		*slash = '\0';
		if (!sysfs_text(vendor, sizeof(vendor), "%s/idVendor", path))
			continue;
		d->usb = true;
		if (!d->serial[0])
			(void)sysfs_text(d->serial, sizeof(d->serial), "%s/serial", path);
		return;
	}
}

/* Unit serial number as SCSI disks have it (SPC, page 80h), ATA ones by translation: four bytes
 * before it, the last of which is its length. */
static void scsi_serial(const struct host *h, struct disk *d)
{
	char path[PATH_MAX];
	uint8_t page[4 + DISK_WORDS_CAP] = { 0 };
	size_t n = 0;
	int len = snprintf(path, sizeof(path), "%s/block/%s/device/vpd_pg80", h->sys, d->name);
	AUTO_FD fd = len > 0 && (size_t)len < sizeof(path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0 || read(fd, page, sizeof(page)) < 4 || page[1] != 0x80)
		return;
	for (size_t i = 4; i < 4u + page[3] && i < sizeof(page) && n < DISK_WORDS_CAP - 1; i++) {
		if (page[i] > ' ' && page[i] <= '~')
			d->serial[n++] = (char)page[i];
	}
	d->serial[n] = '\0';
}

static void name_it(const struct host *h, struct disk *d)
{
	char vendor[16];

	if (!sysfs_text(d->model, sizeof(d->model), "%s/block/%s/device/model", h->sys, d->name))
		(void)sysfs_text(d->model, sizeof(d->model), "%s/block/%s/device/name", h->sys,
				 d->name);
	if (!d->model[0] &&
	    sysfs_text(vendor, sizeof(vendor), "%s/block/%s/device/vendor", h->sys, d->name))
		(void)snprintf(d->model, sizeof(d->model), "(%s)", vendor);
	if (!sysfs_text(d->serial, sizeof(d->serial), "%s/block/%s/serial", h->sys, d->name) &&
	    !sysfs_text(d->serial, sizeof(d->serial), "%s/block/%s/device/serial", h->sys, d->name))
		scsi_serial(h, d);
}

enum say disk_named(const struct host *h, const char *name, struct disk *ret)
{
	struct disk d = { 0 };
	char exists[32];

	if (!name[0] || strlen(name) >= sizeof(d.name) || strchr(name, '/') || name[0] == '.' ||
	    !sysfs_text(exists, sizeof(exists), "%s/block/%s/dev", h->sys, name))
		return SAY_NOT_DISK;
	memcpy(d.name, name, strlen(name) + 1);
	d.bytes = sysfs_number("%s/block/%s/size", h->sys, name) * 512;
	d.read_only = sysfs_number("%s/block/%s/ro", h->sys, name) != 0;
	d.removable = sysfs_number("%s/block/%s/removable", h->sys, name) != 0;
	name_it(h, &d);
	look_for_usb(h, &d);
	*ret = d;
	return SAY_OK;
}

size_t disks_list(const struct host *h, struct disk ret[DISKS_CAP])
{
	char path[PATH_MAX], names[256][32];
	size_t count = 0, n = 0;
	int len = snprintf(path, sizeof(path), "%s/block", h->sys);

	if (len > 0 && (size_t)len < sizeof(path))
		n = sysfs_names(path, names, 256);
	for (size_t i = 0; i < n && count < DISKS_CAP; i++) {
		struct disk d;
		if (!is_no_disk(names[i]) && disk_named(h, names[i], &d) == SAY_OK && d.bytes > 0)
			ret[count++] = d;
	}
	return count;
}
