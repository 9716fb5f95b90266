/* Small facts from /sys and /proc. */
#ifndef FLASH_SYSFS_H
#define FLASH_SYSFS_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first line of a file, without blanks at its ends; what is no printable ASCII becomes '?'.
 * false, and "": there is no such file, or nothing in it. */
bool sysfs_text(char *ret, size_t cap, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* 0 when there is no such file or no number in it. */
uint64_t sysfs_number(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "8:1" as disk_number() makes one of them; 0: it is not that. */
uint64_t sysfs_device(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The names in a folder but hidden ones, sorted, up to cap. */
size_t sysfs_names(const char *path, char ret[][32], size_t cap);

#endif
