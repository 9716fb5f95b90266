#include "firmware/parse/card_qr.h"
#include "firmware/parse/id_number.h"
#include "tests/tap.h"

#define AN_2021 "001090000000||Nguyễn Văn An|15011990|Nam|Số 1, phường Ba Đình, Hà Nội|01082021"
#define AN_2024 "001090000000||Nguyễn Văn An|15011990|Nam|Số 1, phường Ba Đình, Hà Nội|01082024||||"

static struct msg_card_facts facts;

static enum err read_text(const char *text)
{
	return card_qr_read(text, strlen(text), &facts);
}

static void both_forms(void)
{
	eq_int(read_text(AN_2021), ERR_OK);
	eq_int(facts.fields, 7);
	eq_str(facts.number, "001090000000");
	eq_str(facts.old_number, "");
	eq_str(facts.name, "Nguyễn Văn An");
	eq_str(facts.birth, "15011990");
	eq_int(facts.sex, SEX_MALE);
	eq_str(facts.address, "Số 1, phường Ba Đình, Hà Nội");
	eq_str(facts.issued, "01082021");
	eq_int(facts.doubt, ERR_OK);
	eq_int(read_text(AN_2024), ERR_OK);
	eq_int(facts.fields, 11);
	eq_str(facts.issued, "01082024");
	eq_int(read_text("001190000000|123456789|Trần Thị Ế|15011990|Nữ|Huế|01082021|x|y"), ERR_OK);
	eq_int(facts.fields, 9);
	eq_int(facts.sex, SEX_FEMALE);
	eq_str(facts.old_number, "123456789");
}

static void readers_add_and_replace(void)
{
	static const char PADDED[] = "\n\0" AN_2024 "\r\n\0\0";

	eq_int(card_qr_read(PADDED, sizeof PADDED, &facts), ERR_OK);
	eq_str(facts.number, "001090000000");
	eq_int(read_text("001090000000\t\tNguyễn Văn An\t15011990\tNam\tHuế\t01082021"), ERR_OK);
	eq_str(facts.address, "Huế");
	eq_int(read_text("001090000000;;Nguyễn Văn An;15011990;Nam;Huế;01082021;;;;"), ERR_OK);
	eq_int(facts.fields, 11);
	eq_int(read_text("001090000000||Nguyễn Văn An|15011990|Nam|Tổ 1; Huế|01082021"), ERR_OK);
	eq_str(facts.address, "Tổ 1; Huế");
}

static void text_becomes_nfc(void)
{
	/* base letters with marks, in the standard's order and in another; half composed */
	eq_int(read_text("001190000000||Nguye\u0302\u0303n Thi\u0323 A\u0306\u0301nh|15011990|"
			 "Nu\u031b\u0303|\u0110u\u031bo\u031b\u0300ng \u1ea1\u0302|01082021"),
	       ERR_OK);
	eq_str(facts.name, "Nguyễn Thị Ắnh");
	eq_str(facts.address, "Đường ậ");
	eq_int(facts.sex, SEX_FEMALE);
	eq_int(read_text("001190000000||To\u0301\u0302 z\u0301|15011990|Nữ||01082021"), ERR_OK);
	eq_str(facts.name, "Tố z\u0301");
}

static void doubts_are_not_refusals(void)
{
	eq_int(read_text("001090000000||An|15011991|Nam|Huế|01082021"), ERR_OK);
	eq_int(facts.doubt, ERR_FIELD_PAIR);
	eq_int(read_text("001090000000||An|15011990|Nữ|Huế|01082021"), ERR_OK);
	eq_int(facts.doubt, ERR_FIELD_PAIR);
	eq_int(read_text("001190000000||An|15011990|Nữ|Huế|01082021"), ERR_OK);
	eq_int(facts.doubt, ERR_OK);
	eq_int(read_text("001205000000||An|15012005|Nam|Huế|01082021"), ERR_OK);
	eq_int(facts.doubt, ERR_OK);
	eq_int(read_text("001305000000||An|15012005|Nữ|Huế|01082021"), ERR_OK);
	eq_int(facts.doubt, ERR_OK);
}

static enum err with_birth(const char *birth)
{
	char text[128];

	snprintf(text, sizeof text, "001090000000||An|%s|Nam|Huế|01082021", birth);
	return read_text(text);
}

static void dates(void)
{
	eq_int(with_birth("00011990"), ERR_OK);
	eq_str(facts.birth, "00011990");
	eq_int(with_birth("00001990"), ERR_OK);
	eq_int(with_birth("29022000"), ERR_OK);
	eq_int(with_birth("29021900"), ERR_BAD_CARD);
	eq_int(with_birth("31041990"), ERR_BAD_CARD);
	eq_int(with_birth("15131990"), ERR_BAD_CARD);
	eq_int(with_birth("15001990"), ERR_BAD_CARD);
	eq_int(with_birth("15011890"), ERR_BAD_CARD);
	eq_int(with_birth("1501199"), ERR_BAD_CARD);
	eq_int(with_birth("15/01/90"), ERR_BAD_CARD);
	eq_int(read_text("001090000000||An|15011990|Nam|Huế|00012021"), ERR_BAD_CARD);
	eq_int(read_text("001090000000||An|15011990|Nam|Huế|"), ERR_OK);
}

static void foreign_codes(void)
{
	eq_int(read_text("https://dichvucong.gov.vn/x?a=1|2|3|4|5|6|7"), ERR_NOT_CARD_QR);
	eq_int(read_text("HS4010012345678|4e677579e1bb856e|15/01/1990|1|4875e1babf|01 - 001|"
			 "01/01/2021|-|15/01/2021|-|-|4|01/01/2026|abc-4|"),
	       ERR_NOT_CARD_QR);
	eq_int(read_text("0100123456|4e677579e1bb856e|15/01/1990|1|-|01|01/01/2021|-|15/01/2021"),
	       ERR_NOT_CARD_QR);
	eq_int(read_text("00020101021238540010A00000072701240006970436"), ERR_NOT_CARD_QR);
	eq_int(read_text("001090000000"), ERR_NOT_CARD_QR);
	eq_int(read_text("G22.99-261121-000123"), ERR_NOT_CARD_QR);
	eq_int(card_qr_read("\xff\xfe\x00|\x80", 5, &facts), ERR_NOT_CARD_QR);
}

static void damaged_codes(void)
{
	eq_int(read_text(""), ERR_BAD_CARD);
	eq_int(read_text("\r\n"), ERR_BAD_CARD);
	eq_int(read_text("01090000000||An|15011990|Nam|Huế|01082021"), ERR_BAD_CARD);
	eq_int(read_text("001090000000||An|15011990|Nam|Huế"), ERR_BAD_CARD);
	eq_int(read_text("001090000000|12345678|An|15011990|Nam|Huế|01082021"), ERR_BAD_CARD);
	eq_int(read_text("001090000000|||15011990|Nam|Huế|01082021"), ERR_BAD_CARD);
	eq_int(read_text("001090000000||An|15011990|Male|Huế|01082021"), ERR_BAD_CARD);
	eq_int(read_text("001090000000||A\xe1\xbb|15011990|Nam|Huế|01082021"), ERR_BAD_CARD);
	eq_int(read_text("001090000000||An\x1b[2J|15011990|Nam|Huế|01082021"), ERR_BAD_CARD);
	eq_int(read_text("001090000000||An\u202egnud|15011990|Nam|Huế|01082021"), ERR_BAD_CARD);
	eq_int(read_text(AN_2024 "||||||||||"), ERR_BAD_CARD);
	eq_int(read_text("003090000000||An|15011990|Nam|Huế|01082021"), ERR_BAD_CARD);
}

/* Every shorter piece of a good code is told from a good one, and nothing is written out. */
static void cut_anywhere(void)
{
	int wrong = 0;

	for (size_t len = 0; len < strlen(AN_2021) - 8; len++) {
		memset(&facts, 0x5a, sizeof facts);
		wrong += card_qr_read(AN_2021, len, &facts) == ERR_OK;
		wrong += facts.fields != 0x5a || facts.number[0] != 0x5a;
	}
	eq_int(wrong, 0);
}

static void long_fields(void)
{
	char text[2048];
	char name[400];

	memset(name, 'n', sizeof name);
	name[255] = '\0';
	snprintf(text, sizeof text, "001090000000||%s|15011990|Nam|Huế|01082021", name);
	eq_int(read_text(text), ERR_OK);
	eq_int(strlen(facts.name), 255);
	snprintf(text, sizeof text, "001090000000||%sx|15011990|Nam|Huế|01082021", name);
	eq_int(read_text(text), ERR_BAD_CARD);
}

static void numbers(void)
{
	struct id_number n;
	int provinces = 0;
	char text[13];

	for (int p = 0; p < 100; p++) {
		snprintf(text, sizeof text, "%03d090000000", p);
		provinces += id_number_read(text, &n);
	}
	eq_int(provinces, 63);
	ok(id_number_read("101305000000", &n));
	eq_int(n.place, 101);
	eq_int(n.birth_year, 2005);
	eq_int(n.sex, SEX_FEMALE);
	ok(!id_number_read("00109000000", &n));
	ok(!id_number_read("0010900000000", &n));
	ok(!id_number_read("00109000000a", &n));
}

int main(void)
{
	both_forms();
	readers_add_and_replace();
	text_becomes_nfc();
	doubts_are_not_refusals();
	dates();
	foreign_codes();
	damaged_codes();
	cut_anywhere();
	long_fields();
	numbers();
	return tap_done();
}
