#include "firmware/parse/chip/sm.h"

#include "firmware/parse/chip/kdf.h"
#include "firmware/parse/chip/line.h"
#include <openssl/crypto.h>
#include <string.h>

#define TAG_PLAIN  0x85 /* a cryptogram; the instruction's last bit is set */
#define TAG_PADDED 0x87 /* a cryptogram behind a byte that names the padding */
#define TAG_LE     0x97
#define TAG_STATUS 0x99
#define TAG_MAC    0x8e
#define ISO_PADDED 0x01
#define CLA_SM     0x0c

enum err sm_start(enum sm_cipher c, const uint8_t *secret, size_t len, struct sm *ret)
{
	struct sm sm = { .cipher = c };
	enum err e = kdf(c, secret, len, KDF_ENC, sm.enc);

	if (e == ERR_OK)
		e = kdf(c, secret, len, KDF_MAC, sm.mac);
	if (e == ERR_OK)
		*ret = sm;
	sm_finish(&sm);
	return e;
}

void sm_finish(struct sm *sm)
{
	explicit_bzero(sm, sizeof(*sm));
}

uint32_t sm_room(enum sm_cipher c, uint32_t answer)
{
	uint32_t block = (uint32_t)cipher_block_bytes(c);
	uint32_t sizer = answer < 0x80 ? 1 : answer <= 0x100 + 18 ? 2 : 3;
	uint32_t around = 1 + sizer + 1 + 4 + 2 + MAC_BYTES + 2;

	if (answer < around + block)
		return 0;
	return (answer - around) / block * block - 1;
}

static void count_on(struct sm *sm)
{
	size_t i = cipher_block_bytes(sm->cipher);

	while (i > 0 && ++sm->ssc[--i] == 0)
		continue;
}

/* MAC over counter, header (may be empty) and objects. */
static enum err mac_of(const struct sm *sm, struct span header, struct span objects, uint8_t *ret)
{
	uint8_t head[CIPHER_MAX_BLOCK] = { 0 }, tail[CIPHER_MAX_BLOCK];
	size_t block = cipher_block_bytes(sm->cipher);
	struct span parts[] = { { sm->ssc, block }, { head, 0 }, objects, { tail, 0 } };

	if (header.len > 0) {
		memcpy(head, header.at, header.len);
		head[header.len] = 0x80;
		parts[1].len = block;
	}
	if (sm->cipher != SM_3DES && objects.len > 0)
		parts[3].len = cipher_padding(sm->cipher, objects.len, tail);
	return cipher_mac(sm->cipher, sm->mac, parts, 4, ret);
}

/* 3DES begins each message with zeros, AES with the encrypted counter. */
static enum err iv_of(const struct sm *sm, uint8_t *ret)
{
	struct span counter = { sm->ssc, CIPHER_MAX_BLOCK };

	if (sm->cipher == SM_3DES) {
		memset(ret, 0, CIPHER_MAX_BLOCK);
		return ERR_OK;
	}
	return cipher_encrypt(sm->cipher, sm->enc, NULL, counter, ret);
}

static size_t put_length(uint8_t *at, size_t len)
{
	size_t n = 0;

	if (len > 0xff) {
		at[n++] = 0x82;
		at[n++] = (uint8_t)(len >> 8);
	} else if (len > 0x7f) {
		at[n++] = 0x81;
	}
	at[n++] = (uint8_t)len;
	return n;
}

static enum err put_data(const struct sm *sm, const struct apdu *a, uint8_t *at, size_t *ret_len)
{
	uint8_t padding[CIPHER_MAX_BLOCK], iv[CIPHER_MAX_BLOCK];
	size_t more = cipher_padding(sm->cipher, a->len, padding), n = 0;
	bool odd = a->ins & 1;

	at[n++] = odd ? TAG_PLAIN : TAG_PADDED;
	n += put_length(at + n, a->len + more + !odd);
	if (!odd)
		at[n++] = ISO_PADDED;
	memcpy(at + n, a->data, a->len);
	memcpy(at + n + a->len, padding, more);
	enum err e = iv_of(sm, iv);
	if (e == ERR_OK)
		e = cipher_encrypt(sm->cipher, sm->enc, iv, (struct span){ at + n, a->len + more },
				   at + n);
	if (e == ERR_OK)
		*ret_len = n + a->len + more;
	return e;
}

static size_t put_le(uint32_t le, bool extended, uint8_t *at)
{
	size_t n = 0;
	bool two = extended ? le > 255 : le > 256;

	at[n++] = TAG_LE;
	at[n++] = two ? 2 : 1;
	if (two)
		at[n++] = (uint8_t)(le >> 8);
	at[n++] = (uint8_t)le;
	return n;
}

enum err sm_wrap(struct sm *sm, const struct apdu *a, bool wide, uint8_t *ret, size_t cap,
		 size_t *ret_len)
{
	uint8_t body[LINE_MAX_COMMAND], header[] = { a->cla | CLA_SM, a->ins, a->p1, a->p2 };
	bool unfit = a->le != 256 && a->le > sm_room(sm->cipher, 258);
	bool extended = a->extended || a->le > 256 || (wide && unfit);
	size_t n = 0;
	enum err e = ERR_OK;

	if (a->len + 64 > sizeof(body) || a->le > 65536)
		return ERR_NO_SPACE;
	count_on(sm);
	if (a->len > 0)
		e = put_data(sm, a, body, &n);
	if (a->le > 0)
		n += put_le(a->le, extended, body + n);
	body[n] = TAG_MAC;
	body[n + 1] = MAC_BYTES;
	if (e == ERR_OK)
		e = mac_of(sm, (struct span){ header, 4 }, (struct span){ body, n }, body + n + 2);
	if (e != ERR_OK)
		return e;
	n += 2 + MAC_BYTES;
	extended |= n > 255;
	struct apdu out = { .cla = header[0],
			    .ins = a->ins,
			    .p1 = a->p1,
			    .p2 = a->p2,
			    .data = body,
			    .len = n,
			    .le = extended ? 65536 : 256 };
	return apdu_encode(&out, ret, cap, ret_len);
}

/* The objects of an answer, each at most once, in the one order there is. */
struct parts {
	struct tlv cryptogram;
	struct span status, mac;
	struct span covered; /* by the MAC */
};

static enum err take_apart(struct span in, struct parts *ret)
{
	struct parts p = { 0 };
	struct span rest = in;
	struct tlv t;

	if (tlv_next(&rest, &t) != ERR_OK)
		return ERR_FORGED;
	if (t.tag == TAG_PADDED || t.tag == TAG_PLAIN) {
		p.cryptogram = t;
		if (tlv_next(&rest, &t) != ERR_OK)
			return ERR_FORGED;
	}
	if (t.tag != TAG_STATUS || t.value.len != 2)
		return ERR_FORGED;
	p.status = t.value;
	p.covered = (struct span){ in.at, in.len - rest.len };
	if (tlv_next(&rest, &t) != ERR_OK || t.tag != TAG_MAC || t.value.len != MAC_BYTES ||
	    rest.len != 0)
		return ERR_FORGED;
	p.mac = t.value;
	*ret = p;
	return ERR_OK;
}

/* In place: the bytes are the caller's own answer. */
static enum err open_data(const struct sm *sm, const struct tlv *t, uint8_t *answer,
			  struct span *ret)
{
	struct span in = t->value;
	uint8_t iv[CIPHER_MAX_BLOCK];
	size_t len;

	if (t->tag == TAG_PADDED) {
		if (in.len == 0 || in.at[0] != ISO_PADDED)
			return ERR_FORGED;
		in.at++;
		in.len--;
	}
	uint8_t *plain = answer + (in.at - answer);
	if (in.len == 0)
		return ERR_FORGED;
	enum err e = iv_of(sm, iv);
	if (e == ERR_OK)
		e = cipher_decrypt(sm->cipher, sm->enc, iv, in, plain);
	if (e == ERR_OK)
		e = cipher_unpadded((struct span){ plain, in.len }, &len);
	if (e == ERR_BAD_DATA || (e == ERR_OK && in.len - len > cipher_block_bytes(sm->cipher)))
		return ERR_FORGED;
	if (e == ERR_OK)
		*ret = (struct span){ plain, len };
	return e;
}

enum err sm_unwrap(struct sm *sm, uint8_t *answer, size_t len, struct span *ret_data,
		   uint16_t *ret_sw)
{
	struct parts p;
	struct span data = { answer, 0 };
	uint8_t mac[MAC_BYTES];

	count_on(sm);
	if (len < 2 || take_apart((struct span){ answer, len - 2 }, &p) != ERR_OK)
		return ERR_FORGED;
	enum err e = mac_of(sm, (struct span){ 0 }, p.covered, mac);
	if (e != ERR_OK)
		return e;
	if (CRYPTO_memcmp(mac, p.mac.at, MAC_BYTES) != 0 ||
	    memcmp(p.status.at, answer + len - 2, 2) != 0)
		return ERR_FORGED;
	if (p.cryptogram.tag != 0)
		e = open_data(sm, &p.cryptogram, answer, &data);
	if (e != ERR_OK)
		return e;
	*ret_data = data;
	*ret_sw = (uint16_t)(p.status.at[0] << 8 | p.status.at[1]);
	return ERR_OK;
}
