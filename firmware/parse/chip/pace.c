#include "firmware/parse/chip/pace_steps.h"

#include "firmware/parse/chip/kdf.h"
#include <openssl/crypto.h>
#include <string.h>

#define TAG_DYNAMIC 0x7c /* what every step is wrapped in */
#define CLA_CHAIN   0x10
#define TAG_CAM     0x8a

static const size_t MAX_NONCE = 64;

static bool refused_key(uint16_t sw)
{
	return sw == 0x6300 || (sw & 0xfff0) == 0x63c0;
}

/* One GENERAL AUTHENTICATE; *ret: inside of the answer's 7C, in answer[0..PACE_MAX_OBJECT). */
static enum err authenticate(struct session *s, uint8_t cla, struct span object, uint8_t *answer,
			     struct span *ret)
{
	uint8_t body[PACE_MAX_OBJECT];
	struct apdu a = { .cla = cla, .ins = 0x86, .data = body, .le = 256 };
	struct tlv t;
	uint16_t sw;
	size_t len;

	a.len = tlv_put(body, TAG_DYNAMIC, object);
	/* an answer of more than 256 bytes: a number of more than 2000 bits */
	if (object.len > 240)
		a.le = session_is_wide(s) ? 65536 : 256;
	enum err e = session_send(s, &a, answer, PACE_MAX_OBJECT, &len, &sw);
	if (e != ERR_OK)
		return e == ERR_NO_SPACE ? ERR_BAD_CARD : e;
	if (refused_key(sw))
		return ERR_WRONG_KEY;
	struct span in = { answer, len };
	if (sw != 0x9000 || tlv_next(&in, &t) != ERR_OK || t.tag != TAG_DYNAMIC)
		return ERR_BAD_CARD;
	*ret = t.value;
	return ERR_OK;
}

enum err pace_step(struct pace *p, uint8_t tag, struct span mine, uint8_t *answer, struct span *ret)
{
	uint8_t object[PACE_MAX_OBJECT - 8];
	struct span in = { object, 0 };
	uint8_t wanted = tag == 0x80 ? 0x80 : tag + 1;

	if (tag != 0x80)
		in.len = tlv_put(object, tag, mine);
	enum err e = authenticate(p->session, CLA_CHAIN, in, answer, &in);
	if (e != ERR_OK)
		return e;
	/* integrated mapping brings nothing back, not even the object */
	if (in.len == 0 && tag == 0x81 && p->info->map == PACE_IM) {
		*ret = in;
		return ERR_OK;
	}
	return tlv_find(in, wanted, ret) == ERR_OK ? ERR_OK : ERR_BAD_CARD;
}

/* MSE:Set AT for mutual authentication. There are cards that want the group named although there
 * is only one, and others that do not know the object that names it. */
static enum err set_template(struct session *s, const struct info *i, uint8_t reference,
			     bool with_id)
{
	uint8_t data[64], none[8];
	struct apdu a = { .ins = 0x22, .p1 = 0xc1, .p2 = 0xa4, .data = data };
	uint16_t sw;
	size_t got;

	if (i->oid.len > 32)
		return ERR_NOT_FOUND;
	a.len = tlv_put(data, 0x80, i->oid);
	a.len += tlv_put(data + a.len, 0x83, (struct span){ &reference, 1 });
	if (with_id)
		a.len += tlv_put(data + a.len, 0x84,
				 (struct span){ (uint8_t[]){ (uint8_t)i->id }, 1 });
	enum err e = session_send(s, &a, none, sizeof(none), &got, &sw);
	if (e != ERR_OK)
		return e == ERR_NO_SPACE ? ERR_NOT_FOUND : e;
	/* 63Cx here only warns how many tries are left */
	if (sw == 0x9000 || (sw & 0xfff0) == 0x63c0)
		return ERR_OK;
	return sw == 0x6a88 ? ERR_KEY_KIND : ERR_NOT_FOUND;
}

static enum err set_up(struct session *s, const struct info *i, uint8_t reference)
{
	enum err e = ERR_NOT_FOUND;

	if (i->id <= 0xff)
		e = set_template(s, i, reference, true);
	if (e == ERR_NOT_FOUND || e == ERR_KEY_KIND)
		e = set_template(s, i, reference, false);
	return e;
}

/* The card's nonce in the clear; *ret lies in nonce[0..MAX_NONCE). */
static enum err take_nonce(struct pace *p, const struct password *pw, uint8_t *nonce,
			   struct span *ret)
{
	uint8_t key[CIPHER_MAX_KEY], answer[PACE_MAX_OBJECT];
	enum sm_cipher c = p->info->cipher;
	struct span z;

	enum err e = pace_step(p, 0x80, (struct span){ 0 }, answer, &z);
	if (e != ERR_OK)
		return e;
	if (z.len == 0 || z.len > MAX_NONCE || z.len % cipher_block_bytes(c) != 0)
		return ERR_BAD_CARD;
	e = kdf(c, pw->secret.at, pw->secret.len, KDF_PASSWORD, key);
	if (e == ERR_OK)
		e = cipher_decrypt(c, key, NULL, z, nonce);
	explicit_bzero(key, sizeof(key));
	if (e == ERR_OK)
		*ret = (struct span){ nonce, z.len };
	return e;
}

/* Public keys of the agreement, as sent. */
struct agreed {
	uint8_t ours[GROUP_MAX_PUBLIC], theirs[GROUP_MAX_PUBLIC];
	size_t ours_len, theirs_len;
};

/* Keys on the mapped generator; the secret into *ret_sm. */
static enum err agree(struct pace *p, const struct element *base, struct agreed *a,
		      struct sm *ret_sm)
{
	AUTO_SECRET k = NULL;
	AUTO_ELEMENT mine = { 0 };
	AUTO_ELEMENT theirs = { 0 };
	uint8_t answer[PACE_MAX_OBJECT], secret[GROUP_MAX_BYTES];
	struct span key;

	enum err e = group_draw(p->group, base, p->session->chance, &k, &mine);
	if (e == ERR_OK)
		e = group_encode(p->group, &mine, a->ours, &a->ours_len);
	if (e == ERR_OK)
		e = pace_step(p, 0x83, (struct span){ a->ours, a->ours_len }, answer, &key);
	if (e != ERR_OK)
		return e;
	if (key.len > sizeof(a->theirs) ||
	    (key.len == a->ours_len && memcmp(key.at, a->ours, key.len) == 0))
		return ERR_BAD_CARD;
	memcpy(a->theirs, key.at, key.len);
	a->theirs_len = key.len;
	e = group_decode(p->group, key, &theirs);
	if (e == ERR_OK)
		e = group_shared(p->group, &theirs, k, secret);
	if (e == ERR_OK)
		e = sm_start(p->info->cipher, secret, p->group->bytes, ret_sm);
	explicit_bzero(secret, sizeof(secret));
	return e;
}

/* MAC over 7F49 { oid, public key }. */
static enum err token(const struct pace *p, const struct sm *sm, struct span key, uint8_t *ret)
{
	uint8_t inside[PACE_MAX_OBJECT], whole[PACE_MAX_OBJECT + 8];
	size_t n = tlv_put(inside, 0x06, p->info->oid);

	n += tlv_put(inside + n, p->group->curve ? 0x86 : 0x84, key);
	n = tlv_put(whole, 0x7f49, (struct span){ inside, n });
	return cipher_mac(sm->cipher, sm->mac, &(struct span){ whole, n }, 1, ret);
}

/* CA_IC out of what the card encrypted: the one answer of chip authentication mapping. */
static enum err open_cam(const struct pace *p, const struct sm *sm, struct span in, struct cam *ret)
{
	static const uint8_t ONES[CIPHER_MAX_BLOCK] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
							0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
							0xff, 0xff, 0xff, 0xff };
	uint8_t plain[128], iv[CIPHER_MAX_BLOCK];
	struct cam cam = { .present = true, .group = (int)p->info->id };

	if (in.len == 0 || in.len > sizeof(plain))
		return ERR_BAD_CARD;
	enum err e =
		cipher_encrypt(sm->cipher, sm->enc, NULL, (struct span){ ONES, sizeof(ONES) }, iv);
	if (e == ERR_OK)
		e = cipher_decrypt(sm->cipher, sm->enc, iv, in, plain);
	if (e == ERR_OK)
		e = cipher_unpadded((struct span){ plain, in.len }, &cam.proof_len);
	if (e != ERR_OK || cam.proof_len > sizeof(cam.proof))
		return e == ERR_NO_MEMORY ? e : ERR_BAD_CARD;
	memcpy(cam.proof, plain, cam.proof_len);
	memcpy(cam.map_key, p->map_key, p->map_key_len);
	cam.map_key_len = p->map_key_len;
	*ret = cam;
	return ERR_OK;
}

/* Tokens both ways: here a wrong password shows. */
static enum err convince(struct pace *p, const struct agreed *a, const struct sm *sm,
			 struct cam *ret_cam)
{
	uint8_t mine[MAC_BYTES], theirs[MAC_BYTES], object[MAC_BYTES + 2];
	uint8_t answer[PACE_MAX_OBJECT];
	struct span in, got, proof;

	enum err e = token(p, sm, (struct span){ a->theirs, a->theirs_len }, mine);
	if (e == ERR_OK)
		e = token(p, sm, (struct span){ a->ours, a->ours_len }, theirs);
	if (e != ERR_OK)
		return e;
	in = (struct span){ object, tlv_put(object, 0x85, (struct span){ mine, MAC_BYTES }) };
	e = authenticate(p->session, 0, in, answer, &in);
	if (e != ERR_OK)
		return e;
	if (tlv_find(in, 0x86, &got) != ERR_OK || got.len != MAC_BYTES)
		return ERR_BAD_CARD;
	if (CRYPTO_memcmp(got.at, theirs, MAC_BYTES) != 0)
		return ERR_WRONG_KEY;
	if (p->info->map != PACE_CAM)
		return ERR_OK;
	return tlv_find(in, TAG_CAM, &proof) == ERR_OK ? open_cam(p, sm, proof, ret_cam)
						       : ERR_BAD_CARD;
}

enum err pace_from_nonce(struct pace *p, struct span nonce, struct sm *ret_sm, struct cam *ret_cam)
{
	AUTO_ELEMENT base = { 0 };
	struct agreed a;
	enum err e = pace_map_nonce(p, nonce, &base);

	if (e == ERR_OK)
		e = agree(p, &base, &a, ret_sm);
	return e == ERR_OK ? convince(p, &a, ret_sm, ret_cam) : e;
}

static enum err run(struct pace *p, const struct password *pw, struct sm *sm, struct cam *ret_cam)
{
	uint8_t nonce[64];
	struct span s;
	enum err e = take_nonce(p, pw, nonce, &s);

	if (e == ERR_OK)
		e = pace_from_nonce(p, s, sm, ret_cam);
	explicit_bzero(nonce, sizeof(nonce));
	return e;
}

enum err pace_run(struct session *s, const struct pace_offer *offer, const struct password *pw,
		  struct cam *ret_cam)
{
	struct pace p = { .session = s, .info = &offer->info, .group = &offer->group };
	struct sm sm = { 0 };
	enum err e = set_up(s, p.info, pw->reference);

	if (e == ERR_OK)
		e = run(&p, pw, &sm, ret_cam);
	if (e == ERR_OK)
		session_secure(s, &sm);
	sm_finish(&sm);
	/* a nonce or a key that cannot be is the card's doing */
	return e == ERR_BAD_DATA ? ERR_BAD_CARD : e;
}
