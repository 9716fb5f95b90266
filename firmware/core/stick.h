/* PDFs on USB sticks (base/stick.h), for staff to pick from. */
#ifndef CORE_STICK_H
#define CORE_STICK_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define STICK_FILES     24
#define STICK_PATH_CAP  512
#define STICK_MAX_BYTES (32u << 20)

struct stick_file {
	char path[STICK_PATH_CAP]; /* below stick_dir */
	uint64_t bytes;
};

struct stick {
	struct stick_file files[STICK_FILES]; /* in the order of their names */
	size_t count, more;                   /* more: that had no room */
};

/* The PDFs below `dir`, in it and in its folders. ERR_GONE: `dir` is ""; ERR_NOT_FOUND: no file. */
enum err stick_list(const char *dir, struct stick *ret);

/* A plain file of those, opened to be read. ERR_NO_SPACE: over STICK_MAX_BYTES. */
enum err stick_open(const char *dir, const struct stick_file *f, int *ret_fd);

#endif
