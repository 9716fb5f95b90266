/* The simulated chip: selection, Basic Access Control, secure messaging. Recorded conversations:
 * ICAO Doc 9303-11 appendix D; the one with AES is a real session of gmrtd's tests. */
#include "tests/unit/usim/mrtd_talk.h"

static const struct talk_lot D3_LOTS[] = {
	{ MRTD_LOT_CHALLENGE, "4608F91988702212" },
	{ MRTD_LOT_K_IC, "0B4F80323EB3191CB04970CB4052790B" },
	{ 0, NULL },
};

static struct mrtd *d3_card(struct talk *t)
{
	struct mrtd_spec s;

	mrtd_spec_init(&s);
	(void)mrtd_spec_line(&s, "mrz_key = L898902C<369080619406236");
	struct mrtd *m = talk_card(&s);
	*t = (struct talk){ .lots = D3_LOTS };
	mrtd_set_lots(m, talk_draw, t);
	talk_file(m, 0x011E, "60145F0104303130365F36063034303030305C026175");
	return m;
}

static const char *open_d3(struct mrtd *m)
{
	talk(m, SELECT_LDS);
	talk(m, "0084000008");
	return talk(m,
		    "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F"
		    "1448EEA8AD90A728");
}

static void appendix_d(void)
{
	struct talk t;
	struct mrtd *m = d3_card(&t);

	eq_str(talk(m, SELECT_LDS), "9000");
	eq_str(talk(m, "0084000008"), "4608F919887022129000");
	eq_str(open_d3(m), "6985"); /* the lots are drawn: no second challenge */
	mrtd_destroy(m);

	m = d3_card(&t);
	eq_str(open_d3(m),
	       "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D"
	       "074D74499000");
	eq_str(talk(m, "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800"),
	       "990290008E08FA855A5D4C50A8ED9000");
	eq_str(talk(m, "0CB000000D9701048E08ED6705417E96BA5500"),
	       "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000");
	eq_str(talk(m, "0CB000040D9701128E082EA28A70F3C7B53500"),
	       "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749"
	       "000");
	mrtd_destroy(m);
}

static void aes_session(void)
{
	struct mrtd_spec s;
	struct mrtd_keys k = { .cipher = MRTD_AES256 };
	AUTO_BYTES b = { 0 };

	mrtd_spec_init(&s);
	struct mrtd *m = talk_card(&s);
	mrtd_put_hex(&b, "74B94F408BBB2CD92571FD5B6370A94CCE7A2FA42AE3EB4DA47B97CE6EAA24C6");
	mrtd_put_hex(&b, "9E28D5D9FF1D979BE752E8926BF0E1D35A440FC0AEFC4AA3BC5610055AC8B113");
	memcpy(k.enc, b.at, 32);
	memcpy(k.mac, b.at + 32, 32);
	talk(m, SELECT_LDS);
	talk_file(m, 0x011E, "60185F0104303130385F36063034303030305C06617563766D6E");
	mrtd_right_key(m, &k, NULL);
	m->sm.counter[15] = 0x20;
	eq_str(talk(m, "0CA4020C1D8711011D35E7EB510E21A0DD12380D9AD2B92D8E0828CB68B81D3FAFC000"),
	       "990290008E08E083EAA61ADABFCE9000");
	eq_str(talk(m, "0CB000000D9701048E084AFC933E0CDBE5F000"),
	       "871101D8059A9CF835105082CA2B1837E4AEC0990290008E08B36DB56761D706BB9000");
	eq_str(talk(m, "0CB000040D9701168E0811F7EFC907D1F27400"),
	       "87210142E919C115FAF69350B01813D77A9E8D91912A7F717AFD073F199070E61B79C6990290008E083"
	       "3"
	       "82E3D983F441369000");
	mrtd_destroy(m);
}

static void nothing_without_a_key(void)
{
	struct talk t;
	struct mrtd *m = d3_card(&t);

	eq_str(talk(m, "00A4000C023F00"), "6D00");
	eq_str(talk(m, "00B0810000"), "6A82");
	eq_str(talk(m, "0084000008"), "6985");
	eq_str(talk(m, SELECT_LDS), "9000");
	eq_str(talk(m, "00B0810000"), "6982");
	eq_str(talk(m, "00B09E0000"), "6982");
	eq_str(talk(m, "00A4020C020101"), "6982");
	eq_str(talk(m, "00A4020C02011C"), "6982");
	eq_str(talk(m, "0CB000000D9701048E08ED6705417E96BA5500"), "6882");
	eq_str(talk(m, "00A4040C07A0000002471002"), "6A82");
	eq_str(talk(m, "00EE000000"), "6D00");
	eq_str(talk(m, "00B0"), "6700");
	mrtd_destroy(m);
}

static void a_wrong_key_is_refused(void)
{
	struct talk t;
	struct mrtd *m = d3_card(&t);

	(void)mrtd_spec_line(&m->spec, "mrz_key = L898902C<369080619406237");
	eq_str(open_d3(m), "6300");
	eq_str(talk(m, "00B09E0000"), "6982");
	mrtd_destroy(m);
}

/* Each of these ends the session: nothing is read afterwards. */
static void a_bad_command_ends_the_session(void)
{
	static const struct {
		const char *command, *answer;
	} bad[] = {
		{ "00B09E0000", "6982" },
		{ "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F900", "6988" },
		{ "0CA4020C0B8709016375432908C044F600", "6987" },
		{ "0CB0000003970104", "6987" },
		{ "0CB000000D9701048E08ED6705417E96BA5500", "6988" },
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct talk t;
		struct mrtd *m = d3_card(&t);

		open_d3(m);
		ok(m->sm.on);
		eq_str(talk(m, bad[i].command), bad[i].answer);
		ok(!m->sm.on && !m->may_read);
		eq_str(talk(m, "00B09E0000"), "6982");
		mrtd_destroy(m);
	}
}

int main(void)
{
	appendix_d();
	aes_session();
	nothing_without_a_key();
	a_wrong_key_is_refused();
	a_bad_command_ends_the_session();
	return tap_done();
}
