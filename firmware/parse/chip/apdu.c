#include "firmware/parse/chip/apdu.h"

#include <string.h>

static size_t put_u16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return 2;
}

enum err apdu_encode(const struct apdu *a, uint8_t *ret, size_t cap, size_t *ret_len)
{
	bool long_form = a->extended || a->len > 255 || a->le > 256;
	size_t n = 4;

	if (a->len > UINT16_MAX || a->le > 65536 || cap < a->len + 9)
		return ERR_NO_SPACE;
	memcpy(ret, (uint8_t[]){ a->cla, a->ins, a->p1, a->p2 }, 4);
	if (long_form && (a->len > 0 || a->le > 0))
		ret[n++] = 0;
	if (a->len > 0) {
		if (long_form)
			n += put_u16(ret + n, a->len);
		else
			ret[n++] = (uint8_t)a->len;
		memcpy(ret + n, a->data, a->len);
		n += a->len;
	}
	/* the most that can be said is said by zero */
	if (a->le > 0 && long_form)
		n += put_u16(ret + n, a->le);
	else if (a->le > 0)
		ret[n++] = (uint8_t)a->le;
	*ret_len = n;
	return ERR_OK;
}
