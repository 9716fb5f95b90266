/* zone: chip */
#include "firmware/parse/chip/proof.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* A card that answers whatever it likes: each answer is a length of two bytes and so many bytes;
 * behind the last one it is mute. */
struct talker {
	const uint8_t *at;
	size_t left;
};

static enum err answer(void *data, const uint8_t *command, size_t len, uint8_t *ret, size_t cap,
		       size_t *ret_len)
{
	struct talker *t = data;

	if (len < 4 || len > LINE_MAX_COMMAND || !command)
		abort();
	if (t->left < 2)
		return ERR_CARD_MUTE;
	size_t n = (size_t)(t->at[0] << 8 | t->at[1]);
	t->at += 2;
	t->left -= 2;
	if (n > t->left)
		n = t->left;
	if (n > cap)
		return ERR_NO_SPACE;
	memcpy(ret, t->at, n);
	*ret_len = n;
	t->at += n;
	t->left -= n;
	return n < 2 ? ERR_CARD_MUTE : ERR_OK;
}

/* Always the same, so that a conversation can be found again. */
static enum err same(void *data, uint8_t *ret, size_t len)
{
	(void)data;
	memset(ret, 0x42, len);
	return ERR_OK;
}

/* Opening with either key; then, without one, both proofs with files from the same bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct chance CHANCE = { same, NULL };
	struct talker t = { bytes + 1, len - 1 };
	struct line line = { .exchange = answer, .data = &t, .max_answer = 65538 };
	struct session s = { .line = &line, .chance = &CHANCE };
	struct access a;
	enum chip_proof is;

	if (len < 1)
		return 0;
	if (bytes[0] % 3 < 2) {
		bool can = bytes[0] % 3 == 0;
		if (access_open(&s, can ? CHIP_KEY_CAN : CHIP_KEY_MRZ,
				can ? "123456" : "L898902C<690806940623", &a) == ERR_OK)
			abort(); /* nobody guesses the token */
	} else {
		struct span file = { bytes + 1, len - 1 };
		(void)!proof_chip_auth(&s, file, &is);
		session_unsecure(&s);
		(void)!proof_active(&s, file, file, &is);
	}
	session_finish(&s);
	return 0;
}
