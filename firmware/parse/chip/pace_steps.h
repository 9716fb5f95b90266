/* PACE on its way: what its files share. Nobody else includes this. */
#ifndef PARSE_CHIP_PACE_STEPS_H
#define PARSE_CHIP_PACE_STEPS_H

#include "firmware/parse/chip/pace.h"

#define PACE_MAX_OBJECT (GROUP_MAX_PUBLIC + 64)
#define PACE_MAX_RANDOM (GROUP_MAX_BYTES + 40)

struct pace {
	struct session *session;
	const struct info *info;
	const struct group *group;
	uint8_t map_key[ACCESS_MAX_POINT]; /* the card's, of the mapping */
	size_t map_key_len;
};

/* GENERAL AUTHENTICATE, more to follow: sends `mine` (may be empty) as the object `tag`, takes
 * the one with the next tag out of the answer (tag 80 is asked for by an empty one). *ret lies
 * in answer[0.. PACE_MAX_OBJECT). ERR_WRONG_KEY, ERR_BAD_CARD; else as line.exchange. */
enum err pace_step(struct pace *p, uint8_t tag, struct span mine, uint8_t *answer,
		   struct span *ret);

/* The generator that the nonce gives, after what must be exchanged for it. */
enum err pace_map_nonce(struct pace *p, struct span nonce, struct element *ret);

/* Everything behind the nonce: mapping, agreement, tokens. *ret_sm holds keys also after an
 * error, for the caller to wipe. */
enum err pace_from_nonce(struct pace *p, struct span nonce, struct sm *ret_sm, struct cam *ret_cam);

/* The number that integrated mapping maps, from the card's nonce and ours: as many bytes as the
 * prime needs and 64 bits more, into ret[0..PACE_MAX_RANDOM). ERR_BAD_DATA: a nonce of a length
 * that the cipher cannot take. */
enum err pace_random_number(enum sm_cipher c, struct span card_nonce, const uint8_t *our_nonce,
			    size_t prime_bits, uint8_t *ret, size_t *ret_len);

#endif
