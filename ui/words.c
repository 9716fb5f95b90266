#include "ui/words.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const char *const TEXTS[WORD_COUNT][LANGUAGE_COUNT] = {
#define WORD(name, vi, en) [WORD_##name] = { vi, en },
#include "ui/words.def"
#undef WORD
};

/* Does not compile while a row of err.def has no sentence. */
static const enum word OF_ERR[] = {
#define ERR(name, who, text, vi) [ERR_##name] = WORD_ERR_##name,
#include "firmware/base/err.def"
#undef ERR
};

static const struct {
	const char *role;
	enum word word;
} DEVICES[] = {
	{ "card", WORD_DEVICE_CARD }, { "code", WORD_DEVICE_CODE },
	{ "scan", WORD_DEVICE_SCAN }, { "print", WORD_DEVICE_PRINT },
	{ "sync", WORD_DEVICE_LINK }, { "camera", WORD_DEVICE_CAMERA },
};

const char *words(enum language l, enum word w)
{
	return l < LANGUAGE_COUNT && w < WORD_COUNT ? TEXTS[w][l] : "?";
}

const char *words_err(enum language l, enum err e)
{
	return e < ERR_COUNT ? words(l, OF_ERR[e]) : "?";
}

const char *words_device(enum language l, const char *role)
{
	for (size_t i = 0; role && i < sizeof DEVICES / sizeof DEVICES[0]; i++)
		if (strcasecmp(DEVICES[i].role, role) == 0)
			return words(l, DEVICES[i].word);
	return words(l, WORD_DEVICE_OTHER);
}

/* A text being written into a caller's buffer; what does not fit is left out, at a letter. */
struct sink {
	char *buf;
	size_t cap, len;
	bool full;
};

static struct sink sink_of(char *buf, size_t cap)
{
	if (cap > 0)
		buf[0] = '\0';
	return (struct sink){ .buf = buf, .cap = cap, .full = cap == 0 };
}

/* `len` bytes of UTF-8, letter by letter. */
static void put_bytes(struct sink *s, const char *text, size_t len)
{
	while (len > 0 && !s->full) {
		size_t n = 1;
		while (n < len && ((uint8_t)text[n] & 0xc0) == 0x80)
			n++;
		if (s->len + n >= s->cap) {
			s->full = true;
			return;
		}
		memcpy(s->buf + s->len, text, n);
		s->len += n;
		s->buf[s->len] = '\0';
		text += n;
		len -= n;
	}
}

static void put(struct sink *s, const char *text)
{
	put_bytes(s, text, strlen(text));
}

__attribute__((format(printf, 2, 3))) static void putf(struct sink *s, const char *format, ...)
{
	char text[128];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	put(s, text);
}

const char *words_fill(char *buf, size_t cap, const char *pattern, const char *one, const char *two)
{
	struct sink s = sink_of(buf, cap);

	while (*pattern) {
		size_t plain = strcspn(pattern, "{");
		put_bytes(&s, pattern, plain);
		pattern += plain;
		if (strncmp(pattern, "{1}", 3) == 0 || strncmp(pattern, "{2}", 3) == 0) {
			const char *value = pattern[1] == '1' ? one : two;
			put(&s, value ? value : "");
			pattern += 3;
		} else if (*pattern) {
			put_bytes(&s, pattern++, 1);
		}
	}
	return buf;
}

const char *words_fill_num(char *buf, size_t cap, const char *pattern, long one, long two)
{
	char first[24], second[24];

	snprintf(first, sizeof first, "%ld", one);
	snprintf(second, sizeof second, "%ld", two);
	return words_fill(buf, cap, pattern, first, second);
}

/* Clock and calendar of Vietnam, without asking the machine's time zone. */
static struct tm in_vietnam(int64_t unix_s)
{
	time_t t = (time_t)unix_s + 7 * 3600;
	struct tm tm = { 0 };

	gmtime_r(&t, &tm);
	return tm;
}

const char *words_date(char *buf, size_t cap, int64_t unix_s)
{
	struct tm tm = in_vietnam(unix_s);
	struct sink s = sink_of(buf, cap);

	putf(&s, "%02d/%02d/%04d", tm.tm_mday, tm.tm_mon + 1, tm.tm_year + 1900);
	return buf;
}

const char *words_time(char *buf, size_t cap, int64_t unix_s)
{
	struct tm tm = in_vietnam(unix_s);
	struct sink s = sink_of(buf, cap);

	putf(&s, "%02d:%02d", tm.tm_hour, tm.tm_min);
	return buf;
}

const char *words_moment(char *buf, size_t cap, enum language l, int64_t unix_s)
{
	struct tm tm = in_vietnam(unix_s);
	struct sink s = sink_of(buf, cap);

	if (l == LANGUAGE_VI)
		putf(&s, "%d giờ %02d phút, ngày ", tm.tm_hour, tm.tm_min);
	else
		putf(&s, "%02d:%02d, ", tm.tm_hour, tm.tm_min);
	putf(&s, "%02d/%02d/%04d", tm.tm_mday, tm.tm_mon + 1, tm.tm_year + 1900);
	return buf;
}

const char *words_formal_date(char *buf, size_t cap, int64_t unix_s)
{
	struct tm tm = in_vietnam(unix_s);
	struct sink s = sink_of(buf, cap);

	putf(&s, "ngày %02d tháng ", tm.tm_mday);
	putf(&s, tm.tm_mon < 2 ? "%02d" : "%d", tm.tm_mon + 1);
	putf(&s, " năm %d", tm.tm_year + 1900);
	return buf;
}

const char *words_money(char *buf, size_t cap, int64_t dong)
{
	struct sink s = sink_of(buf, cap);
	uint64_t n = dong < 0 ? -(uint64_t)dong : (uint64_t)dong;
	uint64_t unit = 1;

	while (n / unit >= 1000)
		unit *= 1000;
	putf(&s, dong < 0 ? "-%d" : "%d", (int)(n / unit));
	for (unit /= 1000; unit > 0; unit /= 1000)
		putf(&s, ".%03d", (int)(n / unit % 1000));
	put(&s, "\u00a0₫");
	return buf;
}

static bool all_digits(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0';
}

const char *words_grouped(char *buf, size_t cap, const char *digits, const char *groups)
{
	struct sink s = sink_of(buf, cap);

	if (!all_digits(digits) || !*groups) {
		put(&s, digits);
		return buf;
	}
	while (*digits) {
		size_t n = strnlen(digits, (size_t)(*groups - '0'));
		put_bytes(&s, digits, n);
		digits += n;
		if (*digits)
			put(&s, " ");
		if (groups[1])
			groups++;
	}
	return buf;
}

const char *words_masked(char *buf, size_t cap, const char *digits)
{
	struct sink s = sink_of(buf, cap);
	size_t len = strlen(digits);

	for (size_t i = 0; i < len; i++)
		put_bytes(&s, len >= 9 && (i < 3 || i + 3 >= len) ? digits + i : "*", 1);
	return buf;
}

static const char *const DIGITS[] = { "không", "một", "hai", "ba",  "bốn",
				      "năm",   "sáu", "bảy", "tám", "chín" };

/* 0..999; `inner` when greater groups came before, so that noughts are said. */
static void put_below_thousand(struct sink *s, int n, bool inner)
{
	int hundreds = n / 100, tens = n / 10 % 10, ones = n % 10;

	if (hundreds || inner)
		putf(s, " %s trăm", DIGITS[hundreds]);
	if (tens == 0 && ones && (hundreds || inner))
		put(s, " linh");
	if (tens == 1)
		put(s, " mười");
	if (tens > 1)
		putf(s, " %s mươi", DIGITS[tens]);
	if (ones == 1 && tens > 1)
		put(s, " mốt");
	else if (ones == 4 && tens > 1)
		put(s, " tư");
	else if (ones == 5 && tens > 0)
		put(s, " lăm");
	else if (ones)
		putf(s, " %s", DIGITS[ones]);
}

/* Below a thousand million; nothing for 0. */
static bool put_below_billion(struct sink *s, int n, bool inner)
{
	static const char *const UNITS[] = { " triệu", " nghìn", "" };
	int unit = 1000000;

	for (int i = 0; i < 3; i++, unit /= 1000) {
		int group = n / unit % 1000;
		if (!group)
			continue;
		put_below_thousand(s, group, inner);
		put(s, UNITS[i]);
		inner = true;
	}
	return inner;
}

/* The first letter of `text` (all small, from DIGITS or "âm") as a capital. */
static void put_capital(struct sink *s, const char *text)
{
	if (strncmp(text, "âm", 3) == 0) {
		put(s, "Â");
		put(s, text + strlen("â"));
	} else {
		char first = (char)(text[0] - 'a' + 'A');
		put_bytes(s, &first, 1);
		put(s, text + 1);
	}
}

const char *words_amount(char *buf, size_t cap, int64_t dong)
{
	char text[512];
	struct sink words_of = sink_of(text, sizeof text), s = sink_of(buf, cap);
	uint64_t n = dong < 0 ? -(uint64_t)dong : (uint64_t)dong;
	const uint64_t billion = 1000000000;
	bool inner = false;

	if (dong < 0)
		put(&words_of, " âm");
	if (n == 0)
		put(&words_of, " không");
	if (n >= billion * billion) {
		put_below_billion(&words_of, (int)(n / billion / billion), false);
		put(&words_of, " tỷ");
		inner = true;
	}
	if (n >= billion) {
		inner = put_below_billion(&words_of, (int)(n / billion % billion), inner);
		put(&words_of, " tỷ");
	}
	put_below_billion(&words_of, (int)(n % billion), inner);
	put(&words_of, " đồng");
	put_capital(&s, text + 1);
	return buf;
}
