#include "firmware/parse/chip/mrz.h"

#include "firmware/parse/chip/lds.h"

#include <string.h>

#define TAG_MRZ 0x5f1f
#define FILLER  '<'

enum { MAX_RANGES = 4 };

struct range {
	uint8_t at, len;
};

/* Where things stand, lines joined. The check digit of a range is the character behind it. */
struct layout {
	size_t len;
	struct range number, birth, expires, nationality, name;
	struct range optional[2];
	uint8_t sex, composite;
	bool optional_checked;            /* the first one has a check digit behind it */
	struct range checked[MAX_RANGES]; /* what the composite check digit is over */
};

static const struct layout LAYOUTS[] = {
	{ .len = 90,
	  .number = { 5, 9 },
	  .birth = { 30, 6 },
	  .expires = { 38, 6 },
	  .nationality = { 45, 3 },
	  .name = { 60, 30 },
	  .optional = { { 15, 15 }, { 48, 11 } },
	  .sex = 37,
	  .composite = 59,
	  .checked = { { 5, 25 }, { 30, 7 }, { 38, 7 }, { 48, 11 } } },
	{ .len = 72,
	  .number = { 36, 9 },
	  .birth = { 49, 6 },
	  .expires = { 57, 6 },
	  .nationality = { 46, 3 },
	  .name = { 5, 31 },
	  .optional = { { 64, 7 } },
	  .sex = 56,
	  .composite = 71,
	  .checked = { { 36, 10 }, { 49, 7 }, { 57, 14 } } },
	{ .len = 88,
	  .number = { 44, 9 },
	  .birth = { 57, 6 },
	  .expires = { 65, 6 },
	  .nationality = { 54, 3 },
	  .name = { 5, 39 },
	  .optional = { { 72, 14 } },
	  .sex = 64,
	  .composite = 87,
	  .optional_checked = true,
	  .checked = { { 44, 10 }, { 57, 7 }, { 65, 22 } } },
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static unsigned value_of(char c)
{
	return is_digit(c) ? (unsigned)(c - '0') : c == FILLER ? 0 : (unsigned)(c - 'A') + 10;
}

static unsigned weigh(const char *text, size_t len, unsigned *position)
{
	static const unsigned WEIGHTS[] = { 7, 3, 1 };
	unsigned sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += value_of(text[i]) * WEIGHTS[(*position)++ % 3];
	return sum;
}

static bool is_empty(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != FILLER)
			return false;
	return true;
}

/* An empty field may have a filler for its check digit. */
static bool fits(const char *text, size_t len, char check)
{
	unsigned position = 0, sum = weigh(text, len, &position) % 10;

	return check == (char)('0' + sum) || (check == FILLER && is_empty(text, len));
}

static bool range_fits(const char *zone, struct range r)
{
	return fits(zone + r.at, r.len, zone[r.at + r.len]);
}

static bool composite_fits(const char *zone, const struct layout *l)
{
	unsigned position = 0, sum = 0;

	for (size_t i = 0; i < MAX_RANGES; i++)
		sum += weigh(zone + l->checked[i].at, l->checked[i].len, &position);
	return zone[l->composite] == (char)('0' + sum % 10);
}

/* Without the fillers at its end; `out` has room. */
static void copy(const char *zone, struct range r, char *out)
{
	size_t len = r.len;

	while (len > 0 && zone[r.at + len - 1] == FILLER)
		len--;
	memcpy(out, zone + r.at, len);
	out[len] = '\0';
}

/* Surname, two fillers, given names, each word behind a filler. */
static void copy_name(const char *zone, struct range r, struct mrz *m)
{
	char *out = m->name;

	m->name_cut = zone[r.at + r.len - 1] != FILLER;
	for (size_t i = 0; i < r.len; i++) {
		char c = zone[r.at + i];

		if (c != FILLER)
			*out++ = c;
		else if (out > m->name && out[-1] != ' ')
			*out++ = ' ';
	}
	if (out > m->name && out[-1] == ' ')
		out--;
	*out = '\0';
}

/* A number longer than nine has a filler for its check digit, and goes on in the optional data,
 * with the check digit behind its last character there. */
static bool read_number(const char *zone, const struct layout *l, struct mrz *m)
{
	char whole[40];
	struct range more = l->optional[0];
	size_t n = 0;

	copy(zone, l->number, m->number);
	if (zone[l->number.at + l->number.len] != FILLER || l->len == 88)
		return range_fits(zone, l->number);
	while (n < more.len && zone[more.at + n] != FILLER)
		n++;
	if (n < 2)
		return is_empty(zone + l->number.at, l->number.len);
	memcpy(whole, zone + l->number.at, l->number.len);
	memcpy(whole + l->number.len, zone + more.at, n);
	n += l->number.len - 1;
	memcpy(m->number, whole, n);
	m->number[n] = '\0';
	return fits(whole, n, whole[n]);
}

/* Twelve digits that stand alone. Behind them may be fillers and a check digit of their own. */
static bool read_personal(const char *zone, const struct layout *l, struct mrz *m)
{
	for (size_t i = 0; i < 2; i++) {
		const char *at = zone + l->optional[i].at;
		size_t n = 0;

		while (n < l->optional[i].len && is_digit(at[n]))
			n++;
		if (n != 12)
			continue;
		memcpy(m->personal, at, 12);
		m->personal[12] = '\0';
		char own = l->optional[i].len == 15 ? at[14] : FILLER;
		return own == FILLER || fits(at, 14, own);
	}
	return true;
}

static bool is_zone(struct span z)
{
	for (size_t i = 0; i < z.len; i++)
		if (!is_digit((char)z.at[i]) && (z.at[i] < 'A' || z.at[i] > 'Z') &&
		    z.at[i] != FILLER)
			return false;
	return true;
}

static void read_zone(const char *zone, const struct layout *l, struct mrz *m)
{
	char sex = zone[l->sex];

	copy(zone, (struct range){ 0, 2 }, m->document);
	copy(zone, (struct range){ 2, 3 }, m->issuer);
	copy(zone, l->nationality, m->nationality);
	memcpy(m->birth, zone + l->birth.at, 6);
	memcpy(m->expires, zone + l->expires.at, 6);
	copy_name(zone, l->name, m);
	m->sex = sex == 'M' ? SEX_MALE : sex == 'F' ? SEX_FEMALE : SEX_UNSAID;
	bool number_ok = read_number(zone, l, m), personal_ok = read_personal(zone, l, m);
	m->checks_ok = number_ok && personal_ok && range_fits(zone, l->birth) &&
		       range_fits(zone, l->expires) && composite_fits(zone, l) &&
		       (!l->optional_checked || range_fits(zone, l->optional[0]));
}

enum err mrz_read(struct span dg1, struct mrz *ret)
{
	struct span body = { 0 }, zone = { 0 };
	enum err e = lds_body(dg1, 1, &body);

	if (e == ERR_OK)
		e = tlv_find(body, TAG_MRZ, &zone);
	if (e != ERR_OK || !is_zone(zone))
		return ERR_BAD_DATA;
	for (size_t i = 0; i < sizeof LAYOUTS / sizeof *LAYOUTS; i++)
		if (LAYOUTS[i].len == zone.len) {
			struct mrz m = { 0 };

			read_zone((const char *)zone.at, &LAYOUTS[i], &m);
			*ret = m;
			return ERR_OK;
		}
	return ERR_BAD_DATA;
}
