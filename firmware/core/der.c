#include "firmware/core/der.h"

#include <string.h>

struct der der_into(uint8_t *buffer, size_t cap)
{
	return (struct der){ .at = buffer, .cap = cap, .left = cap };
}

void der_bytes(struct der *d, const void *bytes, size_t len)
{
	if (d->bad || len > d->left) {
		d->bad = true;
		return;
	}
	d->left -= len;
	memcpy(d->at + d->left, bytes, len);
}

void der_head(struct der *d, uint8_t tag, size_t end)
{
	size_t len = end - d->left, n = 0;
	uint8_t head[2 + sizeof len];

	if (len >= 0x80)
		for (size_t rest = len; rest > 0; rest >>= 8)
			n++;
	head[0] = tag;
	head[1] = (uint8_t)(n ? 0x80 | n : len);
	for (size_t i = 0; i < n; i++)
		head[2 + i] = (uint8_t)(len >> 8 * (n - 1 - i));
	der_bytes(d, head, 2 + n);
}
