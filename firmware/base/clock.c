#include "firmware/base/clock.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum err clock_init(struct clock *c)
{
	const char *name = getenv("KIOSK_CLOCK_FD");
	char *end;
	struct stat st;

	*c = (struct clock){ 0 };
	if (!name)
		return ERR_OK;
	long fd = strtol(name, &end, 10);
	if (*end || end == name || fd < 3 || fd > 1023 || fstat((int)fd, &st) < 0 ||
	    st.st_size < (off_t)sizeof(struct clock_shift))
		return ERR_BAD_CONFIG;
	void *at = mmap(NULL, sizeof(struct clock_shift), PROT_READ, MAP_SHARED, (int)fd, 0);
	if (at == MAP_FAILED)
		return ERR_BAD_CONFIG;
	c->shift = at;
	return ERR_OK;
}

int64_t clock_mono_ms(const struct clock *c)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	int64_t ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	return c->shift ? ms + c->shift->mono_ms : ms;
}

int64_t clock_wall_s(const struct clock *c)
{
	return (int64_t)time(NULL) + (c->shift ? c->shift->wall_s : 0);
}

int64_t clock_now_s(const struct clock *c)
{
	if (!c->reckoning)
		return clock_wall_s(c);
	return c->reckoning->at_s + (clock_mono_ms(c) - c->reckoning->at_ms) / 1000;
}

enum err clock_boot(char ret_boot[CLOCK_BOOT_CAP])
{
	AUTO_FD fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	char text[CLOCK_BOOT_CAP];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (n <= 0)
		return ERR_IO;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	memcpy(ret_boot, text, (size_t)n + 1);
	return ERR_OK;
}
