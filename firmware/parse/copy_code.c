#include "firmware/parse/copy_code.h"

#include "firmware/base/msg.h"
#include "firmware/parse/nfc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FIELDS = 9, VIETNAM_S = 7 * 3600 };
enum { MARK, NUMBER, STAMP, PAGES, TITLE, DIGEST, HINT, KEY, SIGNATURE };

#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define HEX    DIGITS "abcdef"
#define BASE64 UPPER LOWER DIGITS "-_"

static bool is_made_of(const char *text, size_t min, size_t max, const char *allowed)
{
	size_t len = strlen(text);

	return len >= min && len <= max && strspn(text, allowed) == len;
}

/* At each bar a string ends. */
static bool cut(char *text, char *fields[FIELDS])
{
	for (int i = 0; i < FIELDS; i++) {
		fields[i] = text;
		text += strcspn(text, "|");
		if ((*text == '|') != (i + 1 < FIELDS))
			return false;
		*text++ = '\0';
	}
	return true;
}

/* The last character's spare bits must be zero: one signature has one text. */
static bool unbase64(const char *text, uint8_t *out, size_t len)
{
	uint32_t bits = 0;
	unsigned have = 0;

	if (!is_made_of(text, (len * 8 + 5) / 6, (len * 8 + 5) / 6, BASE64))
		return false;
	for (; *text; text++) {
		bits = bits << 6 | (uint32_t)(strchr(BASE64, *text) - BASE64);
		have += 6;
		if (have >= 8) {
			have -= 8;
			*out++ = (uint8_t)(bits >> have);
		}
		bits &= (1u << have) - 1;
	}
	return bits == 0;
}

static void unhex(const char *text, uint8_t *out)
{
	for (size_t i = 0; text[i]; i += 2)
		*out++ = (uint8_t)((strchr(HEX, text[i]) - HEX) << 4 |
				   (strchr(HEX, text[i + 1]) - HEX));
}

static int two(const char *at)
{
	return (at[0] - '0') * 10 + at[1] - '0';
}

static bool read_stamp(const char *text, int64_t *ret)
{
	if (!is_made_of(text, 14, 14, DIGITS))
		return false;
	struct tm t = { .tm_year = two(text) * 100 + two(text + 2) - 1900,
			.tm_mon = two(text + 4) - 1,
			.tm_mday = two(text + 6),
			.tm_hour = two(text + 8),
			.tm_min = two(text + 10),
			.tm_sec = two(text + 12) };
	struct tm as_written = t;

	*ret = (int64_t)timegm(&t) - VIETNAM_S;
	return t.tm_mon == as_written.tm_mon && t.tm_mday == as_written.tm_mday &&
	       t.tm_hour == as_written.tm_hour && t.tm_min == as_written.tm_min &&
	       t.tm_sec == as_written.tm_sec;
}

static bool is_printable(const char *text)
{
	if (!utf8_ok(text, strlen(text)))
		return false;
	while (*text)
		if (!utf8_printable(utf8_next(&text)))
			return false;
	return true;
}

static bool read_fields(char *const f[FIELDS], struct copy_said *s)
{
	long pages = strtol(f[PAGES], NULL, 10);

	if (!is_made_of(f[NUMBER], 1, COPY_NUMBER_CAP - 1, UPPER DIGITS "-") ||
	    !is_made_of(f[PAGES], 1, 5, DIGITS) || pages < 1 || pages > UINT16_MAX ||
	    !is_made_of(f[HINT], COPY_HINT_CAP - 1, COPY_HINT_CAP - 1, HEX) ||
	    strlen(f[TITLE]) >= COPY_TITLE_CAP || !is_printable(f[TITLE]) ||
	    !read_stamp(f[STAMP], &s->time_s) || !unbase64(f[DIGEST], s->digest, COPY_DIGEST))
		return false;
	memcpy(s->number, f[NUMBER], strlen(f[NUMBER]) + 1);
	memcpy(s->title, f[TITLE], strlen(f[TITLE]) + 1);
	memcpy(s->hint, f[HINT], COPY_HINT_CAP);
	s->pages = (uint16_t)pages;
	return true;
}

static enum err judge(const uint8_t *text, size_t len, const struct verify_anchors *a,
		      int64_t now_s, struct copy_said *ret)
{
	char copy[COPY_CODE_CAP], *f[FIELDS];
	uint8_t key[COPY_KEY_BYTES], signature[COPY_SIGNATURE];
	struct copy_said s = { .bytes = BYTES_UNKNOWN, .signer = SIGNER_STRANGER };

	memcpy(copy, text, len);
	copy[len] = '\0';
	if (strlen(copy) != len || !cut(copy, f) || !is_made_of(f[KEY], 8, 8, HEX) ||
	    !unbase64(f[SIGNATURE], signature, sizeof signature) || !read_fields(f, &s)) {
		*ret = (struct copy_said){ .bytes = BYTES_UNKNOWN, .signer = SIGNER_STRANGER };
		return ERR_OK;
	}
	unhex(f[KEY], key);
	const struct verify_text t = { .text = text,
				       .len = (size_t)(f[SIGNATURE] - copy) - 1,
				       .key = key,
				       .signature = signature };
	enum err e = verify_text(&t, a, now_s, &s.bytes, &s.signer);
	if (e == ERR_OK)
		*ret = s;
	return e;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\0';
}

enum err copy_code_read(const uint8_t *text, size_t len, const struct verify_anchors *a,
			int64_t now_s, struct copy_said *ret)
{
	static const size_t MARK_LEN = sizeof COPY_MARK - 1;

	while (len > 0 && is_blank(text[0])) {
		text++;
		len--;
	}
	while (len > 0 && is_blank(text[len - 1]))
		len--;
	if (len < MARK_LEN || memcmp(text, COPY_MARK, MARK_LEN) != 0)
		return ERR_NO_CODE;
	if (len >= COPY_CODE_CAP) {
		*ret = (struct copy_said){ .bytes = BYTES_UNKNOWN, .signer = SIGNER_STRANGER };
		return ERR_OK;
	}
	return judge(text, len, a, now_s, ret);
}
