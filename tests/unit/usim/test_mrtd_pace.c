/* The simulated chip's PACE against the examples of ICAO Doc 9303-11 (appendices G and H) and of
 * the EAC worked examples 1.01 (openpace, src/eactest.c). The private keys of the chip in G.1 are
 * those of the appendix: with them its public keys come out. */
#include "tests/unit/usim/mrtd_talk.h"

static struct mrtd *card(struct talk *t, const struct talk_lot *lots, const char *const *lines)
{
	struct mrtd_spec s;

	mrtd_spec_init(&s);
	for (; *lines; lines++)
		if (mrtd_spec_line(&s, *lines) != ERR_OK)
			abort();
	struct mrtd *m = talk_card(&s);
	*t = (struct talk){ .lots = lots };
	mrtd_set_lots(m, talk_draw, t);
	return m;
}

static void key_is(const uint8_t *key, const char *hex)
{
	char got[65];

	for (int i = 0; i < 16; i++)
		snprintf(got + 2 * i, 3, "%02X", key[i]);
	eq_str(got, hex);
}

static void generic_mapping_on_a_curve(void)
{
	static const struct talk_lot lots[] = {
		{ MRTD_LOT_NONCE, "3F00C4D39D153F2B2A214A078D899B22" },
		{ MRTD_LOT_MAP_KEY,
		  "498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560" },
		{ MRTD_LOT_DH_KEY,
		  "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A" },
		{ 0, NULL },
	};
	static const char *const lines[] = { "mrz_key = T22000129364081251010318",
					     "pace = ecdh-gm-aes128", "pace_group = bp256r1",
					     NULL };
	struct talk t;
	struct mrtd *m = card(&t, lots, lines);

	eq_str(talk(m, "00A4020C02011C"), "9000");
	eq_str(talk(m, "00B0000000"), "31143012060A04007F0007020204020202010202010D9000");
	eq_str(talk(m, "0022C1A412800A04007F0007020204020283010184010D"), "9000");
	eq_str(talk(m, "10860000027C0000"), "7C12801095A3A016522EE98D01E76CB6B98B42C39000");
	eq_str(talk(m, "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC702"
		       "62E0C2CC5E544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D"
		       "00"),
	       "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879A"
	       "AA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000");
	eq_str(talk(m, "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF"
		       "0D5EDD301C3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462"
		       "00"),
	       "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B2227"
	       "7A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000");
	eq_str(talk(m, "008600000C7C0A8508C2B0BD78D94BA86600"), "7C0A86083ABB9674BCE93C089000");
	key_is(m->sm.keys.enc, "F5F0E35C0D7161EE6724EE513A0D9A7F");
	key_is(m->sm.keys.mac, "FE251C7858B356B24514B3BD5F4297D1");
	ok(m->may_read);
	mrtd_destroy(m);
}

int main(void)
{
	generic_mapping_on_a_curve();
	return tap_done();
}
