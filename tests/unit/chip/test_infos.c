#include "firmware/parse/chip/pace.h"
#include "tests/unit/chip/vectors.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* id-PACE 04007F0007020204 mm cc, version 2, group */
#define PACE(map, cipher, group) "3012060A04007F0007020204" map cipher "0201020201" group
#define SET(n, entries)          "31" n entries

static unsigned count(struct span set, enum info_kind kind)
{
	struct info i;
	unsigned n = 0;

	while (infos_next(&set, &i) == ERR_OK)
		n += i.kind == kind;
	return n;
}

static void the_eac_examples_file(void)
{
	struct bytes b = vec(EAC_EF_CARDACCESS);
	struct span set;
	struct pace_offer offer = { 0 };

	eq_int(infos_open(span_of(&b), &set), ERR_OK);
	eq_int(count(set, INFO_PACE), 1);
	eq_int(count(set, INFO_CHIP_AUTH), 0); /* version 2 is not ours */
	eq_int(count(set, INFO_CHIP_KEY), 0);
	eq_int(count(set, INFO_OTHER), 5);
	eq_int(pace_choose(span_of(&b), 0, &offer), ERR_OK);
	eq_int(offer.info.map, PACE_GM);
	ok(offer.info.curve);
	eq_int(offer.info.cipher, SM_AES128);
	eq_int(offer.info.id, 13);
	group_finish(&offer.group);
	eq_int(pace_choose(span_of(&b), 1, &offer), ERR_NOT_FOUND);
}

static void what_a_real_dg14_says(void)
{
	struct bytes b = vec(CADE_DG14);
	struct span set;
	struct info i;
	unsigned keys = 0;

	eq_int(infos_open(span_of(&b), &set), ERR_OK);
	eq_int(count(set, INFO_PACE), 2);
	eq_int(count(set, INFO_CHIP_AUTH), 1);
	while (infos_next(&set, &i) == ERR_OK) {
		if (i.kind == INFO_CHIP_AUTH) {
			eq_int(i.cipher, SM_AES128);
			eq_int(i.version, 1);
			eq_int(i.id, 0xc3);
		}
		if (i.kind != INFO_CHIP_KEY)
			continue;
		AUTO_GROUP g = { 0 };
		AUTO_GROUP standard = { 0 };
		AUTO_ELEMENT key = { 0 };
		keys++;
		eq_int(i.id, 0xc3);
		ok(i.curve);
		eq_int(group_read_key(i.body, &g, &key), ERR_OK);
		eq_int(group_standard(13, &standard), ERR_OK);
		ok(group_same(&g, &standard));
	}
	eq_int(keys, 1);
}

static void the_austrian_key(void)
{
	struct bytes b = vec(CA_DG14);
	struct span set;
	struct info i;

	eq_int(infos_open(span_of(&b), &set), ERR_OK);
	while (infos_next(&set, &i) == ERR_OK && i.kind != INFO_CHIP_KEY)
		continue;
	eq_int(i.kind, INFO_CHIP_KEY);
	eq_int(i.id, INFO_NO_ID);
	AUTO_GROUP g = { 0 };
	AUTO_ELEMENT key = { 0 };
	uint8_t point[GROUP_MAX_PUBLIC];
	size_t len = 0;
	eq_int(group_read_key(i.body, &g, &key), ERR_OK);
	eq_int(group_encode(&g, &key, point, &len), ERR_OK);
	eq_vector(point, len, CA_KEY);
}

/* The names of all that we know, and what lies beside them. */
static void kinds_are_known_by_their_names(void)
{
	static const struct {
		const char *entry;
		enum info_kind kind;
	} ROWS[] = {
		{ PACE("01", "01", "00"), INFO_PACE },
		{ PACE("04", "04", "12"), INFO_PACE },
		{ PACE("06", "02", "0D"), INFO_PACE },
		{ PACE("06", "01", "0D"), INFO_OTHER }, /* no CAM with 3DES */
		{ PACE("05", "02", "0D"), INFO_OTHER },
		{ PACE("07", "02", "0D"), INFO_OTHER },
		{ PACE("00", "02", "0D"), INFO_OTHER },
		{ PACE("02", "05", "0D"), INFO_OTHER },
		{ PACE("02", "00", "0D"), INFO_OTHER },
		{ "300F060A04007F00070202040202020102", INFO_PACE },
		{ "3012060A04007F00070202040202020101"
		  "02010D",
		  INFO_OTHER }, /* version 1 */
		{ "3012060A04007F00070202040202020102"
		  "04010D",
		  INFO_OTHER },
		{ "300C060A04007F00070202040202", INFO_OTHER },
		{ "300F060A04007F00070202030202020101", INFO_CHIP_AUTH },
		{ "300F060A04007F00070202030302020101", INFO_OTHER },
		{ "300F060A04007F00070202030202020102", INFO_OTHER },
		{ "300D060804007F0007020202020101", INFO_OTHER }, /* Terminal Authentication */
		{ "30170606678108010105020101060A04007F00070101040103", INFO_ACTIVE_AUTH },
		{ "300B0606678108010105020101", INFO_OTHER },
		{ "300F060904007F00070202010230020500", INFO_CHIP_KEY },
		{ "300F060904007F00070202010204020500", INFO_OTHER },
		{ "300F060904007F00070202040230020500", INFO_PACE_GROUP },
		{ "3000", INFO_OTHER },
		{ "30030601"
		  "04",
		  INFO_OTHER },
		{ "0500", INFO_OTHER },
		{ "3003020101", INFO_OTHER },
		{ "3004060804"
		  "00",
		  INFO_OTHER },
	};

	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct bytes b = bytes_of_hex(ROWS[i].entry);
		struct span set = span_of(&b);
		struct info info;

		eq_int(infos_next(&set, &info), ERR_OK);
		tap_line(info.kind == ROWS[i].kind, __FILE__, __LINE__, ROWS[i].entry);
		eq_int(infos_next(&set, &info), ERR_NOT_FOUND);
	}
}

static void numbers_of_any_width(void)
{
	static const struct {
		const char *entry;
		enum info_kind kind;
		uint32_t id;
	} ROWS[] = {
		{ "3013060A04007F00070202030202020101020200C3", INFO_CHIP_AUTH, 0xc3 },
		{ "3016060A04007F000702020302020201010205007FFFFFFF", INFO_CHIP_AUTH, 0x7fffffff },
		{ "3016060A04007F00070202030202020101020500FFFFFFFF", INFO_OTHER, 0 },
		{ "3016060A04007F00070202030202020101020501FFFFFFFF", INFO_OTHER, 0 },
		{ "3012060A04007F000702020302020201010201FF", INFO_OTHER, 0 },
		{ "3011060A04007F000702020302020201010200", INFO_OTHER, 0 },
	};

	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct bytes b = bytes_of_hex(ROWS[i].entry);
		struct span set = span_of(&b);
		struct info info;

		eq_int(infos_next(&set, &info), ERR_OK);
		eq_int(info.kind, ROWS[i].kind);
		if (info.kind == INFO_CHIP_AUTH)
			eq_int(info.id, ROWS[i].id);
	}
}

static void files_that_are_none(void)
{
	static const char *const BAD[] = { "",     "31",       "310500", "300100",
					   "6E00", "6E023000", "6E0631", "3180" };

	for (size_t i = 0; i < COUNT(BAD); i++) {
		struct bytes b = bytes_of_hex(BAD[i]);
		struct span set;
		struct pace_offer offer;

		eq_int(infos_open(span_of(&b), &set), ERR_BAD_DATA);
		eq_int(pace_choose(span_of(&b), 0, &offer), ERR_NOT_FOUND);
	}
	/* a set that ends in the middle of an entry gives what came before */
	struct bytes b = bytes_of_hex("31173012060A04007F0007020204020202010202010D"
				      "300912");
	struct span set;
	struct info i;
	eq_int(infos_open(span_of(&b), &set), ERR_OK);
	eq_int(infos_next(&set, &i), ERR_OK);
	eq_int(infos_next(&set, &i), ERR_BAD_DATA);
	struct pace_offer offer = { 0 };
	eq_int(pace_choose(span_of(&b), 0, &offer), ERR_OK);
	group_finish(&offer.group);
}

/* In which order offers are tried. */
static void the_best_comes_first(void)
{
	struct bytes b = bytes_of_hex(SET(
		"8178", PACE("02", "02", "0D") PACE("01", "04", "01") PACE("02", "04", "10") PACE(
				"06", "02", "0D") PACE("04", "03", "0A") PACE("02", "01", "0C")));
	static const struct {
		enum pace_map map;
		enum sm_cipher cipher;
		bool curve;
	} ORDER[] = { { PACE_CAM, SM_AES128, true },
		      { PACE_GM, SM_AES256, true },
		      { PACE_GM, SM_AES256, false },
		      /* the one with integrated mapping on P-224 cannot be */
		      { PACE_GM, SM_AES128, true },
		      { PACE_GM, SM_3DES, true } };
	struct pace_offer offer = { 0 };
	unsigned n;

	for (n = 0; n < COUNT(ORDER); n++) {
		eq_int(pace_choose(span_of(&b), n, &offer), ERR_OK);
		eq_int(offer.info.map, ORDER[n].map);
		eq_int(offer.info.cipher, ORDER[n].cipher);
		eq_int(offer.info.curve, ORDER[n].curve);
		eq_int(offer.group.curve, ORDER[n].curve);
		group_finish(&offer.group);
	}
	eq_int(pace_choose(span_of(&b), n, &offer), ERR_NOT_FOUND);
}

/* A group with a number of the card's own, which it describes. */
static void a_card_may_describe_its_group(void)
{
	struct bytes b = bytes_of_hex(
		SET("2F", PACE("02", "02", "63") "3019060904007F000702020402300906072A8648CE3D0201"
						 "020163"));
	struct bytes named = bytes_of_hex(SET(
		"39",
		PACE("02", "02",
		     "63") "3023060904007F000702020402301306072A8648CE3D020106082A8648CE3D030107"
			   "020163"));
	struct bytes other = bytes_of_hex(SET(
		"39",
		PACE("02", "02",
		     "62") "3023060904007F000702020402301306072A8648CE3D020106082A8648CE3D030107"
			   "020163"));
	struct bytes wrong = bytes_of_hex(SET("14", PACE("02", "02", "00")));
	struct pace_offer offer = { 0 };
	AUTO_GROUP p256 = { 0 };

	eq_int(pace_choose(span_of(&b), 0, &offer), ERR_NOT_FOUND);
	eq_int(pace_choose(span_of(&other), 0, &offer), ERR_NOT_FOUND);
	eq_int(pace_choose(span_of(&wrong), 0, &offer), ERR_NOT_FOUND); /* numbers for a curve */
	eq_int(pace_choose(span_of(&named), 0, &offer), ERR_OK);
	eq_int(group_standard(12, &p256), ERR_OK);
	ok(group_same(&offer.group, &p256));
	group_finish(&offer.group);
}

static enum infos_vouch vouch(const char *card_access, const char *dg14)
{
	struct bytes a = bytes_of_hex(card_access), d = bytes_of_hex(dg14);

	return infos_vouch(span_of(&a), span_of(&d));
}

/* EF.CardAccess is not signed; DG14, which is, says the same. */
static void what_is_signed_vouches(void)
{
	struct bytes german = vec(CADE_DG14);
	struct bytes access =
		bytes_of_hex(SET("28", PACE("02", "02", "0D") PACE("06", "02", "0D")));

	eq_int(infos_vouch(span_of(&access), span_of(&german)), INFOS_SAME);
	access.at[access.len - 1] = 0x0c;
	eq_int(infos_vouch(span_of(&access), span_of(&german)), INFOS_OTHER);
	/* the best taken away, one added; others than PACE do not count */
	eq_int(vouch(SET("14", PACE("02", "02", "0D")),
		     "6E2A" SET("28", PACE("06", "02", "0D") PACE("02", "02", "0D"))),
	       INFOS_OTHER);
	eq_int(vouch(SET("28", PACE("02", "02", "0D") PACE("02", "01", "0D")),
		     "6E16" SET("14", PACE("02", "02", "0D"))),
	       INFOS_OTHER);
	eq_int(vouch(SET("16", "0500" PACE("02", "02", "0D")),
		     "6E16" SET("14", PACE("02", "02", "0D"))),
	       INFOS_SAME);
	eq_int(vouch(SET("14", PACE("02", "02", "0D")), "6E04" SET("02", "3000")), INFOS_SILENT);
	eq_int(vouch(SET("14", PACE("02", "02", "0D")), ""), INFOS_SILENT);
	/* no file, a broken one, one without an offer */
	eq_int(vouch("", "6E16" SET("14", PACE("02", "02", "0D"))), INFOS_WITHHELD);
	eq_int(vouch("3114", "6E16" SET("14", PACE("02", "02", "0D"))), INFOS_WITHHELD);
	eq_int(vouch(SET("02", "3000"), "6E16" SET("14", PACE("02", "02", "0D"))), INFOS_WITHHELD);
	eq_int(vouch("", "6E04" SET("02", "3000")), INFOS_SILENT);
	eq_int(vouch("", ""), INFOS_SILENT);
}

int main(void)
{
	the_eac_examples_file();
	what_a_real_dg14_says();
	the_austrian_key();
	kinds_are_known_by_their_names();
	numbers_of_any_width();
	files_that_are_none();
	the_best_comes_first();
	a_card_may_describe_its_group();
	what_is_signed_vouches();
	return tap_done();
}
