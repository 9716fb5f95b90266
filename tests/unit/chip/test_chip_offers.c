/* EF.CardAccess is not signed: what somebody on the way makes of it, and what DG14 says of that. */
#include "tests/unit/chip/desk.h"

#define PERSON \
	"number = 001090000000\nname = Nguyễn Văn An\nbirth = 15/01/1990\nexpires = 15/01/2030\n"
#define PACE  "pace = ecdh-gm-aes128\n"
#define CA    "ca = ecdh-aes128\n"
#define AA    "aa = rsa1024\n"
#define AA_EC "aa = p256\n"

#define GOOD(a, c) ERR_OK, CHIP_ACCESS_##a, CHIP_PROOF_##c

struct world {
	struct issuer *issuer;
	struct anchors anchors;
};

static struct chip_ask ask_with(struct world *w, enum chip_key kind)
{
	return (struct chip_ask){ .key_kind = kind,
				  .key = kind == CHIP_KEY_MRZ ? "090000000900115300115" : "000000",
				  .now_s = ISSUER_NOW_S,
				  .anchors = { w->anchors.bytes, w->anchors.len } };
}

/* EF.CardAccess is not signed; what it offers must be what DG14 has. */
static void an_offer_is_changed_on_the_way(struct world *w)
{
	static const char SPEC[] = PERSON "pace = ecdh-gm-aes256 ecdh-gm-aes128\n" CA;

	for (int changed = 0; changed < 2; changed++) {
		struct desk d = { .card = desk_card(w->issuer, SPEC, ""),
				  .max_answer = 65538,
				  .changes_offer = changed };
		struct chip_ask ask = ask_with(w, CHIP_KEY_CAN);
		struct chip_end end = { 0 };

		desk_session(&d, &ask, &end);
		eq_int(end.done.why, ERR_OK);
		eq_int(end.done.data, changed ? CHIP_DATA_ALTERED : CHIP_DATA_SIGNED);
		chip_end_finish(&end);
		mrtd_destroy(d.card);
	}
}

/* A file that is taken away makes the weaker protocol open the chip. What was signed tells, and the
 * one who did it does not get the good word; a card that never offered more does. */
static void all_offers_are_hidden_on_the_way(struct world *w)
{
	static const struct {
		const char *spec, *faults;
		bool hidden;
		enum chip_key kind;
		enum err why;
		enum chip_access access;
		enum chip_proof proof;
	} WAYS[] = {
		{ PACE CA, "", false, CHIP_KEY_MRZ, GOOD(PACE, ORIGINAL) },
		{ PACE CA, "", true, CHIP_KEY_MRZ, GOOD(BAC, UNCHECKED) },
		{ PACE AA_EC, "", true, CHIP_KEY_MRZ, GOOD(BAC, UNCHECKED) },
		{ PACE AA, "", true, CHIP_KEY_MRZ, GOOD(BAC, ORIGINAL) }, /* no DG14 */
		{ PACE CA AA, "", true, CHIP_KEY_MRZ, GOOD(BAC, UNCHECKED) },
		{ PACE CA, "cloned", true, CHIP_KEY_MRZ, GOOD(BAC, COPIED) },
		{ CA, "", true, CHIP_KEY_MRZ, GOOD(BAC, ORIGINAL) },
		{ CA, "", false, CHIP_KEY_MRZ, GOOD(BAC, ORIGINAL) },
		{ AA, "", false, CHIP_KEY_MRZ, GOOD(BAC, ORIGINAL) },
		{ PACE CA, "", true, CHIP_KEY_CAN, ERR_KEY_KIND, CHIP_ACCESS_NONE, 0 },
	};

	for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
		char spec[1024];
		struct chip_end end = { 0 };

		printf("# way %zu\n", i);
		snprintf(spec, sizeof spec, "%s%s", PERSON, WAYS[i].spec);
		struct desk d = { .card = desk_card(w->issuer, spec, WAYS[i].faults),
				  .max_answer = 65538,
				  .hides_offer = WAYS[i].hidden };
		struct chip_ask ask = ask_with(w, WAYS[i].kind);
		desk_session(&d, &ask, &end);
		eq_str(err_name(end.done.why), err_name(WAYS[i].why));
		eq_int(end.done.access, WAYS[i].access);
		eq_int(end.done.data, WAYS[i].why == ERR_OK ? CHIP_DATA_SIGNED : 0);
		eq_int(end.done.chip, WAYS[i].proof);
		eq_int(verdict_of(end.done.data, end.done.issuer, end.done.chip) == VERDICT_GENUINE,
		       WAYS[i].proof == CHIP_PROOF_ORIGINAL);
		chip_end_finish(&end);
		mrtd_destroy(d.card);
	}
}

int main(void)
{
	struct world w = { .issuer = issuer_create(NULL) };
	struct issuer_bytes root = issuer_csca(w.issuer);

	desk_trusts(&w.anchors, root);
	an_offer_is_changed_on_the_way(&w);
	all_offers_are_hidden_on_the_way(&w);
	issuer_free(&root);
	anchors_finish(&w.anchors);
	issuer_destroy(w.issuer);
	return tap_done();
}
