/* The SHA-256 of what passes between programs. */
#ifndef CORE_MEM_HASH_H
#define CORE_MEM_HASH_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define MEM_HASH_BYTES 32

/* Of a sealed memory file, which stays the caller's. ERR_BAD_DATA: it is not sealed, or longer than
 * `max` bytes; ERR_NO_MEMORY. */
enum err mem_hash(int fd, size_t max, uint8_t ret_hash[MEM_HASH_BYTES]);

#endif
