#include "firmware/base/mem.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define ALL_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

/* mmap refuses length 0; an empty file has this address instead. */
static const char EMPTY[1];

enum err mem_create(size_t len, int *ret_fd, void **ret_bytes)
{
	AUTO_FD fd = memfd_create("kiosk", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0 || len > INT64_MAX || ftruncate(fd, (off_t)len) < 0)
		return err_of_errno();

	void *bytes = (void *)(uintptr_t)EMPTY;
	if (len > 0)
		bytes = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		return err_of_errno();
	*ret_bytes = bytes;
	*ret_fd = take_fd(&fd);
	return ERR_OK;
}

enum err mem_seal(int fd, void *bytes, size_t len)
{
	mem_unmap(bytes, len);
	return fcntl(fd, F_ADD_SEALS, ALL_SEALS) < 0 ? err_of_errno() : ERR_OK;
}

enum err mem_of(const void *bytes, size_t len, int *ret_fd)
{
	AUTO_FD fd = -1;
	void *at;
	enum err e = mem_create(len, &fd, &at);

	if (e != ERR_OK)
		return e;
	if (len > 0)
		memcpy(at, bytes, len);
	e = mem_seal(fd, at, len);
	if (e == ERR_OK)
		*ret_fd = take_fd(&fd);
	return e;
}

bool mem_is_sealed(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & ALL_SEALS) == ALL_SEALS;
}

enum err mem_map(int fd, size_t max, const void **ret_bytes, size_t *ret_len)
{
	struct stat st;

	if (!mem_is_sealed(fd) || fstat(fd, &st) < 0 || (uint64_t)st.st_size > max)
		return ERR_BAD_DATA;
	size_t len = (size_t)st.st_size;
	void *bytes = (void *)(uintptr_t)EMPTY;
	if (len > 0)
		bytes = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		return err_of_errno();
	*ret_bytes = bytes;
	*ret_len = len;
	return ERR_OK;
}

void mem_unmap(const void *bytes, size_t len)
{
	if (bytes && len > 0)
		munmap((void *)(uintptr_t)bytes, len);
}

uint64_t mem_swap_in(const char *meminfo)
{
	static const char ROW[] = "\nSwapTotal:";
	const char *at = strstr(meminfo, ROW);

	return at ? strtoull(at + strlen(ROW), NULL, 10) : 0;
}

uint64_t mem_swap_kib(void)
{
	AUTO_FD fd = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);
	char text[4096];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	text[n > 0 ? n : 0] = '\0';
	return mem_swap_in(text);
}
