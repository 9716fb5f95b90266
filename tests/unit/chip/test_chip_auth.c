#include "firmware/parse/chip/group.h"
#include "firmware/parse/chip/proof.h"
#include "tests/unit/chip/vectors.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A session with a real passport: from old keys to new ones. */
struct passport {
	enum sm_cipher old_cipher, new_cipher;
	enum vector dg14, secret, old_enc, old_mac, counter, new_enc, new_mac;
};

static void proves(const struct passport *p, const struct talk *talks, size_t count)
{
	struct recorded r;
	struct bytes dg14 = vec(p->dg14);
	enum chip_proof is;
	size_t key = cipher_key_bytes(p->new_cipher);

	recorded_start(&r, talks, count, &p->secret);
	recorded_secure(&r, p->old_cipher, p->old_enc, p->old_mac);
	recorded_counter(&r, p->counter);
	eq_int(proof_chip_auth(&r.session, span_of(&dg14), &is), ERR_OK);
	eq_int(is, CHIP_PROOF_ORIGINAL);
	eq_int(r.session.sm.cipher, p->new_cipher);
	eq_vector(r.session.sm.enc, key, p->new_enc);
	eq_vector(r.session.sm.mac, key, p->new_mac);
	eq_int(r.session.sm.ssc[cipher_block_bytes(p->new_cipher) - 1], 2);
	eq_int(r.session.trips, count);
	recorded_over(&r);
}

static const struct passport AUSTRIAN = { SM_AES128,  SM_AES128, CA_DG14,    CA_SK,     CA_OLD_ENC,
					  CA_OLD_MAC, CA_SSC,    CA_NEW_ENC, CA_NEW_MAC };
static const struct passport GERMAN = { SM_AES128, SM_AES128,    CADE_DG14,
					CADE_SK,   CADE_OLD_ENC, CADE_OLD_MAC,
					CADE_SSC,  CADE_NEW_ENC, CADE_NEW_MAC };
static const struct passport FRENCH = { SM_AES256, SM_3DES,      CAFR_DG14,
					CAFR_SK,   CAFR_OLD_ENC, CAFR_OLD_MAC,
					CAFR_SSC,  CAFR_NEW_ENC, CAFR_NEW_MAC };

static void a_key_without_a_number(void)
{
	const struct talk TALKS[] = { TALK(CA_MSE), TALK(CA_AUTHENTICATE), TALK(CA_SELECT) };

	proves(&AUSTRIAN, TALKS, COUNT(TALKS));
}

static void the_terminals_key(void)
{
	AUTO_GROUP g = { 0 };
	AUTO_ELEMENT e = { 0 };
	struct bytes secret = vec(CA_SK);
	AUTO_SECRET k = BN_bin2bn(secret.at, (int)secret.len, NULL);
	uint8_t point[GROUP_MAX_PUBLIC];
	size_t len;

	eq_int(group_standard(13, &g), ERR_OK);
	eq_int(group_times(&g, NULL, k, &e), ERR_OK);
	eq_int(group_encode(&g, &e, point, &len), ERR_OK);
	eq_vector(point, len, CA_PK);
}

static void a_key_with_a_number(void)
{
	const struct talk TALKS[] = { TALK(CADE_MSE), TALK(CADE_AUTHENTICATE), TALK(CADE_SELECT) };

	proves(&GERMAN, TALKS, COUNT(TALKS));
}

static void triple_des_where_nothing_is_said(void)
{
	const struct talk TALKS[] = { TALK(CAFR_KAT), TALK(CAFR_SELECT) };

	proves(&FRENCH, TALKS, COUNT(TALKS));
}

/* The Austrian session up to its last answer, which is this one. */
static enum chip_proof ends_with(const char *answer, enum err want, bool *ret_dead)
{
	struct talk talks[] = { TALK(CA_MSE), TALK(CA_AUTHENTICATE), { NULL, answer } };
	struct recorded r;
	struct bytes dg14 = vec(CA_DG14);
	enum chip_proof is = CHIP_PROOF_COUNT;
	static const enum vector SECRET[] = { CA_SK };

	recorded_start(&r, talks, COUNT(talks), SECRET);
	recorded_secure(&r, SM_AES128, CA_OLD_ENC, CA_OLD_MAC);
	recorded_counter(&r, CA_SSC);
	eq_int(proof_chip_auth(&r.session, span_of(&dg14), &is), want);
	*ret_dead = r.session.dead;
	recorded_over(&r);
	return is;
}

/* It says yes, and cannot speak under the new keys. */
static void who_lacks_the_key_is_a_copy(void)
{
	bool dead;

	eq_int(ends_with("990290008E0803C4B125B4218CEF9000", ERR_OK, &dead), CHIP_PROOF_ORIGINAL);
	ok(!dead);
	eq_int(ends_with("990290008E0803C4B125B4218CEE9000", ERR_OK, &dead), CHIP_PROOF_COPIED);
	ok(dead);
	eq_int(ends_with("9000", ERR_OK, &dead), CHIP_PROOF_COPIED);
	eq_int(ends_with("6988", ERR_OK, &dead), CHIP_PROOF_COPIED);
	/* what it said before, under the old keys */
	eq_int(ends_with(VECTOR_ROWS[CA_AUTHENTICATE_ANSWER].text, ERR_OK, &dead),
	       CHIP_PROOF_COPIED);
}

/* A line that breaks is no verdict. */
static void a_broken_line_says_nothing(void)
{
	const struct talk TALKS[] = { TALK(CA_MSE), TALK(CA_AUTHENTICATE) };
	static const enum vector SECRET[] = { CA_SK };
	struct recorded r;
	struct bytes dg14 = vec(CA_DG14);
	enum chip_proof is = CHIP_PROOF_COUNT;

	recorded_start(&r, TALKS, COUNT(TALKS), SECRET);
	recorded_secure(&r, SM_AES128, CA_OLD_ENC, CA_OLD_MAC);
	recorded_counter(&r, CA_SSC);
	eq_int(proof_chip_auth(&r.session, span_of(&dg14), &is), ERR_CARD_MUTE);
	eq_int(is, CHIP_PROOF_COUNT);
	session_finish(&r.session);
}

static enum err too_long(void *data, const uint8_t *command, size_t len, uint8_t *ret, size_t cap,
			 size_t *ret_len)
{
	const struct recorded *r = data;

	return r->at == r->count ? ERR_NO_SPACE
				 : recorded_exchange(data, command, len, ret, cap, ret_len);
}

/* Nothing of such an answer was opened: it shows no key. */
static void a_line_that_says_too_long_proves_nothing(void)
{
	const struct talk TALKS[] = { TALK(CA_MSE), TALK(CA_AUTHENTICATE) };
	static const enum vector SECRET[] = { CA_SK };
	struct recorded r;
	struct bytes dg14 = vec(CA_DG14);
	enum chip_proof is = CHIP_PROOF_COUNT;

	recorded_start(&r, TALKS, COUNT(TALKS), SECRET);
	recorded_secure(&r, SM_AES128, CA_OLD_ENC, CA_OLD_MAC);
	recorded_counter(&r, CA_SSC);
	r.line.exchange = too_long;
	eq_int(proof_chip_auth(&r.session, span_of(&dg14), &is), ERR_OK);
	eq_int(is, CHIP_PROOF_UNCHECKED);
	recorded_over(&r);
}

/* In the clear, so that answers can be written down. */
static enum chip_proof in_the_clear(struct span dg14, const struct talk *talks, size_t count)
{
	static const enum vector SECRET[] = { CA_SK };
	struct recorded r;
	enum chip_proof is = CHIP_PROOF_COUNT;

	recorded_start(&r, talks, count, SECRET);
	eq_int(proof_chip_auth(&r.session, dg14, &is), ERR_OK);
	ok(!r.session.dead);
	recorded_over(&r);
	return is;
}

static void who_does_not_go_along_is_unchecked(void)
{
	static const struct talk REFUSES[] = { { NULL, "6A80" } };
	static const struct talk FAILS[] = { { NULL, "9000" }, { NULL, "6300" } };
	struct bytes dg14 = vec(CA_DG14);

	eq_int(in_the_clear(span_of(&dg14), REFUSES, 1), CHIP_PROOF_UNCHECKED);
	eq_int(in_the_clear(span_of(&dg14), FAILS, 2), CHIP_PROOF_UNCHECKED);
}

/* ChipAuthenticationPublicKeyInfo of group 13 with this point, and a number. */
static size_t put_key(uint8_t *at, enum vector point, uint8_t id)
{
	struct bytes oid = bytes_of_hex("060904007F000702020102");
	struct bytes algorithm = bytes_of_hex("300C060704007F0007010202010D"), p = vec(point);
	uint8_t bits[80] = { 0 };
	struct bytes inside = algorithm, entry = oid;

	memcpy(bits + 1, p.at, p.len);
	inside.len += tlv_put(inside.at + inside.len, 0x03, (struct span){ bits, p.len + 1 });
	entry.len += tlv_put(entry.at + entry.len, 0x30, span_of(&inside));
	entry.len += tlv_put(entry.at + entry.len, 0x02, (struct span){ &id, 1 });
	return tlv_put(at, 0x30, span_of(&entry));
}

/* Two keys, three ways: the strongest first, and the next one where the card refuses. */
static void the_next_offer_is_tried(void)
{
	static const struct talk TALKS[] = {
		{ "002241A40F800A04007F00070202030204840102", "6A80" },
		{ "002241A40F800A04007F00070202030202840101", "6A88" },
		{ NULL, "6A80" }, /* MSE:Set KAT with the key */
		{ "002241A40F800A04007F00070202030201840101", "6A80" },
	};
	static const enum vector SECRETS[] = { CA_SK, CA_SK, CA_SK };
	/* AES-128 and 3DES for key 1, AES-256 for key 2 */
	struct bytes ways = bytes_of_hex("3012060A04007F00070202030202020101020101"
					 "3012060A04007F00070202030201020101020101"
					 "3012060A04007F00070202030204020101020102");
	struct bytes set, dg14;
	struct recorded r;
	enum chip_proof is;

	ways.len += put_key(ways.at + ways.len, CA_PK, 1);
	ways.len += put_key(ways.at + ways.len, CA_KEY, 2);
	set.len = tlv_put(set.at, 0x31, span_of(&ways));
	dg14.len = tlv_put(dg14.at, 0x6e, span_of(&set));
	recorded_start(&r, TALKS, COUNT(TALKS), SECRETS);
	eq_int(proof_chip_auth(&r.session, span_of(&dg14), &is), ERR_OK);
	eq_int(is, CHIP_PROOF_UNCHECKED);
	recorded_over(&r);
}

static void what_cannot_be_used_is_unchecked(void)
{
	struct bytes dg14 = vec(CA_DG14);
	struct bytes empty = bytes_of_hex("6E023100");

	eq_int(in_the_clear((struct span){ 0 }, NULL, 0), CHIP_PROOF_UNCHECKED);
	eq_int(in_the_clear(span_of(&empty), NULL, 0), CHIP_PROOF_UNCHECKED);
	/* cut anywhere */
	for (size_t n = 1; n < dg14.len; n += 37)
		eq_int(in_the_clear((struct span){ dg14.at, n }, NULL, 0), CHIP_PROOF_UNCHECKED);
	/* a point off its curve */
	dg14.at[dg14.len - 1] ^= 1;
	eq_int(in_the_clear(span_of(&dg14), NULL, 0), CHIP_PROOF_UNCHECKED);
}

int main(void)
{
	the_terminals_key();
	a_key_without_a_number();
	a_key_with_a_number();
	triple_des_where_nothing_is_said();
	who_lacks_the_key_is_a_copy();
	a_broken_line_says_nothing();
	a_line_that_says_too_long_proves_nothing();
	who_does_not_go_along_is_unchecked();
	the_next_offer_is_tried();
	what_cannot_be_used_is_unchecked();
	return tap_done();
}
