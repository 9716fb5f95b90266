#include "firmware/parse/chip/dg13.h"
#include "firmware/parse/chip/lds.h"
#include "firmware/parse/chip/mrz.h"
#include "tests/tap.h"
#include "tests/unit/chip/card_files.h"

/* The examples of ICAO Doc 9303-4, -5, -6 and 9303-11 appendix D.2. */
#define TD1                                                                                        \
	"I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<" \
	"<<"
#define TD2 "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6"
#define TD3 \
	"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"
#define LONG                                                                                       \
	"I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<" \
	"<<"

/* A citizen's card; the check digits are right. */
#define AN                               \
	"IDVNM0990123459001099012345<<0" \
	"9901018M3901016VNM<<<<<<<<<<<0" \
	"NGUYEN<<VAN<AN<<<<<<<<<<<<<<<<"

static struct made dg1, dg13;

static struct mrz zone(const char *text, enum err want)
{
	struct mrz m = { 0 };

	dg1.len = 0;
	add_dg1(&dg1, text);
	eq_int(mrz_read(made_span(&dg1), &m), want);
	return m;
}

static void zones(void)
{
	struct mrz m = zone(TD1, ERR_OK);
	eq_str(m.number, "D23145890");
	eq_str(m.name, "ERIKSSON ANNA MARIA");
	eq_str(m.birth, "740812");
	eq_str(m.document, "I");
	ok(m.checks_ok && !m.name_cut && m.sex == SEX_FEMALE);
	m = zone(TD2, ERR_OK);
	eq_str(m.number, "D23145890");
	eq_str(m.name, "ERIKSSON ANNA MARIA");
	ok(m.checks_ok);
	m = zone(TD3, ERR_OK);
	eq_str(m.number, "L898902C3");
	eq_str(m.expires, "120415");
	eq_str(m.nationality, "UTO");
	ok(m.checks_ok && !m.personal[0]);
	m = zone(LONG, ERR_OK);
	eq_str(m.number, "D23145890734");
	ok(m.checks_ok && m.sex == SEX_MALE);
	m = zone(AN, ERR_OK);
	eq_str(m.number, "099012345");
	eq_str(m.personal, "001099012345");
	ok(m.checks_ok);
}

/* Each check digit in turn, by one character of what it is over. */
static void check_digits(void)
{
	static const uint8_t PLACES[] = { 5, 14, 15, 26, 29, 30, 36, 38, 44, 59 };
	char text[] = AN;

	for (size_t i = 0; i < sizeof PLACES; i++) {
		char *c = &text[PLACES[i]], was = *c;

		*c = was == '9' ? '8' : (char)(was + 1);
		ok(!zone(text, ERR_OK).checks_ok);
		*c = was;
	}
	ok(zone(text, ERR_OK).checks_ok);
}

static void no_zones(void)
{
	struct mrz m;

	(void)zone("IDVNM", ERR_BAD_DATA);
	char text[] = AN;
	text[62] = '|';
	(void)zone(text, ERR_BAD_DATA);
	text[62] = 'a';
	(void)zone(text, ERR_BAD_DATA);
	eq_int(mrz_read((struct span){ 0 }, &m), ERR_BAD_DATA);
	dg1.len = 0;
	add_object(&dg1, 0x61, "\x5f\x1f\x7f", 3);
	eq_int(mrz_read(made_span(&dg1), &m), ERR_BAD_DATA);
}

static void contents(void)
{
	static const uint8_t COM[] = { 0x60, 0x18, 0x5f, 0x01, 0x04, '0',  '1',  '0', '7',
				       0x5f, 0x36, 0x06, '0',  '4',  '0',  '0',  '0', '0',
				       0x5c, 0x06, 0x61, 0x75, 0x63, 0x6d, 0x6e, 0x6f };
	static const uint8_t KEY[] = { 0x6f, 0x06, 0x30, 0x04, 1, 2, 3, 4 };
	struct lds_com com = { 0 };
	struct span key;

	eq_int(lds_com_read((struct span){ COM, sizeof COM }, &com), ERR_OK);
	eq_int(com.lds_version, 107);
	eq_int(com.unicode_version, 40000);
	eq_int(com.groups, LDS_GROUP(1) | LDS_GROUP(2) | LDS_GROUP(3) | LDS_GROUP(13) |
				   LDS_GROUP(14) | LDS_GROUP(15));
	for (size_t n = 0; n < sizeof COM; n++)
		eq_int(lds_com_read((struct span){ COM, n }, &com), ERR_BAD_DATA);
	eq_int(lds_dg15_read((struct span){ KEY, sizeof KEY }, &key), ERR_OK);
	ok(key.at == KEY + 2 && key.len == 6);
	eq_int(lds_dg15_read((struct span){ KEY, sizeof KEY - 1 }, &key), ERR_BAD_DATA);
	eq_int(lds_dg15_read((struct span){ COM, sizeof COM }, &key), ERR_BAD_DATA);
	eq_int(lds_group_of_tag(0x76), 4);
	eq_int(lds_group_of_tag(0x60), 0);
}

/* The fields of An's card, from `first` on. */
struct words {
	const char *number, *name, *birth, *sex, *expires;
};
static const struct words AN_SAYS = { "001099012345", "Nguyễn Văn An", "01/01/1999", "Nam",
				      "01/01/2039" };

static void add_all(const struct words *w)
{
	add_field(&dg13, 1, 0x13, w->number);
	add_field(&dg13, 2, 0x0c, w->name);
	add_field(&dg13, 3, 0x13, w->birth);
	add_field(&dg13, 4, 0x0c, w->sex);
	add_field(&dg13, 5, 0x0c, "Việt Nam");
	add_field(&dg13, 6, 0x0c, "Kinh");
	add_field(&dg13, 7, 0x0c, "Không");
	add_field(&dg13, 8, 0x0c, "Ba Đình, Hà Nội");
	add_field(
		&dg13, 9, 0x0c,
		"Số 1, ngõ 2, đường Một Hai Ba, tổ dân phố số 4, phường Ba Đình, thành phố Hà Nội, "
		"gần cây đa đầu làng, bên cạnh nhà văn hóa, đối diện trạm y tế phường");
	add_field(&dg13, 10, 0x0c, "Nốt ruồi C:1cm dưới đuôi mắt trái");
	add_field(&dg13, 11, 0x13, "01/08/2024");
	add_field(&dg13, 12, 0x0c, w->expires);
	add_parents(&dg13, "Nguyễn Văn Ba", "Trần Thị Tư");
	add_field(&dg13, 14, 0x0c, NULL);
	add_field(&dg13, 15, 0x13, "012345678");
	add_field(&dg13, 16, 0x13, "ABCDEF0123456789");
}

static struct lds_person person(const char *text, const struct words *w, enum err want)
{
	struct lds_person p = { 0 };

	dg1.len = dg13.len = 0;
	if (text)
		add_dg1(&dg1, text);
	if (w) {
		add_all(w);
		wrap(&dg13, 0x30, 0);
		wrap(&dg13, 0x6d, 0);
	}
	eq_int(lds_person_read(made_span(&dg1), made_span(&dg13), &p), want);
	return p;
}

static void a_whole_card(void)
{
	struct lds_person p = person(AN, &AN_SAYS, ERR_OK);

	eq_str(p.facts.number, "001099012345");
	eq_str(p.facts.old_number, "012345678");
	eq_str(p.facts.name, "Nguyễn Văn An");
	eq_str(p.facts.birth, "01011999");
	eq_int(p.facts.sex, SEX_MALE);
	ok(strncmp(p.facts.address, "Số 1, ngõ 2", strlen("Số 1, ngõ 2")) == 0);
	eq_str(p.facts.issued, "01082024");
	eq_str(p.facts.expires, "01012039");
	eq_int(p.facts.endless, 0);
	eq_str(p.facts.nationality, "Việt Nam");
	eq_int(p.facts.doubt, ERR_OK);
	eq_int(p.doubts, 0);
	eq_str(p.more.ethnicity, "Kinh");
	eq_str(p.more.religion, "Không");
	eq_str(p.more.home, "Ba Đình, Hà Nội");
	eq_str(p.more.features, "Nốt ruồi C:1cm dưới đuôi mắt trái");
	eq_str(p.more.father, "Nguyễn Văn Ba");
	eq_str(p.more.mother, "Trần Thị Tư");
	eq_str(p.more.spouse, "");
	eq_str(p.more.chip_number, "ABCDEF0123456789");
	eq_int(p.more.raw, -1);
	ok(p.citizen_card);
}

static void one_of_the_two(void)
{
	struct lds_person p = person(AN, NULL, ERR_OK);

	eq_str(p.facts.number, "001099012345");
	eq_str(p.facts.name, "NGUYEN VAN AN");
	eq_str(p.facts.birth, "01011999");
	eq_str(p.facts.expires, "01012039");
	eq_int(p.doubts, 0);
	p = person(NULL, &AN_SAYS, ERR_OK);
	eq_str(p.facts.name, "Nguyễn Văn An");
	eq_int(p.doubts, 0);
	(void)person(NULL, NULL, ERR_BAD_CARD);
	p = person(TD3, NULL, ERR_OK);
	eq_str(p.facts.number, "L898902C3");
	eq_str(p.facts.birth, "12081974");
	ok(!p.citizen_card && p.doubts == 0);
}

/* What each contradiction is called. */
static void doubts(void)
{
	static const struct {
		struct words says;
		unsigned doubts;
		enum err doubt;
	} ROWS[] = {
		{ { "001199012345", "Ẩn", "01/01/1999", "Nam", "01/01/2039" },
		  LDS_DOUBT_SEX | LDS_DOUBT_FILES,
		  ERR_FIELD_PAIR },
		{ { "001099012345", "An", "01/01/1998", "Nam", "01/01/2039" },
		  LDS_DOUBT_BIRTH | LDS_DOUBT_FILES,
		  ERR_FIELD_PAIR },
		{ { "001099012345", "An", "01/02/1999", "Nam", "01/01/2039" },
		  LDS_DOUBT_FILES,
		  ERR_FIELD_PAIR },
		{ { "001099012345", "An", "01/01/1999", "Nam", "02/01/2039" },
		  LDS_DOUBT_FILES,
		  ERR_FIELD_PAIR },
		{ { "001099012345", "An", "01/01/1999", "Nam", "Không thời hạn" },
		  LDS_DOUBT_FILES,
		  ERR_FIELD_PAIR },
		{ { "001099012345", "An", "01/01/1999", "Nữ", "01/01/2039" },
		  LDS_DOUBT_SEX | LDS_DOUBT_FILES,
		  ERR_FIELD_PAIR },
		{ { "003099012345", "An", "01/01/1999", "Nam", "01/01/2039" },
		  LDS_DOUBT_PLACE | LDS_DOUBT_FILES,
		  ERR_FIELD_PAIR },
		{ { "001099012345", "A\x01n", "01/01/1999", "Nam", "01/01/2039" },
		  LDS_DOUBT_TEXT,
		  ERR_OK },
		{ { "001099012345", "An", "hôm qua", "Nam", "01/01/2039" },
		  LDS_DOUBT_TEXT,
		  ERR_OK },
		{ { "001099012345", "An", "00/00/1999", "", "" }, 0, ERR_OK },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct lds_person p = person(AN, &ROWS[i].says, ERR_OK);

		eq_int(p.doubts, ROWS[i].doubts);
		eq_int(p.facts.doubt, ROWS[i].doubt);
	}
	struct lds_person p = person(
		NULL, &(struct words){ "003099012345", "An", "01/01/1999", "Nam", "" }, ERR_OK);
	eq_int(p.doubts, LDS_DOUBT_PLACE);
	eq_int(p.facts.doubt, ERR_OK);
	char text[] = AN;
	text[59] = '1';
	eq_int(person(text, &AN_SAYS, ERR_OK).doubts, LDS_DOUBT_CHECK_DIGIT);
}

/* Born where nobody wrote down the day; a card that does not expire; a name in composed and in
 * decomposed letters. */
static void old_people(void)
{
	static const char OLD[] = "IDVNM0480000009001048000000<<1"
				  "48<<<<0M9912314VNM<<<<<<<<<<<8"
				  "LE<<VAN<BA<<<<<<<<<<<<<<<<<<<<";
	struct words w = { "001048000000", "Le\xcc\x82 Va\xcc\x86n Ba", "1948", "NAM",
			   "Kho\xcc\x82ng thời hạn" };
	struct lds_person p = person(OLD, &w, ERR_OK);

	eq_str(p.facts.birth, "00001948");
	eq_str(p.facts.name, "Le\xcc\x82 Va\xcc\x86n Ba");
	eq_int(p.facts.endless, 1);
	eq_str(p.facts.expires, "");
	eq_int(p.facts.sex, SEX_MALE);
	eq_int(p.doubts & ~(unsigned)LDS_DOUBT_CHECK_DIGIT, 0);
	p = person(OLD, NULL, ERR_OK);
	eq_str(p.facts.birth, "00001948");
	eq_int(p.facts.endless, 1);
	w = (struct words){ "001048000000", "Lê Văn Ba", "03/1948", "Nam", "" };
	p = person(OLD, &w, ERR_OK);
	eq_str(p.facts.birth, "00031948");
	eq_int(p.facts.endless, 1);
	eq_int(p.doubts & LDS_DOUBT_FILES, 0);
}

static void names(void)
{
	struct words w = AN_SAYS;
	char longest[700] = "";

	w.name = "Công Tằng Tôn Nữ Hoàng Thị Phương Thảo Nguyên Khánh Linh";
	eq_str(person(AN, &w, ERR_OK).facts.name, w.name);
	for (int i = 0; i < 120; i++)
		memcpy(longest + i * 4, "Ễa", 4);
	w.name = longest;
	struct lds_person p = person(AN, &w, ERR_OK);
	eq_int(strlen(p.facts.name), 255); /* in the middle of no letter */
	eq_int(p.doubts, LDS_DOUBT_TEXT);
	w.name = "  Y\xc3 N\xff\xc3\x8a  ";
	p = person(AN, &w, ERR_OK);
	eq_str(p.facts.name, "Y? N?Ê");
	eq_int(p.doubts, LDS_DOUBT_TEXT);
}

static const char *text_of(const struct dg13_text *t)
{
	static char text[300];

	(void)snprintf(text, sizeof text, "%.*s", (int)t->at.len, (const char *)t->at.at);
	return text;
}

static struct dg13 read_dg13(enum err want)
{
	struct dg13 d = { 0 };

	wrap(&dg13, 0x6d, 0);
	eq_int(dg13_read(made_span(&dg13), &d), want);
	return d;
}

/* Shapes seen, and shapes feared. */
static void shapes(void)
{
	struct dg13 d;

	dg13.len = 0;
	add_all(&AN_SAYS);
	d = read_dg13(ERR_OK);
	ok(d.whole);
	eq_int(d.count, 16);

	/* one field without a tag around its text, one with an unknown id, one in UTF-16 */
	dg13.len = 0;
	add(&dg13,
	    "\x30\x06\x02\x01\x01"
	    "001",
	    8);
	add_field(&dg13, 77, 0x0c, "?");
	add(&dg13, "\x30\x09\x02\x01\x02\x1e\x04\x1e\xa8\x00n", 11);
	wrap(&dg13, 0x30, 0);
	d = read_dg13(ERR_OK);
	ok(d.whole && d.field[DG13_NAME].wide);
	eq_str(text_of(&d.field[DG13_NUMBER]), "001");
	eq_int(d.field[DG13_NAME].at.len, 4);

	/* father and mother in one more sequence, and only a mother */
	dg13.len = 0;
	add(&dg13, "\x02\x01\x0d", 3);
	size_t from = dg13.len;
	add(&dg13, "\x30\x00\x30\x03\x0c\x01M", 7);
	wrap(&dg13, 0x30, from);
	wrap(&dg13, 0x30, 0);
	d = read_dg13(ERR_OK);
	eq_str(text_of(&d.father), "");
	eq_str(text_of(&d.mother), "M");

	dg13.len = 0;
	(void)read_dg13(ERR_BAD_DATA);
	eq_int(dg13_read((struct span){ (const uint8_t *)"\x61\x00", 2 }, &d), ERR_BAD_DATA);
}

/* One length is a lie: at most that field is lost. */
static void lies(void)
{
	dg13.len = 0;
	add_all(&AN_SAYS);
	wrap(&dg13, 0x30, 0);
	wrap(&dg13, 0x6d, 0);
	struct made sound = dg13;
	unsigned heads = 0;

	for (size_t i = 8; i + 5 < sound.len; i++) {
		if (sound.at[i] != 0x30 || sound.at[i + 1] > 0x7f || sound.at[i + 2] != 0x02)
			continue;
		static const int OFFS[] = { 1, -1, 5, 60 };
		for (size_t k = 0; k < sizeof OFFS / sizeof *OFFS; k++) {
			struct dg13 d = { 0 };

			dg13 = sound;
			dg13.at[i + 1] = (uint8_t)(dg13.at[i + 1] + OFFS[k]);
			enum err e = dg13_read(made_span(&dg13), &d);
			ok(e == ERR_OK && d.count >= 14 && !d.whole);
		}
		heads++;
	}
	eq_int(heads, 15);
	for (size_t n = 0; n < sound.len; n += 7) { /* cut off */
		struct dg13 d;
		enum err e = dg13_read((struct span){ sound.at, n }, &d);

		ok(e == ERR_BAD_DATA || !d.whole);
	}
}

/* The old number stands in 15 or in 16, says who you ask. */
static void disputed_fields(void)
{
	static const struct {
		const char *in[3]; /* 14, 15, 16 */
		const char *old, *spouse, *chip;
	} ROWS[] = {
		{ { NULL, "ABCDEF0123456789", "012345678" }, "012345678", "", "ABCDEF0123456789" },
		{ { "Lê Thị Hai", "012345678", NULL }, "012345678", "Lê Thị Hai", "" },
		{ { "012345678", NULL, "X1" }, "012345678", "", "X1" },
		{ { NULL, "001088000000", NULL }, "001088000000", "", "" },
		{ { NULL, "001099012345", NULL }, "", "", "001099012345" },
		{ { NULL, NULL, NULL }, "", "", "" },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct lds_person p = { 0 };

		dg13.len = 0;
		add_field(&dg13, 1, 0x13, "001099012345");
		add_field(&dg13, 2, 0x0c, "An");
		for (unsigned f = 0; f < 3; f++)
			add_field(&dg13, 14 + f, 0x0c, ROWS[i].in[f]);
		wrap(&dg13, 0x30, 0);
		wrap(&dg13, 0x6d, 0);
		eq_int(lds_person_read((struct span){ 0 }, made_span(&dg13), &p), ERR_OK);
		eq_str(p.facts.old_number, ROWS[i].old);
		eq_str(p.more.spouse, ROWS[i].spouse);
		eq_str(p.more.chip_number, ROWS[i].chip);
	}
}

static void face_records(void)
{
	static const uint8_t JPEG[] = { 0xff, 0xd8, 0xff, 0xe0, 1, 2, 3 };
	static const uint8_t JP2[] = { 0, 0, 0, 12, 'j', 'P', ' ', ' ', 13, 10, 0x87, 10 };
	static struct made dg2;
	struct lds_face f = { 0 };

	for (int off = -8; off <= 8; off++) {
		dg2.len = 0;
		add_dg2(&dg2, JPEG, sizeof JPEG, off);
		eq_int(lds_face_find(made_span(&dg2), &f), ERR_OK);
		ok(f.image.len == sizeof JPEG && memcmp(f.image.at, JPEG, sizeof JPEG) == 0);
	}
	eq_int(f.kind, LDS_JPEG);
	eq_int(f.width, 480);
	eq_int(f.height, 640);
	eq_int(f.count, 1);
	dg2.len = 0;
	add_dg2(&dg2, JP2, sizeof JP2, 0);
	eq_int(lds_face_find(made_span(&dg2), &f), ERR_OK);
	eq_int(f.kind, LDS_JPEG2000);
	dg2.at[3] += 4; /* an object around it says more than there is */
	eq_int(lds_face_find(made_span(&dg2), &f), ERR_OK);
	eq_int(f.image.len, sizeof JP2);
	eq_int(lds_face_find(
		       (struct span){ (const uint8_t *)"\x75\x06\x7f\x61\x03\x02\x01\x00", 8 }, &f),
	       ERR_NOT_FOUND);
	dg2.len = 0;
	add_dg2(&dg2, "no picture", 10, 0);
	eq_int(lds_face_find(made_span(&dg2), &f), ERR_NOT_FOUND);
	eq_int(lds_face_find((struct span){ 0 }, &f), ERR_NOT_FOUND);
}

int main(void)
{
	zones();
	check_digits();
	no_zones();
	contents();
	a_whole_card();
	one_of_the_two();
	doubts();
	old_people();
	names();
	shapes();
	lies();
	disputed_fields();
	face_records();
	return tap_done();
}
