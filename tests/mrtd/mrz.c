/* What is printed on the card: the machine-readable zone (ICAO Doc 9303-5, TD1) and the QR code. */
#include "tests/mrtd/spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The letter under the accents, or 0 for a combining mark and what else is not one. */
static char plain_letter(uint32_t c)
{
	static const struct {
		uint32_t from, to;
		char letter;
	} ranges[] = {
		{ 'A', 'Z', 0 },         { 0xC0, 0xC3, 'A' },     { 0xC8, 0xCA, 'E' },
		{ 0xCC, 0xCD, 'I' },     { 0xD2, 0xD5, 'O' },     { 0xD9, 0xDA, 'U' },
		{ 0xDD, 0xDD, 'Y' },     { 0xE0, 0xE3, 'A' },     { 0xE8, 0xEA, 'E' },
		{ 0xEC, 0xED, 'I' },     { 0xF2, 0xF5, 'O' },     { 0xF9, 0xFA, 'U' },
		{ 0xFD, 0xFD, 'Y' },     { 0x102, 0x103, 'A' },   { 0x110, 0x111, 'D' },
		{ 0x128, 0x129, 'I' },   { 0x168, 0x169, 'U' },   { 0x1A0, 0x1A1, 'O' },
		{ 0x1AF, 0x1B0, 'U' },   { 0x1EA0, 0x1EB7, 'A' }, { 0x1EB8, 0x1EC7, 'E' },
		{ 0x1EC8, 0x1ECB, 'I' }, { 0x1ECC, 0x1EE3, 'O' }, { 0x1EE4, 0x1EF1, 'U' },
		{ 0x1EF2, 0x1EF9, 'Y' },
	};

	if (c >= 'a' && c <= 'z')
		c -= 'a' - 'A';
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (c >= ranges[i].from && c <= ranges[i].to)
			return ranges[i].letter ? ranges[i].letter : (char)c;
	return 0;
}

static uint32_t next_char(const char **text)
{
	const unsigned char *p = (const unsigned char *)*text;
	int more = *p < 0xC0 ? 0 : *p < 0xE0 ? 1 : *p < 0xF0 ? 2 : 3;
	uint32_t c = more ? *p & (0x3F >> more) : *p;

	while (*p && more-- && (p[1] & 0xC0) == 0x80)
		c = c << 6 | (*++p & 0x3F);
	*text = (const char *)p + 1;
	return c;
}

/* SURNAME<<GIVEN<NAMES, as far as 30 characters go. */
static void mrz_name(const struct mrtd_spec *s, char ret[31])
{
	const char *p = *s->mrz_name ? s->mrz_name : s->name;
	size_t n = 0, words = 0;

	while (*p && n < 30) {
		uint32_t c = next_char(&p);
		char letter = c == '<' ? '<' : plain_letter(c);

		if (c == ' ' && n) {
			ret[n++] = '<';
			if (!words++ && n < 30)
				ret[n++] = '<';
		} else if (letter) {
			ret[n++] = letter;
		}
	}
	memset(ret + n, '<', 30 - n);
	ret[30] = '\0';
}

static int weight(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 0;
}

static int check_sum(const char *text, size_t len, size_t *at)
{
	static const int weights[] = { 7, 3, 1 };
	int sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += weight(text[i]) * weights[(*at)++ % 3];
	return sum;
}

static char check_digit(const char *text, size_t len)
{
	size_t at = 0;

	return (char)('0' + check_sum(text, len, &at) % 10);
}

/* yyMMdd with its check digit; < for what is not known, 991231 for no day at all. */
static void mrz_date(const char *date, char ret[8])
{
	char d[3] = "", m[3] = "", y[5] = "";

	if (sscanf(date, "%2[0-9]/%2[0-9]/%4[0-9]", d, m, y) != 3 || strlen(y) != 4)
		snprintf(ret, 8, "991231");
	else
		snprintf(ret, 8, "%s%s%s", y + 2, strcmp(m, "00") == 0 ? "<<" : m,
			 strcmp(d, "00") == 0 ? "<<" : d);
	ret[6] = check_digit(ret, 6);
	ret[7] = '\0';
}

static const char *last(const char *text, size_t n)
{
	size_t len = strlen(text);

	return len > n ? text + len - n : text;
}

void mrtd_spec_can(const struct mrtd_spec *s, char ret[16])
{
	snprintf(ret, 16, "%s", *s->can ? s->can : last(s->number, 6));
}

void mrtd_spec_mrz(const struct mrtd_spec *s, char ret[91])
{
	char birth[8], expires[8], name[31];
	size_t at = 0;

	mrz_name(s, name);
	mrz_date(s->birth, birth);
	mrz_date(s->expires, expires);
	const char *document = last(s->number, 9);
	snprintf(ret, 91, "IDVNM%.9s%c%.12s<<%c%s%c%sVNM<<<<<<<<<<<0%s", document,
		 check_digit(document, strlen(document)), s->number,
		 check_digit(s->number, strlen(s->number)), birth,
		 strcmp(s->sex, "Nam") == 0 ? 'M' : 'F', expires, name);
	if (strlen(ret) != 90)
		return;
	int sum = check_sum(ret + 5, 25, &at);
	sum += check_sum(ret + 30, 7, &at);
	sum += check_sum(ret + 38, 7, &at);
	sum += check_sum(ret + 48, 11, &at);
	ret[59] = (char)('0' + sum % 10);
}

void mrtd_spec_mrz_key(const struct mrtd_spec *s, char ret[48])
{
	char mrz[91];

	snprintf(ret, 48, "%s", s->mrz_key);
	if (*ret)
		return;
	mrtd_spec_mrz(s, mrz);
	snprintf(ret, 48, "%.10s%.7s%.7s", mrz + 5, mrz + 30, mrz + 38);
}

/* ddMMyyyy of dd/mm/yyyy. */
static void qr_date(const char *date, char ret[9])
{
	size_t n = 0;

	for (; *date && n < 8; date++)
		if (*date >= '0' && *date <= '9')
			ret[n++] = *date;
	ret[n] = '\0';
}

void mrtd_spec_qr(const struct mrtd_spec *s, char *ret, size_t size)
{
	char birth[9], issued[9];

	qr_date(s->birth, birth);
	qr_date(s->issued, issued);
	snprintf(ret, size, "%s|%s|%s|%s|%s|%s|%s%s", s->number, s->old_number, s->name, birth,
		 s->sex, s->address, issued, s->profile == 0 ? "||||" : "");
}
