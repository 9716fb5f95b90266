/* Sealed memory files: how anything larger than a message passes between programs. Once
 * sealed, neither side can change or shrink it under the other's hands. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A sealed copy of `len` bytes. *ret_fd is the caller's to close. ERR_NO_MEMORY, ERR_IO. */
enum err mem_of(const void *bytes, size_t len, int *ret_fd);

/* A writable, unsealed file of `len` zero bytes, mapped at *ret_bytes (never NULL, also for
 * len 0). Fill it, then mem_seal(), which unmaps. */
enum err mem_create(size_t len, int *ret_fd, void **ret_bytes);
enum err mem_seal(int fd, void *bytes, size_t len);

/* True for a memfd that can no longer change in size or content. */
bool mem_is_sealed(int fd);

/* Read-only view of a sealed file. ERR_BAD_DATA when it is not sealed or longer than `max`
 * bytes. mem_unmap() ends it; the descriptor may be closed before. */
enum err mem_map(int fd, size_t max, const void **ret_bytes, size_t *ret_len);
void mem_unmap(const void *bytes, size_t len);

/* Room on swap devices of this machine, on which memory of any program may come to lie. 0: there is
 * none, or nobody says. The second is the same out of the text of /proc/meminfo. */
uint64_t mem_swap_kib(void);
uint64_t mem_swap_in(const char *meminfo);

#endif
