#include "firmware/parse/chip/access.h"
#include "tests/unit/chip/vectors.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The key of 9303-11's example G.1, as the reader is told it. */
#define G1_KEY "T22000129640812101031"

#define CARD_ACCESS   "31143012060A04007F0007020204020202010202010D"
#define SELECT_APPLET "00A4040C07A0000002471001"

static const enum vector G1_CHANCES[] = { GM_SK_MAP, GM_SK_DH };

/* "9000" under the keys of G.1, to the first protected command. */
static const char *protected_9000(char *hex)
{
	struct sm sm = { .cipher = SM_AES128 };
	struct bytes mac = vec(GM_MAC), status = bytes_of_hex("99029000");
	uint8_t counter[16] = { [15] = 2 }, padding[CIPHER_MAX_BLOCK], got[MAC_BYTES];
	struct span parts[] = { { counter, 16 }, span_of(&status), { padding, 0 } };

	memcpy(sm.mac, mac.at, 16);
	parts[2].len = cipher_padding(SM_AES128, status.len, padding);
	eq_int(cipher_mac(SM_AES128, sm.mac, parts, 3, got), ERR_OK);
	(void)snprintf(hex, 64, "990290008E08");
	for (int i = 0; i < MAC_BYTES; i++)
		(void)snprintf(hex + 12 + 2 * i, 52 - 2 * (size_t)i, "%02X", got[i]);
	(void)snprintf(hex + 28, 36, "9000");
	return hex;
}

static void from_power_to_applet(void)
{
	char last[64];
	const struct talk talks[] = {
		{ "00B09C00000100", CARD_ACCESS "9000" },
		TALK(GM_MSE),
		TALK(GM_NONCE),
		TALK(GM_MAP),
		TALK(GM_AGREE),
		TALK(GM_TOKEN),
		{ NULL, protected_9000(last) },
	};
	struct recorded r;
	struct access a;
	struct bytes file = bytes_of_hex(CARD_ACCESS);

	recorded_start(&r, talks, COUNT(talks), G1_CHANCES);
	eq_int(access_open(&r.session, CHIP_KEY_MRZ, G1_KEY, &a), ERR_OK);
	eq_int(a.how, CHIP_ACCESS_PACE);
	ok(a.file_len == file.len && memcmp(a.file, file.at, file.len) == 0);
	ok(!a.cam.present);
	eq_vector(r.session.sm.enc, 16, GM_ENC);
	eq_int(r.session.trips, 7);
	recorded_over(&r);
}

/* The same by a card that does not know the object naming the group. */
static void the_group_may_go_unnamed(void)
{
	char last[64];
	const struct talk talks[] = {
		{ "00B09C00000100", CARD_ACCESS "9000" },
		{ VECTOR_ROWS[GM_MSE_COMMAND].text, "6A80" },
		{ VECTOR_ROWS[GM_MSE_SHORT].text, "9000" },
		TALK(GM_NONCE),
		TALK(GM_MAP),
		TALK(GM_AGREE),
		TALK(GM_TOKEN),
		{ NULL, protected_9000(last) },
	};
	struct recorded r;
	struct access a;

	recorded_start(&r, talks, COUNT(talks), G1_CHANCES);
	eq_int(access_open(&r.session, CHIP_KEY_MRZ, G1_KEY, &a), ERR_OK);
	eq_vector(r.session.sm.mac, 16, GM_MAC);
	recorded_over(&r);
}

/* What is answered to GENERAL AUTHENTICATE instead of what the vector has; then BAC is tried, which
 * this card does not know. */
struct detour {
	unsigned at; /* which of the conversation, 0 MSE .. 4 token */
	const char *answer;
	enum err want;
};

static const char OUR_MAP[] =
	"7C438241047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218"
	"799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D9000";
static const char OUR_KEY[] =
	"7C438441042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF10"
	"B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB364629000";
static const char OFF_CURVE[] = "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA60165"
				"1FBA3F5730D8C879AAA9C9F73"
				"991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C559000";

static const struct detour DETOURS[] = {
	{ 0, "6982", ERR_BAD_CARD },
	{ 1, "6300", ERR_WRONG_KEY },
	{ 1, "9000", ERR_BAD_CARD },
	{ 1, "7C009000", ERR_BAD_CARD },
	{ 1, "7C0280009000", ERR_BAD_CARD },
	{ 1, "7C0380019000", ERR_BAD_CARD },
	{ 1, "7C0380010A9000", ERR_BAD_CARD },
	{ 1, "7C11800F95A3A016522EE98D01E76CB6B98B429000", ERR_BAD_CARD },
	{ 2, "6A80", ERR_BAD_CARD },
	{ 2, "7C038201009000", ERR_BAD_CARD },
	{ 2, OFF_CURVE, ERR_BAD_CARD },
	{ 2, OUR_MAP, ERR_BAD_CARD }, /* a mirror */
	{ 3, OUR_KEY, ERR_BAD_CARD },
	{ 3, "7C038401009000", ERR_BAD_CARD },
	{ 3, "7C0284009000", ERR_BAD_CARD },
	{ 4, "6300", ERR_WRONG_KEY },
	{ 4, "63C2", ERR_WRONG_KEY },
	{ 4, "7C0A86083ABB9674BCE93C099000", ERR_WRONG_KEY },
	{ 4, "7C0986073ABB9674BCE93C9000", ERR_BAD_CARD },
	{ 4, "7C009000", ERR_BAD_CARD },
	{ 4, "6982", ERR_BAD_CARD },
};

static void takes(const struct detour *d, enum chip_key kind)
{
	const struct talk right[] = { TALK(GM_MSE), TALK(GM_NONCE), TALK(GM_MAP), TALK(GM_AGREE),
				      TALK(GM_TOKEN) };
	struct talk talks[12] = { { "00B09C00000100", CARD_ACCESS "9000" } };
	struct recorded r;
	struct access a;
	size_t n = 1;

	for (unsigned i = 0; i < d->at; i++)
		talks[n++] = (struct talk){ kind == CHIP_KEY_MRZ ? right[i].command : NULL,
					    right[i].answer };
	talks[n++] = (struct talk){ NULL, d->answer };
	if (d->at == 0) /* once more, without naming the group */
		talks[n++] = (struct talk){ NULL, d->answer };
	/* no such applet without a key, said twice */
	bool ends = kind == CHIP_KEY_CAN && d->want == ERR_WRONG_KEY;
	if (!ends) {
		talks[n++] = (struct talk){ SELECT_APPLET, "6A82" };
		talks[n++] = (struct talk){ "00A4040007A000000247100100", "6A82" };
	}
	recorded_start(&r, talks, n, G1_CHANCES);
	const char *key = kind == CHIP_KEY_MRZ ? G1_KEY : "123456";
	enum err want = kind == CHIP_KEY_CAN && !ends ? ERR_KEY_KIND : d->want;
	printf("# %u: %.20s\n", d->at, d->answer);
	eq_int(access_open(&r.session, kind, key, &a), want);
	ok(!r.session.secure);
	eq_int(a.how, CHIP_ACCESS_NONE);
	recorded_over(&r);
}

static void detours_end_as_they_should(void)
{
	for (size_t i = 0; i < COUNT(DETOURS); i++)
		takes(&DETOURS[i], CHIP_KEY_MRZ);
	/* by another password everything differs; what counts is who is told what */
	takes(&(struct detour){ 1, "6300", ERR_WRONG_KEY }, CHIP_KEY_CAN);
	takes(&(struct detour){ 0, "6A88", ERR_BAD_CARD }, CHIP_KEY_CAN);
	takes(&(struct detour){ 1, "6985", ERR_BAD_CARD }, CHIP_KEY_CAN);
}

/* After PACE that fails for its own reasons, BAC, from 9303-11 D.3. */
static void basic_access_after_failed_pace(void)
{
	static const enum vector CHANCES[] = { BAC_RND_IFD, BAC_K_IFD };
	const struct talk talks[] = { { "00B09C00000100", CARD_ACCESS "9000" },
				      { NULL, "6A80" },
				      { NULL, "6A80" },
				      { SELECT_APPLET, "9000" },
				      TALK(BAC_CHALLENGE),
				      TALK(BAC_AUTHENTICATE) };
	struct recorded r;
	struct access a;

	recorded_start(&r, talks, COUNT(talks), CHANCES);
	eq_int(access_open(&r.session, CHIP_KEY_MRZ, "L898902C<690806940623", &a), ERR_OK);
	eq_int(a.how, CHIP_ACCESS_BAC);
	ok(a.file_len > 0);
	eq_vector(r.session.sm.ssc, 8, BAC_SSC);
	recorded_over(&r);
}

static enum err count_reset(void *data)
{
	(*(unsigned *)data)++;
	return ERR_OK;
}

static enum err and_exchange(void *data, const uint8_t *command, size_t len, uint8_t *ret,
			     size_t cap, size_t *ret_len)
{
	/* the count comes first, then the recording */
	return recorded_exchange((unsigned *)data + 2, command, len, ret, cap, ret_len);
}

/* A chip that wants to be powered anew after a PACE that failed. */
static void power_makes_it_forget(void)
{
	static const enum vector CHANCES[] = { BAC_RND_IFD, BAC_K_IFD };
	const struct talk talks[] = {
		{ NULL, CARD_ACCESS "9000" }, { NULL, "6A80" },      { NULL, "6A80" },
		{ SELECT_APPLET, "6985" },    { NULL, "6985" },      { SELECT_APPLET, "9000" },
		TALK(BAC_CHALLENGE),          TALK(BAC_AUTHENTICATE)
	};
	struct {
		unsigned resets, unused;
		struct recorded r;
	} both = { 0 };
	struct access a;

	static_assert(offsetof(typeof(both), r) == 2 * sizeof(unsigned));
	recorded_start(&both.r, talks, COUNT(talks), CHANCES);
	both.r.line = (struct line){ and_exchange, &both, 65538, count_reset };
	eq_int(access_open(&both.r.session, CHIP_KEY_MRZ, "L898902C<690806940623", &a), ERR_OK);
	eq_int(a.how, CHIP_ACCESS_BAC);
	eq_int(both.resets, 1);
	recorded_over(&both.r);
}

/* No EF.CardAccess by any way; a card that knows only BAC. */
static void basic_access_alone(void)
{
	static const enum vector CHANCES[] = { BAC_RND_IFD, BAC_K_IFD };
	const struct talk talks[] = { { "00B09C00000100", "6A82" },
				      { "00A4020C02011C", "6A82" },
				      { "00A4000C023F00", "6D00" },
				      { SELECT_APPLET, "6A86" },
				      { "00A4040007A000000247100100", "6F009000" },
				      TALK(BAC_CHALLENGE),
				      TALK(BAC_AUTHENTICATE) };
	struct recorded r;
	struct access a;

	recorded_start(&r, talks, COUNT(talks), CHANCES);
	eq_int(access_open(&r.session, CHIP_KEY_MRZ, "L898902C<690806940623", &a), ERR_OK);
	eq_int(a.how, CHIP_ACCESS_BAC);
	eq_int(a.file_len, 0);
	recorded_over(&r);
}

static size_t file_read(const struct talk *talks, size_t count, enum err want)
{
	struct talk all[16];
	struct recorded r;
	struct access a;

	memcpy(all, talks, count * sizeof(*talks));
	if (want == ERR_OK)
		all[count++] = (struct talk){ SELECT_APPLET, "9000" };
	recorded_start(&r, all, count, NULL);
	eq_int(access_open(&r.session, CHIP_KEY_NONE, NULL, &a), want);
	recorded_over(&r);
	return a.file_len;
}

static void card_access_is_found_where_it_is(void)
{
	static const struct talk BY_ID[] = { { "00B09C00000100", "6982" },
					     { "00A4020C02011C", "9000" },
					     { "00B0000000", CARD_ACCESS "6282" } };
	static const struct talk FROM_TOP[] = { { "00B09C00000100", "6982" },
						{ "00A4020C02011C", "6A82" },
						{ "00A4000C023F00", "9000" },
						{ "00A4020C02011C", "9000" },
						{ "00B0000000", CARD_ACCESS "0000009000" } };
	static const struct talk IN_PIECES[] = { { "00B09C00000100", "31143012060A04009000" },
						 { "00B0000800", "7F00070202040202029000" },
						 { "00B0001100", "010202010D9000" } };
	static const struct talk ENDS_EARLY[] = { { "00B09C00000100", "31143012060A04009000" },
						  { "00B0000800", "6B00" } };
	static const struct talk NO_SET[] = { { "00B09C00000100", "615D5F1F9000" } };
	static const struct talk LIES[] = { { "00B09C00000100", "3184FFFFFFFF009000" } };
	static const struct talk SHORT_ONLY[] = { { "00B09C00000100", "6700" },
						  { "00B09C0000", CARD_ACCESS "9000" } };
	static const struct talk MOVED[] = { { "00B09C00000100", "90" } };

	eq_int(file_read(BY_ID, COUNT(BY_ID), ERR_OK), 22);
	eq_int(file_read(FROM_TOP, COUNT(FROM_TOP), ERR_OK), 22);
	eq_int(file_read(IN_PIECES, COUNT(IN_PIECES), ERR_OK), 22);
	eq_int(file_read(ENDS_EARLY, COUNT(ENDS_EARLY), ERR_OK), 0);
	eq_int(file_read(NO_SET, COUNT(NO_SET), ERR_OK), 0);
	eq_int(file_read(LIES, COUNT(LIES), ERR_OK), 0);
	eq_int(file_read(SHORT_ONLY, COUNT(SHORT_ONLY), ERR_OK), 22);
	eq_int(file_read(MOVED, COUNT(MOVED), ERR_CARD_MUTE), 0);
}

static void what_is_no_document_is_said_to_be_none(void)
{
	static const struct talk TALKS[] = { { NULL, "6A82" },
					     { NULL, "6A82" },
					     { NULL, "6D00" },
					     { NULL, "6A82" },
					     { NULL, "6A82" } };
	struct recorded r;
	struct access a;

	for (enum chip_key k = CHIP_KEY_NONE; k < CHIP_KEY_COUNT; k++) {
		recorded_start(&r, TALKS, COUNT(TALKS), NULL);
		eq_int(access_open(&r.session, k, k == CHIP_KEY_CAN ? "123456" : G1_KEY, &a),
		       ERR_BAD_CARD);
		recorded_over(&r);
	}
}

static void keys_of_another_form_are_refused(void)
{
	static const char *const MRZ[] = { "", "T2200012964081210103", "t22000129640812101031",
					   "T22000129640812 01031",
					   "T2200012912345678901234640812101031" };
	static const char *const CAN[] = { "", "12345a", "12345678901234567", " 12345" };
	struct recorded r;
	struct access a;

	recorded_start(&r, NULL, 0, NULL);
	for (size_t i = 0; i < COUNT(MRZ); i++)
		eq_int(access_open(&r.session, CHIP_KEY_MRZ, MRZ[i], &a), ERR_BAD_DATA);
	for (size_t i = 0; i < COUNT(CAN); i++)
		eq_int(access_open(&r.session, CHIP_KEY_CAN, CAN[i], &a), ERR_BAD_DATA);
	recorded_over(&r);
}

/* A line that breaks ends it at once, wherever. */
static void a_broken_line_is_said(void)
{
	const struct talk talks[] = { { "00B09C00000100", CARD_ACCESS "9000" },
				      TALK(GM_MSE),
				      TALK(GM_NONCE),
				      TALK(GM_MAP),
				      TALK(GM_AGREE) };

	for (size_t n = 0; n <= COUNT(talks); n++) {
		struct recorded r;
		struct access a;

		recorded_start(&r, talks, n, G1_CHANCES);
		eq_int(access_open(&r.session, CHIP_KEY_MRZ, G1_KEY, &a), ERR_CARD_MUTE);
		eq_int(r.session.trips, n + 1);
		session_finish(&r.session);
	}
}

int main(void)
{
	from_power_to_applet();
	the_group_may_go_unnamed();
	detours_end_as_they_should();
	basic_access_after_failed_pace();
	power_makes_it_forget();
	basic_access_alone();
	card_access_is_found_where_it_is();
	what_is_no_document_is_said_to_be_none();
	keys_of_another_form_are_refused();
	a_broken_line_is_said();
	return tap_done();
}
