#include "tests/image/script.h"

#include "firmware/base/auto.h"
#include "tests/image/words.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINE  WORDS_BYTES
#define MAX_DEPTH 4

struct verb {
	const char *word;
	script_fn *fn;
};

static const struct verb VERBS[] = {
#define LINE(word, rest, does) { #word, script_##does },
#include "tests/image/image.def"
#undef LINE
};

bool script_fail(struct script *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->why, sizeof s->why, format, args);
	va_end(args);
	return false;
}

const char *script_name(void *script, const char *name)
{
	const struct script *s = script;
	const struct {
		const char *name, *value;
	} KNOWN[] = {
		{ "O", s->places->o },           { "IMAGE", s->places->image },
		{ "KEYS", s->places->keys },     { "HERE", s->places->here },
		{ "DIR", s->machine.dir },       { "N", s->count },
		{ "OUT", s->out ? s->out : "" }, { "CUTS", getenv("CUTS") ? getenv("CUTS") : "20" }
	};

	for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
		if (strcmp(KNOWN[i].name, name) == 0)
			return KNOWN[i].value;
	return NULL;
}

enum err script_init(struct script *s, const struct places *places, const char *dir)
{
	*s = (struct script){ .places = places, .count = "1" };
	snprintf(s->machine.dir, sizeof s->machine.dir, "%s", dir);
	s->machine.firmware = "/usr/share/OVMF";
	s->machine.lot = (struct lot){ places->seed };
	return machine_init(&s->machine);
}

void script_finish(struct script *s)
{
	machine_finish(&s->machine);
	script_alone(s);
	names_free(s->names);
	s->names = NULL;
	free(s->out);
	s->out = NULL;
}

static const struct verb *verb_of(const char *word)
{
	for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
		if (strcmp(VERBS[i].word, word) == 0)
			return &VERBS[i];
	return NULL;
}

/* These hand their line to a shell as it stands. */
static bool is_raw(script_fn *fn)
{
	return fn == script_sh || fn == script_host || fn == script_type || fn == script_qmp;
}

bool script_within(struct script *s, struct words *w, const char *rest)
{
	uint32_t quiet_s = words_seconds(w, 0);

	budget_begin(&s->whole, quiet_s, clock_mono_ms(&s->machine.clock));
	return quiet_s > 0 || script_fail(s, "within %s: see tests/image/image.def", rest);
}

static bool in_time(struct script *s)
{
	if (s->whole.quiet_ms == 0 ||
	    budget_left_ms(&s->whole, clock_mono_ms(&s->machine.clock)) > 0)
		return true;
	return script_fail(s, "it takes longer than `within` allows: %u s",
			   budget_whole_ms(&s->whole) / 1000);
}

static bool play_line(struct script *s, char *line)
{
	AUTO_FREE struct words *w = malloc(sizeof *w);
	char word[32] = "";

	line[strcspn(line, "\n")] = '\0';
	line += strspn(line, " \t");
	if (!*line || *line == '#')
		return true;
	(void)sscanf(line, "%31s", word);
	const struct verb *v = verb_of(word);
	if (!v)
		return script_fail(s, "nobody knows \"%s\"", word);
	const char *rest = line + strlen(word);
	rest += strspn(rest, " \t");
	enum err e =
		w ? words_split(w, is_raw(v->fn) ? word : line, script_name, s) : ERR_NO_MEMORY;
	if (e != ERR_OK)
		return script_fail(s, "%s: not a line of words: %s", line, err_text(e));
	return v->fn(s, w, rest) && in_time(s);
}

bool script_play(struct script *s, const char *path)
{
	char line[MAX_LINE];
	FILE *f = fopen(path, "re");
	const char *outer = s->file;
	unsigned outer_line = s->line;
	bool good = true;

	if (!f || s->depth == MAX_DEPTH) {
		if (f)
			(void)fclose(f);
		return script_fail(s, "%s cannot be played", path);
	}
	s->depth++;
	s->file = path;
	s->line = 0;
	while (good && fgets(line, sizeof line, f)) {
		s->line++;
		good = play_line(s, line);
	}
	(void)fclose(f);
	s->depth--;
	if (good) {
		s->file = outer;
		s->line = outer_line;
	}
	return good;
}

void script_title(const char *path, char *out, size_t cap)
{
	char line[512];
	FILE *f = fopen(path, "re");

	snprintf(out, cap, "%s", path);
	while (f && fgets(line, sizeof line, f)) {
		if (line[0] != '#')
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(out, cap, "%s", line + 1 + strspn(line + 1, " "));
		break;
	}
	if (f)
		(void)fclose(f);
}
