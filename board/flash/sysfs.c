#include "board/flash/sysfs.h"

#include "board/flash/disks.h"
#include "firmware/base/auto.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool read_line(const char *path, char *ret, size_t cap)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, cap - 1);
	size_t from = 0, to;

	if (n <= 0) {
		ret[0] = '\0';
		return false;
	}
	ret[n] = '\0';
	to = strcspn(ret, "\n");
	while (from < to && isspace((unsigned char)ret[from]))
		from++;
	while (to > from && isspace((unsigned char)ret[to - 1]))
		to--;
	memmove(ret, ret + from, to - from);
	ret[to - from] = '\0';
	for (char *c = ret; *c; c++) {
		if (*c < ' ' || *c > '~')
			*c = '?';
	}
	return ret[0] != '\0';
}

bool sysfs_text(char *ret, size_t cap, const char *format, ...)
{
	char path[PATH_MAX];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	ret[0] = '\0';
	return n > 0 && (size_t)n < sizeof(path) && read_line(path, ret, cap);
}

uint64_t sysfs_number(const char *format, ...)
{
	char path[PATH_MAX], text[32];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	if (n <= 0 || (size_t)n >= sizeof(path) || !read_line(path, text, sizeof(text)) ||
	    !isdigit((unsigned char)text[0]))
		return 0;
	return strtoull(text, NULL, 10);
}

uint64_t sysfs_device(const char *format, ...)
{
	char path[PATH_MAX], text[32];
	unsigned major, minor;
	va_list args;

	va_start(args, format);
	int n = vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	if (n <= 0 || (size_t)n >= sizeof(path) || !read_line(path, text, sizeof(text)) ||
	    sscanf(text, "%u:%u", &major, &minor) != 2)
		return 0;
	return disk_number(major, minor);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

size_t sysfs_names(const char *path, char ret[][32], size_t cap)
{
	DIR *dir = opendir(path);
	size_t count = 0;

	if (!dir)
		return 0;
	for (struct dirent *e = readdir(dir); e && count < cap; e = readdir(dir)) {
		if (e->d_name[0] != '.' && strlen(e->d_name) < 32)
			memcpy(ret[count++], e->d_name, strlen(e->d_name) + 1);
	}
	closedir(dir);
	qsort(ret, count, 32, by_name);
	return count;
}
