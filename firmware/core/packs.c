#include "firmware/core/packs.h"

#include "firmware/base/auto.h"
#include "firmware/base/mem.h"

#include <stdint.h>
#include <string.h>

#define MAX_PACKS_BYTES (256u << 20)

static size_t put_u32(uint8_t *to, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(n >> 8 * i);
	return 4;
}

static enum err add(int fd, uint8_t *to, size_t *len)
{
	const void *bytes;
	size_t n;
	enum err e = mem_map(fd, MAX_PACKS_BYTES, &bytes, &n);

	if (e != ERR_OK)
		return e;
	if (to) {
		*len += put_u32(to + *len, (uint32_t)n);
		memcpy(to + *len, bytes, n);
		*len += n;
	} else {
		*len += 4 + n;
	}
	mem_unmap(bytes, n);
	return *len <= MAX_PACKS_BYTES ? ERR_OK : ERR_NO_SPACE;
}

/* `to` NULL: only counted. */
static enum err add_all(const int *fds, size_t n, uint8_t *to, size_t *ret_len)
{
	size_t len = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = add(fds[i], to, &len);
	if (e == ERR_OK)
		*ret_len = len;
	return e;
}

enum err packs_join(const int *fds, size_t n, int *ret_fd)
{
	AUTO_FD fd = -1;
	size_t len = 0;
	void *bytes;
	enum err e = add_all(fds, n, NULL, &len);

	if (e == ERR_OK)
		e = mem_create(len, &fd, &bytes);
	if (e != ERR_OK)
		return e;
	e = add_all(fds, n, bytes, &len);
	enum err sealed = mem_seal(fd, bytes, len);
	if (e == ERR_OK && sealed == ERR_OK)
		*ret_fd = take_fd(&fd);
	return e == ERR_OK ? sealed : e;
}
