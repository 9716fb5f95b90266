#include "firmware/parse/card_qr.h"

#include "firmware/parse/date.h"
#include "firmware/parse/id_number.h"
#include "firmware/parse/nfc.h"

#include <stdbool.h>
#include <string.h>

enum {
	NUMBER,
	OLD_NUMBER,
	NAME,
	BIRTH,
	SEX,
	ADDRESS,
	ISSUED,
	NEEDED, /* later fields are for later cards */
	MAX_FIELDS = 16,
};

struct part {
	const char *at;
	size_t len;
};

static struct part trimmed(const char *at, size_t len)
{
	while (len > 0 && (at[0] == '\0' || at[0] == '\r' || at[0] == '\n'))
		at++, len--;
	while (len > 0 && (at[len - 1] == '\0' || at[len - 1] == '\r' || at[len - 1] == '\n'))
		len--;
	return (struct part){ at, len };
}

static size_t digits_in(struct part p)
{
	size_t n = 0;

	while (n < p.len && p.at[n] >= '0' && p.at[n] <= '9')
		n++;
	return n;
}

static bool all_digits(struct part p, size_t count)
{
	return p.len == count && digits_in(p) == count;
}

/* Some keyboard-like readers type TAB or ; where the card has a bar. */
static char separator(struct part all)
{
	for (const char *s = "|\t;"; *s; s++)
		if (memchr(all.at, *s, all.len))
			return *s;
	return '|';
}

/* Keeps empty fields. Returns how many there are; only MAX_FIELDS are stored. */
static size_t split(struct part all, char by, struct part fields[MAX_FIELDS])
{
	size_t count = 0;

	for (;;) {
		const char *end = memchr(all.at, by, all.len);
		size_t len = end ? (size_t)(end - all.at) : all.len;

		if (count < MAX_FIELDS)
			fields[count] = (struct part){ all.at, len };
		count++;
		if (!end)
			return count;
		all.at = end + 1;
		all.len -= len + 1;
	}
}

/* Is this code meant to be a card's, however damaged? A health card has bars too, but its number
 * has another length or letters, and its fourth field is not a bare date. */
static bool is_like_card(const struct part f[MAX_FIELDS], size_t count)
{
	if (count < 2)
		return false;
	if (all_digits(f[NUMBER], 12))
		return true;
	return count >= NEEDED && digits_in(f[NUMBER]) == f[NUMBER].len && all_digits(f[BIRTH], 8);
}

static unsigned number_at(const char *digits, unsigned count)
{
	unsigned n = 0;

	for (unsigned i = 0; i < count; i++)
		n = n * 10 + (unsigned)(digits[i] - '0');
	return n;
}

static bool is_date(struct part p, bool whole)
{
	return p.len == DATE_LEN && date_ok(p.at, whole);
}

static bool is_printable(const char *text)
{
	while (*text)
		if (!utf8_printable(utf8_next(&text)))
			return false;
	return true;
}

/* Blanks around a name are a reader's, not the card's. */
static bool read_text(struct part p, char *out, size_t cap)
{
	while (p.len > 0 && p.at[0] == ' ')
		p.at++, p.len--;
	while (p.len > 0 && p.at[p.len - 1] == ' ')
		p.len--;
	return nfc_compose(p.at, p.len, out, cap) == ERR_OK && is_printable(out);
}

static void copy_digits(struct part p, char *out)
{
	memcpy(out, p.at, p.len);
	out[p.len] = '\0';
}

static bool read_sex(struct part p, uint8_t *ret)
{
	static const struct {
		const char *word;
		enum sex sex;
	} WORDS[] = { { "", SEX_UNSAID },
		      { "Nam", SEX_MALE },
		      { "NAM", SEX_MALE },
		      { "Nữ", SEX_FEMALE },
		      { "NỮ", SEX_FEMALE } };
	char word[16];

	if (!read_text(p, word, sizeof word))
		return false;
	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (strcmp(word, WORDS[i].word) == 0) {
			*ret = (uint8_t)WORDS[i].sex;
			return true;
		}
	return false;
}

/* Old numbers have 9 digits; those of 2012 to 2015 had 12, as the new ones. */
static bool read_fields(const struct part f[MAX_FIELDS], struct msg_card_facts *c)
{
	if (!all_digits(f[NUMBER], 12) || !is_date(f[BIRTH], false))
		return false;
	if (f[OLD_NUMBER].len > 0 && !all_digits(f[OLD_NUMBER], 9) &&
	    !all_digits(f[OLD_NUMBER], 12))
		return false;
	if (f[ISSUED].len > 0 && !is_date(f[ISSUED], true))
		return false;
	copy_digits(f[NUMBER], c->number);
	copy_digits(f[OLD_NUMBER], c->old_number);
	copy_digits(f[BIRTH], c->birth);
	copy_digits(f[ISSUED], c->issued);
	return read_text(f[NAME], c->name, sizeof c->name) && c->name[0] &&
	       read_sex(f[SEX], &c->sex) && read_text(f[ADDRESS], c->address, sizeof c->address);
}

/* Civil status gets corrected, the number does not: a difference is for a person to judge. */
static enum err doubt_of(const struct msg_card_facts *c, const struct id_number *n)
{
	bool sex_fits = c->sex == SEX_UNSAID || c->sex == n->sex;

	return sex_fits && number_at(c->birth + 4, 4) == n->birth_year ? ERR_OK : ERR_FIELD_PAIR;
}

enum err card_qr_read(const void *payload, size_t len, struct msg_card_facts *ret)
{
	struct part all = trimmed(payload, len), fields[MAX_FIELDS];
	struct msg_card_facts c = { 0 };
	struct id_number number;

	if (all.len == 0)
		return ERR_BAD_CARD;
	size_t count = split(all, separator(all), fields);
	if (!is_like_card(fields, count))
		return ERR_NOT_CARD_QR;
	if (count < NEEDED || count > MAX_FIELDS || !utf8_ok(all.at, all.len))
		return ERR_BAD_CARD;
	if (!read_fields(fields, &c) || !id_number_read(c.number, &number))
		return ERR_BAD_CARD;
	c.fields = (uint8_t)count;
	c.doubt = doubt_of(&c, &number);
	*ret = c;
	return ERR_OK;
}
