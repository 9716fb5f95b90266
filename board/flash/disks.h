/* The disks of this machine, and why one of them must not be written. All comes from /sys and
 * /proc, which hold what devices say of themselves: it is cut to size and to printable letters. */
#ifndef FLASH_DISKS_H
#define FLASH_DISKS_H

#include "board/flash/say.h"
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISKS_CAP      32
#define DISK_PARTS_CAP 256
#define DISK_NAME_CAP  32
#define DISK_WORDS_CAP 64

/* Where this machine is described; tests play one of their own. */
struct host {
	const char *sys, *proc; /* "/sys", "/proc" */
	uint64_t source;        /* the device of the image, as disk_number(); 0: not known */
};

struct disk {
	char name[DISK_NAME_CAP];                           /* as in /dev */
	char model[DISK_WORDS_CAP], serial[DISK_WORDS_CAP]; /* "": it has none */
	uint64_t bytes;
	bool removable, usb, read_only;
};

/* One number for a device's two. Never 0 for a disk. */
uint64_t disk_number(unsigned major, unsigned minor);
unsigned disk_major(uint64_t number);
unsigned disk_minor(uint64_t number);

/* The disks, sorted by name. What is no disk by itself is left out: loop and memory devices, parts
 * of arrays, drives without a medium. */
size_t disks_list(const struct host *h, struct disk ret[DISKS_CAP]);

/* The disk of that name in /dev, of any kind, loop devices too. SAY_NOT_DISK: there is none. */
enum say disk_named(const struct host *h, const char *name, struct disk *ret);

/* SAY_OK, or why it must not be written: who uses it, it is locked, it is smaller than `need`, or
 * the image lies on it. */
enum say disk_refusal(const struct host *h, const struct disk *d, uint64_t need_bytes);

/* Built into the machine, not plugged in. */
bool disk_is_inside(const struct disk *d);

#endif
