#include "tests/unit/chip/mapping.h"

static void agree_again(const struct group *g, enum vector secret, enum vector theirs,
			enum vector shared)
{
	AUTO_SECRET k = number(secret);
	AUTO_ELEMENT e = decoded(g, theirs);
	uint8_t x[GROUP_MAX_BYTES];

	eq_int(group_shared(g, &e, k, x), ERR_OK);
	eq_vector(x, g->bytes, shared);
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
	return tap_done();
}
