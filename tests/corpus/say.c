#include "tests/corpus/say.h"

#include <glib.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_BYTES 65536 /* a page says a tenth of it */
#define DEEPEST    8

struct list {
	const char *name;
	const char *const *words;
	size_t count;
};

#define LIST(name, ...) static const char *const LIST_##name[] = { __VA_ARGS__ };
#include "tests/corpus/grammar.def"
#undef LIST

static const struct list LISTS[] = {
#define LIST(name, ...) { #name, LIST_##name, sizeof LIST_##name / sizeof *LIST_##name },
#include "tests/corpus/grammar.def"
#undef LIST
};

void say_init(struct say *s, struct rng rng)
{
	*s = (struct say){ rng, g_malloc(KEPT_BYTES), 0 };
}

void say_finish(struct say *s)
{
	g_free(s->kept);
	*s = (struct say){ 0 };
}

static void fill(struct say *s, GString *to, const char *pattern, int depth);

static const struct list *list_of(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++)
		if (strlen(LISTS[i].name) == len && memcmp(LISTS[i].name, name, len) == 0)
			return &LISTS[i];
	fprintf(stderr, "corpus: no list {%.*s} in the grammar\n", (int)len, name);
	abort();
}

static void fill_hole(struct say *s, GString *to, const char *name, size_t len, int depth)
{
	bool capitals = *name == '^';
	const struct list *l = list_of(name + capitals, len - capitals);
	const char *word = l->words[rng_below(&s->rng, (unsigned)l->count)];

	if (!capitals) {
		fill(s, to, word, depth);
		return;
	}
	GString *part = g_string_new(NULL);
	fill(s, part, word, depth);
	g_autofree char *large = g_utf8_strup(part->str, -1);
	g_string_append(to, large);
	g_string_free(part, TRUE);
}

static void fill(struct say *s, GString *to, const char *pattern, int depth)
{
	if (depth > DEEPEST)
		abort();
	for (const char *p = pattern; *p; p++) {
		size_t len = strcspn(p, "}");

		if (*p == '#') {
			g_string_append_c(to, (char)('0' + rng_below(&s->rng, 10)));
		} else if (*p == '@') {
			g_string_append_c(to, (char)('1' + rng_below(&s->rng, 9)));
		} else if (*p == '{' && p[len]) {
			fill_hole(s, to, p + 1, len - 1, depth + 1);
			p += len;
		} else {
			g_string_append_c(to, *p);
		}
	}
}

static const char *keep(struct say *s, const char *text)
{
	size_t size = strlen(text) + 1;

	if (size > KEPT_BYTES - s->len)
		abort();
	memcpy(s->kept + s->len, text, size);
	s->len += size;
	return s->kept + s->len - size;
}

const char *say(struct say *s, const char *pattern)
{
	GString *text = g_string_new(NULL);

	fill(s, text, pattern, 0);
	g_autofree char *composed = g_utf8_normalize(text->str, -1, G_NORMALIZE_DEFAULT_COMPOSE);
	g_string_free(text, TRUE);
	return keep(s, composed);
}

const char *say_text(struct say *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	return keep(s, text);
}
