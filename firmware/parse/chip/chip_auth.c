#include "firmware/parse/chip/proof.h"

#include "firmware/parse/chip/group.h"
#include "firmware/parse/chip/security_infos.h"
#include <limits.h>
#include <openssl/crypto.h>
#include <string.h>

#define MAX_ENTRIES 64 /* of a set; a card has a handful */
#define MAX_TRIES   4
#define MAX_SHORT   192 /* bytes of a number that a protected short command can hold */
#define MAX_BODY    (GROUP_MAX_PUBLIC + 32)
#define DG14_HIGH   0x01
#define DG14_LOW    0x0e

/* A way that DG14 offers: a protocol and the key for it. */
struct offer {
	struct info way; /* oid empty: not said, as in old passports; 3DES then */
	struct info key;
};

/* The more the better: the stronger cipher, a curve before numbers, what is said before what is
 * guessed; then what comes first. `at` is the place of key and way in the set; never 0. */
static unsigned worth(const struct offer *o, unsigned at)
{
	unsigned kind = (unsigned)o->way.cipher * 4 + (o->key.curve ? 2 : 0) + (o->way.oid.len > 0);

	return (kind + 1) * MAX_ENTRIES * MAX_ENTRIES - at;
}

static bool fits(const struct info *way, const struct info *key)
{
	return way->kind == INFO_CHIP_AUTH && way->curve == key->curve &&
	       (way->id == key->id || way->id == INFO_NO_ID || key->id == INFO_NO_ID);
}

struct best {
	struct offer offer;
	unsigned worth; /* 0: none yet */
};

static void keep_better(struct best *b, const struct offer *o, unsigned at, unsigned below)
{
	unsigned w = worth(o, at);

	if (w < below && w > b->worth)
		*b = (struct best){ *o, w };
}

/* The best of what is worth less than `below`: of every key, in every way that is for it. */
static struct best choose(struct span set, unsigned below)
{
	struct best best = { .worth = 0 };
	struct span keys = set;
	struct info key, way;

	for (unsigned k = 0; k < MAX_ENTRIES && infos_next(&keys, &key) == ERR_OK; k++) {
		struct span ways = set;
		bool said = false;

		if (key.kind != INFO_CHIP_KEY)
			continue;
		for (unsigned w = 0; w < MAX_ENTRIES && infos_next(&ways, &way) == ERR_OK; w++)
			if (fits(&way, &key)) {
				said = true;
				keep_better(&best, &(struct offer){ way, key }, k * MAX_ENTRIES + w,
					    below);
			}
		struct offer unsaid = { .way = { .cipher = SM_3DES, .id = key.id }, .key = key };
		if (!said)
			keep_better(&best, &unsaid, k * MAX_ENTRIES, below);
	}
	return best;
}

/* 84: which of several keys; without leading zeros. */
static size_t put_key_id(uint8_t *at, const struct offer *o)
{
	uint32_t id = o->way.id != INFO_NO_ID ? o->way.id : o->key.id;
	uint8_t bytes[] = { (uint8_t)(id >> 24), (uint8_t)(id >> 16), (uint8_t)(id >> 8),
			    (uint8_t)id };
	size_t skip = 0;

	if (id == INFO_NO_ID)
		return 0;
	while (skip < 3 && bytes[skip] == 0)
		skip++;
	return tlv_put(at, 0x84, (struct span){ bytes + skip, sizeof(bytes) - skip });
}

/* ERR_NOT_FOUND: the card refused; keys are as they were. */
static enum err command(struct session *s, struct apdu a)
{
	uint8_t answer[256];
	uint16_t sw;
	size_t len;
	enum err e = session_send(s, &a, answer, sizeof(answer), &len, &sw);

	if (e == ERR_OK && sw != 0x9000)
		return ERR_NOT_FOUND;
	return e == ERR_NO_SPACE ? ERR_NOT_FOUND : e;
}

static enum err set_key(struct session *s, const struct offer *o, struct span ours)
{
	uint8_t body[MAX_BODY];
	size_t n = tlv_put(body, 0x91, ours);

	n += put_key_id(body + n, o);
	return command(
		s, (struct apdu){ .ins = 0x22, .p1 = 0x41, .p2 = 0xa6, .data = body, .len = n });
}

static enum err authenticate(struct session *s, const struct offer *o, struct span ours)
{
	uint8_t body[MAX_BODY], object[MAX_BODY];
	size_t n;

	if (o->way.oid.len == 0)
		return ERR_NOT_FOUND;
	n = tlv_put(body, 0x80, o->way.oid);
	n += put_key_id(body + n, o);
	enum err e = command(
		s, (struct apdu){ .ins = 0x22, .p1 = 0x41, .p2 = 0xa4, .data = body, .len = n });
	if (e != ERR_OK)
		return e;
	n = tlv_put(object, 0x80, ours);
	n = tlv_put(body, 0x7c, (struct span){ object, n });
	return command(s, (struct apdu){ .ins = 0x86, .data = body, .len = n, .le = 256 });
}

/* Tells the card our key. ERR_NOT_FOUND: it does not go along. */
static enum err tell(struct session *s, const struct offer *o, struct span ours)
{
	enum err e = ERR_NOT_FOUND;

	if (o->way.cipher == SM_3DES)
		e = set_key(s, o, ours);
	return e == ERR_NOT_FOUND ? authenticate(s, o, ours) : e;
}

/* Only who has the card's private key can answer under the new keys. */
static enum err challenge(struct session *s, enum chip_proof *ret)
{
	struct apdu a = { .ins = 0xa4,
			  .p1 = 0x02,
			  .p2 = 0x0c,
			  .data = (uint8_t[]){ DG14_HIGH, DG14_LOW },
			  .len = 2 };
	uint8_t none[256];
	uint16_t sw;
	size_t len;
	enum err e = session_send(s, &a, none, sizeof(none), &len, &sw);

	/* too long an answer may come from the line, which has opened nothing */
	if (e != ERR_OK && e != ERR_FORGED && e != ERR_NO_SPACE)
		return e;
	*ret = e == ERR_OK       ? CHIP_PROOF_ORIGINAL
	       : e == ERR_FORGED ? CHIP_PROOF_COPIED
				 : CHIP_PROOF_UNCHECKED;
	return ERR_OK;
}

static enum err agree(struct session *s, const struct offer *o, const struct group *g,
		      const struct element *theirs, struct sm *ret_sm)
{
	AUTO_SECRET k = NULL;
	AUTO_ELEMENT mine = { 0 };
	uint8_t ours[GROUP_MAX_PUBLIC], secret[GROUP_MAX_BYTES];
	size_t len;

	enum err e = group_draw(g, NULL, s->chance, &k, &mine);
	if (e == ERR_OK)
		e = group_encode(g, &mine, ours, &len);
	if (e == ERR_OK)
		e = group_shared(g, theirs, k, secret);
	if (e == ERR_OK)
		e = tell(s, o, (struct span){ ours, len });
	if (e == ERR_OK)
		e = sm_start(o->way.cipher, secret, g->bytes, ret_sm);
	explicit_bzero(secret, sizeof(secret));
	return e;
}

/* ERR_NOT_FOUND: not this way. */
static enum err try_offer(struct session *s, const struct offer *o, struct sm *ret_sm)
{
	AUTO_GROUP g = { 0 };
	AUTO_ELEMENT theirs = { 0 };
	enum err e = group_read_key(o->key.body, &g, &theirs);

	/* the card is told a number as long as the prime: it may not fit a short command */
	if (e == ERR_OK && g.bytes > MAX_SHORT && !g.curve && !session_is_wide(s))
		e = ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = agree(s, o, &g, &theirs, ret_sm);
	return e == ERR_BAD_DATA ? ERR_NOT_FOUND : e;
}

enum err proof_chip_auth(struct session *s, struct span dg14, enum chip_proof *ret)
{
	struct best best = { .worth = UINT_MAX };
	struct sm sm = { 0 };
	struct span set;
	enum err e = ERR_NOT_FOUND;

	if (infos_open(dg14, &set) == ERR_OK)
		for (int n = 0; n < MAX_TRIES && e == ERR_NOT_FOUND && best.worth > 0; n++) {
			best = choose(set, best.worth);
			if (best.worth > 0)
				e = try_offer(s, &best.offer, &sm);
		}
	if (e == ERR_NOT_FOUND) {
		*ret = CHIP_PROOF_UNCHECKED;
		return ERR_OK;
	}
	if (e == ERR_OK) {
		session_secure(s, &sm);
		e = challenge(s, ret);
	}
	sm_finish(&sm);
	return e;
}

/* CA_IC times the static key is the key of the mapping, for him who knows the private one. */
static enum err cam_holds(const struct cam *cam, const struct group *g, struct span info,
			  bool *ret_holds)
{
	AUTO_GROUP own = { 0 };
	AUTO_ELEMENT key = { 0 };
	AUTO_ELEMENT sum = { 0 };
	AUTO_SECRET k = BN_bin2bn(cam->proof, (int)cam->proof_len, NULL);
	uint8_t bytes[GROUP_MAX_PUBLIC];
	size_t len;

	if (!k)
		return ERR_NO_MEMORY;
	enum err e = group_read_key(info, &own, &key);
	if (e == ERR_OK && !group_same(g, &own))
		e = ERR_NOT_FOUND;
	if (e != ERR_OK)
		return e;
	e = BN_is_zero(k) ? ERR_BAD_DATA : group_times(g, &key, k, &sum);
	if (e == ERR_OK)
		e = group_encode(g, &sum, bytes, &len);
	if (e == ERR_NO_MEMORY)
		return e;
	*ret_holds = e == ERR_OK && len == cam->map_key_len &&
		     CRYPTO_memcmp(bytes, cam->map_key, len) == 0;
	return ERR_OK;
}

enum err proof_cam(const struct cam *cam, struct span infos, enum chip_proof *ret)
{
	enum chip_proof proof = CHIP_PROOF_UNCHECKED;
	bool card_security = infos.len > 0 && infos.at[0] == 0x31;
	AUTO_GROUP g = { 0 };
	struct span set;
	struct info i;

	if (cam->present && infos_open(infos, &set) == ERR_OK &&
	    group_standard((uint32_t)cam->group, &g) == ERR_OK) {
		for (int n = 0; n < MAX_ENTRIES && infos_next(&set, &i) == ERR_OK; n++) {
			bool holds = false;
			enum err e = i.kind == INFO_CHIP_KEY ? cam_holds(cam, &g, i.body, &holds)
							     : ERR_NOT_FOUND;

			if (e == ERR_NO_MEMORY)
				return e;
			if (holds)
				proof = CHIP_PROOF_ORIGINAL;
			else if (e == ERR_OK && card_security && proof == CHIP_PROOF_UNCHECKED)
				proof = CHIP_PROOF_COPIED;
		}
	}
	*ret = proof;
	return ERR_OK;
}
