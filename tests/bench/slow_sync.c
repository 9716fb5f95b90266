/* To be preloaded: every sync takes SLOW_SYNC_US longer, as on a slow memory card. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int slow(int fd, long call)
{
	const char *us = getenv("SLOW_SYNC_US");
	struct timespec t = { 0, us ? atol(us) * 1000 : 0 };

	if (t.tv_nsec > 0)
		nanosleep(&t, NULL);
	return (int)syscall(call, fd);
}

int fsync(int fd)
{
	return slow(fd, SYS_fsync);
}

int fdatasync(int fd)
{
	return slow(fd, SYS_fdatasync);
}
