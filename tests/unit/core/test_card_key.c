/* Which keys follow from a printed code, and what is made of typed ones. */
#include "firmware/core/card_key.h"
#include "tests/tap.h"

static struct card code(const char *number, const char *birth, const char *issued)
{
	struct card c = { 0 };

	snprintf(c.number, sizeof c.number, "%s", number);
	snprintf(c.birth, sizeof c.birth, "%s", birth);
	snprintf(c.issued, sizeof c.issued, "%s", issued);
	return c;
}

/* The first key of the second kind: the likeliest day of expiry. */
static const char *likely(const char *birth, const char *issued)
{
	static struct card_keys k;
	struct card c = code("001090123456", birth, issued);

	card_keys_of_code(&c, &k);
	return k.count > 1 ? k.all[1].text : "";
}

static bool has(const struct card_keys *k, const char *text)
{
	for (uint32_t i = 0; i < k->count; i++)
		if (strcmp(k->all[i].text, text) == 0)
			return true;
	return false;
}

static void of_a_code(void)
{
	struct card c = code("001090123456", "15011990", "01082024");
	struct card_keys k;

	card_keys_of_code(&c, &k);
	eq_int(k.count, 6); /* six digits; ends at 14, 25, 40, 60, never */
	eq_int(k.all[0].kind, CHIP_KEY_CAN);
	eq_str(k.all[0].text, "123456");
	for (uint32_t i = 1; i < k.count; i++) {
		eq_int(k.all[i].kind, CHIP_KEY_MRZ);
		eq_int((long)strlen(k.all[i].text), 21);
	}
	eq_str(k.all[1].text, "090123456"
			      "900115"
			      "300115"); /* the 40th birthday is the next */
	ok(has(&k, "090123456900115991231"));
	ok(has(&k, "090123456900115500115"));
	eq_str(likely("15011990", "14012028"), "090123456900115300115");
	eq_str(likely("15011990", "15012028"),
	       "090123456900115500115"); /* within two years of it */
	eq_str(likely("15011990", "01012050"), "090123456900115991231"); /* no end */
	eq_str(likely("15012015", "01012022"), "090123456150115290115"); /* a child's card */

	c = code("001090123456", "00001990", "01082024");
	card_keys_of_code(&c, &k);
	eq_int(k.count, 1); /* without a whole birth date only the six digits follow */
	c = code("001090123456", "15011990", "");
	card_keys_of_code(&c, &k);
	eq_int(k.count, 6);
	c = code("00109012345", "15011990", "");
	card_keys_of_code(&c, &k);
	eq_int(k.count, 0);
	c = code("00109012345a", "15011990", "");
	card_keys_of_code(&c, &k);
	eq_int(k.count, 0);
}

static enum err can(const char *typed)
{
	struct card_key k;

	return card_key_of_can(typed, &k);
}

static enum err mrz(const char *number, const char *birth, const char *expiry, char ret_key[23])
{
	const char *const typed[CARD_KEY_PARTS] = { number, birth, expiry };
	enum err why[CARD_KEY_PARTS];
	struct card_key k = { 0 };
	enum err e = card_key_of_mrz(typed, &k, why);

	snprintf(ret_key, 23, "%s", k.text);
	return e;
}

static void typed(void)
{
	char key[23];

	eq_int(can(""), ERR_FIELD_EMPTY);
	eq_int(can("12345"), ERR_FIELD_DIGITS);
	eq_int(can("1234567"), ERR_FIELD_DIGITS);
	eq_int(can("12345x"), ERR_FIELD_DIGITS);
	eq_int(can("123456"), ERR_OK);
	eq_int(mrz("001090123456", "15/01/1990", "15/01/2030", key), ERR_OK);
	eq_str(key, "090123456900115300115");
	eq_int(mrz("090123456", "05/02/2001", "31/12/2099", key), ERR_OK); /* endless */
	eq_str(key, "090123456010205991231");
	eq_int(mrz("0901234567", "15/01/1990", "15/01/2030", key), ERR_FIELD_DIGITS);
	eq_int(mrz("001090123456", "15/1/1990", "15/01/2030", key), ERR_FIELD_DATE);
	eq_int(mrz("001090123456", "15/01/1990", "", key), ERR_FIELD_EMPTY);
	eq_str(key, "");
}

int main(void)
{
	of_a_code();
	typed();
	return tap_done();
}
