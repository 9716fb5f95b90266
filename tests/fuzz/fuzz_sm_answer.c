/* zone: chip */
#include "firmware/parse/chip/sm.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The objects of an answer, first as they are, then with the MAC they would need: only so does a
 * stranger's answer come as far as decryption. The first byte chooses the cipher. */
static void opens(struct sm sm, const uint8_t *bytes, size_t len)
{
	uint8_t answer[4096];
	struct span data;
	uint16_t sw;

	memcpy(answer, bytes, len);
	if (sm_unwrap(&sm, answer, len, &data, &sw) != ERR_OK)
		return;
	/* what comes out lies in what went in */
	if (data.at < answer || data.at + data.len > answer + len)
		abort();
}

static size_t with_mac(const struct sm *sm, const uint8_t *bytes, size_t len, uint8_t *ret)
{
	size_t block = cipher_block_bytes(sm->cipher);
	uint8_t counter[CIPHER_MAX_BLOCK] = { 0 }, padding[CIPHER_MAX_BLOCK];
	struct span parts[] = { { counter, block }, { ret, len }, { padding, 0 } };

	counter[block - 1] = 1;
	memcpy(ret, bytes, len);
	if (sm->cipher != SM_3DES && len > 0)
		parts[2].len = cipher_padding(sm->cipher, len, padding);
	memcpy(ret + len, (uint8_t[]){ 0x8e, MAC_BYTES }, 2);
	if (cipher_mac(sm->cipher, sm->mac, parts, 3, ret + len + 2) != ERR_OK)
		abort();
	memcpy(ret + len + 2 + MAC_BYTES, (uint8_t[]){ 0x90, 0 }, 2);
	return len + 4 + MAC_BYTES;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct sm sm = { .enc = { 1, 2, 3 }, .mac = { 4, 5, 6 } };
	uint8_t sealed[4096];

	if (len == 0 || len > 4000)
		return 0;
	sm.cipher = (enum sm_cipher)(bytes[0] % 4);
	opens(sm, bytes + 1, len - 1);
	opens(sm, sealed, with_mac(&sm, bytes + 1, len - 1, sealed));
	return 0;
}
