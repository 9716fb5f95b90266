#include "tests/mrtd/spec.h"

#include "firmware/base/auto.h"

#include <stdio.h>
#include <string.h>

enum kind { TEXT_KEY, WORDS_KEY, NUMBER_KEY };

struct key {
	const char *name;
	enum kind kind;
	size_t at;
	size_t bytes;      /* of a text */
	const char *words; /* of a word; of a text: what it is at first */
	uint32_t max, value;
};

static const struct key KEYS[] = {
#define TEXT(key, size, text, what) \
	{ #key, TEXT_KEY, offsetof(struct mrtd_spec, key), size, text, 0, 0 },
#define WORDS(key, words, what) \
	{ #key, WORDS_KEY, offsetof(struct mrtd_spec, key), 0, words, 0, 0 },
#define NUMBER(key, max, value, what) \
	{ #key, NUMBER_KEY, offsetof(struct mrtd_spec, key), 0, NULL, max, value },
#include "tests/mrtd/spec.def"
#undef TEXT
#undef WORDS
#undef NUMBER
};

#define KEY_COUNT (sizeof KEYS / sizeof KEYS[0])

void mrtd_spec_init(struct mrtd_spec *s)
{
	memset(s, 0, sizeof *s);
	for (size_t i = 0; i < KEY_COUNT; i++) {
		const struct key *k = &KEYS[i];
		char *at = (char *)s + k->at;

		if (k->kind == TEXT_KEY)
			snprintf(at, k->bytes, "%s", k->words);
		else if (k->kind == NUMBER_KEY)
			memcpy(at, &k->value, sizeof k->value);
	}
}

int mrtd_word_place(const char *words, const char *word, size_t len)
{
	for (int i = 0; *words; i++) {
		size_t n = strcspn(words, " ");

		if (n == len && memcmp(words, word, n) == 0)
			return i;
		words += n + (words[n] == ' ');
	}
	return -1;
}

static enum err set_value(struct mrtd_spec *s, const struct key *k, const char *value)
{
	char *at = (char *)s + k->at, *end;
	int place = k->kind == WORDS_KEY ? mrtd_word_place(k->words, value, strlen(value)) : 0;

	if (k->kind == TEXT_KEY && strlen(value) >= k->bytes)
		return ERR_BAD_DATA;
	if (k->kind == TEXT_KEY) {
		memcpy(at, value, strlen(value) + 1);
		return ERR_OK;
	}
	if (k->kind == WORDS_KEY) {
		if (place >= 0)
			*(uint8_t *)at = (uint8_t)place;
		return place >= 0 ? ERR_OK : ERR_BAD_DATA;
	}
	errno = 0;
	unsigned long n = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || n > k->max)
		return ERR_BAD_DATA;
	uint32_t number = (uint32_t)n;
	memcpy(at, &number, sizeof number);
	return ERR_OK;
}

enum err mrtd_spec_line(struct mrtd_spec *s, const char *line)
{
	char value[2048];

	line += strspn(line, " \t");
	if (!*line || *line == '#')
		return ERR_OK;
	size_t name = strcspn(line, " \t=");
	const char *equals = line + name + strspn(line + name, " \t");
	if (*equals != '=' || strlen(equals) >= sizeof value)
		return ERR_BAD_DATA;
	equals++;
	snprintf(value, sizeof value, "%s", equals + strspn(equals, " \t"));
	for (size_t n = strlen(value); n && strchr(" \t\r", value[n - 1]);)
		value[--n] = '\0';
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (strlen(KEYS[i].name) == name && memcmp(KEYS[i].name, line, name) == 0)
			return set_value(s, &KEYS[i], value);
	return ERR_NOT_FOUND;
}

enum err mrtd_spec_load(struct mrtd_spec *s, const char *path, unsigned *ret_line)
{
	char line[4096];
	FILE *f = fopen(path, "re");
	enum err e = ERR_OK;

	*ret_line = 0;
	if (!f)
		return err_of_errno();
	while (e == ERR_OK && fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		++*ret_line;
		e = mrtd_spec_line(s, line);
	}
	fclose(f);
	return e;
}
