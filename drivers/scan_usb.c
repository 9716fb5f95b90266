#include "drivers/scan_usb.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS   "0123456789"
#define MARK     "libusb:"
#define PATH_CAP 600

static uint64_t mix(uint64_t n)
{
	n = (n ^ n >> 31) * 0x9e3779b97f4a7c15;
	return n ^ n >> 29;
}

/* The sum over a folder's entries that are numbers, so that their order is the same to it. */
static uint64_t sum(const char *path, unsigned depth)
{
	DIR *d = opendir(path);
	uint64_t all = 0;

	if (!d)
		return 0;
	for (const struct dirent *e = readdir(d); e; e = readdir(d)) {
		char below[PATH_CAP];
		struct stat s;

		if (e->d_name[strspn(e->d_name, DIGITS)] != '\0' ||
		    (size_t)snprintf(below, sizeof below, "%s/%s", path, e->d_name) >= sizeof below)
			continue;
		if (depth > 0)
			all += sum(below, depth - 1);
		else if (stat(below, &s) == 0)
			all += mix(s.st_ino ^ (uint64_t)s.st_gid << 40 ^
				   (uint64_t)s.st_mode << 48) |
			       1;
	}
	(void)closedir(d);
	return all;
}

uint64_t scan_usb_seen(const char *nodes)
{
	return sum(nodes, 1);
}

bool scan_usb_gone(const char *nodes, const char *device)
{
	const char *place = strstr(device, MARK);
	char path[PATH_CAP];

	place = place ? place + strlen(MARK) : "";
	if (strspn(place, DIGITS) != 3 || place[3] != ':' || strspn(place + 4, DIGITS) != 3)
		return false;
	int n = snprintf(path, sizeof path, "%s/%.3s/%.3s", nodes, place, place + 4);
	return (size_t)n < sizeof path && access(path, F_OK) != 0;
}
