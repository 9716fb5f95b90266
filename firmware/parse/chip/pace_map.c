#include "firmware/parse/chip/pace_steps.h"

#include <string.h>

/* What R(s,t) is made with, by the length of the card's nonce; 9303-11 section 4.4.3.3.2. */
static const uint8_t C0_SHORT[] = { 0xa6, 0x68, 0x89, 0x2a, 0x7c, 0x41, 0xe3, 0xca,
				    0x73, 0x9f, 0x40, 0xb0, 0x57, 0xd8, 0x59, 0x04 };
static const uint8_t C1_SHORT[] = { 0xa4, 0xe1, 0x36, 0xac, 0x72, 0x5f, 0x73, 0x8b,
				    0x01, 0xc1, 0xf6, 0x02, 0x17, 0xc1, 0x88, 0xad };
static const uint8_t C0_LONG[] = { 0xd4, 0x63, 0xd6, 0x52, 0x34, 0x12, 0x4e, 0xf7, 0x89, 0x70, 0x54,
				   0x98, 0x6d, 0xca, 0x0a, 0x17, 0x4e, 0x28, 0xdf, 0x75, 0x8c, 0xba,
				   0xa0, 0x3f, 0x24, 0x06, 0x16, 0x41, 0x4d, 0x5a, 0x16, 0x76 };
static const uint8_t C1_LONG[] = { 0x54, 0xbd, 0x72, 0x55, 0xf0, 0xaa, 0xf8, 0x31, 0xbe, 0xc3, 0x42,
				   0x3f, 0xcf, 0x39, 0xd6, 0x9b, 0x6c, 0xbf, 0x06, 0x66, 0x77, 0xd0,
				   0xfa, 0xae, 0x5a, 0xad, 0xd9, 0x9d, 0xf8, 0xe5, 0x35, 0x17 };

enum err pace_random_number(enum sm_cipher c, struct span card_nonce, const uint8_t *our_nonce,
			    size_t prime_bits, uint8_t *ret, size_t *ret_len)
{
	bool is_long = cipher_key_bytes(c) > sizeof(C0_SHORT);
	size_t block = is_long ? sizeof(C0_LONG) : sizeof(C0_SHORT), n = 0;
	struct span c0 = { is_long ? C0_LONG : C0_SHORT, block };
	struct span c1 = { is_long ? C1_LONG : C1_SHORT, block };
	uint8_t key[32];

	if (card_nonce.len != block || prime_bits > GROUP_MAX_BYTES * 8)
		return ERR_BAD_DATA;
	/* the next key is as long as a block; of it the cipher takes what it needs */
	enum err e = cipher_encrypt(c, our_nonce, NULL, card_nonce, key);
	while (e == ERR_OK && n * 8 < prime_bits + 64) {
		e = cipher_encrypt(c, key, NULL, c1, ret + n);
		if (e == ERR_OK)
			e = cipher_encrypt(c, key, NULL, c0, key);
		n += block;
	}
	explicit_bzero(key, sizeof(key));
	if (e == ERR_OK)
		*ret_len = n;
	return e;
}

/* The card's half of a mapping by two key pairs, and the shared element H out of it. */
static enum err exchange_map(struct pace *p, struct element *ret_shared)
{
	AUTO_SECRET k = NULL;
	AUTO_ELEMENT ours = { 0 };
	AUTO_ELEMENT theirs = { 0 };
	uint8_t mine[GROUP_MAX_PUBLIC], answer[PACE_MAX_OBJECT];
	struct span their_key;
	size_t len;

	enum err e = group_draw(p->group, NULL, p->session->chance, &k, &ours);
	if (e == ERR_OK)
		e = group_encode(p->group, &ours, mine, &len);
	if (e == ERR_OK)
		e = pace_step(p, 0x81, (struct span){ mine, len }, answer, &their_key);
	if (e != ERR_OK)
		return e;
	/* a mirror of ours proves nothing */
	if (their_key.len == len && memcmp(their_key.at, mine, len) == 0)
		return ERR_BAD_CARD;
	e = group_decode(p->group, their_key, &theirs);
	if (e == ERR_OK)
		e = group_times(p->group, &theirs, k, ret_shared);
	if (e == ERR_OK && their_key.len <= sizeof(p->map_key)) {
		memcpy(p->map_key, their_key.at, their_key.len);
		p->map_key_len = their_key.len;
	}
	return e;
}

/* s times the generator, and H. */
static enum err map_generic(struct pace *p, struct span nonce, struct element *ret)
{
	AUTO_ELEMENT shared = { 0 };
	AUTO_ELEMENT part = { 0 };
	AUTO_SECRET s = BN_bin2bn(nonce.at, (int)nonce.len, NULL);

	if (!s)
		return ERR_NO_MEMORY;
	enum err e = exchange_map(p, &shared);
	if (e == ERR_OK)
		e = group_times(p->group, NULL, s, &part);
	return e == ERR_OK ? group_add(p->group, &part, &shared, ret) : e;
}

static enum err map_integrated(struct pace *p, struct span nonce, struct element *ret)
{
	uint8_t ours[CIPHER_MAX_KEY], random[PACE_MAX_RANDOM], answer[PACE_MAX_OBJECT];
	struct span empty, mine = { ours, cipher_key_bytes(p->info->cipher) };
	size_t len = 0;

	enum err e = chance_fill(p->session->chance, ours, mine.len);
	if (e == ERR_OK)
		e = pace_step(p, 0x81, mine, answer, &empty);
	if (e == ERR_OK)
		e = pace_random_number(p->info->cipher, nonce, ours,
				       (size_t)BN_num_bits(p->group->p), random, &len);
	if (e != ERR_OK)
		return e;
	AUTO_SECRET number = BN_bin2bn(random, (int)len, NULL);
	explicit_bzero(random, sizeof(random));
	return number ? group_map(p->group, number, ret) : ERR_NO_MEMORY;
}

enum err pace_map_nonce(struct pace *p, struct span nonce, struct element *ret)
{
	if (p->info->map == PACE_IM)
		return map_integrated(p, nonce, ret);
	return map_generic(p, nonce, ret);
}
