/* The provisional code: never given twice, never taken for the province's, never misread. */
#include "tests/unit/core/fixture.h"

#include <ctype.h>
#include <regex.h>

static struct fixture f;

static void given_once(void)
{
	struct store *s = open_store(&f);
	char a[RECEIPT_CODE_CAP], b[RECEIPT_CODE_CAP], key[STORE_KEY_CAP];

	eq_int(receipt_code_next(s, "K01", a), ERR_OK);
	eq_int(receipt_code_next(s, "K01", b), ERR_OK);
	eq_str(a, b); /* not taken before the dossier is claimed */
	ok(strncmp(a, "TAM-K01-261121-0001-", 20) == 0);
	eq_int(file_one(s, key), ERR_OK);
	eq_int(receipt_code_next(s, "K01", b), ERR_OK);
	ok(strncmp(b, "TAM-K01-261121-0002-", 20) == 0);
	store_close(s);
	s = open_store(&f);
	eq_int(receipt_code_next(s, "K01", b), ERR_OK);
	ok(strncmp(b, "TAM-K01-261121-0002-", 20) == 0);
	f.shift.wall_s += 86400;
	eq_int(receipt_code_next(s, "K01", b), ERR_OK);
	ok(strncmp(b, "TAM-K01-261122-0001-", 20) == 0);
	f.shift.wall_s -= 86400; /* the clock goes back: yesterday's numbers go on */
	eq_int(receipt_code_next(s, "K01", b), ERR_OK);
	ok(strncmp(b, "TAM-K01-261121-0002-", 20) == 0);
	store_close(s);
}

static void wrong_kiosk_names(void)
{
	static const char *const BAD[] = { "", "k01", "K-01", "KIOSK0001", "K 1", "Đ1" };
	struct store *s = open_store(&f);
	char code[RECEIPT_CODE_CAP] = "untouched";

	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		eq_int(receipt_code_next(s, BAD[i], code), ERR_BAD_CONFIG);
	eq_str(code, "untouched");
	store_close(s);
}

/* domain.md §2.5: how the province's own codes look. */
static void not_like_a_dossier_code(const char *code)
{
	regex_t province;

	ok(regcomp(&province, "^[0-9A-Z.]{3,40}-[0-9]{6}([0-9]{2})?-[0-9]{4,8}$",
		   REG_EXTENDED | REG_NOSUB) == 0);
	ok(regexec(&province, "000.00.06.H56-260701-0007", 0, NULL, 0) == 0);
	ok(regexec(&province, code, 0, NULL, 0) != 0);
	regfree(&province);
}

static void misread(void)
{
	static const char ALL[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-";
	struct store *s = open_store(&f);
	char code[RECEIPT_CODE_CAP], wrong[RECEIPT_CODE_CAP + 4], small[RECEIPT_CODE_CAP + 4];
	uint32_t day = 0, seq = 0;
	int taken = 0;

	eq_int(receipt_code_next(s, "123456", code), ERR_OK);
	not_like_a_dossier_code(code);
	eq_int(receipt_code_next(s, "K01", code), ERR_OK);
	not_like_a_dossier_code(code);
	ok(receipt_code_ok(code));
	eq_int(receipt_code_parse(code, &day, &seq), ERR_OK);
	eq_int(day, 261121);
	eq_int(seq, 2);
	for (size_t i = 4; code[i]; i++)
		for (const char *c = ALL; *c; c++) {
			snprintf(wrong, sizeof wrong, "%s", code);
			wrong[i] = *c;
			taken += *c != code[i] && receipt_code_ok(wrong);
		}
	eq_int(taken, 0);
	for (size_t i = 4; code[i + 1]; i++) {
		snprintf(wrong, sizeof wrong, "%s", code);
		wrong[i] = code[i + 1];
		wrong[i + 1] = code[i];
		taken += code[i] != code[i + 1] && receipt_code_ok(wrong);
	}
	eq_int(taken, 0);
	for (size_t cut = 0; code[cut]; cut++) {
		snprintf(wrong, sizeof wrong, "%.*s", (int)cut, code);
		taken += receipt_code_ok(wrong);
	}
	eq_int(taken, 0);
	snprintf(small, sizeof small, " %s ", code);
	for (char *c = small; *c; c++)
		*c = (char)tolower(*c);
	ok(receipt_code_ok(small));
	ok(!receipt_code_ok(""));
	ok(!receipt_code_ok("TAM-K01-261121-0000-0"));
	ok(!receipt_code_ok("000.00.06.H56-260701-0007"));
	snprintf(wrong, sizeof wrong, "%s-", code);
	ok(!receipt_code_ok(wrong));
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	given_once();
	wrong_kiosk_names();
	misread();
	fixture_finish(&f);
	return tap_done();
}
