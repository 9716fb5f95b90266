/* Whole sessions at simulated cards: what each card and each fault must lead to. */
#include "tests/unit/chip/desk.h"

/* clang-format off */
#define PERSON \
	"number = 001090000000\nname = Nguyễn Văn An\nbirth = 15/01/1990\n" \
	"address = Số 1, phường Ba Đình, Hà Nội\nhome = Xã Mẫu\n" \
	"father = Nguyễn Văn Bình\nmother = Trần Thị Cúc\n" \
	"issued = 01/08/2024\nexpires = 15/01/2030\nold_number = 123456789\n"
#define OTHER_PERSON \
	"number = 079185000123\nname = Trần Thị Bưởi\nsex = Nữ\nbirth = 02/03/1985\n" \
	"expires = 02/03/2045\ncan = 000000\n"
/* clang-format on */
#define MRZ_KEY "090000000900115300115"
#define PACE    "pace = ecdh-gm-aes128\n"
#define CAM     "pace = ecdh-cam-aes128\n"
#define CA      "ca = ecdh-aes128\n"
#define AA      "aa = rsa1024\n"

struct world {
	struct issuer *issuer;
	struct anchors anchors, revoking;
};

static struct world world;

enum trusted { KNOWN, NOBODY, REVOKING };

struct sample {
	const char *what, *spec, *faults;
	enum trusted trusted;
	enum err why;
	enum chip_access access;
	enum chip_data data;
	enum chip_issuer issuer;
	enum chip_proof chip;
};

#define SIGNED(i, c)     CHIP_DATA_SIGNED, CHIP_ISSUER_##i, CHIP_PROOF_##c
#define GOOD(a, c)       ERR_OK, CHIP_ACCESS_##a, SIGNED(KNOWN, c)
#define ALTERED(a, i, c) ERR_OK, CHIP_ACCESS_##a, CHIP_DATA_ALTERED, CHIP_ISSUER_##i, CHIP_PROOF_##c
#define ENDS(e, a)       ERR_##e, CHIP_ACCESS_##a, 0, 0, 0

static const struct sample SAMPLES[] = {
	{ "pace, ca", PACE CA, "", KNOWN, GOOD(PACE, ORIGINAL) },
	{ "cam", CAM CA, "", KNOWN, GOOD(PACE_CAM, ORIGINAL) },
	{ "cam alone", CAM CA "dgs = 1 2 13\nmf = ok\n", "", KNOWN, GOOD(PACE_CAM, ORIGINAL) },
	{ "cam alone, copied", CAM CA "dgs = 1 2 13\nmf = ok\n", "cloned", KNOWN,
	  GOOD(PACE_CAM, COPIED) },
	{ "cam alone, no way back to its file", CAM CA "dgs = 1 2 13\n", "", KNOWN,
	  GOOD(PACE_CAM, UNCHECKED) },
	{ "cam alone, no anchor", CAM CA "dgs = 1 2 13\nmf = ok\n", "", NOBODY, ERR_OK,
	  CHIP_ACCESS_PACE_CAM, CHIP_DATA_SIGNED, CHIP_ISSUER_UNKNOWN, CHIP_PROOF_UNCHECKED },
	{ "pace, aa", PACE AA, "", KNOWN, GOOD(PACE, ORIGINAL) },
	{ "neither ca nor aa", PACE, "", KNOWN, GOOD(PACE, UNCHECKED) },
	{ "no anchor", PACE CA, "", NOBODY, ERR_OK, CHIP_ACCESS_PACE, CHIP_DATA_SIGNED,
	  CHIP_ISSUER_UNKNOWN, CHIP_PROOF_ORIGINAL },
	{ "foreign issuer", PACE CA, "foreign_csca", KNOWN, ERR_OK, CHIP_ACCESS_PACE,
	  CHIP_DATA_SIGNED, CHIP_ISSUER_UNKNOWN, CHIP_PROOF_ORIGINAL },
	{ "signer out of its time", PACE CA, "expired_ds", KNOWN, ERR_OK, CHIP_ACCESS_PACE,
	  CHIP_DATA_SIGNED, CHIP_ISSUER_EXPIRED, CHIP_PROOF_ORIGINAL },
	{ "signer taken back", PACE CA, "revoked_ds", REVOKING, ERR_OK, CHIP_ACCESS_PACE,
	  CHIP_DATA_SIGNED, CHIP_ISSUER_REVOKED, CHIP_PROOF_ORIGINAL },
	{ "a bit of DG13", PACE CA, "altered_dg 13", KNOWN, ALTERED(PACE, KNOWN, ORIGINAL) },
	{ "a bit of DG2", PACE CA, "altered_dg 2", KNOWN, ALTERED(PACE, KNOWN, ORIGINAL) },
	{ "keys that were not signed", PACE CA, "altered_dg 14", KNOWN,
	  ALTERED(PACE, KNOWN, UNCHECKED) },
	{ "DG13 was added", PACE CA, "unlisted_dg 13", KNOWN, ALTERED(PACE, KNOWN, ORIGINAL) },
	{ "DG14 was added", PACE CA, "unlisted_dg 14", KNOWN, ALTERED(PACE, KNOWN, UNCHECKED) },
	{ "DG14 is withheld", PACE CA, "missing_dg 14", KNOWN, ALTERED(PACE, KNOWN, UNCHECKED) },
	{ "DG13 is withheld", PACE CA, "missing_dg 13", KNOWN, ALTERED(PACE, KNOWN, ORIGINAL) },
	{ "DG2 is withheld", PACE CA, "missing_dg 2", KNOWN, ALTERED(PACE, KNOWN, ORIGINAL) },
	{ "signature", PACE CA, "sod_signature", KNOWN, ALTERED(PACE, UNCHECKED, UNCHECKED) },
	{ "no EF.SOD", PACE CA, "sod_none", KNOWN, ERR_OK, CHIP_ACCESS_PACE, 0, 0, 0 },
	{ "copied, ca", PACE CA, "cloned", KNOWN, GOOD(PACE, COPIED) },
	{ "copied, cam", CAM CA, "cloned", KNOWN, GOOD(PACE_CAM, COPIED) },
	{ "copied, aa", PACE AA, "cloned", KNOWN, GOOD(PACE, COPIED) },
	{ "downgrade", PACE CA, "plain_at 9", KNOWN, ENDS(FORGED, PACE) },
	{ "wrong MAC", PACE CA, "wrong_mac_at 9", KNOWN, ENDS(FORGED, PACE) },
	{ "replay", PACE CA, "replay_at 9", KNOWN, ENDS(FORGED, PACE) },
	{ "deep objects", PACE CA, "deep_tlv 13", KNOWN, GOOD(PACE, ORIGINAL) },
	{ "length of 4 GB", PACE CA, "long_tlv 2", KNOWN, ALTERED(PACE, KNOWN, ORIGINAL) },
	{ "longer than it is", PACE CA, "lying_length 2", KNOWN, ALTERED(PACE, KNOWN, ORIGINAL) },
	{ "shorter than it is", PACE CA, "short_length 13", KNOWN, ALTERED(PACE, KNOWN, ORIGINAL) },
	{ "without an end", PACE CA, "endless 2", KNOWN, ALTERED(PACE, KNOWN, ORIGINAL) },
	{ "nothing in DG2", PACE CA, "empty_dg 2", KNOWN, ALTERED(PACE, KNOWN, ORIGINAL) },
	{ "huge face", PACE CA, "huge_face", KNOWN, GOOD(PACE, ORIGINAL) },
	{ "half a face", PACE CA, "bad_face", KNOWN, GOOD(PACE, ORIGINAL) },
	{ "mute", PACE CA, "mute 9", KNOWN, ENDS(CARD_MOVED, PACE) },
	{ "mute until powered anew", PACE CA, "mute 1", KNOWN, GOOD(PACE, ORIGINAL) },
	{ "slow", PACE CA, "slow_ms 2000", KNOWN, ENDS(TIMEOUT, PACE) },
};

static struct mrtd *card_of(const char *spec, const char *faults)
{
	return desk_card(world.issuer, spec, faults);
}

static struct chip_ask ask_with(enum trusted trusted)
{
	struct anchors *a = trusted == REVOKING ? &world.revoking : &world.anchors;
	struct chip_ask ask = { .key_kind = CHIP_KEY_CAN,
				.key = "000000",
				.wants = CHIP_WANT_FACE,
				.now_s = ISSUER_NOW_S };

	if (trusted != NOBODY)
		ask.anchors = (struct span){ a->bytes, a->len };
	return ask;
}

static bool is_genuine(const struct chip_end *e)
{
	return e->done.why == ERR_OK &&
	       verdict_of(e->done.data, e->done.issuer, e->done.chip) == VERDICT_GENUINE;
}

/* The issuer takes back all signers that it has had until now. */
static void take_back(void)
{
	struct issuer_bytes crl = issuer_crl(world.issuer, true);
	struct anchor a = { .kind = ANCHOR_CRL, .der = crl.at, .der_len = crl.len };

	SHA256(crl.at, crl.len, a.sha256);
	eq_int(anchors_add(&world.revoking, &a), ERR_OK);
	issuer_free(&crl);
}

/* Staff reads it in CHIP_DONE. */
static void weakness_is_told(void)
{
	struct desk d = { .card = card_of(PERSON PACE CA "sod_hash = sha1\n", ""),
			  .max_answer = 65538 };
	struct chip_ask ask = ask_with(KNOWN);
	struct chip_end end;

	desk_session(&d, &ask, &end);
	ok(is_genuine(&end));
	eq_str(end.done.signer, "CN=Test State Document Signer,O=Test State,C=UT; SHA-1");
	chip_end_finish(&end);
	mrtd_destroy(d.card);
}

static void each_sample(void)
{
	for (size_t i = 0; i < sizeof SAMPLES / sizeof *SAMPLES; i++) {
		const struct sample *s = &SAMPLES[i];
		char spec[1024];
		struct chip_end end;

		printf("# %s\n", s->what);
		snprintf(spec, sizeof spec, "%s%s", PERSON, s->spec);
		/* a broken channel is only tried again when length may be the reason */
		uint32_t max_answer = s->why == ERR_FORGED ? 258 : 65538;
		struct desk d = { .card = card_of(spec, s->faults), .max_answer = max_answer };
		if (s->trusted == REVOKING)
			take_back();
		struct chip_ask ask = ask_with(s->trusted);
		desk_session(&d, &ask, &end);
		eq_str(err_name(end.done.why), err_name(s->why));
		eq_int(end.done.access, s->access);
		eq_int(end.done.data, s->data);
		eq_int(end.done.issuer, s->issuer);
		eq_int(end.done.chip, s->chip);
		ok(!d.step_went_back);
		ok(s->why != ERR_OK || end.kept_len == 0);
		chip_end_finish(&end);
		mrtd_destroy(d.card);
	}
}

/* What a session has told, to be compared with another's. */
static bool told_same(const struct desk *a, const struct desk *b)
{
	return memcmp(&a->facts, &b->facts, sizeof a->facts) == 0 &&
	       memcmp(&a->more, &b->more, sizeof a->more) == 0 &&
	       memcmp(a->raw_sha, b->raw_sha, sizeof a->raw_sha) == 0 &&
	       memcmp(a->face_sha, b->face_sha, sizeof a->face_sha) == 0;
}

static void facts_of_the_card(void)
{
	struct desk d = { .card = card_of(PERSON PACE CA, ""), .max_answer = 65538 };
	struct chip_ask ask = ask_with(KNOWN);
	struct chip_end end;

	ask.wants |= CHIP_WANT_TRACE;
	desk_session(&d, &ask, &end);
	ok(is_genuine(&end));
	eq_str(d.facts.number, "001090000000");
	eq_str(d.facts.old_number, "123456789");
	eq_str(d.facts.name, "Nguyễn Văn An");
	eq_str(d.facts.birth, "15011990");
	eq_str(d.facts.expires, "15012030");
	eq_str(d.more.father, "Nguyễn Văn Bình");
	eq_int(d.facts_count, 1);
	eq_int(d.more_count, 1);
	eq_int(d.face_count, 1);
	ok(d.face_width > 0 && d.face_height > 0);
	ok(strstr(end.done.signer, "UT") != NULL);
	eq_int(end.done.trips, d.trips);
	eq_int(end.done.total_ms, d.clock_ms);
	ok(end.done.name_ms > 0 && end.done.name_ms < end.done.total_ms);

	/* a technician sees what was said, but not about whom */
	eq_int(d.traces >= d.trips, 1);
	ok(strstr(d.trace, "Nguy") == NULL && strstr(d.trace, "001090") == NULL);
	ok(strstr(d.trace, "303031303930") == NULL);
	chip_end_finish(&end);
	ask.wants = 0; /* neither face nor trace */
	d = (struct desk){ .card = d.card, .max_answer = 65538 };
	desk_session(&d, &ask, &end);
	ok(is_genuine(&end));
	eq_int(d.face_count, 0);
	eq_int(d.traces, 0);
	ok(d.read_bytes < 8000);
	chip_end_finish(&end);
	mrtd_destroy(d.card);
}

/* What came unprotected is refused, and the chip opened anew with smaller requests; nothing is
 * read twice. */
static void channel_breaks_once(void)
{
	for (unsigned n = 9; n <= 17; n++) {
		char fault[32];
		struct chip_end end;

		snprintf(fault, sizeof fault, "plain_at %u", n);
		struct desk d = { .card = card_of(PERSON PACE CA, fault), .max_answer = 65538 };
		struct chip_ask ask = ask_with(KNOWN);
		desk_session(&d, &ask, &end);
		ok(is_genuine(&end) ? d.resets <= 1 : end.done.why == ERR_FORGED);
		eq_int(d.facts_count <= 1, 1);
		chip_end_finish(&end);
		mrtd_destroy(d.card);
	}
}

/* Copied files first, then, behind a broken channel, a card of the copier's own that can prove
 * itself: what it proves is nothing about the files before. */
static void proof_of_another_chip(void)
{
	static const char ALONE[] = CAM CA "dgs = 1 2 13\nmf = ok\n";
	unsigned originals = 0;
	char spec[1024], own_spec[1024];

	snprintf(spec, sizeof spec, "%s%s", PERSON, ALONE);
	snprintf(own_spec, sizeof own_spec, "%s%s", OTHER_PERSON, ALONE);
	for (unsigned n = 8; n < 16; n++) {
		char fault[32];
		struct chip_end end;

		snprintf(fault, sizeof fault, "plain_at %u", n);
		struct mrtd *copy = card_of(spec, "cloned"), *own = card_of(own_spec, "");
		struct mrtd_faults faults = { 0 };
		eq_int(mrtd_faults_set(&faults, fault), ERR_OK);
		mrtd_set_faults(copy, &faults);
		struct desk d = { .card = copy, .max_answer = 65538, .swapped = own };
		struct chip_ask ask = ask_with(KNOWN);
		ask.wants = 0;
		desk_session(&d, &ask, &end);
		originals += strcmp(d.facts.number, "001090000000") == 0 && is_genuine(&end);
		chip_end_finish(&end);
		mrtd_destroy(copy);
		mrtd_destroy(own);
	}
	eq_int(originals, 0);
}

static void mute_for_good(void)
{
	struct desk d = { .card = card_of(PERSON PACE CA, ""), .max_answer = 65538 };
	struct chip_ask ask = ask_with(KNOWN);
	struct mrtd_faults faults = { 0 };
	struct chip_end end;

	eq_int(mrtd_faults_set(&faults, "mute 1"), ERR_OK);
	d.faults_at_reset = &faults;
	desk_session(&d, &ask, &end);
	eq_str(err_name(end.done.why), "CARD_MUTE");
	eq_int(end.kept_len, 0);
	chip_end_finish(&end);
	mrtd_destroy(d.card);
}

static void keys(void)
{
	static const struct {
		const char *spec;
		enum chip_key kind;
		const char *key;
		enum err why;
		enum chip_access how;
	} KEYS[] = {
		{ PACE, CHIP_KEY_CAN, "000001", ERR_WRONG_KEY, CHIP_ACCESS_NONE },
		{ PACE, CHIP_KEY_MRZ, MRZ_KEY, ERR_OK, CHIP_ACCESS_PACE },
		{ "", CHIP_KEY_MRZ, MRZ_KEY, ERR_OK, CHIP_ACCESS_BAC },
		{ "", CHIP_KEY_MRZ, "090000000900115300116", ERR_WRONG_KEY, CHIP_ACCESS_NONE },
		{ "", CHIP_KEY_CAN, "000000", ERR_KEY_KIND, CHIP_ACCESS_NONE },
		{ PACE, CHIP_KEY_NONE, "", ERR_OK, CHIP_ACCESS_NONE },
		{ PACE, CHIP_KEY_CAN, "rubbish", ERR_BAD_DATA, CHIP_ACCESS_NONE },
	};

	for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
		char spec[1024];
		struct chip_end end;

		printf("# key %zu\n", i);
		snprintf(spec, sizeof spec, "%s%s%s", PERSON, KEYS[i].spec, CA);
		struct desk d = { .card = card_of(spec, ""), .max_answer = 65538 };
		struct chip_ask ask = ask_with(KNOWN);
		ask.key_kind = KEYS[i].kind;
		ask.key = KEYS[i].key;
		desk_session(&d, &ask, &end);
		eq_str(err_name(end.done.why), err_name(KEYS[i].why));
		eq_int(end.done.access, KEYS[i].how);
		bool opened = KEYS[i].how != CHIP_ACCESS_NONE;
		eq_int(d.facts_count, opened);
		eq_int(is_genuine(&end), opened);
		chip_end_finish(&end);
		mrtd_destroy(d.card);
	}
}

/* Taken away at the n-th command, for every n, and laid down again: it ends the same, and what was
 * read is not read a second time. */
static void moved_at(const char *spec, uint32_t max_answer)
{
	enum { TAIL = 192, SLACK = 400 };
	struct desk whole = { .card = card_of(spec, ""), .max_answer = max_answer };
	struct chip_ask ask = ask_with(KNOWN);
	struct chip_end end;
	unsigned bad = 0, kept_sessions = 0, n;

	if (!strstr(spec, "pace =")) {
		ask.key_kind = CHIP_KEY_MRZ;
		ask.key = MRZ_KEY;
	}
	ask.wants |= CHIP_WANT_TRACE;
	desk_session(&whole, &ask, &end);
	ok(is_genuine(&end));
	if (!is_genuine(&end))
		printf("%s", whole.trace);
	uint32_t bytes = end.done.bytes_in;
	chip_end_finish(&end);
	for (n = 1; n <= whole.trips && bad == 0; n++) {
		struct desk d = { .card = whole.card, .max_answer = max_answer, .lift_at = n };
		struct chip_end first, second;

		desk_session(&d, &ask, &first);
		bad += first.done.why != ERR_CARD_MOVED || first.done.data || first.done.issuer ||
		       first.done.chip;
		d.lift_at = 0;
		struct chip_ask again = ask;
		again.kept = (struct span){ first.kept, first.kept_len };
		again.block = first.done.block;
		desk_session(&d, &again, &second);
		bad += !is_genuine(&second) || !told_same(&d, &whole) || d.step_went_back;
		bad += second.done.bytes_in > bytes - first.kept_len + TAIL + SLACK;
		kept_sessions += first.kept_len > 0;
		if (bad)
			printf("# n=%u why=%u/%u kept=%zu bytes=%u of %u\n", n, first.done.why,
			       second.done.why, first.kept_len, second.done.bytes_in, bytes);
		chip_end_finish(&first);
		chip_end_finish(&second);
	}
	eq_int(bad, 0);
	ok(kept_sessions > 5 && kept_sessions < whole.trips);
	mrtd_destroy(whole.card);
}

/* A trembling hand: no session gets further than a few commands behind the last one. */
static void moved_again_and_again(void)
{
	struct desk d = { .card = card_of(PERSON PACE CA, ""), .max_answer = 258, .lift_at = 40 };
	struct chip_ask ask = ask_with(KNOWN);
	struct chip_end end = { 0 }, before = { 0 };
	unsigned sessions = 0;

	do {
		before = end;
		ask.kept = (struct span){ before.kept, before.kept_len };
		ask.block = before.done.block;
		desk_session(&d, &ask, &end);
		chip_end_finish(&before);
	} while (end.done.why == ERR_CARD_MOVED && ++sessions < 50);
	ok(is_genuine(&end));
	ok(sessions >= 2 && sessions < 12);
	eq_str(d.facts.name, "Nguyễn Văn An");
	chip_end_finish(&end);
	mrtd_destroy(d.card);
}

/* What was kept of one card is nobody else's. */
static void another_card_is_laid_down(void)
{
	struct desk one = { .card = card_of(PERSON PACE CA, ""), .max_answer = 1034 };
	struct desk other = { .card = card_of(OTHER_PERSON PACE CA, ""), .max_answer = 1034 };
	struct chip_ask ask = ask_with(KNOWN);
	struct chip_end end;
	unsigned bad = 0;

	desk_session(&one, &ask, &end);
	chip_end_finish(&end);
	desk_session(&other, &ask, &end);
	ok(is_genuine(&end));
	chip_end_finish(&end);
	for (unsigned n = one.trips; n > 0; n--) {
		struct chip_end first, second;

		one.lift_at = n;
		desk_session(&one, &ask, &first);
		struct chip_ask again = ask;
		again.kept = (struct span){ first.kept, first.kept_len };
		struct desk d = { .card = other.card, .max_answer = 1034 };
		desk_session(&d, &again, &second);
		bad += !is_genuine(&second) || !told_same(&d, &other);
		chip_end_finish(&first);
		chip_end_finish(&second);
	}
	eq_int(bad, 0);
	mrtd_destroy(one.card);
	mrtd_destroy(other.card);
}

/* Whatever core hands back as kept: the card has the last word. */
static void kept_is_rubbish(void)
{
	struct desk d = { .card = card_of(PERSON PACE CA, ""), .max_answer = 1034, .lift_at = 20 };
	struct chip_ask ask = ask_with(KNOWN);
	struct chip_end first, end;
	unsigned bad = 0;

	desk_session(&d, &ask, &first);
	ok(first.kept_len > 1000);
	d.lift_at = 0;
	for (size_t at = 0; at < first.kept_len; at += at < 64 ? 1 : 211) {
		struct chip_ask again = ask;

		first.kept[at] ^= 0x41;
		again.kept = (struct span){ first.kept, first.kept_len };
		desk_session(&d, &again, &end);
		bad += !is_genuine(&end);
		chip_end_finish(&end);
		again.kept.len = at;
		first.kept[at] ^= 0x41;
		desk_session(&d, &again, &end);
		bad += !is_genuine(&end);
		chip_end_finish(&end);
	}
	eq_int(bad, 0);
	chip_end_finish(&first);
	mrtd_destroy(d.card);
}

/* A session whose time is over amid the largest file has learned nothing about sizes. */
static void time_is_no_size(void)
{
	unsigned ended = 0, wrong = 0;

	for (int wait_ms = 1500; wait_ms < 3000; wait_ms += 100) {
		char line[32];
		struct desk d = { .max_answer = 65538 };
		struct chip_ask ask = ask_with(KNOWN);
		struct chip_end end = { 0 };

		snprintf(line, sizeof line, "wait_ms = %d\n", wait_ms);
		char text[4096];
		snprintf(text, sizeof text, "%s%s", PERSON PACE CA, line);
		d.card = card_of(text, "");
		ask.block = 9000;
		desk_session(&d, &ask, &end);
		ended += end.done.why == ERR_TIMEOUT;
		wrong += end.done.block != 9000;
		chip_end_finish(&end);
		mrtd_destroy(d.card);
	}
	ok(ended > 2);
	eq_int(wrong, 0);
}

/* A session that is too slow ends by itself and hands out what it has; in the end all is read. */
static void slow_card(void)
{
	struct desk d = { .card = card_of(PERSON PACE CA "wait_ms = 800\n", ""),
			  .max_answer = 258 };
	struct chip_ask ask = ask_with(KNOWN);
	struct chip_end end = { 0 }, before = { 0 };
	unsigned sessions = 0;

	do {
		int64_t began_ms = d.clock_ms;

		before = end;
		ask.kept = (struct span){ before.kept, before.kept_len };
		desk_session(&d, &ask, &end);
		chip_end_finish(&before);
		ok(d.clock_ms - began_ms < CHIP_MAX_MS + 2000);
	} while (end.done.why == ERR_TIMEOUT && ++sessions < 20);
	ok(sessions > 1 && is_genuine(&end));
	chip_end_finish(&end);
	mrtd_destroy(d.card);
}

/* How much a card takes is found out once, and then remembered. */
static void block_is_learned(void)
{
	static const char *const HABITS[] = {
		"max_le = 256\n",
		"max_le = 256\nover_le = 6700\n",
		"max_le = 1000\nover_le = 6cxx\n",
		"max_le = 500\nover_le = 0\n",
		"extended = no\n",
		"extended = no\nlong_answer = 61xx\n",

	};

	for (size_t i = 0; i < sizeof HABITS / sizeof *HABITS; i++) {
		char spec[1024];
		struct chip_end first, second;

		printf("# %s", HABITS[i]);
		snprintf(spec, sizeof spec, "%s%s%s%s", PERSON, PACE, CA, HABITS[i]);
		struct desk d = { .card = card_of(spec, ""), .max_answer = 65538 };
		struct chip_ask ask = ask_with(KNOWN);
		ask.wants |= CHIP_WANT_TRACE;
		desk_session(&d, &ask, &first);
		ok(is_genuine(&first));
		if (!is_genuine(&first))
			printf("%s %s", err_name(first.done.why), d.trace);
		ok(first.done.block >= 64);
		unsigned trips = d.trips;
		ask.block = first.done.block;
		desk_session(&d, &ask, &second);
		ok(is_genuine(&second));
		eq_int(d.resets, 0); /* not by trial and error */
		ok(d.trips <= trips);
		eq_int(second.done.block, first.done.block);
		chip_end_finish(&first);
		chip_end_finish(&second);
		mrtd_destroy(d.card);
	}
}

static void make_world(void)
{
	world.issuer = issuer_create(NULL);
	struct issuer_bytes root = issuer_csca(world.issuer);

	desk_trusts(&world.anchors, root);
	desk_trusts(&world.revoking, root);
	issuer_free(&root);
}

int main(void)
{
	make_world();
	facts_of_the_card();
	each_sample();
	weakness_is_told();
	channel_breaks_once();
	proof_of_another_chip();
	mute_for_good();
	keys();
	moved_at(PERSON PACE CA, 65538);
	moved_at(PERSON CAM CA, 520);
	moved_at(PERSON CA "extended = no\n", 258);
	moved_again_and_again();
	another_card_is_laid_down();
	kept_is_rubbish();
	time_is_no_size();
	slow_card();
	block_is_learned();
	anchors_finish(&world.anchors);
	anchors_finish(&world.revoking);
	issuer_destroy(world.issuer);
	return tap_done();
}
