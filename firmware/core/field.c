/* Checking what was typed into one field. */
#include "firmware/core/fold.h"
#include "firmware/core/form.h"

#include <stdlib.h>
#include <string.h>

static size_t letters(const char *value)
{
	size_t n = 0;

	while (utf8_next(&value) != 0)
		n++;
	return n;
}

static bool all_digits(const char *value, size_t count)
{
	return strlen(value) == count && strspn(value, "0123456789") == count;
}

static int days_in(int month, int year)
{
	static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return DAYS[month - 1] + (month == 2 && leap);
}

bool date_parse(const char *text, int32_t *ret_day)
{
	if (strlen(text) != 10 || text[2] != '/' || text[5] != '/' ||
	    strspn(text, "0123456789/") != 10 || strchr(text + 6, '/') || text[0] == '/' ||
	    text[1] == '/' || text[3] == '/' || text[4] == '/')
		return false;
	int day = atoi(text), month = atoi(text + 3), year = atoi(text + 6);
	if (year < 1850 || year > 2199 || month < 1 || month > 12 || day < 1 ||
	    day > days_in(month, year))
		return false;
	*ret_day = year * 10000 + month * 100 + day;
	return true;
}

static enum err check_date(const struct form_field *f, const char *value, int32_t today)
{
	int32_t day;

	if (!date_parse(value, &day))
		return ERR_FIELD_DATE;
	return f->past && day > today ? ERR_FIELD_FUTURE : ERR_OK;
}

static enum err check_number(const struct form_field *f, const char *value)
{
	if (strlen(value) > 9 || strspn(value, "0123456789") != strlen(value))
		return ERR_FIELD_RANGE;
	long n = strtol(value, NULL, 10);
	return n < f->low || n > f->high ? ERR_FIELD_RANGE : ERR_OK;
}

/* Mobile 0[35789] and fixed 02: ten or, for some fixed lines, eleven digits. */
static enum err check_phone(const char *value)
{
	size_t n = strlen(value);
	bool mobile = n == 10 && strchr("35789", value[1]);
	bool fixed = (n == 10 || n == 11) && value[1] == '2';

	return value[0] == '0' && all_digits(value, n) && (mobile || fixed) ? ERR_OK
									    : ERR_FIELD_PHONE;
}

static enum err check_name(const char *value)
{
	for (uint32_t c; (c = utf8_next(&value)) != 0;)
		if (c < 0x41 ? !strchr(" -'.", (int)c)
			     : (c > 0x5a && c < 0x61) || (c > 0x7a && c < 0xc0))
			return ERR_FIELD_TEXT;
	return ERR_OK;
}

static enum err check_text(const char *value)
{
	for (uint32_t c; (c = utf8_next(&value)) != 0;)
		if (c < 0x20 || c == 0x7f)
			return ERR_FIELD_TEXT;
	return ERR_OK;
}

static enum err check_choice(const struct form_field *f, const char *value)
{
	for (size_t i = 0; i < f->choice_count; i++)
		if (strcmp(f->choices[i].code, value) == 0)
			return ERR_OK;
	return ERR_FIELD_CHOICE;
}

enum err field_check(const struct form_field *f, const char *value, int32_t today)
{
	if (value[0] == '\0')
		return f->must ? ERR_FIELD_EMPTY : ERR_OK;
	if (f->type != FIELD_DIGITS && letters(value) > f->max)
		return ERR_FIELD_LONG;
	switch (f->type) {
	case FIELD_NAME:
		return check_name(value);
	case FIELD_DIGITS:
		return all_digits(value, f->max) ? ERR_OK : ERR_FIELD_DIGITS;
	case FIELD_NUMBER:
		return check_number(f, value);
	case FIELD_DATE:
		return check_date(f, value, today);
	case FIELD_PHONE:
		return check_phone(value);
	case FIELD_CHOICE:
		return check_choice(f, value);
	case FIELD_YESNO:
		return strcmp(value, "0") == 0 || strcmp(value, "1") == 0 ? ERR_OK
									  : ERR_FIELD_CHOICE;
	default:
		return check_text(value);
	}
}

void field_tidy(char *value)
{
	char *out = value;

	for (const char *in = value; *in; in++)
		if (*in != ' ' || (out > value && out[-1] != ' '))
			*out++ = *in;
	while (out > value && out[-1] == ' ')
		out--;
	*out = '\0';
}
