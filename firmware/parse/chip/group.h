/* The groups in which card and kiosk agree on keys: points of an elliptic curve, or numbers
 * modulo a prime. One face for both, so that a protocol is written once. Standard groups: ICAO
 * Doc 9303-11 section 9.5.1 (RFC 5114, NIST, Brainpool RFC 5639). */
#ifndef PARSE_CHIP_GROUP_H
#define PARSE_CHIP_GROUP_H

#include "firmware/parse/chip/chance.h"
#include "firmware/parse/chip/tlv.h"
#include <openssl/bn.h>
#include <openssl/ec.h>

#define GROUP_MAX_BYTES  512 /* numbers of 4096 bits */
#define GROUP_MAX_PUBLIC GROUP_MAX_BYTES

struct group {
	bool curve;
	size_t bytes; /* of a number, or of one coordinate */
	EC_GROUP *ec;
	BIGNUM *p, *g;
	BIGNUM *q; /* the order; NULL when numbers come without one */
	BN_CTX *ctx;
};

/* A member of a group; its owner calls element_finish(). */
struct element {
	EC_POINT *point;
	BIGNUM *number;
};

/* By the number that a card knows it by. ERR_NOT_FOUND: there is none. */
enum err group_standard(uint32_t id, struct group *ret);

/* From an AlgorithmIdentifier: named or explicit curve, prime with or without order, or the
 * number of a standard group. ERR_BAD_DATA: malformed, or no group that can be used. */
enum err group_read(struct span algorithm, struct group *ret);

/* A SubjectPublicKeyInfo: the group, and the key in it. ERR_BAD_DATA. */
enum err group_read_key(struct span info, struct group *ret, struct element *ret_key);

/* Takes over `ec`, which may be NULL: ERR_NO_MEMORY then. */
enum err group_of_curve(EC_GROUP *ec, struct group *ret);

/* By value, whatever they were called. */
bool group_same(const struct group *a, const struct group *b);

/* Accept a zeroed one. */
void group_finish(struct group *g);
void element_finish(struct element *e);
void secret_finish(BIGNUM **k);

#define AUTO_GROUP   __attribute__((cleanup(group_finish))) struct group
#define AUTO_ELEMENT __attribute__((cleanup(element_finish))) struct element
#define AUTO_SECRET  __attribute__((cleanup(secret_finish))) BIGNUM *

/* To hand one on: what it was declared with then has nothing to end. */
static inline struct group take_group(struct group *g)
{
	struct group taken = *g;

	*g = (struct group){ 0 };
	return taken;
}

static inline struct element take_element(struct element *e)
{
	struct element taken = *e;

	*e = (struct element){ 0 };
	return taken;
}

/* Somebody's public key. ERR_BAD_DATA: not of the group: off the curve, infinity, 0, 1, p-1, of a
 * small order, or not in the one form there is (uncompressed; a number of any length). */
enum err group_decode(const struct group *g, struct span in, struct element *ret);

/* 04 x y, or the number in full length. ret has GROUP_MAX_PUBLIC bytes. */
enum err group_encode(const struct group *g, const struct element *e, uint8_t *ret,
		      size_t *ret_len);

/* Where keys come from: `base` is a generator, NULL the group's own. A number that would begin
 * with a zero byte is drawn again: cards disagree on whether to write it. The caller frees
 * *ret_secret by secret_finish(), *ret_public by element_finish(). */
enum err group_draw(const struct group *g, const struct element *base, const struct chance *c,
		    BIGNUM **ret_secret, struct element *ret_public);

/* base times k, as points are written; base NULL is the generator. ERR_BAD_DATA when the result
 * is the neutral element: then somebody cheats. */
enum err group_times(const struct group *g, const struct element *base, const BIGNUM *k,
		     struct element *ret);

/* a and b together, again never neutral. */
enum err group_add(const struct group *g, const struct element *a, const struct element *b,
		   struct element *ret);

/* What both sides know afterwards: x, or the number, g->bytes long, into ret. */
enum err group_shared(const struct group *g, const struct element *theirs, const BIGNUM *secret,
		      uint8_t *ret);

/* The generator that a number stands for in PACE's integrated mapping (9303-11 section
 * 4.4.3.3.2 and appendix B.2). ERR_BAD_DATA: this group has none (p = 1 mod 4, no order known). */
enum err group_map(const struct group *g, const BIGNUM *number, struct element *ret);

#endif
