#include "firmware/core/track_code.h"

#include "firmware/core/receipt_code.h"

#include <ctype.h>
#include <string.h>

#define DIGITS "0123456789"

struct text {
	const char *at;
	size_t len;
};

/* In a web address the code stands behind this. */
static struct text of_address(struct text t)
{
	static const char KEY[] = "mahs=";
	const char *key = memmem(t.at, t.len, KEY, sizeof KEY - 1);

	if (!key)
		return t;
	t.len -= (size_t)(key - t.at) + sizeof KEY - 1;
	t.at = key + sizeof KEY - 1;
	const char *end = memchr(t.at, '&', t.len);
	if (end)
		t.len = (size_t)(end - t.at);
	return t;
}

static struct text trimmed(struct text t)
{
	while (t.len > 0 && isspace((unsigned char)t.at[0]))
		t.at++, t.len--;
	while (t.len > 0 && isspace((unsigned char)t.at[t.len - 1]))
		t.len--;
	return t;
}

/* Agency, day (yyMMdd or yyyyMMdd) and number, hyphens between. */
static bool is_dossier_code(const char *c)
{
	size_t agency = strspn(c, DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZ.");

	if (agency < 3 || agency > 40 || c[agency] != '-')
		return false;
	c += agency + 1;
	size_t day = strspn(c, DIGITS);
	if ((day != 6 && day != 8) || c[day] != '-')
		return false;
	c += day + 1;
	size_t number = strspn(c, DIGITS);
	return number >= 4 && number <= 8 && c[number] == '\0';
}

bool track_code_read(const void *bytes, size_t len, char ret_code[TRACK_CODE_CAP])
{
	struct text t = trimmed(of_address((struct text){ bytes, len }));
	char code[TRACK_CODE_CAP] = "";

	if (t.len == 0 || t.len >= sizeof code)
		return false;
	for (size_t i = 0; i < t.len; i++)
		code[i] = (char)toupper((unsigned char)t.at[i]);
	if (strlen(code) != t.len || (!receipt_code_ok(code) && !is_dossier_code(code)))
		return false;
	memcpy(ret_code, code, sizeof code);
	return true;
}
