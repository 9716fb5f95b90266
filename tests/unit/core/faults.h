/* Calls that fail, or that are the last thing the process does. They stand in for those of the C
 * library in the whole program, so that SQLite's and OpenSSL's own calls fail too.
 *
 *     faults.kind = FAULT_SYNC; faults.at = 3; faults.how = FAULT_ONCE;
 *
 * Include in one file of a test only. */
#ifndef TESTS_CORE_FAULTS_H
#define TESTS_CORE_FAULTS_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum fault_kind {
	FAULT_SYNC = 1,  /* fsync, fdatasync */
	FAULT_WRITE = 2, /* write, pwrite, ftruncate, fallocate */
	FAULT_NAME = 4,  /* rename, unlink, link, mkdir */
	FAULT_OPEN = 8,
	FAULT_READ = 32,   /* pread */
	FAULT_MEMORY = 16, /* malloc, calloc, realloc; not under the address sanitizer */
	FAULT_DISK = FAULT_SYNC | FAULT_WRITE | FAULT_NAME,
};
enum fault_how {
	FAULT_NEVER,
	FAULT_ONCE, /* that call fails */
	FAULT_ON,   /* that call and all after it */
	FAULT_KILL, /* the process ends there, as by kill -9 */
	FAULT_STOP, /* it stands still there until SIGCONT */
};

static struct {
	unsigned kind;
	enum fault_how how;
	long at;  /* 1: the next one */
	int code; /* errno; 0: EIO */
	long seen, syncs;
	unsigned delay_us; /* a slow disk: added to every sync */
} faults;

static inline void faults_off(void)
{
	faults.kind = 0;
	faults.how = FAULT_NEVER;
	faults.seen = 0;
}

static inline void faults_set(unsigned kind, enum fault_how how, long at, int code)
{
	faults.seen = 0;
	faults.at = at;
	faults.code = code;
	faults.how = how;
	faults.kind = kind;
}

/* Did the fault come at all? If not, the loop over `at` is at its end. */
static inline bool faults_fired(void)
{
	return faults.seen >= faults.at;
}

static inline bool fails(enum fault_kind kind)
{
	faults.syncs += kind == FAULT_SYNC;
	if (!(faults.kind & kind))
		return false;
	faults.seen++;
	if (faults.how == FAULT_ON ? faults.seen < faults.at : faults.seen != faults.at)
		return false;
	if (faults.how == FAULT_KILL)
		_exit(99);
	if (faults.how == FAULT_STOP)
		return raise(SIGSTOP) != 0;
	errno = kind == FAULT_MEMORY ? ENOMEM : faults.code ? faults.code : EIO;
	return true;
}

static inline int slow_sync(int fd, long call)
{
	struct timespec t = { 0, (long)faults.delay_us * 1000 };

	if (fails(FAULT_SYNC))
		return -1;
	if (faults.delay_us)
		nanosleep(&t, NULL);
	return (int)syscall(call, fd);
}

int fsync(int fd)
{
	return slow_sync(fd, SYS_fsync);
}

int fdatasync(int fd)
{
	return slow_sync(fd, SYS_fdatasync);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
	return fd > 2 && fails(FAULT_WRITE) ? -1 : syscall(SYS_write, fd, bytes, len);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	return fails(FAULT_WRITE) ? -1 : syscall(SYS_pwrite64, fd, bytes, len, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
	return fails(FAULT_WRITE) ? -1 : syscall(SYS_pwrite64, fd, bytes, len, at);
}

ssize_t pread(int fd, void *bytes, size_t len, off_t at)
{
	return fails(FAULT_READ) ? -1 : syscall(SYS_pread64, fd, bytes, len, at);
}

ssize_t pread64(int fd, void *bytes, size_t len, off64_t at)
{
	return fails(FAULT_READ) ? -1 : syscall(SYS_pread64, fd, bytes, len, at);
}

int ftruncate(int fd, off_t len)
{
	return fails(FAULT_WRITE) ? -1 : (int)syscall(SYS_ftruncate, fd, len);
}

int ftruncate64(int fd, off64_t len)
{
	return fails(FAULT_WRITE) ? -1 : (int)syscall(SYS_ftruncate, fd, len);
}

int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	return fails(FAULT_NAME) ? -1 : (int)syscall(SYS_renameat2, from_fd, from, to_fd, to, 0);
}

int rename(const char *from, const char *to)
{
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int unlinkat(int fd, const char *name, int how)
{
	return fails(FAULT_NAME) ? -1 : (int)syscall(SYS_unlinkat, fd, name, how);
}

int unlink(const char *name)
{
	return unlinkat(AT_FDCWD, name, 0);
}

int linkat(int from_fd, const char *from, int to_fd, const char *to, int how)
{
	return fails(FAULT_NAME) ? -1 : (int)syscall(SYS_linkat, from_fd, from, to_fd, to, how);
}

int mkdirat(int fd, const char *name, mode_t mode)
{
	return fails(FAULT_NAME) ? -1 : (int)syscall(SYS_mkdirat, fd, name, mode);
}

int openat(int fd, const char *name, int how, ...)
{
	__builtin_va_list args;

	__builtin_va_start(args, how);
	int mode = how & O_CREAT ? __builtin_va_arg(args, int) : 0;
	__builtin_va_end(args);
	return fails(FAULT_OPEN) ? -1 : (int)syscall(SYS_openat, fd, name, how, mode);
}

/* SQLite opens by one of these, by their addresses. */
int open(const char *name, int how, ...)
{
	__builtin_va_list args;

	__builtin_va_start(args, how);
	int mode = how & O_CREAT ? __builtin_va_arg(args, int) : 0;
	__builtin_va_end(args);
	return fails(FAULT_OPEN) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, name, how, mode);
}

int open64(const char *name, int how, ...)
{
	__builtin_va_list args;

	__builtin_va_start(args, how);
	int mode = how & O_CREAT ? __builtin_va_arg(args, int) : 0;
	__builtin_va_end(args);
	return fails(FAULT_OPEN) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, name, how, mode);
}

#ifdef __has_feature
#define FAULTS_HAS(x) __has_feature(x)
#else
#define FAULTS_HAS(x) 0
#endif
#if !defined(__SANITIZE_ADDRESS__) && !FAULTS_HAS(address_sanitizer)
#define FAULTS_IN_MEMORY 1
extern void *__libc_malloc(size_t len);
extern void *__libc_calloc(size_t n, size_t len);

void *malloc(size_t len)
{
	return fails(FAULT_MEMORY) ? NULL : __libc_malloc(len);
}

void *calloc(size_t n, size_t len)
{
	return fails(FAULT_MEMORY) ? NULL : __libc_calloc(n, len);
}
#else
#define FAULTS_IN_MEMORY 0
#endif

#endif
