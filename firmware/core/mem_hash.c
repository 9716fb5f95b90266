#include "firmware/core/mem_hash.h"

#include "firmware/base/mem.h"

#include <openssl/evp.h>

enum err mem_hash(int fd, size_t max, uint8_t ret_hash[MEM_HASH_BYTES])
{
	const void *bytes;
	size_t len;
	enum err e = mem_map(fd, max, &bytes, &len);

	if (e != ERR_OK)
		return e;
	if (EVP_Digest(bytes, len, ret_hash, NULL, EVP_sha256(), NULL) != 1)
		e = ERR_NO_MEMORY;
	mem_unmap(bytes, len);
	return e;
}
