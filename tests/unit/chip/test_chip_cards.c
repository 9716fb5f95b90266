/* The reader before every kind of card that tests/mrtd can make: the sample cards as they lie in
 * their files, all access protocols in all groups, all proofs of the chip, all lengths. Reader and
 * card were written apart, from the standard. */
#include "tests/unit/chip/desk.h"

struct world {
	struct issuer *issuer;
	struct anchors anchors;
};

static struct mrtd *make(struct world *w, const struct mrtd_spec *s)
{
	struct mrtd *m = NULL;

	eq_int(mrtd_create(s, w->issuer, NULL, &m), ERR_OK);
	return m;
}

/* One reading. max_answer: what the reader can bring. */
static struct chip_end read_card(struct world *w, struct mrtd *m, enum chip_key kind,
				 uint32_t max_answer, struct desk *d)
{
	char key[48], can[16];
	struct chip_end end;

	mrtd_spec_can(mrtd_spec_of(m), can);
	mrtd_spec_mrz_key(mrtd_spec_of(m), key);
	memmove(key + 9, key + 10, 6); /* the kiosk's form has no check digits */
	memmove(key + 15, key + 17, 6);
	key[21] = '\0';
	struct chip_ask ask = { .key_kind = kind,
				.key = kind == CHIP_KEY_CAN ? can : key,
				.wants = CHIP_WANT_FACE,
				.now_s = ISSUER_NOW_S,
				.anchors = { w->anchors.bytes, w->anchors.len } };
	*d = (struct desk){ .card = m, .max_answer = max_answer };
	desk_session(d, &ask, &end);
	return end;
}

static void expect(const char *what, const struct chip_end *e, enum chip_access access,
		   enum chip_proof proof)
{
	const struct msg_chip_done *d = &e->done;
	bool good = d->why == ERR_OK && d->access == access && d->data == CHIP_DATA_SIGNED &&
		    d->issuer == CHIP_ISSUER_KNOWN && d->chip == proof;

	ok(good);
	if (!good)
		printf("# %s: why %s access %d data %d issuer %d chip %d\n", what,
		       err_text((enum err)d->why), d->access, d->data, d->issuer, d->chip);
}

static struct mrtd_spec sample(const char *name)
{
	struct mrtd_spec s;
	char path[128];
	unsigned line;

	mrtd_spec_init(&s);
	snprintf(path, sizeof path, "tests/mrtd/cards/%s.card", name);
	eq_int(mrtd_spec_load(&s, path, &line), ERR_OK);
	return s;
}

static void the_sample_cards(struct world *w)
{
	static const struct {
		const char *name;
		enum chip_access by_can, by_mrz; /* NONE: not so */
		enum chip_proof proof;
		bool face;
		uint32_t least; /* what the reader must bring for its keys of 2048 bits */
	} cards[] = {
		{ "sample-01", CHIP_ACCESS_PACE_CAM, CHIP_ACCESS_PACE_CAM, CHIP_PROOF_ORIGINAL,
		  true, 0 },
		{ "sample-02", CHIP_ACCESS_PACE, CHIP_ACCESS_PACE, CHIP_PROOF_ORIGINAL, true, 0 },
		{ "sample-03", CHIP_ACCESS_PACE, CHIP_ACCESS_PACE, CHIP_PROOF_ORIGINAL, true, 0 },
		{ "sample-04", CHIP_ACCESS_NONE, CHIP_ACCESS_BAC, CHIP_PROOF_ORIGINAL, true, 0 },
		{ "sample-05", CHIP_ACCESS_PACE, CHIP_ACCESS_PACE, CHIP_PROOF_UNCHECKED, true, 0 },
		{ "sample-06", CHIP_ACCESS_PACE, CHIP_ACCESS_PACE, CHIP_PROOF_ORIGINAL, true, 0 },
		{ "sample-07", CHIP_ACCESS_PACE, CHIP_ACCESS_PACE, CHIP_PROOF_ORIGINAL, false,
		  512 },
	};
	static const uint32_t readers[] = { 258, 512, 65538 };

	for (size_t i = 0; i < 3 * sizeof cards / sizeof cards[0]; i++) {
		if (readers[i % 3] < cards[i / 3].least)
			continue;
		struct mrtd_spec s = sample(cards[i / 3].name);
		struct mrtd *m = make(w, &s);
		struct desk d;
		struct chip_end e = read_card(w, m, CHIP_KEY_CAN, readers[i % 3], &d);
		char what[64];

		snprintf(what, sizeof what, "%s, %u", s.number, readers[i % 3]);
		if (cards[i / 3].by_can)
			expect(what, &e, cards[i / 3].by_can, cards[i / 3].proof);
		else
			eq_int(e.done.why, ERR_KEY_KIND);
		chip_end_finish(&e);
		e = read_card(w, m, CHIP_KEY_MRZ, readers[i % 3], &d);
		expect(what, &e, cards[i / 3].by_mrz, cards[i / 3].proof);
		eq_str(d.facts.number, s.number);
		eq_str(d.facts.name, s.name);
		eq_int(d.face_count, cards[i / 3].face);
		printf("# %s: %u trips, %u bytes in\n", what, e.done.trips, e.done.bytes_in);
		chip_end_finish(&e);
		mrtd_destroy(m);
	}
}

/* Small cards: only what differs matters. */
static struct mrtd_spec plain_card(void)
{
	struct mrtd_spec s = sample("sample-01");

	(void)mrtd_spec_line(&s, "picture = none");
	(void)mrtd_spec_line(&s, "ca =");
	(void)mrtd_spec_line(&s, "bac = no");
	(void)mrtd_spec_line(&s, "ds_key = p256");
	return s;
}

static void try(struct world *w, const struct mrtd_spec *s, const char *what,
		enum chip_access access, enum chip_proof proof)
{
	struct mrtd *m = make(w, s);
	struct desk d;

	if (!m)
		return;
	struct chip_end e = read_card(w, m, CHIP_KEY_CAN, 65538, &d);
	expect(what, &e, access, proof);
	chip_end_finish(&e);
	mrtd_destroy(m);
}

static void set(struct mrtd_spec *s, const char *key, const char *value)
{
	char line[128];

	snprintf(line, sizeof line, "%s = %s", key, value);
	eq_int(mrtd_spec_line(s, line), ERR_OK);
}

static void every_pace(struct world *w)
{
	static const char *const curves[] = { "p192", "bp192r1", "p256",    "bp256r1", "bp320r1",
					      "p384", "bp384r1", "bp512r1", "p521" };
	static const char *const fields[] = { "dh1024-160", "dh2048-224", "dh2048-256" };
	static const char *const ciphers[] = { "3des", "aes128", "aes192", "aes256" };
	static const char *const kinds[] = { "ecdh-gm", "ecdh-im", "dh-gm", "dh-im" };

	for (size_t k = 0; k < 4; k++)
		for (size_t g = 0; g < (k < 2 ? 9 : 3); g++) {
			struct mrtd_spec s = plain_card();
			char word[32], what[64];

			snprintf(word, sizeof word, "%s-%s", kinds[k], ciphers[(g + k) % 4]);
			set(&s, "pace", word);
			set(&s, "pace_group", k < 2 ? curves[g] : fields[g]);
			snprintf(what, sizeof what, "%s %s", word, s.pace_group);
			try(w, &s, what, CHIP_ACCESS_PACE, CHIP_PROOF_UNCHECKED);
		}
	for (size_t c = 0; c < 16; c++) {
		struct mrtd_spec s = plain_card();
		char word[32];

		snprintf(word, sizeof word, "%s-%s", kinds[c / 4], ciphers[c % 4]);
		set(&s, "pace", word);
		set(&s, "pace_group", c < 8 ? "bp256r1" : "dh1024-160");
		try(w, &s, word, CHIP_ACCESS_PACE, CHIP_PROOF_UNCHECKED);
	}
	struct mrtd_spec s = plain_card();
	set(&s, "pace", "ecdh-gm-aes128");
	set(&s, "pace_group", "p224");
	try(w, &s, "p224", CHIP_ACCESS_PACE, CHIP_PROOF_UNCHECKED);
}

static void every_chip_authentication(struct world *w)
{
	static const char *const words[] = { "ecdh-3des",   "ecdh-aes128", "ecdh-aes192",
					     "ecdh-aes256", "dh-3des",     "dh-aes128",
					     "dh-aes256" };
	static const char *const groups[] = { "p256",       "bp256r1",    "p384",      "bp512r1",
					      "dh1024-160", "dh2048-224", "dh2048-256" };

	for (size_t i = 0; i < 14; i++) {
		struct mrtd_spec s = plain_card();

		set(&s, "pace", "ecdh-gm-aes128");
		set(&s, "ca", words[i / 2]);
		set(&s, "ca_group", groups[i / 2]);
		set(&s, "ca_params", i % 2 ? "named" : "explicit");
		set(&s, "ca_key_id", i % 2 ? "200" : "0");
		try(w, &s, words[i / 2], CHIP_ACCESS_PACE, CHIP_PROOF_ORIGINAL);
	}
	for (size_t i = 0; i < 3; i++) { /* with the key in EF.CardSecurity */
		static const char *const ciphers[] = { "aes128", "aes192", "aes256" };
		static const char *const curves[] = { "bp256r1", "p256", "bp384r1" };
		struct mrtd_spec s = plain_card();
		char word[32];

		snprintf(word, sizeof word, "ecdh-cam-%s", ciphers[i]);
		set(&s, "pace", word);
		set(&s, "pace_group", curves[i]);
		set(&s, "ca", "ecdh-aes128");
		set(&s, "ca_group", curves[i]);
		try(w, &s, word, CHIP_ACCESS_PACE_CAM, CHIP_PROOF_ORIGINAL);
	}
}

static void every_active_authentication(struct world *w)
{
	static const char *const keys[] = { "rsa1024", "p256", "bp256r1", "p384" };
	static const char *const hashes[] = { "sha256", "sha1", "sha224", "sha384", "sha512" };

	for (size_t i = 0; i < 20; i++) {
		struct mrtd_spec s = plain_card();
		char what[64];

		set(&s, "pace", "ecdh-gm-aes128");
		set(&s, "aa", keys[i % 4]);
		set(&s, "aa_hash", hashes[i / 4]);
		set(&s, "ca_params", i % 3 ? "explicit" : "named");
		snprintf(what, sizeof what, "%s %s", keys[i % 4], hashes[i / 4]);
		try(w, &s, what, CHIP_ACCESS_PACE, CHIP_PROOF_ORIGINAL);
	}
}

/* Cards of all limits and manners before readers of all limits. */
static void every_length(struct world *w)
{
	static const char *const limits[] = { "256", "300", "1000", "4000", "65536" };
	static const char *const overs[] = { "cut", "6700", "6cxx", "0" };
	static const char *const ends[] = { "6282", "9000", "6b00" };
	static const uint32_t readers[] = { 258, 1024, 65538 };

	for (size_t i = 0; i < 5 * 4 * 3; i++) {
		struct mrtd_spec s = sample("sample-01");
		struct desk d;
		char what[64];

		set(&s, "max_le", limits[i % 5]);
		set(&s, "over_le", overs[i / 5 % 4]);
		set(&s, "past_end", ends[i % 3]);
		set(&s, "extended", i % 4 ? "yes" : "no");
		struct mrtd *m = make(w, &s);
		struct chip_end e = read_card(w, m, CHIP_KEY_CAN, readers[i / 20], &d);
		snprintf(what, sizeof what, "max %s, over %s, end %s, extended %u, reader %u",
			 limits[i % 5], overs[i / 5 % 4], ends[i % 3], !s.extended,
			 readers[i / 20]);
		expect(what, &e, CHIP_ACCESS_PACE_CAM, CHIP_PROOF_ORIGINAL);
		eq_int(d.face_count, 1);
		chip_end_finish(&e);
		mrtd_destroy(m);
	}
}

int main(void)
{
	struct world w = { .issuer = issuer_create(NULL) };
	struct issuer_bytes root = issuer_csca(w.issuer);

	desk_trusts(&w.anchors, root);
	the_sample_cards(&w);
	every_pace(&w);
	every_chip_authentication(&w);
	every_active_authentication(&w);
	every_length(&w);
	issuer_free(&root);
	anchors_finish(&w.anchors);
	issuer_destroy(w.issuer);
	return tap_done();
}
