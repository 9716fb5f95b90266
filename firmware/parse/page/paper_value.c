#include "firmware/parse/page/paper_value.h"

#include "firmware/parse/date.h"
#include "firmware/parse/page/fold.h"

#include <stdio.h>
#include <string.h>

enum { SURE = 80, TOKEN_CAP = 96, NAME_WORDS_MIN = 2, NAME_WORDS_MAX = 6, FAR = 3 };

double value_gap(const struct sheet_lines *s, size_t line, uint32_t i)
{
	const struct word *before = sheet_word(s, line, i - 1), *w = before + 1;
	int32_t h = w->h > before->h ? w->h : before->h;

	return h > 0 ? (double)(w->x - before->x - before->w) / h : 0;
}

static bool is_sure(const struct sheet_lines *s, size_t line, uint32_t i)
{
	return sheet_word(s, line, i)->confidence >= SURE;
}

/* A word without punctuation at its end. *ret_stop: there was some, and the value ends there. */
static size_t token(const struct sheet_lines *s, size_t line, uint32_t i, bool *ret_stop)
{
	const char *t = sheet_word_text(s, line, i);
	size_t len = strlen(t);

	*ret_stop = false;
	while (len > 0 && strchr(",;.:)", t[len - 1])) {
		*ret_stop = true;
		len--;
	}
	return len;
}

/* Punctuation that reading has made a word of its own. */
static uint32_t skip_marks(const struct sheet_lines *s, size_t line, uint32_t i)
{
	char fold[8];

	while (i < s->at[line].count &&
	       fold_text(sheet_word_text(s, line, i), sheet_word(s, line, i)->len, fold,
			 sizeof fold) == 0)
		i++;
	return i;
}

static size_t count_digits(const char *t, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += t[i] >= '0' && t[i] <= '9';
	return n;
}

static bool put(char *ret, size_t cap, const char *text, size_t len)
{
	if (len == 0 || len >= cap)
		return false;
	memcpy(ret, text, len);
	ret[len] = '\0';
	return true;
}

/* "123/QĐ-UBND", or what belongs together though it is apart: "CS 01234". */
static bool read_code(const struct sheet_lines *s, const struct value_at *at, char *ret, size_t cap)
{
	const struct sheet_line *l = &s->at[at->line];
	uint32_t i = skip_marks(s, at->line, at->word);
	char both[TOKEN_CAP];
	bool stop;

	if (i >= l->count || !is_sure(s, at->line, i) || sheet_word(s, at->line, i)->len >= 40)
		return false;
	const char *t = sheet_word_text(s, at->line, i);
	size_t len = token(s, at->line, i, &stop);
	if (count_digits(t, len) > 0)
		return put(ret, cap, t, len);
	if (stop || i + 1 >= l->count || len > 6 || !fold_is_capitals(t, len) ||
	    !is_sure(s, at->line, i + 1))
		return false;
	const char *t2 = sheet_word_text(s, at->line, i + 1);
	size_t len2 = token(s, at->line, i + 1, &stop);
	if (len2 == 0 || len2 > 40 || count_digits(t2, len2) != len2)
		return false;
	int n = snprintf(both, sizeof both, "%.*s %.*s", (int)len, t, (int)len2, t2);
	return put(ret, cap, both, (size_t)n);
}

static bool read_digits(const struct sheet_lines *s, const struct value_at *at, char *ret,
			size_t cap)
{
	uint32_t i = skip_marks(s, at->line, at->word);
	char all[TOKEN_CAP];
	size_t n = 0;

	for (; i < s->at[at->line].count; i++) {
		bool stop;
		size_t len = token(s, at->line, i, &stop);
		const char *t = sheet_word_text(s, at->line, i);
		if (len == 0 || count_digits(t, len) != len || n + len > 12)
			break;
		if (!is_sure(s, at->line, i))
			return false;
		memcpy(all + n, t, len);
		n += len;
	}
	return (n == 12 || n == 9) && put(ret, cap, all, n);
}

/* Alone in its line, as printers of certificates set it. */
static bool read_serial(const struct sheet_lines *s, const struct value_at *at, char *ret,
			size_t cap)
{
	const struct sheet_line *l = &s->at[at->line];
	char code[TOKEN_CAP];

	if (at->word != 0 || l->count > 2 || !read_code(s, at, code, sizeof code))
		return false;
	size_t len = strlen(code), digits = count_digits(code, len);
	size_t letters = strcspn(code, "0123456789 ");
	return digits >= 6 && digits <= 8 && letters >= 1 &&
	       len - digits - letters == (code[letters] == ' ') &&
	       fold_is_capitals(code, letters) && put(ret, cap, code, len);
}

static bool day_of_numbers(unsigned d, unsigned m, unsigned y, char ret[DATE_LEN + 1])
{
	char day[16];

	if (d > 31 || m > 12 || y > 2099)
		return false;
	(void)snprintf(day, sizeof day, "%02u%02u%04u", d, m, y);
	if (!date_ok(day, true))
		return false;
	memcpy(ret, day, DATE_LEN + 1);
	return true;
}

/* "ngay 05 thang 02 nam 2026" at `at` of a folded line; *ret_end: behind it. */
static bool spoken_day(const char *at, char ret[DATE_LEN + 1], size_t *ret_end)
{
	unsigned d, m, y;
	int end = 0;

	if (sscanf(at, "ngay %2u thang %2u nam %4u%n", &d, &m, &y, &end) != 3 || end == 0)
		return false;
	*ret_end = (size_t)end;
	return day_of_numbers(d, m, y, ret);
}

static bool sure_between(const struct sheet_lines *s, size_t line, size_t from, size_t to)
{
	const struct sheet_line *l = &s->at[line];

	for (size_t i = from; i < to && l->fold[i]; i++)
		if (!is_sure(s, line, l->word[i]))
			return false;
	return true;
}

static bool read_day(const struct sheet_lines *s, const struct value_at *at, char *ret, size_t cap)
{
	const struct sheet_line *l = &s->at[at->line];
	uint32_t i = skip_marks(s, at->line, at->word);
	char day[DATE_LEN + 1];
	size_t from = 0, end;
	bool stop;

	if (i >= l->count || !is_sure(s, at->line, i))
		return false;
	size_t len = token(s, at->line, i, &stop);
	if (len == 10 && date_of_text(sheet_word_text(s, at->line, i), len, day) &&
	    date_ok(day, true))
		return put(ret, cap, day, DATE_LEN);
	while (l->fold[from] && l->word[from] < i)
		from++;
	from += l->fold[from] == ' ';
	return spoken_day(l->fold + from, day, &end) &&
	       sure_between(s, at->line, from, from + end) && put(ret, cap, day, DATE_LEN);
}

/* "Tân Lập, ngày 05 tháng 02 năm 2026", in the right part of the page, nothing behind it. */
static bool read_signed(const struct value_sheet *v, size_t line, char *ret, size_t cap)
{
	const struct sheet_line *l = &v->lines->at[line];
	const char *at = strstr(l->fold, "ngay ");
	char day[DATE_LEN + 1];
	size_t end;

	if (!at || (at != l->fold && at[-1] != ' ') || !spoken_day(at, day, &end) ||
	    at[end] != '\0')
		return false;
	size_t from = (size_t)(at - l->fold);
	uint32_t i = l->word[from];
	if (sheet_word(v->lines, line, i)->x < v->width * 2 / 5 || i > 6)
		return false;
	if (i > 0 && !strchr(sheet_word_text(v->lines, line, i - 1), ','))
		return false;
	return sure_between(v->lines, line, from, from + end) && put(ret, cap, day, DATE_LEN);
}

/* Somebody's label follows: whether the words before it were the name or the label is unclear. */
static bool label_follows(const struct sheet_lines *s, size_t line, uint32_t i)
{
	for (uint32_t k = i; k < s->at[line].count && k < i + 4; k++) {
		if (k > i && value_gap(s, line, k) > FAR)
			return false;
		if (strchr(sheet_word_text(s, line, k), ':'))
			return true;
	}
	return false;
}

static bool read_person(const struct sheet_lines *s, const struct value_at *at, char *ret,
			size_t cap)
{
	uint32_t from = skip_marks(s, at->line, at->word), i = from;
	bool stop = false, capitals = false;
	char name[256];
	size_t n = 0;

	for (; i < s->at[at->line].count && !stop && i - from <= NAME_WORDS_MAX; i++) {
		const char *t = sheet_word_text(s, at->line, i);
		size_t len = token(s, at->line, i, &stop);
		bool large = fold_is_capitals(t, len);

		if (i > from && len == 1)
			large = capitals; /* "Nguyễn Văn A" */
		capitals = i == from ? large : capitals;
		if (!fold_is_name(t, len) || count_digits(t, len) > 0 || large != capitals ||
		    (i > from && value_gap(s, at->line, i) > FAR))
			break;
		if (!is_sure(s, at->line, i) || n + len + 2 > sizeof name)
			return false;
		if (n > 0)
			name[n++] = ' ';
		memcpy(name + n, t, len);
		n += len;
	}
	if (i - from < NAME_WORDS_MIN || i - from > NAME_WORDS_MAX)
		return false;
	if (!stop && !capitals && label_follows(s, at->line, i))
		return false;
	return put(ret, cap, name, n);
}

/* The next line that begins near the label's words. */
static bool read_person_below(const struct sheet_lines *s, const struct value_at *at, char *ret,
			      size_t cap)
{
	if (at->line + 1 >= s->count)
		return false;
	return read_person(s, &(struct value_at){ at->line + 1, 0 }, ret, cap);
}

static bool read_rest(const struct sheet_lines *s, const struct value_at *at, char *ret, size_t cap)
{
	uint32_t from = skip_marks(s, at->line, at->word), i = from;
	char rest[256];

	for (; i < s->at[at->line].count; i++) {
		if (i > from && value_gap(s, at->line, i) > FAR)
			break;
		if (!is_sure(s, at->line, i))
			return false;
	}
	size_t n = sheet_line_text(s, at->line, from, i, rest, sizeof rest);
	while (n > 0 && strchr(",;.:", rest[n - 1]))
		n--;
	return n > 3 && put(ret, cap, rest, n);
}

static bool in_left_head(const struct value_sheet *v, size_t line)
{
	const struct word *w = sheet_word(v->lines, line, 0);

	return w->y < v->height / 4 && w->x < v->width * 9 / 20;
}

/* Words of a line up to a wide gap: the head's other half stands behind it. */
static uint32_t first_part(const struct value_sheet *v, size_t line)
{
	uint32_t i = 1;

	while (i < v->lines->at[line].count && value_gap(v->lines, line, i) <= FAR)
		i++;
	return i;
}

static bool capitals_of(const struct value_sheet *v, size_t line, char *ret, size_t cap)
{
	uint32_t to = first_part(v, line);

	for (uint32_t i = 0; i < to; i++)
		if (!is_sure(v->lines, line, i))
			return false;
	size_t n = sheet_line_text(v->lines, line, 0, to, ret, cap);
	return n > 4 && fold_is_capitals(ret, n) && count_digits(ret, n) == 0;
}

/* How the first line of an issuer begins, folded. */
static bool is_issuer(const char *fold)
{
	static const char *const BEGINS[] = {
		"uy ban nhan dan", "ubnd ",     "so ",        "cong an",   "truong ",
		"phong ",          "chi cuc",   "van phong ", "bo ",       "cuc ",
		"toa an",          "benh vien", "trung tam ", "bao hiem ", "hoi dong ",
	};

	for (size_t i = 0; i < sizeof BEGINS / sizeof *BEGINS; i++)
		if (strncmp(fold, BEGINS[i], strlen(BEGINS[i])) == 0)
			return true;
	return false;
}

/* One line of capitals, or two: who it belongs to, and who it is. */
static bool read_office(const struct value_sheet *v, char *ret, size_t cap)
{
	char one[128], two[128];

	for (size_t i = 0; i + 1 < v->lines->count; i++) {
		const char *fold = v->lines->at[i].fold;
		if (!is_issuer(fold) || !in_left_head(v, i) || !capitals_of(v, i, one, sizeof one))
			continue;
		bool more = in_left_head(v, i + 1) && capitals_of(v, i + 1, two, sizeof two) &&
			    strncmp(v->lines->at[i + 1].fold, "cong hoa", 8) != 0;
		char both[260];
		int n = snprintf(both, sizeof both, "%s%s%s", one, more ? " " : "",
				 more ? two : "");
		return put(ret, cap, both, (size_t)n);
	}
	return false;
}

bool value_read(const struct value_sheet *v, enum value_shape shape, const struct value_at *at,
		char *ret, size_t cap)
{
	switch (shape) {
	case VALUE_CODE:
		return read_code(v->lines, at, ret, cap);
	case VALUE_DIGITS:
		return read_digits(v->lines, at, ret, cap);
	case VALUE_SERIAL:
		return read_serial(v->lines, at, ret, cap);
	case VALUE_DAY:
		return read_day(v->lines, at, ret, cap);
	case VALUE_SIGNED:
		return read_signed(v, at->line, ret, cap);
	case VALUE_PERSON:
		return read_person(v->lines, at, ret, cap);
	case VALUE_PERSON_BELOW:
		return read_person_below(v->lines, at, ret, cap);
	case VALUE_REST:
		return read_rest(v->lines, at, ret, cap);
	case VALUE_OFFICE:
		return read_office(v, ret, cap);
	}
	return false;
}

bool value_search(const struct value_sheet *v, enum value_shape shape, char *ret, size_t cap)
{
	if (shape == VALUE_OFFICE)
		return read_office(v, ret, cap);
	for (size_t i = 0; i < v->lines->count; i++)
		if (value_read(v, shape, &(struct value_at){ i, 0 }, ret, cap))
			return true;
	return false;
}
