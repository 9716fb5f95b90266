#include "firmware/core/day_code.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define KIOSK_MAX 8
#define ALNUM     "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* 24 letters, without those a hand writes like a digit. */
#define CHECKS    "ABCDEFGHJKLMNPQRSTUVWXYZ"
#define CHECK_LEN 2

/* Two letters of a weighted sum modulo the prime 571 (under 24 x 24), hyphens left out: every
 * single wrong character shows, and every pair of neighbours that changed places. */
static void check_of(const char *text, size_t len, char out[CHECK_LEN + 1])
{
	unsigned sum = 0, weight = 0;

	for (size_t i = 0; i < len; i++) {
		const char *at = text[i] ? strchr(ALNUM, text[i]) : NULL;

		if (at)
			sum += ++weight * (unsigned)(at - ALNUM);
	}
	out[0] = CHECKS[sum % 571 / 24];
	out[1] = CHECKS[sum % 571 % 24];
	out[CHECK_LEN] = '\0';
}

enum err day_code_make(const char *prefix, const char *kiosk, uint32_t day, int64_t seq,
		       char ret_code[DAY_CODE_CAP])
{
	char code[DAY_CODE_CAP];
	size_t room = sizeof code - CHECK_LEN - 1;

	if (strlen(kiosk) == 0 || strlen(kiosk) > KIOSK_MAX ||
	    strspn(kiosk, ALNUM) != strlen(kiosk))
		return ERR_BAD_CONFIG;
	if (seq < 1 || seq > DAY_CODE_MAX_SEQ)
		return ERR_NO_SPACE;
	int n = snprintf(code, room, "%s-%s-%06u-%04u", prefix, kiosk, day, (unsigned)seq);
	if (n < 0 || (size_t)n >= room)
		return ERR_NO_SPACE;
	check_of(code, (size_t)n, code + n + 1);
	code[n] = '-';
	memcpy(ret_code, code, (size_t)n + CHECK_LEN + 2);
	return ERR_OK;
}

/* Capital letters, no blanks around. False when it is too long. */
static bool tidy(const char *code, char ret[DAY_CODE_CAP])
{
	while (*code == ' ')
		code++;
	size_t len = strlen(code);
	while (len > 0 && code[len - 1] == ' ')
		len--;
	if (len >= DAY_CODE_CAP)
		return false;
	for (size_t i = 0; i < len; i++)
		ret[i] = (char)toupper((unsigned char)code[i]);
	ret[len] = '\0';
	return true;
}

/* The next part of `at`: `min` to `max` characters of `allowed`, then a hyphen or the end. */
static const char *part(const char *at, const char *allowed, size_t min, size_t max)
{
	size_t len = at ? strspn(at, allowed) : 0;

	if (!at || len < min || len > max || (at[len] != '-' && at[len] != '\0'))
		return NULL;
	return at[len] == '-' ? at + len + 1 : at + len;
}

static uint32_t number(const char *at)
{
	uint32_t n = 0;

	for (; *at >= '0' && *at <= '9'; at++)
		n = n * 10 + (uint32_t)(*at - '0');
	return n;
}

enum err day_code_parse(const char *prefix, const char *code, char ret_code[DAY_CODE_CAP],
			uint32_t *ret_day, uint32_t *ret_seq)
{
	char c[DAY_CODE_CAP];
	size_t head = strlen(prefix);

	if (!tidy(code, c) || strncmp(c, prefix, head) != 0 || c[head] != '-')
		return ERR_BAD_DATA;
	const char *day = part(c + head + 1, ALNUM, 1, KIOSK_MAX);
	const char *seq = part(day, "0123456789", 6, 6);
	const char *check = part(seq, "0123456789", 4, 7);
	const char *end = part(check, CHECKS, CHECK_LEN, CHECK_LEN);
	if (!end || *end || end != check + CHECK_LEN || check[-1] != '-' || number(seq) == 0)
		return ERR_BAD_DATA;
	char right[CHECK_LEN + 1];
	check_of(c, (size_t)(check - c), right);
	if (strcmp(check, right) != 0)
		return ERR_BAD_DATA;
	memcpy(ret_code, c, sizeof c);
	*ret_day = number(day);
	*ret_seq = number(seq);
	return ERR_OK;
}
