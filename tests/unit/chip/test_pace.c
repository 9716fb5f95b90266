#include "firmware/parse/chip/kdf.h"
#include "firmware/parse/chip/pace_steps.h"
#include "firmware/parse/chip/proof.h"
#include "tests/unit/chip/vectors.h"

#include <openssl/evp.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static BIGNUM *number(enum vector v)
{
	struct bytes b = vec(v);

	return BN_bin2bn(b.at, (int)b.len, NULL);
}

/* A public key as it must come out; vectors may have a zero byte before a number. */
static void eq_element(const struct group *g, const struct element *e, enum vector v)
{
	uint8_t got[GROUP_MAX_PUBLIC + 1] = { 0 };
	struct bytes want = vec(v);
	size_t len, more;

	eq_int(group_encode(g, e, got + 1, &len), ERR_OK);
	more = want.len > len;
	eq_vector(got + 1 - more, len + more, v);
}

/* Secret times base is the public key the vector has. */
static void key_pair(const struct group *g, const struct element *base, enum vector secret,
		     enum vector public)
{
	AUTO_SECRET k = number(secret);
	AUTO_ELEMENT e = { 0 };

	eq_int(group_times(g, base, k, &e), ERR_OK);
	eq_element(g, &e, public);
}

static struct element decoded(const struct group *g, enum vector v)
{
	struct bytes b = vec(v);
	struct element e = { 0 };

	eq_int(group_decode(g, span_of(&b), &e), ERR_OK);
	return e;
}

/* The generator out of the mapping's keys and the nonce; every value between is in a vector. */
struct generic {
	enum vector secret, theirs, shared, nonce, generator;
};

static struct element map_again(const struct group *g, const struct generic *v)
{
	AUTO_SECRET k = number(v->secret);
	AUTO_SECRET s = number(v->nonce);
	AUTO_ELEMENT theirs = decoded(g, v->theirs);
	AUTO_ELEMENT shared = { 0 };
	AUTO_ELEMENT part = { 0 };
	struct element base = { 0 };

	eq_int(group_times(g, &theirs, k, &shared), ERR_OK);
	if (v->shared != VECTOR_COUNT)
		eq_element(g, &shared, v->shared);
	eq_int(group_times(g, NULL, s, &part), ERR_OK);
	eq_int(group_add(g, &part, &shared, &base), ERR_OK);
	eq_element(g, &base, v->generator);
	return base;
}

static void agree_again(const struct group *g, enum vector secret, enum vector theirs,
			enum vector shared)
{
	AUTO_SECRET k = number(secret);
	AUTO_ELEMENT e = decoded(g, theirs);
	uint8_t x[GROUP_MAX_BYTES];

	eq_int(group_shared(g, &e, k, x), ERR_OK);
	eq_vector(x, g->bytes, shared);
}

static void nonce_opens(enum vector kpi, enum vector z, enum vector s)
{
	struct bytes key = vec(kpi), in = vec(z);
	uint8_t plain[64];

	eq_int(cipher_decrypt(SM_AES128, key.at, NULL, span_of(&in), plain), ERR_OK);
	eq_vector(plain, in.len, s);
}

static void hash_of_mrz(enum vector text, uint8_t *ret)
{
	const char *mrz = VECTOR_ROWS[text].text;

	ok(EVP_Digest(mrz, strlen(mrz), ret, NULL, EVP_sha1(), NULL));
}

/* 9303-11 G.1: the whole conversation. */
static void generic_mapping_on_a_curve(void)
{
	const struct talk TALKS[] = { TALK(GM_MSE), TALK(GM_NONCE), TALK(GM_MAP), TALK(GM_AGREE),
				      TALK(GM_TOKEN) };
	static const enum vector CHANCES[] = { GM_SK_MAP, GM_SK_DH };
	struct recorded r;
	struct bytes info = vec(GM_INFO);
	uint8_t file[64], hash[20];
	struct pace_offer offer = { 0 };
	struct cam cam = { 0 };

	size_t len = tlv_put(file, 0x31, span_of(&info));
	eq_int(pace_choose((struct span){ file, len }, 0, &offer), ERR_OK);
	eq_int(offer.info.id, 13);
	eq_int(offer.info.cipher, SM_AES128);
	hash_of_mrz(GM_MRZ, hash);
	eq_vector(hash, sizeof(hash), GM_K);
	struct password pw = { 1, { hash, sizeof(hash) } };
	recorded_start(&r, TALKS, COUNT(TALKS), CHANCES);
	eq_int(pace_run(&r.session, &offer, &pw, &cam), ERR_OK);
	ok(r.session.secure);
	ok(!cam.present);
	eq_vector(r.session.sm.enc, 16, GM_ENC);
	eq_vector(r.session.sm.mac, 16, GM_MAC);
	recorded_over(&r);
	group_finish(&offer.group);
}

static void values_of_generic_mapping(void)
{
	AUTO_GROUP g = { 0 };
	struct bytes k = vec(GM_K), z = vec(GM_NONCE_ANSWER), answer = vec(GM_MAP_ANSWER);
	struct bytes mac = vec(GM_MAC), input = vec(GM_TOKEN_INPUT);
	struct bytes token = vec(GM_TOKEN_COMMAND), theirs = vec(GM_AGREE_ANSWER);
	uint8_t key[16], plain[16], got[GROUP_MAX_BYTES];
	struct span in = span_of(&input);

	eq_int(group_standard(13, &g), ERR_OK);
	eq_int(kdf(SM_AES128, k.at, k.len, KDF_PASSWORD, key), ERR_OK);
	eq_vector(key, 16, GM_KPI);
	eq_int(cipher_decrypt(SM_AES128, key, NULL, (struct span){ z.at + 4, 16 }, plain), ERR_OK);
	eq_vector(plain, 16, GM_NONCE);

	AUTO_SECRET sk = number(GM_SK_MAP);
	AUTO_SECRET s = number(GM_NONCE);
	AUTO_SECRET dh = number(GM_SK_DH);
	AUTO_ELEMENT map = { 0 };
	AUTO_ELEMENT h = { 0 };
	AUTO_ELEMENT part = { 0 };
	AUTO_ELEMENT base = { 0 };
	AUTO_ELEMENT agreed = { 0 };
	eq_int(group_decode(&g, (struct span){ answer.at + 4, 65 }, &map), ERR_OK);
	eq_int(group_times(&g, &map, sk, &h), ERR_OK);
	eq_element(&g, &h, GM_H);
	eq_int(group_times(&g, NULL, s, &part), ERR_OK);
	eq_int(group_add(&g, &part, &h, &base), ERR_OK);
	eq_element(&g, &base, GM_G);
	eq_int(group_decode(&g, (struct span){ theirs.at + 4, 65 }, &agreed), ERR_OK);
	eq_int(group_shared(&g, &agreed, dh, got), ERR_OK);
	eq_vector(got, 32, GM_SECRET);
	eq_int(cipher_mac(SM_AES128, mac.at, &in, 1, got), ERR_OK);
	ok(memcmp(got, token.at + 9, MAC_BYTES) == 0);
}

/* GENERAL AUTHENTICATE of one object, or the answer to it, as hex. */
static char *step_hex(char *to, bool command, uint8_t cla, uint8_t tag, struct span value)
{
	uint8_t object[600], whole[600], out[640];
	size_t n = tlv_put(object, tag, value), len;

	n = tlv_put(whole, 0x7c, (struct span){ object, n });
	struct apdu a = { cla, 0x86, 0, 0, whole, n, 256, false };
	if (command) {
		eq_int(apdu_encode(&a, out, sizeof(out), &len), ERR_OK);
	} else {
		memcpy(out, whole, n);
		memcpy(out + n, (uint8_t[]){ 0x90, 0x00 }, 2);
		len = n + 2;
	}
	for (size_t i = 0; i < len; i++)
		(void)snprintf(to + 2 * i, 3, "%02X", out[i]);
	return to;
}

/* A conversation behind the nonce: what we send and what comes back, the second of each empty. */
struct behind {
	enum pace_map map;
	uint32_t group;
	const char *oid;
	enum vector nonce;
	enum vector our_map, their_map;
	enum vector our_key, their_key;
	enum vector our_token, their_token;
	enum vector enc, mac;
	const enum vector *chances;
};

static struct span trimmed(const struct bytes *b)
{
	struct span s = span_of(b);

	if (s.len > 2 && s.len % 2 == 1 && s.at[0] == 0) {
		s.at++;
		s.len--;
	}
	return s;
}

static void talk_of(enum vector v, bool command, uint8_t cla, uint8_t tag, char *to)
{
	struct bytes b = v == VECTOR_COUNT ? (struct bytes){ .len = 0 } : vec(v);

	step_hex(to, command, cla, tag, trimmed(&b));
}

static void plays(const struct behind *b)
{
	char hex[6][1300];
	struct talk talks[] = { { hex[0], hex[1] }, { hex[2], hex[3] }, { hex[4], hex[5] } };
	struct bytes oid = bytes_of_hex(b->oid), nonce = vec(b->nonce);
	struct recorded r;
	AUTO_GROUP g = { 0 };
	struct sm sm = { 0 };
	struct cam cam;

	talk_of(b->our_map, true, 0x10, 0x81, hex[0]);
	talk_of(b->their_map, false, 0, 0x82, hex[1]);
	talk_of(b->our_key, true, 0x10, 0x83, hex[2]);
	talk_of(b->their_key, false, 0, 0x84, hex[3]);
	talk_of(b->our_token, true, 0, 0x85, hex[4]);
	talk_of(b->their_token, false, 0, 0x86, hex[5]);
	eq_int(group_standard(b->group, &g), ERR_OK);
	struct info info = { .kind = INFO_PACE,
			     .map = b->map,
			     .cipher = SM_AES128,
			     .curve = g.curve,
			     .oid = span_of(&oid),
			     .id = b->group };
	recorded_start(&r, talks, COUNT(talks), b->chances);
	struct pace p = { .session = &r.session, .info = &info, .group = &g };
	eq_int(pace_from_nonce(&p, span_of(&nonce), &sm, &cam), ERR_OK);
	eq_vector(sm.enc, 16, b->enc);
	eq_vector(sm.mac, 16, b->mac);
	recorded_over(&r);
}

/* 9303-11 H.1 */
static void integrated_mapping_on_a_curve(void)
{
	static const enum vector CHANCES[] = { IM_T, IM_SK_IFD };
	static const struct behind B = {
		PACE_IM,   13,       "04007F00070202040402",
		IM_S,      IM_T,     VECTOR_COUNT,
		IM_PK_IFD, IM_PK_IC, IM_T_IFD,
		IM_T_IC,   IM_ENC,   IM_MAC,
		CHANCES,
	};

	nonce_opens(IM_KPI, IM_Z, IM_S);
	plays(&B);
}

static void values_of_integrated_mapping(void)
{
	AUTO_GROUP g = { 0 };
	struct bytes s = vec(IM_S), t = vec(IM_T), c0 = vec(IM_C0), c1 = vec(IM_C1);
	uint8_t random[PACE_MAX_RANDOM], reduced[32], first[32], key[16];
	size_t len;

	eq_int(group_standard(13, &g), ERR_OK);
	eq_int(pace_random_number(SM_AES128, span_of(&s), t.at, 256, random, &len), ERR_OK);
	eq_vector(random, len, IM_R);
	/* by hand, with the constants as the vectors have them */
	eq_int(cipher_encrypt(SM_AES128, t.at, NULL, span_of(&s), key), ERR_OK);
	eq_int(cipher_encrypt(SM_AES128, key, NULL, span_of(&c1), first), ERR_OK);
	eq_int(cipher_encrypt(SM_AES128, key, NULL, span_of(&c0), key), ERR_OK);
	eq_int(cipher_encrypt(SM_AES128, key, NULL, span_of(&c1), first + 16), ERR_OK);
	ok(memcmp(first, random, 32) == 0);

	AUTO_SECRET whole = BN_bin2bn(random, (int)len, NULL);
	AUTO_SECRET rp = BN_new();
	AUTO_ELEMENT base = { 0 };
	ok(BN_nnmod(rp, whole, g.p, g.ctx));
	eq_int(BN_bn2binpad(rp, reduced, 32), 32);
	eq_vector(reduced, 32, IM_RP);
	eq_int(group_map(&g, whole, &base), ERR_OK);
	eq_element(&g, &base, IM_G);
	key_pair(&g, &base, IM_SK_IFD, IM_PK_IFD);
	agree_again(&g, IM_SK_IFD, IM_PK_IC, IM_SECRET);
}

/* H.1's beginning, by a card that does not know the object naming the group. */
static void a_card_may_not_know_the_groups_name(void)
{
	const struct talk TALKS[] = { { "0022C1A412800A04007F0007020204040283010184010D", "6A80" },
				      { VECTOR_ROWS[IM_MSE].text, "9000" },
				      { "10860000027C0000", VECTOR_ROWS[IM_NONCE_ANSWER].text },
				      { VECTOR_ROWS[IM_MAP_COMMAND].text, "7C0282009000" },
				      { NULL, "6F00" } };
	static const enum vector CHANCES[] = { IM_T, IM_SK_IFD };
	struct bytes file = bytes_of_hex("31143012060A04007F0007020204040202010202010D");
	struct recorded r;
	struct pace_offer offer = { 0 };
	struct cam cam;
	struct password pw = { 1, { (const uint8_t *)"any", 3 } };

	eq_int(pace_choose(span_of(&file), 0, &offer), ERR_OK);
	recorded_start(&r, TALKS, COUNT(TALKS), CHANCES);
	eq_int(pace_run(&r.session, &offer, &pw, &cam), ERR_BAD_CARD);
	ok(!r.session.secure);
	recorded_over(&r);
	group_finish(&offer.group);
}

/* 9303-11 H.2 */
static void integrated_mapping_of_numbers(void)
{
	static const enum vector CHANCES[] = { DHIM_T, DHIM_SK_IFD };
	static const struct behind B = {
		PACE_IM,     0,          "04007F00070202040302",
		DHIM_S,      DHIM_T,     VECTOR_COUNT,
		DHIM_PK_IFD, DHIM_PK_IC, DHIM_T_IFD,
		DHIM_T_IC,   DHIM_ENC,   DHIM_MAC,
		CHANCES,
	};
	AUTO_GROUP g = { 0 };
	AUTO_ELEMENT base = { 0 };
	struct bytes s = vec(DHIM_S), t = vec(DHIM_T);
	uint8_t random[PACE_MAX_RANDOM];
	size_t len;

	nonce_opens(DHIM_KPI, DHIM_Z, DHIM_S);
	eq_int(group_standard(0, &g), ERR_OK);
	eq_int(pace_random_number(SM_AES128, span_of(&s), t.at, 1024, random, &len), ERR_OK);
	AUTO_SECRET whole = BN_bin2bn(random, (int)len, NULL);
	eq_int(group_map(&g, whole, &base), ERR_OK);
	eq_element(&g, &base, DHIM_G);
	key_pair(&g, &base, DHIM_SK_IFD, DHIM_PK_IFD);
	plays(&B);
}

/* 9303-11 G.2 = the EAC worked example with DH */
static void generic_mapping_of_numbers(void)
{
	static const enum vector CHANCES[] = { DHGM_MAP_PCD_PRIV_KEY, DHGM_PCD_PRIV_KEY };
	static const struct behind B = {
		PACE_GM,
		0,
		"04007F00070202040102",
		DHGM_NONCE,
		DHGM_MAP_PCD_PUB_KEY,
		DHGM_MAP_PICC_PUB_KEY,
		DHGM_PCD_PUB_KEY,
		DHGM_PICC_PUB_KEY,
		DHGM_AUTHENTICATION_TOKEN_PCD,
		DHGM_AUTHENTICATION_TOKEN_PICC,
		DHGM_K_ENC,
		DHGM_K_MAC,
		CHANCES,
	};
	static const struct generic V = { DHGM_MAP_PCD_PRIV_KEY, DHGM_MAP_PICC_PUB_KEY,
					  DHGM_MAP_SHARED_SECRET_H, DHGM_NONCE,
					  DHGM_MAP_GENERATOR };
	static const struct generic CARD = { DHGM_MAP_PICC_PRIV_KEY, DHGM_MAP_PCD_PUB_KEY,
					     DHGM_MAP_SHARED_SECRET_H, DHGM_NONCE,
					     DHGM_MAP_GENERATOR };
	AUTO_GROUP g = { 0 };

	nonce_opens(DHIM_KPI, DHGM_NONCE_ENC, DHGM_NONCE);
	eq_int(group_standard(0, &g), ERR_OK);
	AUTO_ELEMENT base = map_again(&g, &V);
	AUTO_ELEMENT same = map_again(&g, &CARD);
	key_pair(&g, NULL, DHGM_MAP_PCD_PRIV_KEY, DHGM_MAP_PCD_PUB_KEY);
	key_pair(&g, NULL, DHGM_MAP_PICC_PRIV_KEY, DHGM_MAP_PICC_PUB_KEY);
	key_pair(&g, &base, DHGM_PCD_PRIV_KEY, DHGM_PCD_PUB_KEY);
	key_pair(&g, &same, DHGM_PICC_PRIV_KEY, DHGM_PICC_PUB_KEY);
	agree_again(&g, DHGM_PCD_PRIV_KEY, DHGM_PICC_PUB_KEY, DHGM_SHARED_SECRET_K);
	agree_again(&g, DHGM_PICC_PRIV_KEY, DHGM_PCD_PUB_KEY, DHGM_SHARED_SECRET_K);
	plays(&B);
}

/* The EAC worked example on a curve: password 123456. */
static void the_eac_example(void)
{
	static const struct generic V = { EAC_MAP_PCD_PRIV_KEY, EAC_MAP_PICC_PUB_KEY,
					  EAC_MAP_SHARED_SECRET_H, EAC_NONCE, EAC_MAP_GENERATOR };
	static const struct generic CARD = { EAC_MAP_PICC_PRIV_KEY, EAC_MAP_PCD_PUB_KEY,
					     EAC_MAP_SHARED_SECRET_H, EAC_NONCE,
					     EAC_MAP_GENERATOR };
	AUTO_GROUP g = { 0 };
	struct bytes z = vec(EAC_NONCE_ENC);
	uint8_t key[16], plain[16];

	eq_int(kdf(SM_AES128, (const uint8_t *)"123456", 6, KDF_PASSWORD, key), ERR_OK);
	eq_int(cipher_decrypt(SM_AES128, key, NULL, span_of(&z), plain), ERR_OK);
	eq_vector(plain, 16, EAC_NONCE);
	eq_int(group_standard(13, &g), ERR_OK);
	AUTO_ELEMENT base = map_again(&g, &V);
	AUTO_ELEMENT same = map_again(&g, &CARD);
	key_pair(&g, NULL, EAC_MAP_PCD_PRIV_KEY, EAC_MAP_PCD_PUB_KEY);
	key_pair(&g, NULL, EAC_MAP_PICC_PRIV_KEY, EAC_MAP_PICC_PUB_KEY);
	key_pair(&g, &base, EAC_PCD_PRIV_KEY, EAC_PCD_PUB_KEY);
	key_pair(&g, &same, EAC_PICC_PRIV_KEY, EAC_PICC_PUB_KEY);
	agree_again(&g, EAC_PCD_PRIV_KEY, EAC_PICC_PUB_KEY, EAC_SHARED_SECRET_K);
	agree_again(&g, EAC_PICC_PRIV_KEY, EAC_PCD_PUB_KEY, EAC_SHARED_SECRET_K);
	struct bytes k = vec(EAC_SHARED_SECRET_K);
	struct sm sm;
	eq_int(sm_start(SM_AES128, k.at, k.len, &sm), ERR_OK);
	eq_vector(sm.enc, 16, EAC_K_ENC);
	eq_vector(sm.mac, 16, EAC_K_MAC);
}

/* MAC over 7F49 { oid, 86 or 84 public key }. */
static void token_is(enum vector mac, const char *oid, uint8_t tag, enum vector public,
		     enum vector want)
{
	struct bytes key = vec(mac), name = bytes_of_hex(oid), point = vec(public);
	uint8_t inside[600], whole[600], got[MAC_BYTES];
	size_t n = tlv_put(inside, 0x06, span_of(&name));

	n += tlv_put(inside + n, tag, trimmed(&point));
	n = tlv_put(whole, 0x7f49, (struct span){ inside, n });
	eq_int(cipher_mac(SM_AES128, key.at, &(struct span){ whole, n }, 1, got), ERR_OK);
	eq_vector(got, MAC_BYTES, want);
}

static void tokens_of_the_eac_example(void)
{
	token_is(EAC_K_MAC, "04007F00070202040202", 0x86, EAC_PICC_PUB_KEY,
		 EAC_AUTHENTICATION_TOKEN_PCD);
	token_is(EAC_K_MAC, "04007F00070202040202", 0x86, EAC_PCD_PUB_KEY,
		 EAC_AUTHENTICATION_TOKEN_PICC);
	token_is(EAC_CA_K_MAC, "04007F00070202030202", 0x86, EAC_CA_PCD_PUB_KEY, EAC_CA_PICC_TOKEN);
	token_is(DHGM_CA_K_MAC, "04007F00070202030102", 0x84, DHGM_CA_PCD_PUB_KEY,
		 DHGM_CA_PICC_TOKEN);
}

/* Chip Authentication of the examples is version 2: the same agreement, a nonce in the keys. */
static void agreed(uint32_t group, const enum vector *v)
{
	AUTO_GROUP g = { 0 };
	struct bytes secret = vec(v[4]), nonce = vec(v[5]);
	struct sm sm;

	eq_int(group_standard(group, &g), ERR_OK);
	key_pair(&g, NULL, v[0], v[1]);
	key_pair(&g, NULL, v[2], v[3]);
	agree_again(&g, v[0], v[3], v[4]);
	agree_again(&g, v[2], v[1], v[4]);
	memcpy(secret.at + secret.len, nonce.at, nonce.len);
	eq_int(sm_start(SM_AES128, secret.at, secret.len + nonce.len, &sm), ERR_OK);
	eq_vector(sm.mac, 16, v[6]);
	eq_vector(sm.enc, 16, v[7]);
}

static void chip_keys_of_the_eac_examples(void)
{
	static const enum vector CURVE[] = { EAC_CA_PICC_PRIV_KEY,   EAC_CA_PICC_PUB_KEY,
					     EAC_CA_PCD_PRIV_KEY,    EAC_CA_PCD_PUB_KEY,
					     EAC_CA_SHARED_SECRET_K, EAC_CA_NONCE,
					     EAC_CA_K_MAC,           EAC_CA_K_ENC };
	static const enum vector NUMBERS[] = { DHGM_CA_PICC_PRIV_KEY,   DHGM_CA_PICC_PUB_KEY,
					       DHGM_CA_PCD_PRIV_KEY,    DHGM_CA_PCD_PUB_KEY,
					       DHGM_CA_SHARED_SECRET_K, DHGM_CA_NONCE,
					       DHGM_CA_K_MAC,           DHGM_CA_K_ENC };

	agreed(13, CURVE);
	agreed(0, NUMBERS);
}

/* 9303-11, the example with chip authentication mapping. */
static void chip_authentication_mapping(void)
{
	static const enum vector CHANCES[] = { CAM_SK_MAP, CAM_SK_DH };
	static const struct generic V = { CAM_SK_MAP, CAM_PK_MAP_IC, VECTOR_COUNT, CAM_S, CAM_G };
	char hex[4][400];
	struct talk talks[] = { { hex[0], hex[1] }, { hex[2], hex[3] }, TALK(CAM_TOKEN) };
	struct bytes oid = vec(CAM_OID), nonce = vec(CAM_S);
	struct recorded r;
	AUTO_GROUP g = { 0 };
	struct sm sm = { 0 };
	struct cam cam = { 0 };
	uint8_t hash[20], key[16];

	hash_of_mrz(CAM_MRZ, hash);
	eq_int(kdf(SM_AES128, hash, sizeof(hash), KDF_PASSWORD, key), ERR_OK);
	eq_vector(key, 16, CAM_KPI);
	nonce_opens(CAM_KPI, CAM_Z, CAM_S);
	eq_int(group_standard(13, &g), ERR_OK);
	AUTO_ELEMENT base = map_again(&g, &V);
	key_pair(&g, NULL, CAM_SK_MAP, CAM_PK_MAP);
	key_pair(&g, &base, CAM_SK_DH, CAM_PK_DH);
	talk_of(CAM_PK_MAP, true, 0x10, 0x81, hex[0]);
	talk_of(CAM_PK_MAP_IC, false, 0, 0x82, hex[1]);
	talk_of(CAM_PK_DH, true, 0x10, 0x83, hex[2]);
	talk_of(CAM_PK_DH_IC, false, 0, 0x84, hex[3]);
	struct info info = { .kind = INFO_PACE,
			     .map = PACE_CAM,
			     .cipher = SM_AES128,
			     .curve = true,
			     .oid = span_of(&oid),
			     .id = 13 };
	recorded_start(&r, talks, COUNT(talks), CHANCES);
	struct pace p = { .session = &r.session, .info = &info, .group = &g };
	eq_int(pace_from_nonce(&p, span_of(&nonce), &sm, &cam), ERR_OK);
	eq_vector(sm.enc, 16, CAM_ENC);
	eq_vector(sm.mac, 16, CAM_MAC);
	ok(cam.present);
	eq_int(cam.group, 13);
	eq_vector(cam.proof, cam.proof_len, CAM_CA_IC);
	eq_vector(cam.map_key, cam.map_key_len, CAM_PK_MAP_IC);
	recorded_over(&r);
}

/* A set with one key on group 13, version 1, as EF.CardSecurity has it; or in DG14. */
static size_t set_with_key(uint32_t tag, struct span point, uint8_t *ret)
{
	static const uint8_t ALGORITHM[] = { 0x30, 0x0c, 0x06, 0x07, 0x04, 0x00, 0x7f,
					     0x00, 0x07, 0x01, 0x02, 0x02, 0x01, 0x0d };
	static const uint8_t OID[] = { 0x06, 0x09, 0x04, 0x00, 0x7f, 0x00,
				       0x07, 0x02, 0x02, 0x01, 0x02 };
	uint8_t bits[80] = { 0 }, key[200], entry[200];

	memcpy(bits + 1, point.at, point.len);
	memcpy(key, ALGORITHM, sizeof(ALGORITHM));
	size_t n = sizeof(ALGORITHM);
	n += tlv_put(key + n, 0x03, (struct span){ bits, point.len + 1 });
	memcpy(entry, OID, sizeof(OID));
	n = sizeof(OID) + tlv_put(entry + sizeof(OID), 0x30, (struct span){ key, n });
	n = tlv_put(key, 0x30, (struct span){ entry, n });
	if (tag == 0x31)
		return tlv_put(ret, 0x31, (struct span){ key, n });
	n = tlv_put(entry, 0x31, (struct span){ key, n });
	return tlv_put(ret, tag, (struct span){ entry, n });
}

/* The static key the example must have had: CA_IC^-1 times the key of the mapping. */
static void the_mapping_proves_the_chip(void)
{
	struct bytes proof = vec(CAM_CA_IC), map = vec(CAM_PK_MAP_IC), other = vec(CAM_PK_MAP);
	struct cam cam = {
		.present = true, .group = 13, .map_key_len = map.len, .proof_len = proof.len
	};
	AUTO_GROUP g = { 0 };
	AUTO_SECRET k = number(CAM_CA_IC);
	AUTO_ELEMENT key = { 0 };
	uint8_t point[GROUP_MAX_PUBLIC], set[256];
	size_t len, n;
	enum chip_proof is;

	eq_int(group_standard(13, &g), ERR_OK);
	AUTO_ELEMENT mapped = decoded(&g, CAM_PK_MAP_IC);
	ok(BN_mod_inverse(k, k, g.q, g.ctx));
	eq_int(group_times(&g, &mapped, k, &key), ERR_OK);
	eq_int(group_encode(&g, &key, point, &len), ERR_OK);
	memcpy(cam.map_key, map.at, map.len);
	memcpy(cam.proof, proof.at, proof.len);

	n = set_with_key(0x31, (struct span){ point, len }, set);
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_ORIGINAL);
	n = set_with_key(0x6e, (struct span){ point, len }, set);
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_ORIGINAL);
	/* another key: EF.CardSecurity must have the right one, DG14 need not */
	n = set_with_key(0x31, span_of(&other), set);
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_COPIED);
	n = set_with_key(0x6e, span_of(&other), set);
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_UNCHECKED);
	/* a chip that did not know its key */
	n = set_with_key(0x31, (struct span){ point, len }, set);
	cam.proof[31] ^= 1;
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_COPIED);
	memset(cam.proof, 0, sizeof(cam.proof));
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_COPIED);
	cam.present = false;
	eq_int(proof_cam(&cam, (struct span){ set, n }, &is), ERR_OK);
	eq_int(is, CHIP_PROOF_UNCHECKED);
}

/* A real card, whose EF.CardSecurity has two keys on the same curve: one is for this. */
static void a_real_card_by_mapping(void)
{
	static const enum vector CHANCES[] = { CAMDE_SK_MAP, CAMDE_SK_DH };
	const struct talk TALKS[] = { TALK(CAMDE_MAP), TALK(CAMDE_AGREE), TALK(CAMDE_TOKEN) };
	struct bytes oid = vec(CAM_OID), nonce = vec(CAMDE_S), infos = vec(CAMDE_INFOS);
	struct recorded r;
	AUTO_GROUP g = { 0 };
	struct sm sm = { 0 };
	struct cam cam = { 0 };
	enum chip_proof is;

	eq_int(group_standard(13, &g), ERR_OK);
	struct info info = { .kind = INFO_PACE,
			     .map = PACE_CAM,
			     .cipher = SM_AES128,
			     .curve = true,
			     .oid = span_of(&oid),
			     .id = 13 };
	recorded_start(&r, TALKS, COUNT(TALKS), CHANCES);
	struct pace p = { .session = &r.session, .info = &info, .group = &g };
	eq_int(pace_from_nonce(&p, span_of(&nonce), &sm, &cam), ERR_OK);
	eq_vector(sm.enc, 16, CAMDE_ENC);
	eq_vector(sm.mac, 16, CAMDE_MAC);
	eq_int(proof_cam(&cam, span_of(&infos), &is), ERR_OK);
	eq_int(is, CHIP_PROOF_ORIGINAL);
	cam.proof[0] ^= 1;
	eq_int(proof_cam(&cam, span_of(&infos), &is), ERR_OK);
	eq_int(is, CHIP_PROOF_COPIED);
	recorded_over(&r);
}

int main(void)
{
	generic_mapping_on_a_curve();
	values_of_generic_mapping();
	integrated_mapping_on_a_curve();
	values_of_integrated_mapping();
	a_card_may_not_know_the_groups_name();
	integrated_mapping_of_numbers();
	generic_mapping_of_numbers();
	the_eac_example();
	tokens_of_the_eac_example();
	chip_keys_of_the_eac_examples();
	chip_authentication_mapping();
	the_mapping_proves_the_chip();
	a_real_card_by_mapping();
	return tap_done();
}
