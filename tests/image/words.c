#include "tests/image/words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAME 32

struct split {
	struct words *w;
	const char *at;
	size_t used;
	words_fn *look_up;
	void *data;
};

static enum err put(struct split *s, char c)
{
	if (s->used + 1 >= WORDS_BYTES)
		return ERR_NO_SPACE;
	s->w->text[s->used++] = c;
	return ERR_OK;
}

static enum err put_name(struct split *s)
{
	char name[MAX_NAME] = "";
	size_t len = 0;

	while ((isalnum((unsigned char)s->at[len]) || s->at[len] == '_') && len < MAX_NAME - 1) {
		name[len] = s->at[len];
		len++;
	}
	const char *value = s->look_up ? s->look_up(s->data, name) : NULL;
	if (!value)
		return ERR_BAD_DATA;
	s->at += len;
	enum err e = ERR_OK;
	for (; *value && e == ERR_OK; value++)
		e = put(s, *value);
	return e;
}

/* One word, from its first letter to behind its last. */
static enum err take_word(struct split *s)
{
	bool quoted = false;
	enum err e = ERR_OK;

	while (e == ERR_OK && *s->at && (quoted || !isspace((unsigned char)*s->at))) {
		char c = *s->at++;

		if (c == '"')
			quoted = !quoted;
		else if (c == '$' && (isalpha((unsigned char)*s->at) || *s->at == '_'))
			e = put_name(s);
		else
			e = put(s, c);
	}
	return e == ERR_OK && quoted ? ERR_BAD_DATA : e;
}

enum err words_split(struct words *w, const char *line, words_fn *look_up, void *data)
{
	struct split s = { .w = w, .at = line, .look_up = look_up, .data = data };
	enum err e = ERR_OK;

	w->count = 0;
	while (e == ERR_OK) {
		s.at += strspn(s.at, " \t\r\n");
		if (!*s.at || *s.at == '#')
			return ERR_OK;
		if (w->count == WORDS_MAX)
			return ERR_NO_SPACE;
		w->word[w->count++] = w->text + s.used;
		e = take_word(&s);
		if (e == ERR_OK)
			e = put(&s, '\0');
	}
	return e;
}

uint32_t words_seconds(struct words *w, uint32_t otherwise)
{
	char *end;

	if (w->count < 2 || strcmp(w->word[w->count - 1], "s") != 0)
		return otherwise;
	unsigned long n = strtoul(w->word[w->count - 2], &end, 10);
	if (*end || end == w->word[w->count - 2] || n > 86400)
		return otherwise;
	w->count -= 2;
	return (uint32_t)n;
}

void words_join(const struct words *w, unsigned first, char *out, unsigned cap)
{
	unsigned used = 0;

	out[0] = '\0';
	for (unsigned i = first; i < w->count && used < cap; i++)
		used += (unsigned)snprintf(out + used, cap - used, "%s%s", i > first ? " " : "",
					   w->word[i]);
}

bool words_bytes(const char *word, uint64_t *ret_bytes)
{
	static const char UNITS[] = "KMG";
	char *end;

	if (!isdigit((unsigned char)word[0]))
		return false;
	unsigned long long n = strtoull(word, &end, 0);
	const char *unit = *end ? strchr(UNITS, *end) : NULL;
	if (*end && (!unit || end[1]))
		return false;
	unsigned shift = unit ? 10 * (unsigned)(unit - UNITS + 1) : 0;
	if (n > UINT64_MAX >> shift)
		return false;
	*ret_bytes = (uint64_t)n << shift;
	return true;
}
