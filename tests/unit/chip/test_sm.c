#include "firmware/parse/chip/bac.h"
#include "firmware/parse/chip/kdf.h"
#include "tests/unit/chip/vectors.h"

#include <openssl/evp.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void derive(enum sm_cipher c, enum vector secret, enum kdf_use use, enum vector want)
{
	struct bytes s = vec(secret);
	uint8_t key[CIPHER_MAX_KEY];

	eq_int(kdf(c, s.at, s.len, use, key), ERR_OK);
	eq_vector(key, cipher_key_bytes(c), want);
}

static void keys_are_derived(void)
{
	derive(SM_3DES, KDF_DES_SECRET, KDF_ENC, KDF_DES_ENC);
	derive(SM_3DES, KDF_DES_SECRET, KDF_MAC, KDF_DES_MAC);
	derive(SM_AES128, KDF_AES128_SECRET, KDF_ENC, KDF_AES128_ENC);
	derive(SM_AES128, KDF_AES128_SECRET, KDF_MAC, KDF_AES128_MAC);
	derive(SM_AES128, KDF_PI128_SECRET, KDF_PASSWORD, KDF_PI128_KEY);
	derive(SM_AES192, KDF_PI192_SECRET, KDF_PASSWORD, KDF_PI192_KEY);
	derive(SM_AES256, KDF_PI256_SECRET, KDF_PASSWORD, KDF_PI256_KEY);
	derive(SM_3DES, BAC_SEED, KDF_ENC, BAC_ENC);
	derive(SM_3DES, BAC_SEED, KDF_MAC, BAC_MAC);
	derive(SM_3DES, BAC_SESSION_SEED, KDF_ENC, BAC_SESSION_ENC);
	derive(SM_3DES, BAC_SESSION_SEED, KDF_MAC, BAC_SESSION_MAC);
}

static enum err send(struct session *s, struct apdu a, uint8_t *ret, size_t *ret_len,
		     uint16_t *ret_sw)
{
	*ret_len = 0;
	return session_send(s, &a, ret, 256, ret_len, ret_sw);
}

/* SELECT EF.COM, its first 4 bytes, the rest. */
static void read_com(struct recorded *r, enum vector plain, enum vector com, uint32_t rest)
{
	uint8_t file[512];
	size_t len, more;
	uint16_t sw = 0;
	const uint8_t id[] = { 0x01, 0x1e };

	eq_int(send(&r->session, (struct apdu){ 0, 0xa4, 2, 0x0c, id, 2, 0, false }, file, &len,
		    &sw),
	       ERR_OK);
	eq_int(sw, 0x9000);
	eq_int(len, 0);
	eq_int(send(&r->session, (struct apdu){ .ins = 0xb0, .le = 4 }, file, &len, &sw), ERR_OK);
	eq_vector(file, len, plain);
	eq_int(send(&r->session, (struct apdu){ .ins = 0xb0, .p2 = 4, .le = rest }, file + 4, &more,
		    &sw),
	       ERR_OK);
	eq_vector(file, 4 + more, com);
	eq_int(r->session.trips, 3);
}

static void messaging_with_3des(void)
{
	const struct talk TALKS[] = { TALK(DES_SELECT), TALK(DES_READ_1), TALK(DES_READ_2) };
	struct recorded r;

	recorded_start(&r, TALKS, COUNT(TALKS), NULL);
	recorded_secure(&r, SM_3DES, BAC_SESSION_ENC, BAC_SESSION_MAC);
	recorded_counter(&r, BAC_SSC);
	read_com(&r, DES_PLAIN_1, DES_COM, 0x12);
	eq_vector(r.session.sm.ssc, 8, DES_SSC);
	recorded_over(&r);
}

static void messaging_with_aes256(void)
{
	const struct talk TALKS[] = { TALK(AES_SELECT), TALK(AES_READ_1), TALK(AES_READ_2) };
	struct recorded r;

	recorded_start(&r, TALKS, COUNT(TALKS), NULL);
	recorded_secure(&r, SM_AES256, AES_ENC, AES_MAC);
	r.session.sm.ssc[15] = 0x20;
	/* this card takes any file's number; the recording selects EF.COM */
	read_com(&r, AES_PLAIN_1, AES_COM, 0x16);
	eq_int(r.session.sm.ssc[15], 0x26);
	recorded_over(&r);
}

/* The EAC worked example: one cryptogram and one MAC under AES-128. */
static void objects_with_aes128(void)
{
	struct bytes enc = vec(EAC_K_ENC), mac = vec(EAC_K_MAC), plain = vec(EAC_D1);
	struct bytes over = vec(EAC_AD1);
	uint8_t counter[16] = { [15] = 1 }, iv[16], sealed[16], got[MAC_BYTES];
	uint8_t padding[CIPHER_MAX_BLOCK];

	eq_vector(plain.at, plain.len, AES128_PLAIN);
	eq_vector(over.at, over.len, AES128_MAC_OVER);
	eq_int(cipher_padding(SM_AES128, plain.len, padding), 1);
	memcpy(plain.at + plain.len, padding, 1);
	eq_int(cipher_encrypt(SM_AES128, enc.at, NULL, (struct span){ counter, 16 }, iv), ERR_OK);
	eq_int(cipher_encrypt(SM_AES128, enc.at, iv, (struct span){ plain.at, 16 }, sealed),
	       ERR_OK);
	eq_vector(sealed, 16, AES128_SEALED);
	eq_vector(sealed, 16, EAC_E1);
	counter[15] = 2;
	struct span parts[] = { { counter, 16 }, { over.at, over.len }, { padding, 0 } };
	parts[2].len = cipher_padding(SM_AES128, over.len, padding);
	eq_int(cipher_mac(SM_AES128, mac.at, parts, 3, got), ERR_OK);
	eq_vector(got, MAC_BYTES, AES128_MAC);
	eq_vector(got, MAC_BYTES, EAC_A1);
}

/* The same of the DH example: two blocks. */
static void objects_of_the_dh_example(void)
{
	struct bytes enc = vec(DHGM_K_ENC), mac = vec(DHGM_K_MAC), plain = vec(DHGM_D1);
	struct bytes over = vec(DHGM_AD1);
	uint8_t counter[16] = { [15] = 1 }, iv[16], sealed[32], got[MAC_BYTES];
	uint8_t padding[CIPHER_MAX_BLOCK];
	size_t more = cipher_padding(SM_AES128, plain.len, padding);

	memcpy(plain.at + plain.len, padding, more);
	plain.len += more;
	eq_int(cipher_encrypt(SM_AES128, enc.at, NULL, (struct span){ counter, 16 }, iv), ERR_OK);
	eq_int(cipher_encrypt(SM_AES128, enc.at, iv, span_of(&plain), sealed), ERR_OK);
	eq_vector(sealed, plain.len, DHGM_E1);
	counter[15] = 2;
	struct span parts[] = { { counter, 16 }, { over.at, over.len }, { padding, 0 } };
	parts[2].len = cipher_padding(SM_AES128, over.len, padding);
	eq_int(cipher_mac(SM_AES128, mac.at, parts, 3, got), ERR_OK);
	eq_vector(got, MAC_BYTES, DHGM_A1);
}

static void the_seed_is_a_hash(void)
{
	const char *mrz = VECTOR_ROWS[BAC_MRZ].text;
	uint8_t hash[20];

	ok(EVP_Digest(mrz, strlen(mrz), hash, NULL, EVP_sha1(), NULL));
	eq_vector(hash, sizeof(hash), BAC_HASH);
	eq_vector(hash, BAC_SEED_BYTES, BAC_SEED);
}

static void basic_access(void)
{
	const struct talk TALKS[] = { TALK(BAC_CHALLENGE), TALK(BAC_AUTHENTICATE) };
	static const enum vector CHANCES[] = { BAC_RND_IFD, BAC_K_IFD };
	struct recorded r;
	struct bytes seed = vec(BAC_SEED);

	recorded_start(&r, TALKS, COUNT(TALKS), CHANCES);
	eq_int(bac_run(&r.session, seed.at), ERR_OK);
	ok(r.session.secure);
	eq_int(r.session.sm.cipher, SM_3DES);
	eq_vector(r.session.sm.enc, 16, BAC_SESSION_ENC);
	eq_vector(r.session.sm.mac, 16, BAC_SESSION_MAC);
	eq_vector(r.session.sm.ssc, 8, BAC_SSC);
	recorded_over(&r);
}

/* The steps between, each for itself. */
static void parts_of_basic_access(void)
{
	struct bytes enc = vec(BAC_ENC), mac = vec(BAC_MAC), sealed = vec(BAC_E_IFD);
	struct bytes answer = vec(BAC_AUTHENTICATE_ANSWER), theirs = vec(BAC_RND_IC);
	struct bytes ours = vec(BAC_K_IFD), share = vec(BAC_K_IC);
	uint8_t got[32];
	struct span s = span_of(&sealed);

	eq_int(cipher_mac(SM_3DES, mac.at, &s, 1, got), ERR_OK);
	eq_vector(got, MAC_BYTES, BAC_M_IFD);
	eq_int(cipher_decrypt(SM_3DES, enc.at, NULL, (struct span){ answer.at, 32 }, got), ERR_OK);
	eq_vector(got, 32, BAC_R);
	ok(memcmp(got, theirs.at, 8) == 0);
	for (int i = 0; i < 16; i++)
		got[i] = ours.at[i] ^ share.at[i];
	eq_vector(got, 16, BAC_SESSION_SEED);
}

static void a_refused_or_foreign_key_is_wrong(void)
{
	static const char *const ANSWERS[] = { "6300",
					       "6982",
					       "63C2",
					       "6988",
					       "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2E"
					       "EDC94EE178534F2F2D235D074D74489000",
					       "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2E"
					       "EDC94EE178534F9000" };
	static const enum vector CHANCES[] = { BAC_RND_IFD, BAC_K_IFD };
	struct bytes seed = vec(BAC_SEED);

	for (size_t i = 0; i < COUNT(ANSWERS); i++) {
		struct talk talks[] = { TALK(BAC_CHALLENGE), { NULL, ANSWERS[i] } };
		struct recorded r;

		recorded_start(&r, talks, COUNT(talks), CHANCES);
		eq_int(bac_run(&r.session, seed.at), ERR_WRONG_KEY);
		ok(!r.session.secure);
		recorded_over(&r);
	}
}

/* READ BINARY of 4 bytes against this answer, counters where the recording has them. */
static enum err answer_taken(const char *answer, struct recorded *r, uint8_t *plain, size_t *len)
{
	struct talk talks[] = { { VECTOR_ROWS[AES_READ_1_COMMAND].text, answer } };
	uint16_t sw;

	recorded_start(r, talks, 1, NULL);
	recorded_secure(r, SM_AES256, AES_ENC, AES_MAC);
	r->session.sm.ssc[15] = 0x22;
	return send(&r->session, (struct apdu){ .ins = 0xb0, .le = 4 }, plain, len, &sw);
}

/* How many of the answers with one bit changed are taken. */
static unsigned taken_with_a_bit_changed(const struct sm *before, enum vector answer)
{
	struct bytes right = vec(answer);
	unsigned taken = 0;

	for (size_t bit = 0; bit < right.len * 8; bit++) {
		struct bytes b = right;
		struct sm sm = *before;
		struct span data;
		uint16_t sw;

		b.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
		taken += sm_unwrap(&sm, b.at, b.len, &data, &sw) != ERR_FORGED;
	}
	return taken;
}

static struct sm keys_of(enum sm_cipher c, enum vector enc, enum vector mac)
{
	struct sm sm = { .cipher = c };
	struct bytes e = vec(enc), m = vec(mac);

	memcpy(sm.enc, e.at, e.len);
	memcpy(sm.mac, m.at, m.len);
	return sm;
}

static void every_flipped_bit_is_seen(void)
{
	struct sm aes = keys_of(SM_AES256, AES_ENC, AES_MAC);
	struct sm des = keys_of(SM_3DES, BAC_SESSION_ENC, BAC_SESSION_MAC);
	struct bytes ssc = vec(BAC_SSC);
	struct recorded r;
	uint8_t plain[256];
	size_t len;

	memcpy(des.ssc, ssc.at, 8);
	aes.ssc[15] = 0x21;
	des.ssc[7] += 1;
	eq_int(taken_with_a_bit_changed(&aes, AES_SELECT_ANSWER), 0);
	eq_int(taken_with_a_bit_changed(&des, DES_SELECT_ANSWER), 0);
	aes.ssc[15] += 2;
	des.ssc[7] += 2;
	eq_int(taken_with_a_bit_changed(&aes, AES_READ_1_ANSWER), 0);
	eq_int(taken_with_a_bit_changed(&des, DES_READ_1_ANSWER), 0);
	/* and without a change it is taken */
	eq_int(answer_taken(VECTOR_ROWS[AES_READ_1_ANSWER].text, &r, plain, &len), ERR_OK);
	eq_vector(plain, len, AES_PLAIN_1);
}

static void what_is_not_protected_is_refused(void)
{
	static const char *const FORGED[] = {
		"9000", /* the downgrade: as if nothing had been asked for */
		"6A82",
		"6988",
		"60185F019000", /* the data in the clear */
		/* the answer before: replayed */
		"990290008E08E083EAA61ADABFCE9000",
		/* no MAC, no status, a MAC of 7, something behind, twice the same, another order */
		"871101D8059A9CF835105082CA2B1837E4AEC0990290009000",
		"871101D8059A9CF835105082CA2B1837E4AEC08E08B36DB56761D706BB9000",
		"871101D8059A9CF835105082CA2B1837E4AEC0990290008E07B36DB56761D7069000",
		"871101D8059A9CF835105082CA2B1837E4AEC0990290008E08B36DB56761D706BB009000",
		"990290009902900087 1101D8059A9CF835105082CA2B1837E4AEC08E08B36DB56761D706BB9000",
		"990290008711 01D8059A9CF835105082CA2B1837E4AEC08E08B36DB56761D706BB9000",
		/* the status behind differs from the protected one */
		"871101D8059A9CF835105082CA2B1837E4AEC0990290008E08B36DB56761D706BB6282",
		"87",
		"8780990290008E08B36DB56761D706BB9000",
		"8784FFFFFFFF9000",
	};

	for (size_t i = 0; i < COUNT(FORGED); i++) {
		struct recorded r;
		uint8_t plain[256];
		char hex[256];
		size_t len, n = 0;

		for (const char *c = FORGED[i]; *c; c++)
			if (*c != ' ')
				hex[n++] = *c;
		hex[n] = 0;
		eq_int(answer_taken(hex, &r, plain, &len), ERR_FORGED);
		ok(r.session.dead);
		/* and nothing more is sent */
		uint16_t sw;
		eq_int(send(&r.session, (struct apdu){ .ins = 0xb0, .le = 4 }, plain, &len, &sw),
		       ERR_FORGED);
		eq_int(r.session.trips, 1);
		session_finish(&r.session);
	}
}

/* An answer with a good MAC over what we choose. */
static size_t sealed_answer(struct sm *sm, const char *objects, uint8_t *ret)
{
	struct bytes b = bytes_of_hex(objects);
	uint8_t padding[CIPHER_MAX_BLOCK], counter[16];
	size_t block = cipher_block_bytes(sm->cipher);
	struct span parts[] = { { counter, block }, { b.at, b.len }, { padding, 0 } };

	memcpy(counter, sm->ssc, block);
	counter[block - 1]++;
	if (sm->cipher != SM_3DES)
		parts[2].len = cipher_padding(sm->cipher, b.len, padding);
	memcpy(ret, b.at, b.len);
	memcpy(ret + b.len, (uint8_t[]){ 0x8e, 8 }, 2);
	eq_int(cipher_mac(sm->cipher, sm->mac, parts, 3, ret + b.len + 2), ERR_OK);
	memcpy(ret + b.len + 10, (uint8_t[]){ 0x90, 0x00 }, 2);
	return b.len + 12;
}

/* The MAC is right, what it covers is not. */
static void a_good_mac_does_not_excuse_form(void)
{
	static const char *const BAD[] = {
		"871100D8059A9CF835105082CA2B1837E4AEC099029000", /* another padding */
		"870999029000",
		"87010199029000",                                 /* no block */
		"87020100990290 00",                              /* not a whole block */
		"8711010000000000000000000000000000000099029000", /* decrypts to no padding */
		"99029000",                                       /* this one is well */
		"9903900000",
		"99020000",
	};

	for (size_t i = 0; i < COUNT(BAD); i++) {
		struct sm sm = { .cipher = SM_AES128, .enc = { 1, 2, 3 }, .mac = { 4, 5, 6 } };
		uint8_t answer[256];
		char hex[128];
		struct span data;
		uint16_t sw;
		size_t n = 0;

		for (const char *c = BAD[i]; *c; c++)
			if (*c != ' ')
				hex[n++] = *c;
		hex[n] = 0;
		size_t len = sealed_answer(&sm, hex, answer);
		eq_int(sm_unwrap(&sm, answer, len, &data, &sw), i == 5 ? ERR_OK : ERR_FORGED);
	}
}

/* Whatever length is asked for comes in an answer of the promised size. */
static void room_is_what_fits(void)
{
	for (enum sm_cipher c = SM_3DES; c <= SM_AES256; c++)
		for (uint32_t answer = 258; answer <= 65538; answer += answer < 600 ? 1 : 997) {
			size_t block = cipher_block_bytes(c), n = sm_room(c, answer);
			size_t value = (n / block + 1) * block + 1;
			size_t whole = 1 + (value < 128 ? 1 : value < 256 ? 2 : 3) + value + 16;

			if (whole > answer || answer - whole > block + 1)
				eq_int(whole, answer);
		}
	eq_int(sm_room(SM_AES128, 258), 223);
	eq_int(sm_room(SM_3DES, 258), 231);
	eq_int(sm_room(SM_AES128, 20), 0);
}

static void the_form_is_as_long_as_it_must_be(void)
{
	static const uint8_t DATA[300];
	struct sm sm = { .cipher = SM_AES128 };
	uint8_t out[512];
	size_t len;

	struct apdu a = { .ins = 0xb0, .le = 223 };
	eq_int(sm_wrap(&sm, &a, true, out, sizeof(out), &len), ERR_OK);
	eq_int(len, 4 + 1 + 3 + 10 + 1);
	a.le = 224; /* would not fit a short answer */
	eq_int(sm_wrap(&sm, &a, true, out, sizeof(out), &len), ERR_OK);
	eq_int(len, 4 + 3 + 3 + 10 + 2);
	eq_int(sm_wrap(&sm, &a, false, out, sizeof(out), &len), ERR_OK);
	eq_int(len, 4 + 1 + 3 + 10 + 1);
	a.le = 65536;
	eq_int(sm_wrap(&sm, &a, true, out, sizeof(out), &len), ERR_OK);
	eq_int(len, 4 + 3 + 4 + 10 + 2);
	ok(memcmp(out, "\x0c\xb0\0\0\0\0\x0e\x97\2\0\0\x8e\x08", 13) == 0);
	a = (struct apdu){ .ins = 0x86, .data = DATA, .len = 300 };
	eq_int(sm_wrap(&sm, &a, true, out, sizeof(out), &len), ERR_OK);
	ok(memcmp(out, "\x0c\x86\0\0\0\1\x3f\x87\x82\1\x31\1", 12) == 0);
	eq_int(sm_wrap(&sm, &a, true, out, 100, &len), ERR_NO_SPACE);
	/* an odd instruction has its cryptogram without the byte before it */
	a = (struct apdu){ .ins = 0xb1, .data = DATA, .len = 4 };
	eq_int(sm_wrap(&sm, &a, true, out, sizeof(out), &len), ERR_OK);
	ok(memcmp(out, "\x0c\xb1\0\0\x1c\x85\x10", 7) == 0);
}

static void commands_have_their_form(void)
{
	static const uint8_t DATA[256] = { 0xaa };
	uint8_t out[300];
	size_t len;
	struct apdu a = { 0, 0xb0, 1, 2, NULL, 0, 0, false };

	eq_int(apdu_encode(&a, out, sizeof(out), &len), ERR_OK);
	eq_int(len, 4);
	a.le = 256;
	eq_int(apdu_encode(&a, out, sizeof(out), &len), ERR_OK);
	ok(len == 5 && out[4] == 0);
	a.le = 257;
	eq_int(apdu_encode(&a, out, sizeof(out), &len), ERR_OK);
	ok(len == 7 && memcmp(out + 4, "\0\1\1", 3) == 0);
	a.le = 65537;
	eq_int(apdu_encode(&a, out, sizeof(out), &len), ERR_NO_SPACE);
	a = (struct apdu){ 0, 0x86, 0, 0, DATA, 256, 1, false };
	eq_int(apdu_encode(&a, out, sizeof(out), &len), ERR_OK);
	ok(len == 4 + 3 + 256 + 2 && memcmp(out + 4, "\0\1\0\xaa", 4) == 0);
	eq_int(apdu_encode(&a, out, 200, &len), ERR_NO_SPACE);
	a = (struct apdu){ 0, 0x86, 0, 0, DATA, 1, 0, true };
	eq_int(apdu_encode(&a, out, sizeof(out), &len), ERR_OK);
	ok(len == 4 + 3 + 1);
}

static void too_long_an_answer_is_an_error(void)
{
	static const struct talk TALKS[] = { { NULL, "01020304059000" }, { NULL, "90" } };
	struct recorded r;
	struct apdu a = { .ins = 0xb0, .le = 5 };
	uint8_t small[4];
	size_t len;
	uint16_t sw;

	recorded_start(&r, TALKS, COUNT(TALKS), NULL);
	eq_int(session_send(&r.session, &a, small, sizeof(small), &len, &sw), ERR_NO_SPACE);
	eq_int(session_send(&r.session, &a, small, sizeof(small), &len, &sw), ERR_CARD_MUTE);
	eq_int(r.session.bytes_out, 10);
	eq_int(r.session.bytes_in, 8);
	recorded_over(&r);
}

static void keep_line(void *data, const char *line)
{
	(void)snprintf(data, 200, "%s", line);
}

static void the_trace_has_no_data(void)
{
	static const struct talk TALKS[] = { { NULL, "0102039000" }, { NULL, "9000" } };
	struct recorded r;
	struct apdu a = {
		.ins = 0xb0, .p1 = 0x81, .data = (const uint8_t *)"SECRET", .len = 6, .le = 3
	};
	uint8_t got[4];
	char line[200] = "";
	size_t len;
	uint16_t sw;

	recorded_start(&r, TALKS, COUNT(TALKS), NULL);
	r.session.trace = keep_line;
	r.session.trace_data = line;
	eq_int(session_send(&r.session, &a, got, sizeof(got), &len, &sw), ERR_OK);
	eq_str(line, "00 b0 81 00 lc=6 le=3 -> 9000 len=3");
	recorded_secure(&r, SM_AES256, AES_ENC, AES_MAC);
	eq_int(session_send(&r.session, &a, got, sizeof(got), &len, &sw), ERR_FORGED);
	eq_str(line, "00 b0 81 00 lc=6 le=3 sm -> FORGED");
	recorded_over(&r);
}

int main(void)
{
	keys_are_derived();
	the_seed_is_a_hash();
	basic_access();
	parts_of_basic_access();
	a_refused_or_foreign_key_is_wrong();
	messaging_with_3des();
	messaging_with_aes256();
	objects_with_aes128();
	objects_of_the_dh_example();
	every_flipped_bit_is_seen();
	what_is_not_protected_is_refused();
	a_good_mac_does_not_excuse_form();
	room_is_what_fits();
	the_form_is_as_long_as_it_must_be();
	commands_have_their_form();
	too_long_an_answer_is_an_error();
	the_trace_has_no_data();
	return tap_done();
}
