/* zone: chip */
#include "firmware/parse/chip/files.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* A card that answers what the input says: two bytes of length, so many bytes, two of status. At
 * its end it is gone. */
struct card {
	const uint8_t *at;
	size_t left;
	unsigned commands;
};

static enum err exchange(void *data, const uint8_t *command, size_t len, uint8_t *ret, size_t cap,
			 size_t *ret_len)
{
	struct card *c = data;

	(void)command;
	c->commands++;
	if (len < 4 || c->left < 4)
		return ERR_NO_CARD;
	size_t n = (size_t)(c->at[0] << 8 | c->at[1]) + 2;
	c->at += 2;
	c->left -= 2;
	if (n == 0xffff + 2)
		return ERR_CARD_MUTE;
	n = n < c->left ? n : c->left;
	if (n > cap)
		return ERR_NO_SPACE;
	memcpy(ret, c->at, n);
	c->at += n;
	c->left -= n;
	*ret_len = n;
	return ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	if (len < 2)
		return 0;
	struct card card = { .at = bytes + 2, .left = len - 2 };
	struct line line = { .exchange = exchange, .data = &card, .max_answer = 258 };
	if (bytes[0] & 1)
		line.max_answer = 258u + bytes[1] * 256u;
	struct session s = { .line = &line };
	struct file_way way = { .block = bytes[0] & 2 ? bytes[1] * 8u : 0 };
	struct file files[] = { { .id = FILE_DG1 }, { .id = FILE_DG2 } };

	for (int i = 0; i < 2; i++) {
		enum err e = file_read(&s, &way, &files[i]);
		struct span whole = file_span(&files[i]);

		if ((e == ERR_OK) != (whole.len > 0) || files[i].have > FILE_MAX_BYTES)
			abort();
		if (way.block == 0 || way.block > 65536 || card.commands > 2 * FILE_MAX_TRIPS)
			abort();
		file_finish(&files[i]);
	}
	return 0;
}
