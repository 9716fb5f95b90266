#include "firmware/parse/chip/dg13.h"
#include "firmware/parse/chip/lds.h"
#include "firmware/parse/chip/mrz.h"
#include "firmware/parse/chip/text.h"
#include "firmware/parse/date.h"
#include "firmware/parse/id_number.h"

#include <stdio.h>
#include <string.h>

#define FOR_PEOPLE  (LDS_DOUBT_CHECK_DIGIT | LDS_DOUBT_BIRTH | LDS_DOUBT_SEX | LDS_DOUBT_FILES)
#define ENDLESS_MRZ "991231"

enum { NUMBER_LEN = 12, OLD_NUMBER_LEN = 9, WORD_CAP = 128 };

static void take_text(const struct dg13_text *t, struct lds_person *p, char *out, size_t cap)
{
	if (!text_copy(t->at, t->wide, out, cap))
		p->doubts |= LDS_DOUBT_TEXT;
}
#define TAKE(t, p, out) take_text(&(t), p, out, sizeof(out))

/* False when there is no such date; when there is something else in its place, that is a doubt. */
static bool take_date(const struct dg13_text *t, struct lds_person *p, char ret[DATE_LEN + 1])
{
	char text[WORD_CAP];
	bool sound = text_copy(t->at, t->wide, text, sizeof text);

	if (sound && date_of_text(text, strlen(text), ret))
		return true;
	if (!t->wide && t->at.len == 4 && date_of_text((const char *)t->at.at, 4, ret))
		return true;
	if (t->at.len > 0)
		p->doubts |= LDS_DOUBT_TEXT;
	return false;
}

static bool all_digits(const char *text, size_t count)
{
	return strlen(text) == count && strspn(text, "0123456789") == count;
}

static enum sex sex_of(const char *word)
{
	static const struct {
		const char *word;
		enum sex sex;
	} WORDS[] = {
#define FIELD(id, name)
#define ENDLESS(words)
#define SEX(word, sex) { word, SEX_##sex },
#include "firmware/parse/chip/dg13.def"
#undef FIELD
#undef ENDLESS
#undef SEX
	};

	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (text_same(word, WORDS[i].word))
			return WORDS[i].sex;
	return SEX_UNSAID;
}

static bool is_endless(const char *text)
{
	static const char *const WORDS[] = {
#define FIELD(id, name)
#define ENDLESS(words) words,
#define SEX(word, sex)
#include "firmware/parse/chip/dg13.def"
#undef FIELD
#undef ENDLESS
#undef SEX
	};

	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (text_same(text, WORDS[i]))
			return true;
	return false;
}

/* The MRZ has two digits of a year. The number knows the century; without it, nobody's card ends
 * before the holder was born, and one that never ends is an old person's. */
static unsigned century_of(const struct mrz *m, const char *number)
{
	struct id_number n;
	char year[3];
	bool known;

	if (id_number_split(number, &n, &known)) {
		(void)snprintf(year, sizeof year, "%02u", n.birth_year % 100u);
		if (strncmp(year, m->birth, 2) == 0)
			return n.birth_year / 100;
	}
	if (strcmp(m->expires, ENDLESS_MRZ) == 0)
		return 19;
	return strncmp(m->birth, m->expires, 2) <= 0 ? 20 : 19;
}

/* `number`: as DG13 has it, or "". */
static void read_mrz(const struct mrz *m, const char *number, struct lds_person *p)
{
	struct msg_chip_facts *f = &p->facts;
	const char *own = m->personal[0] ? m->personal : m->number;

	if (!m->checks_ok)
		p->doubts |= LDS_DOUBT_CHECK_DIGIT;
	if ((size_t)snprintf(f->number, sizeof f->number, "%.12s", own) < strlen(own))
		p->doubts |= LDS_DOUBT_TEXT;
	(void)snprintf(f->name, sizeof f->name, "%s", m->name);
	(void)snprintf(f->nationality, sizeof f->nationality, "%s", m->nationality);
	f->sex = (uint8_t)m->sex;
	(void)date_of_mrz(m->birth, century_of(m, number[0] ? number : own), f->birth);
	f->endless = strcmp(m->expires, ENDLESS_MRZ) == 0;
	if (!f->endless)
		(void)date_of_mrz(m->expires, 20, f->expires);
}

static void read_expiry(const struct dg13_text *t, struct lds_person *p)
{
	char words[WORD_CAP];

	if (text_copy(t->at, t->wide, words, sizeof words) && is_endless(words))
		p->facts.endless = 1;
	else
		(void)take_date(t, p, p->facts.expires);
}

/* Fields 14 to 16 by what is in them: nine digits, or twelve that are another number than the
 * holder's, were an old number. */
static bool is_old_number(const char *text, const char *number)
{
	return all_digits(text, OLD_NUMBER_LEN) ||
	       (all_digits(text, NUMBER_LEN) && strcmp(text, number) != 0);
}

static void read_others(const struct dg13 *d, struct lds_person *p)
{
	static const uint8_t ORDER[] = { DG13_OTHER_15, DG13_OTHER_16, DG13_OTHER_14 };
	struct msg_chip_more *m = &p->more;

	for (size_t i = 0; i < sizeof ORDER; i++) {
		const struct dg13_text *t = &d->field[ORDER[i]];
		char text[sizeof m->spouse];

		take_text(t, p, text, sizeof text);
		if (text[0] == '\0')
			continue;
		if (!p->facts.old_number[0] && is_old_number(text, p->facts.number))
			(void)snprintf(p->facts.old_number, sizeof p->facts.old_number, "%.12s",
				       text);
		else if (ORDER[i] == DG13_OTHER_14)
			(void)snprintf(m->spouse, sizeof m->spouse, "%s", text);
		else if (!m->chip_number[0])
			TAKE(*t, p, m->chip_number);
	}
}

static void read_dg13(const struct dg13 *d, struct lds_person *p)
{
	struct msg_chip_facts *f = &p->facts;
	struct msg_chip_more *m = &p->more;
	char sex[WORD_CAP];

	if (!d->whole)
		p->doubts |= LDS_DOUBT_SHAPE;
	TAKE(d->field[DG13_NUMBER], p, f->number);
	TAKE(d->field[DG13_NAME], p, f->name);
	TAKE(d->field[DG13_NATIONALITY], p, f->nationality);
	TAKE(d->field[DG13_ADDRESS], p, f->address);
	TAKE(d->field[DG13_ETHNICITY], p, m->ethnicity);
	TAKE(d->field[DG13_RELIGION], p, m->religion);
	TAKE(d->field[DG13_HOME], p, m->home);
	TAKE(d->field[DG13_FEATURES], p, m->features);
	TAKE(d->father, p, m->father);
	TAKE(d->mother, p, m->mother);
	TAKE(d->field[DG13_SEX], p, sex);
	f->sex = (uint8_t)sex_of(sex);
	(void)take_date(&d->field[DG13_BIRTH], p, f->birth);
	(void)take_date(&d->field[DG13_ISSUED], p, f->issued);
	read_expiry(&d->field[DG13_EXPIRES], p);
	read_others(d, p);
}

/* Where both know it. Of the year only the two digits that the MRZ has. */
static bool dates_agree(const char *a, const char *b)
{
	static const uint8_t PARTS[] = { 0, 2, 6 };

	if (!a[0] || !b[0])
		return true;
	for (size_t i = 0; i < sizeof PARTS; i++) {
		const char *x = a + PARTS[i], *y = b + PARTS[i];
		bool unknown =
			PARTS[i] < 4 && (strncmp(x, "00", 2) == 0 || strncmp(y, "00", 2) == 0);

		if (!unknown && strncmp(x, y, 2) != 0)
			return false;
	}
	return true;
}

/* A document number is the end of the citizen's. */
static bool numbers_agree(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), less = n < m ? n : m;

	return less == 0 || strcmp(a + n - less, b + m - less) == 0;
}

static bool files_agree(const struct msg_chip_facts *a, const struct msg_chip_facts *b)
{
	bool both_end = (a->endless || a->expires[0]) && (b->endless || b->expires[0]);

	return numbers_agree(a->number, b->number) && dates_agree(a->birth, b->birth) &&
	       dates_agree(a->expires, b->expires) && (!both_end || a->endless == b->endless) &&
	       (a->sex == SEX_UNSAID || b->sex == SEX_UNSAID || a->sex == b->sex);
}

static void fill(char *out, size_t cap, const char *from)
{
	if (!out[0])
		(void)snprintf(out, cap, "%s", from);
}
#define FILL(to, from, member) fill((to)->member, sizeof(to)->member, (from)->member)

/* What DG13 does not say. */
static void fill_from_mrz(struct msg_chip_facts *f, const struct msg_chip_facts *mrz)
{
	if (!f->expires[0] && !f->endless) {
		FILL(f, mrz, expires);
		f->endless = mrz->endless;
	}
	FILL(f, mrz, number);
	FILL(f, mrz, name);
	FILL(f, mrz, birth);
	FILL(f, mrz, nationality);
	if (f->sex == SEX_UNSAID)
		f->sex = mrz->sex;
}

/* Civil status gets corrected, the number does not: a difference is for a person to judge. */
static unsigned doubts_of_number(const struct msg_chip_facts *f)
{
	struct id_number n;
	unsigned doubts = 0;
	char year[8];
	bool place_known;

	if (!id_number_split(f->number, &n, &place_known))
		return 0;
	(void)snprintf(year, sizeof year, "%04u", n.birth_year);
	if (!place_known)
		doubts |= LDS_DOUBT_PLACE;
	if (f->birth[0] && strcmp(f->birth + 4, year) != 0)
		doubts |= LDS_DOUBT_BIRTH;
	if (f->sex != SEX_UNSAID && f->sex != n.sex)
		doubts |= LDS_DOUBT_SEX;
	return doubts;
}

enum err lds_person_read(struct span dg1, struct span dg13, struct lds_person *ret)
{
	struct lds_person p = { .more.raw = -1 }, from_mrz = { .more.raw = -1 };
	struct dg13 d;
	struct mrz m;
	bool has_dg13 = dg13_read(dg13, &d) == ERR_OK;
	bool has_mrz = mrz_read(dg1, &m) == ERR_OK;
	bool is_vietnamese = has_mrz && strcmp(m.issuer, "VNM") == 0;

	if (has_dg13)
		read_dg13(&d, &p);
	else if (dg13.len > 0)
		p.doubts |= LDS_DOUBT_SHAPE;
	if (has_mrz) {
		read_mrz(&m, p.facts.number, &from_mrz);
		p.doubts |= from_mrz.doubts & (has_dg13 ? LDS_DOUBT_CHECK_DIGIT : ~0u);
		if (has_dg13 && !files_agree(&from_mrz.facts, &p.facts))
			p.doubts |= LDS_DOUBT_FILES;
		fill_from_mrz(&p.facts, &from_mrz.facts);
	} else if (dg1.len > 0) {
		p.doubts |= LDS_DOUBT_SHAPE;
	}
	explicit_bzero(&from_mrz, sizeof from_mrz);
	explicit_bzero(&m, sizeof m);
	if (!p.facts.number[0] || !p.facts.name[0])
		return ERR_BAD_CARD;
	p.doubts |= doubts_of_number(&p.facts);
	p.citizen_card = has_dg13 || is_vietnamese;
	if (p.doubts & FOR_PEOPLE)
		p.facts.doubt = ERR_FIELD_PAIR;
	*ret = p;
	explicit_bzero(&p, sizeof p);
	return ERR_OK;
}
