/* What a disk holds after a power cut, as far as a program may rely on it. The model looks at
 * every fsync and fdatasync: a file's bytes are safe when the file was synced, a name when its
 * folder was. At a cut, everything else is lost (seed 0) or, page by page and name by name, lost
 * or not as the dice fall. Real disks and ext4 keep more; none may keep less.
 *
 * It needs inode numbers that are not used again at once: a tmpfs. Include in one file only. */
#ifndef TESTS_CORE_POWERCUT_H
#define TESTS_CORE_POWERCUT_H

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CUT_MAX   4000
#define CUT_BLOCK 512

struct cut_file {
	ino_t ino;
	uint8_t *bytes;
	size_t len;
};

struct cut_name {
	ino_t dir, ino;
	bool is_dir;
	char name[200];
};

static struct {
	bool on;
	dev_t dev;
	void (*before_sync)(void); /* a place where the power may go */
	struct cut_file files[CUT_MAX];
	struct cut_name names[CUT_MAX];
	size_t file_count, name_count;
	uint32_t seed; /* 0: the worst disk */
} cut;

static inline bool cut_dice(void)
{
	if (cut.seed == 0)
		return false;
	cut.seed = cut.seed * 1103515245 + 12345;
	return cut.seed >> 30 & 1;
}

static inline uint8_t *cut_read(const char *path, size_t *ret_len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	*ret_len = 0;
	if (fd < 0 || fstat(fd, &st) < 0) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	uint8_t *bytes = malloc((size_t)st.st_size + 1);
	ssize_t n = bytes ? pread(fd, bytes, (size_t)st.st_size, 0) : 0;
	*ret_len = n > 0 ? (size_t)n : 0;
	close(fd);
	return bytes;
}

static inline struct cut_file *cut_file_of(ino_t ino)
{
	for (size_t i = 0; i < cut.file_count; i++)
		if (cut.files[i].ino == ino)
			return &cut.files[i];
	return NULL;
}

static inline void cut_note_file(const char *path, ino_t ino)
{
	struct cut_file *f = cut_file_of(ino);

	if (!f) {
		if (cut.file_count == CUT_MAX)
			abort();
		f = &cut.files[cut.file_count++];
		f->ino = ino;
	}
	free(f->bytes);
	f->bytes = cut_read(path, &f->len);
}

static inline size_t cut_list(const char *path, ino_t dir, struct cut_name *ret, size_t max)
{
	DIR *d = opendir(path);
	size_t n = 0;

	for (struct dirent *e = d ? readdir(d) : NULL; e && n < max; e = readdir(d))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
			ret[n] = (struct cut_name){ dir, e->d_ino, e->d_type == DT_DIR, "" };
			snprintf(ret[n++].name, sizeof ret->name, "%.199s", e->d_name);
		}
	if (d)
		closedir(d);
	return n;
}

static inline void cut_note_dir(const char *path, ino_t dir)
{
	size_t kept = 0;

	for (size_t i = 0; i < cut.name_count; i++)
		if (cut.names[i].dir != dir)
			cut.names[kept++] = cut.names[i];
	cut.name_count = kept;
	cut.name_count += cut_list(path, dir, cut.names + kept, CUT_MAX - kept);
}

static inline int cut_sync(int fd, long call)
{
	struct stat st;
	char path[40];
	int rc;

	if (!cut.on || fstat(fd, &st) < 0 || st.st_dev != cut.dev)
		return (int)syscall(call, fd);
	cut.on = false;
	if (cut.before_sync)
		cut.before_sync();
	rc = (int)syscall(call, fd);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (S_ISDIR(st.st_mode))
		cut_note_dir(path, st.st_ino);
	else
		cut_note_file(path, st.st_ino);
	cut.on = true;
	return rc;
}

int fsync(int fd)
{
	return cut_sync(fd, SYS_fsync);
}

int fdatasync(int fd)
{
	return cut_sync(fd, SYS_fdatasync);
}

/* Blocks that are safe, and those that happened to be written. */
static inline void cut_make_file(const char *to, const struct cut_file *safe, const char *now)
{
	size_t now_len = 0, safe_len = safe ? safe->len : 0;
	uint8_t *fresh = now ? cut_read(now, &now_len) : NULL;
	size_t len = now && cut_dice() ? now_len : safe_len;
	int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	for (size_t at = 0; at < len; at += CUT_BLOCK) {
		uint8_t block[CUT_BLOCK] = { 0 };
		bool use_fresh = at < now_len && cut_dice();
		const uint8_t *from = use_fresh ? fresh : safe ? safe->bytes : NULL;
		size_t from_len = use_fresh ? now_len : safe_len;

		if (from && at < from_len)
			memcpy(block, from + at,
			       from_len - at < CUT_BLOCK ? from_len - at : CUT_BLOCK);
		if (write(fd, block, len - at < CUT_BLOCK ? len - at : CUT_BLOCK) < 0)
			abort();
	}
	close(fd);
	free(fresh);
}

static inline const struct cut_name *cut_find(const struct cut_name *names, size_t n,
					      const char *name, ino_t dir)
{
	for (size_t i = 0; i < n; i++)
		if (names[i].dir == dir && strcmp(names[i].name, name) == 0)
			return &names[i];
	return NULL;
}

static inline void cut_make_dir(const char *to, const char *now, ino_t ino);

static inline void cut_make(const char *to, const char *now, const struct cut_name *n)
{
	char path[512], from[512];

	snprintf(path, sizeof path, "%s/%s", to, n->name);
	snprintf(from, sizeof from, "%s/%s", now, n->name);
	if (n->is_dir)
		cut_make_dir(path, from, n->ino);
	else
		cut_make_file(path, cut_file_of(n->ino), access(from, F_OK) == 0 ? from : NULL);
}

static inline const struct cut_name *cut_find_ino(const struct cut_name *names, size_t n, ino_t ino,
						  ino_t dir)
{
	for (size_t i = 0; i < n; i++)
		if (names[i].dir == dir && names[i].ino == ino)
			return &names[i];
	return NULL;
}

/* A name that is safe: it stays, or what happened to it since has reached the disk too. A rename
 * happens whole or not at all. */
static inline void cut_make_safe(const char *to, const char *now, const struct cut_name *safe,
				 const struct cut_name *list, size_t n)
{
	const struct cut_name *same = cut_find(list, n, safe->name, safe->dir);
	const struct cut_name *moved = cut_find_ino(list, n, safe->ino, safe->dir);

	if ((same && same->ino == safe->ino) || !cut_dice())
		cut_make(to, now, safe);
	else if (moved)
		cut_make(to, now, moved);
	else if (same)
		cut_make(to, now, same);
}

static inline void cut_make_dir(const char *to, const char *now, ino_t ino)
{
	static struct cut_name lists[3][CUT_MAX / 4];
	static int depth;
	struct cut_name *list = lists[depth++];
	size_t n = cut_list(now, ino, list, CUT_MAX / 4);

	mkdir(to, 0700);
	for (size_t i = 0; i < cut.name_count; i++)
		if (cut.names[i].dir == ino)
			cut_make_safe(to, now, &cut.names[i], list, n);
	for (size_t i = 0; i < n; i++)
		if (!cut_find(cut.names, cut.name_count, list[i].name, ino) &&
		    !cut_find_ino(cut.names, cut.name_count, list[i].ino, ino) && cut_dice())
			cut_make(to, now, &list[i]);
	depth--;
}

/* Watches the folder `dir`, which is safe as it is now. */
static inline void cut_watch(const char *dir, void (*before_sync)(void))
{
	struct stat st;

	if (stat(dir, &st) < 0)
		abort();
	cut.dev = st.st_dev;
	cut_note_dir(dir, st.st_ino);
	cut.before_sync = before_sync;
	cut.on = true;
}

/* What is left of `dir` after a cut now, at the new folder `to`. */
static inline void cut_power(const char *dir, const char *to, uint32_t seed)
{
	struct stat st;
	bool was = cut.on;

	cut.on = false;
	cut.seed = seed;
	if (stat(dir, &st) == 0)
		cut_make_dir(to, dir, st.st_ino);
	cut.on = was;
}

#endif
