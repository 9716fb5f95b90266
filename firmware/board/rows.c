#include "firmware/board/rows.h"

#include <stdarg.h>
#include <string.h>

#define WORDS 400

struct rows rows_of(FILE *out, bool json)
{
	if (json)
		fputc('[', out);
	return (struct rows){ .out = out, .json = json };
}

static void put(FILE *out, const char *text, bool quoted)
{
	for (; *text; text++) {
		if (quoted && (*text == '"' || *text == '\\'))
			fputc('\\', out);
		fputc(*text >= ' ' && *text <= '~' ? *text : '?', out);
	}
}

static void put_member(FILE *out, const char *key, const char *value)
{
	fprintf(out, "\"%s\":\"", key);
	put(out, value, true);
	fputc('"', out);
}

static void put_object(struct rows *r, const char *const values[4])
{
	static const char *const KEYS[4] = { "what", "name", "state", "words" };

	fprintf(r->out, "%s\n{", r->count ? "," : "");
	for (int i = 0; i < 4; i++) {
		if (i > 0)
			fputc(',', r->out);
		put_member(r->out, KEYS[i], values[i]);
	}
	fputc('}', r->out);
}

void rows_say(struct rows *r, const char *what, const char *name, const char *state,
	      const char *format, ...)
{
	char words[WORDS];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	if (r->json) {
		put_object(r, (const char *const[4]){ what, name, state, words });
	} else {
		fprintf(r->out, "%s %s %s%s", what, name, state, words[0] ? " " : "");
		put(r->out, words, false);
		fputc('\n', r->out);
	}
	r->count++;
	r->bad += strcmp(state, "bad") == 0 || strcmp(state, "refused") == 0;
}

void rows_end(struct rows *r)
{
	if (r->json)
		fputs("\n]\n", r->out);
}
