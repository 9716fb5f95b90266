#include "firmware/parse/chip/chance.h"

#include <openssl/rand.h>

enum err chance_fill(const struct chance *c, uint8_t *ret, size_t len)
{
	if (c)
		return c->fill(c->data, ret, len);
	return len <= INT32_MAX && RAND_bytes(ret, (int)len) == 1 ? ERR_OK : ERR_IO;
}
