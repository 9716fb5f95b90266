/* Every suite there is, against a simulated card that was written apart from the standard. */
#include "firmware/parse/chip/proof.h"
#include "firmware/parse/chip/security_infos.h"
#include "tests/mrtd/mrtd.h"
#include "tests/tap.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A card in the reader's hands. */
struct card {
	struct mrtd *mrtd;
	struct line line;
	struct session session;
};

static enum err to_card(void *data, const uint8_t *command, size_t len, uint8_t *ret, size_t cap,
			size_t *ret_len)
{
	static const size_t NONE = 0;
	uint8_t answer[MRTD_MAX_ANSWER];
	struct card *c = data;
	size_t n = mrtd_apdu(c->mrtd, command, len, answer);

	if (n == NONE)
		return ERR_CARD_MUTE;
	if (n > cap)
		return ERR_NO_SPACE;
	memcpy(ret, answer, n);
	*ret_len = n;
	return ERR_OK;
}

/* Lines of a card's file, and what is wrong with it. */
static void card_start(struct card *c, const char *const *lines, enum mrtd_fault fault)
{
	static const char *const PERSON[] = { "number = 001090000000", "name = Nguyễn Văn An",
					      "birth = 15/01/1990",    "issued = 01/08/2024",
					      "expires = 15/01/2030",  "picture = none" };
	struct mrtd_spec spec;
	struct mrtd_faults faults = { 0 };

	mrtd_spec_init(&spec);
	for (size_t i = 0; i < COUNT(PERSON); i++)
		eq_int(mrtd_spec_line(&spec, PERSON[i]), ERR_OK);
	for (; *lines; lines++)
		eq_int(mrtd_spec_line(&spec, *lines), ERR_OK);
	*c = (struct card){ 0 };
	if (fault != MRTD_FAULT_COUNT)
		faults.n[fault] = 1;
	eq_int(mrtd_create(&spec, NULL, &faults, &c->mrtd), ERR_OK);
	c->line = (struct line){ .exchange = to_card, .data = c, .max_answer = 65538 };
	c->session = (struct session){ .line = &c->line };
}

static void card_end(struct card *c)
{
	session_finish(&c->session);
	mrtd_destroy(c->mrtd);
}

/* As the reader is told it: without check digits. */
static void mrz_key(const struct card *c, char ret[48])
{
	char key[48];

	mrtd_spec_mrz_key(mrtd_spec_of(c->mrtd), key);
	(void)snprintf(ret, 48, "%.9s%.6s%.6s", key, key + 10, key + 17);
}

static enum err open_by(struct card *c, enum chip_key kind, struct access *ret)
{
	char key[48];

	if (kind == CHIP_KEY_MRZ)
		mrz_key(c, key);
	else
		mrtd_spec_can(mrtd_spec_of(c->mrtd), key);
	return access_open(&c->session, kind, key, ret);
}

static struct span file(const struct card *c, uint16_t id)
{
	struct span s = { NULL, 0 };

	s.at = mrtd_file(c->mrtd, id, true, &s.len);
	return s;
}

/* What lies in the card can be read under the keys that opening gave. */
static void reads_com(struct card *c)
{
	struct apdu read = { .ins = 0xb0, .p1 = 0x9e, .le = 100 };
	struct span com = file(c, 0x011e);
	uint8_t got[256];
	size_t len = 0;
	uint16_t sw = 0;

	eq_int(session_send(&c->session, &read, got, sizeof(got), &len, &sw), ERR_OK);
	ok(len == com.len && memcmp(got, com.at, len) == 0);
}

struct suite {
	const char *pace, *group;
	enum chip_access how;
};

static const struct suite PACES[] = {
	{ "pace = ecdh-gm-3des", "pace_group = p256", CHIP_ACCESS_PACE },
	{ "pace = ecdh-gm-aes128", "pace_group = bp256r1", CHIP_ACCESS_PACE },
	{ "pace = ecdh-gm-aes192", "pace_group = p384", CHIP_ACCESS_PACE },
	{ "pace = ecdh-gm-aes256", "pace_group = p521", CHIP_ACCESS_PACE },
	{ "pace = ecdh-im-3des", "pace_group = bp224r1", CHIP_ACCESS_PACE },
	{ "pace = ecdh-im-aes128", "pace_group = p256", CHIP_ACCESS_PACE },
	{ "pace = ecdh-im-aes192", "pace_group = bp384r1", CHIP_ACCESS_PACE },
	{ "pace = ecdh-im-aes256", "pace_group = bp512r1", CHIP_ACCESS_PACE },
	{ "pace = dh-gm-3des", "pace_group = dh1024-160", CHIP_ACCESS_PACE },
	{ "pace = dh-gm-aes128", "pace_group = dh1024-160", CHIP_ACCESS_PACE },
	{ "pace = dh-gm-aes192", "pace_group = dh2048-224", CHIP_ACCESS_PACE },
	{ "pace = dh-gm-aes256", "pace_group = dh2048-256", CHIP_ACCESS_PACE },
	{ "pace = dh-im-3des", "pace_group = dh1024-160", CHIP_ACCESS_PACE },
	{ "pace = dh-im-aes128", "pace_group = dh2048-256", CHIP_ACCESS_PACE },
	{ "pace = dh-im-aes192", "pace_group = dh2048-224", CHIP_ACCESS_PACE },
	{ "pace = dh-im-aes256", "pace_group = dh1024-160", CHIP_ACCESS_PACE },
	{ "pace = ecdh-cam-aes128", "pace_group = p256", CHIP_ACCESS_PACE_CAM },
	{ "pace = ecdh-cam-aes192", "pace_group = bp320r1", CHIP_ACCESS_PACE_CAM },
	{ "pace = ecdh-cam-aes256", "pace_group = p521", CHIP_ACCESS_PACE_CAM },
	{ "pace = ecdh-gm-aes128", "pace_group = p192", CHIP_ACCESS_PACE },
	{ "pace = ecdh-gm-aes128", "pace_group = bp192r1", CHIP_ACCESS_PACE },
	{ "pace = ecdh-gm-aes128", "pace_group = p224", CHIP_ACCESS_PACE },
	/* the best of several */
	{ "pace = dh-gm-aes256 ecdh-gm-3des ecdh-cam-aes128 ecdh-gm-aes256", "pace_group = bp256r1",
	  CHIP_ACCESS_PACE_CAM },
};

static void every_pace_opens(void)
{
	for (size_t i = 0; i < COUNT(PACES); i++)
		for (enum chip_key kind = CHIP_KEY_CAN; kind <= CHIP_KEY_MRZ; kind++) {
			/* mapping with chip authentication wants the chip to have a key there */
			const char *cam = PACES[i].how == CHIP_ACCESS_PACE_CAM ? "ca = ecdh-aes128"
									       : "aa = none";
			char group[64];
			(void)snprintf(group, sizeof(group), "ca_group = %s",
				       PACES[i].group + strlen("pace_group = "));
			const char *const lines[] = { PACES[i].pace, PACES[i].group, cam, group,
						      NULL };
			struct card c;
			struct access a;

			printf("# %s, %s\n", PACES[i].pace, PACES[i].group);
			card_start(&c, lines, MRTD_FAULT_COUNT);
			eq_int(open_by(&c, kind, &a), ERR_OK);
			eq_int(a.how, PACES[i].how);
			ok(a.file_len > 0);
			reads_com(&c);
			card_end(&c);
		}
}

static void a_wrong_key_is_wrong(void)
{
	for (size_t i = 0; i < COUNT(PACES); i += 3) {
		const char *const lines[] = { PACES[i].pace, PACES[i].group, "ca = ecdh-aes128",
					      NULL };
		struct card c;
		struct access a;

		card_start(&c, lines, MRTD_FAULT_COUNT);
		eq_int(access_open(&c.session, CHIP_KEY_CAN, "999999", &a), ERR_WRONG_KEY);
		mrtd_reset(c.mrtd);
		eq_int(access_open(&c.session, CHIP_KEY_MRZ, "L898902C<690806940623", &a),
		       ERR_WRONG_KEY);
		ok(!c.session.secure);
		/* and the right one is right afterwards */
		mrtd_reset(c.mrtd);
		eq_int(open_by(&c, CHIP_KEY_CAN, &a), ERR_OK);
		card_end(&c);
	}
}

static void basic_access_opens(void)
{
	const char *const lines[] = { NULL };
	struct card c;
	struct access a;

	card_start(&c, lines, MRTD_FAULT_COUNT);
	eq_int(open_by(&c, CHIP_KEY_CAN, &a), ERR_KEY_KIND);
	mrtd_reset(c.mrtd);
	eq_int(access_open(&c.session, CHIP_KEY_MRZ, "L898902C<690806940623", &a), ERR_WRONG_KEY);
	mrtd_reset(c.mrtd);
	eq_int(open_by(&c, CHIP_KEY_MRZ, &a), ERR_OK);
	eq_int(a.how, CHIP_ACCESS_BAC);
	eq_int(a.file_len, 0);
	reads_com(&c);
	card_end(&c);
}

static void without_a_key_nothing_is_secret(void)
{
	const char *const lines[] = { "pace = ecdh-gm-aes128", NULL };
	struct card c;
	struct access a;

	card_start(&c, lines, MRTD_FAULT_COUNT);
	eq_int(access_open(&c.session, CHIP_KEY_NONE, NULL, &a), ERR_OK);
	eq_int(a.how, CHIP_ACCESS_NONE);
	ok(a.file_len > 0);
	ok(!c.session.secure);
	card_end(&c);
}

struct chip {
	const char *ca, *group, *params, *id;
};

static const struct chip CHIPS[] = {
	{ "ca = ecdh-3des", "ca_group = p256", "ca_params = named", "ca_key_id = 0" },
	{ "ca = ecdh-3des", "ca_group = bp256r1", "ca_params = explicit", "ca_key_id = 200" },
	{ "ca = ecdh-aes128", "ca_group = bp256r1", "ca_params = explicit", "ca_key_id = 0" },
	{ "ca = ecdh-aes192", "ca_group = bp384r1", "ca_params = named", "ca_key_id = 1" },
	{ "ca = ecdh-aes256", "ca_group = p521", "ca_params = explicit", "ca_key_id = 255" },
	{ "ca = ecdh-aes256", "ca_group = p224", "ca_params = explicit", "ca_key_id = 0" },
	{ "ca = dh-3des", "ca_group = dh1024-160", "ca_params = explicit", "ca_key_id = 0" },
	{ "ca = dh-aes128", "ca_group = dh1024-160", "ca_params = named", "ca_key_id = 0" },
	{ "ca = dh-aes192", "ca_group = dh2048-224", "ca_params = explicit", "ca_key_id = 7" },
	{ "ca = dh-aes256", "ca_group = dh2048-256", "ca_params = explicit", "ca_key_id = 0" },
};

static enum chip_proof chip_proof_of(const struct chip *v, enum mrtd_fault fault)
{
	const char *const lines[] = { v->ca, v->group, v->params, v->id, "pace = ecdh-gm-aes128",
				      NULL };
	struct card c;
	struct access a;
	enum chip_proof is = CHIP_PROOF_COUNT;

	printf("# %s, %s, %s, %s\n", v->ca, v->group, v->params, v->id);
	card_start(&c, lines, fault);
	eq_int(open_by(&c, CHIP_KEY_CAN, &a), ERR_OK);
	eq_int(proof_chip_auth(&c.session, file(&c, 0x010e), &is), ERR_OK);
	if (is == CHIP_PROOF_ORIGINAL)
		reads_com(&c);
	card_end(&c);
	return is;
}

static void every_chip_authentication_proves(void)
{
	for (size_t i = 0; i < COUNT(CHIPS); i++) {
		eq_int(chip_proof_of(&CHIPS[i], MRTD_FAULT_COUNT), CHIP_PROOF_ORIGINAL);
		eq_int(chip_proof_of(&CHIPS[i], MRTD_FAULT_cloned), CHIP_PROOF_COPIED);
	}
}

/* After BAC as well. */
static void after_basic_access(void)
{
	const char *const lines[] = { "ca = ecdh-aes256", "aa = p256", NULL };
	struct card c;
	struct access a;
	enum chip_proof is = CHIP_PROOF_COUNT;

	card_start(&c, lines, MRTD_FAULT_COUNT);
	eq_int(open_by(&c, CHIP_KEY_MRZ, &a), ERR_OK);
	eq_int(proof_active(&c.session, file(&c, 0x010f), file(&c, 0x010e), &is), ERR_OK);
	eq_int(is, CHIP_PROOF_ORIGINAL);
	eq_int(proof_chip_auth(&c.session, file(&c, 0x010e), &is), ERR_OK);
	eq_int(is, CHIP_PROOF_ORIGINAL);
	eq_int(c.session.sm.cipher, SM_AES256);
	/* and once more under the new keys */
	eq_int(proof_active(&c.session, file(&c, 0x010f), file(&c, 0x010e), &is), ERR_OK);
	eq_int(is, CHIP_PROOF_ORIGINAL);
	card_end(&c);
}

struct active_row {
	const char *key, *hash;
};

static const struct active_row ACTIVES[] = {
	{ "aa = rsa1024", "aa_hash = sha1" },   { "aa = rsa1024", "aa_hash = sha224" },
	{ "aa = rsa2048", "aa_hash = sha256" }, { "aa = rsa2048", "aa_hash = sha384" },
	{ "aa = rsa1024", "aa_hash = sha512" }, { "aa = p256", "aa_hash = sha256" },
	{ "aa = p256", "aa_hash = sha224" },    { "aa = bp256r1", "aa_hash = sha256" },
	{ "aa = p384", "aa_hash = sha384" },    { "aa = bp256r1", "aa_hash = sha1" },
	{ "aa = p384", "aa_hash = sha512" },
};

static enum chip_proof active_proof_of(const struct active_row *v, enum mrtd_fault fault,
				       uint32_t max_answer)
{
	const char *const lines[] = { v->key, v->hash, "pace = ecdh-gm-aes128", NULL };
	struct card c;
	struct access a;
	enum chip_proof is = CHIP_PROOF_COUNT;

	printf("# %s, %s\n", v->key, v->hash);
	card_start(&c, lines, fault);
	c.line.max_answer = max_answer;
	eq_int(open_by(&c, CHIP_KEY_CAN, &a), ERR_OK);
	eq_int(proof_active(&c.session, file(&c, 0x010f), file(&c, 0x010e), &is), ERR_OK);
	if (fault != MRTD_FAULT_COUNT)
		reads_com(&c);
	card_end(&c);
	return is;
}

static void every_active_authentication_proves(void)
{
	for (size_t i = 0; i < COUNT(ACTIVES); i++)
		eq_int(active_proof_of(&ACTIVES[i], MRTD_FAULT_COUNT, 65538), CHIP_PROOF_ORIGINAL);
	eq_int(active_proof_of(&ACTIVES[0], MRTD_FAULT_cloned, 65538), CHIP_PROOF_COPIED);
	eq_int(active_proof_of(&ACTIVES[2], MRTD_FAULT_cloned, 65538), CHIP_PROOF_COPIED);
	eq_int(active_proof_of(&ACTIVES[5], MRTD_FAULT_cloned, 65538), CHIP_PROOF_COPIED);
	eq_int(active_proof_of(&ACTIVES[8], MRTD_FAULT_cloned, 65538), CHIP_PROOF_COPIED);
	/* short answers are enough for the shorter keys */
	eq_int(active_proof_of(&ACTIVES[0], MRTD_FAULT_COUNT, 258), CHIP_PROOF_ORIGINAL);
	eq_int(active_proof_of(&ACTIVES[5], MRTD_FAULT_COUNT, 258), CHIP_PROOF_ORIGINAL);
}

static enum chip_proof cam_proof_of(enum mrtd_fault fault, bool card_security)
{
	const char *const lines[] = { "pace = ecdh-cam-aes128", "ca = ecdh-aes128", NULL };
	struct card c;
	struct access a;
	enum chip_proof is = CHIP_PROOF_COUNT;
	uint8_t set[1024];

	card_start(&c, lines, fault);
	eq_int(open_by(&c, CHIP_KEY_CAN, &a), ERR_OK);
	eq_int(a.how, CHIP_ACCESS_PACE_CAM);
	eq_int(infos_vouch((struct span){ a.file, a.file_len }, file(&c, 0x010e)), INFOS_SAME);
	struct span dg14 = file(&c, 0x010e);
	struct tlv t;
	eq_int(tlv_next(&dg14, &t), ERR_OK);
	memcpy(set, t.value.at, t.value.len);
	eq_int(proof_cam(&a.cam, card_security ? (struct span){ set, t.value.len } : t.whole, &is),
	       ERR_OK);
	card_end(&c);
	return is;
}

static void the_mapping_proves(void)
{
	eq_int(cam_proof_of(MRTD_FAULT_COUNT, false), CHIP_PROOF_ORIGINAL);
	eq_int(cam_proof_of(MRTD_FAULT_COUNT, true), CHIP_PROOF_ORIGINAL);
	eq_int(cam_proof_of(MRTD_FAULT_cloned, true), CHIP_PROOF_COPIED);
	eq_int(cam_proof_of(MRTD_FAULT_cloned, false), CHIP_PROOF_UNCHECKED);
}

/* A card whose n-th answer is wrong in this way: it is never opened, and proven by no luck. */
static void what_goes_wrong_on_the_way(enum mrtd_fault fault)
{
	const char *const lines[] = { "pace = ecdh-gm-aes128", "ca = ecdh-aes128", "bac = no",
				      NULL };

	for (unsigned n = 1; n <= 12; n++) {
		struct mrtd_faults f = { 0 };
		struct card c;
		struct access a;
		enum chip_proof is = CHIP_PROOF_UNCHECKED;

		card_start(&c, lines, MRTD_FAULT_COUNT);
		f.n[fault] = n;
		mrtd_set_faults(c.mrtd, &f);
		enum err e = open_by(&c, CHIP_KEY_CAN, &a);
		if (e == ERR_OK)
			e = proof_chip_auth(&c.session, file(&c, 0x010e), &is);
		/* what is protected begins with the 7th: SELECT; MSE, our key, SELECT */
		printf("# %s %u: %s, %d\n", mrtd_fault_word(fault), n, err_name(e), is);
		if (n >= 7 && n <= 9)
			eq_int(e, ERR_FORGED);
		if (n == 10)
			ok(e != ERR_OK || is == CHIP_PROOF_COPIED);
		if (n > 10)
			ok(e == ERR_OK && is == CHIP_PROOF_ORIGINAL);
		card_end(&c);
	}
}

static void forged_answers_are_refused(void)
{
	what_goes_wrong_on_the_way(MRTD_FAULT_wrong_mac_at);
	what_goes_wrong_on_the_way(MRTD_FAULT_plain_at);
	what_goes_wrong_on_the_way(MRTD_FAULT_replay_at);
}

static void habits_before_the_key_do_not_matter(void)
{
	static const char *const HABITS[] = { "mf = 6d00",       "mf = ok",
					      "mf = 6a87",       "extended = no",
					      "past_end = 9000", "past_end = 6b00",
					      "over_le = 6700",  "over_le = 6cxx",
					      "over_le = 0" };

	for (size_t i = 0; i < COUNT(HABITS); i++) {
		const char *const lines[] = { HABITS[i], "pace = ecdh-gm-aes128", NULL };
		struct card c;
		struct access a;

		printf("# %s\n", HABITS[i]);
		card_start(&c, lines, MRTD_FAULT_COUNT);
		eq_int(open_by(&c, CHIP_KEY_CAN, &a), ERR_OK);
		eq_int(a.how, CHIP_ACCESS_PACE);
		card_end(&c);
	}
}

/* Numbers of 2048 bits need long commands; where there are none, the next way is taken. */
static void short_commands_must_do(void)
{
	const char *const numbers[] = { "pace = dh-gm-aes256 ecdh-gm-3des",
					"pace_group = dh2048-256",
					"ca = dh-aes256",
					"ca_group = dh2048-256",
					"extended = no",
					NULL };
	const char *const curve[] = { "pace = ecdh-gm-aes256",
				      "pace_group = p521",
				      "ca = ecdh-aes256",
				      "ca_group = p521",
				      "aa = rsa1024",
				      "extended = no",
				      NULL };
	struct card c;
	struct access a;
	enum chip_proof is = CHIP_PROOF_COUNT;

	card_start(&c, numbers, MRTD_FAULT_COUNT);
	eq_int(open_by(&c, CHIP_KEY_CAN, &a), ERR_KEY_KIND);
	ok(c.session.short_only);
	mrtd_reset(c.mrtd);
	eq_int(open_by(&c, CHIP_KEY_MRZ, &a), ERR_OK);
	eq_int(a.how, CHIP_ACCESS_BAC);
	eq_int(proof_chip_auth(&c.session, file(&c, 0x010e), &is), ERR_OK);
	eq_int(is, CHIP_PROOF_UNCHECKED);
	reads_com(&c);
	card_end(&c);

	card_start(&c, curve, MRTD_FAULT_COUNT);
	eq_int(open_by(&c, CHIP_KEY_CAN, &a), ERR_OK);
	eq_int(proof_active(&c.session, file(&c, 0x010f), file(&c, 0x010e), &is), ERR_OK);
	eq_int(is, CHIP_PROOF_ORIGINAL);
	eq_int(proof_chip_auth(&c.session, file(&c, 0x010e), &is), ERR_OK);
	eq_int(is, CHIP_PROOF_ORIGINAL);
	reads_com(&c);
	card_end(&c);
}

int main(void)
{
	every_pace_opens();
	a_wrong_key_is_wrong();
	basic_access_opens();
	without_a_key_nothing_is_secret();
	every_chip_authentication_proves();
	after_basic_access();
	every_active_authentication_proves();
	the_mapping_proves();
	forged_answers_are_refused();
	habits_before_the_key_do_not_matter();
	short_commands_must_do();
	return tap_done();
}
