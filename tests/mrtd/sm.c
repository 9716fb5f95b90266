#include "tests/mrtd/sm.h"

#include <string.h>

#define MAC_OBJECT    10 /* 8E 08, eight bytes */
#define STATUS_OBJECT 4  /* 99 02, two bytes */

void mrtd_sm_start(struct mrtd_sm *s, const struct mrtd_keys *k, const uint8_t *counter)
{
	*s = (struct mrtd_sm){ .on = true, .keys = *k };
	if (counter)
		memcpy(s->counter, counter, mrtd_block_bytes(k->cipher));
}

static void count(struct mrtd_sm *s)
{
	for (size_t i = mrtd_block_bytes(s->keys.cipher); i-- && !++s->counter[i];)
		;
}

/* IV of the encryption: zeros with 3DES, the encrypted counter with AES. */
static bool start_vector(const struct mrtd_sm *s, uint8_t ret[16])
{
	memset(ret, 0, 16);
	return s->keys.cipher == MRTD_3DES ||
	       mrtd_encrypt(s->keys.cipher, s->keys.enc, NULL, s->counter, 16, ret);
}

static void pad(struct mrtd_bytes *b, size_t block)
{
	mrtd_put_u8(b, 0x80);
	mrtd_put_fill(b, 0, (block - b->len % block) % block);
}

static bool mac_is_right(const struct mrtd_sm *s, const struct mrtd_command *c, size_t covered,
			 const uint8_t *mac)
{
	const uint8_t header[4] = { c->cla, c->ins, c->p1, c->p2 };
	size_t block = mrtd_block_bytes(s->keys.cipher);
	uint8_t want[8];
	AUTO_BYTES m = { 0 };

	mrtd_put(&m, s->counter, block);
	mrtd_put(&m, header, sizeof header);
	pad(&m, block);
	if (covered) {
		mrtd_put(&m, c->data, covered);
		if (s->keys.cipher != MRTD_3DES) /* there the MAC pads */
			pad(&m, block);
	} else if (s->keys.cipher == MRTD_3DES && !m.bad) {
		m.len -= block - 4; /* the header alone: one padding, not two */
	}
	return !m.bad && mrtd_mac(s->keys.cipher, s->keys.mac, m.at, m.len, want) &&
	       memcmp(want, mac, 8) == 0;
}

/* Decrypts an object's value into *plain and takes its padding off. */
static bool open_data(const struct mrtd_sm *s, const uint8_t *at, size_t len,
		      struct mrtd_bytes *plain)
{
	uint8_t iv[16];
	size_t from = plain->len;

	mrtd_put(plain, at, len);
	if (!len || plain->bad || !start_vector(s, iv) ||
	    !mrtd_decrypt(s->keys.cipher, s->keys.enc, iv, at, len, plain->at + from))
		return false;
	while (plain->len > from && !plain->at[plain->len - 1])
		plain->len--;
	return plain->len > from && plain->at[--plain->len] == 0x80;
}

/* DO 87 has a padding indicator, which an odd instruction's DO 85 has not. */
static bool open_command(const struct mrtd_sm *s, const struct mrtd_command *c,
			 struct mrtd_bytes *plain, struct mrtd_command *ret)
{
	const uint8_t *at;
	size_t len;
	bool odd = c->ins & 1;

	if (!mrtd_find(c->data, c->len, odd ? 0x85 : 0x87, &at, &len))
		return !mrtd_find(c->data, c->len, odd ? 0x87 : 0x85, &at, &len);
	if (!odd && (len < 1 || at[0] != 1))
		return false;
	if (!open_data(s, odd ? at : at + 1, odd ? len : len - 1, plain))
		return false;
	ret->data = plain->at;
	ret->len = plain->len;
	return true;
}

uint16_t mrtd_sm_unwrap(struct mrtd_sm *s, const struct mrtd_command *c, struct mrtd_bytes *plain,
			struct mrtd_command *ret)
{
	const uint8_t *mac, *le;
	size_t mac_len, le_len;

	*ret = *c;
	ret->data = NULL;
	ret->len = 0;
	ret->le = 0;
	count(s);
	if (!mrtd_find(c->data, c->len, 0x8E, &mac, &mac_len))
		return 0x6987;
	if (mac_len != 8 || mac + 8 != c->data + c->len)
		return 0x6988;
	if (!mac_is_right(s, c, c->len - MAC_OBJECT, mac) || !open_command(s, c, plain, ret))
		return 0x6988;
	if (!mrtd_find(c->data, c->len, 0x97, &le, &le_len))
		return 0x9000;
	if (le_len != 1 && le_len != 2)
		return 0x6988;
	ret->le = le_len == 1 ? le[0] : (uint32_t)le[0] << 8 | le[1];
	if (!ret->le)
		ret->le = le_len == 1 ? 256 : 65536;
	return 0x9000;
}

static void put_data(const struct mrtd_sm *s, uint8_t ins, const struct mrtd_bytes *plain,
		     struct mrtd_bytes *ret)
{
	AUTO_BYTES b = { 0 };
	uint8_t iv[16];
	size_t from = ret->len;

	mrtd_put(&b, plain->at, plain->len);
	pad(&b, mrtd_block_bytes(s->keys.cipher));
	ret->bad = ret->bad || b.bad || !start_vector(s, iv) ||
		   !mrtd_encrypt(s->keys.cipher, s->keys.enc, iv, b.at, b.len, b.at);
	if (!(ins & 1))
		mrtd_put_u8(ret, 1);
	mrtd_put(ret, b.at, b.len);
	mrtd_wrap(ret, ins & 1 ? 0x85 : 0x87, from);
}

void mrtd_sm_wrap(struct mrtd_sm *s, uint8_t ins, const struct mrtd_bytes *plain, uint16_t sw,
		  struct mrtd_bytes *ret)
{
	const uint8_t status[2] = { (uint8_t)(sw >> 8), (uint8_t)sw };
	size_t from = ret->len, block = mrtd_block_bytes(s->keys.cipher);
	uint8_t mac[8] = { 0 };
	AUTO_BYTES m = { 0 };

	count(s);
	if (plain->len)
		put_data(s, ins, plain, ret);
	mrtd_put_tlv(ret, 0x99, status, sizeof status);
	if (ret->bad)
		return;
	mrtd_put(&m, s->counter, block);
	mrtd_put(&m, ret->at + from, ret->len - from);
	if (s->keys.cipher != MRTD_3DES)
		pad(&m, block);
	ret->bad = m.bad || !mrtd_mac(s->keys.cipher, s->keys.mac, m.at, m.len, mac);
	mrtd_put_tlv(ret, 0x8E, mac, sizeof mac);
}

size_t mrtd_sm_room(const struct mrtd_sm *s, uint8_t ins, size_t room)
{
	size_t block = mrtd_block_bytes(s->keys.cipher), indicator = !(ins & 1);

	if (room < STATUS_OBJECT + MAC_OBJECT + 2 + indicator + block)
		return 0;
	room -= STATUS_OBJECT + MAC_OBJECT;
	size_t blocks = room / block;
	while (blocks &&
	       mrtd_head_bytes(0x87, blocks * block + indicator) + indicator + blocks * block >
		       room)
		blocks--;
	return blocks ? blocks * block - 1 : 0;
}
